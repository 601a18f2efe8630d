"""``cad-runner sweep``: publishes what got lost, and deletes what is kept no longer; for a CronJob."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from runner.amqp.topology import KINDS
from runner.cli import AGAIN, tables, wiring
from runner.postgres.shelf import PostgresShelf
from runner.settings.reading import Settings
from runner.sweeping import Terms, sweep

if TYPE_CHECKING:
    from runner.sweeping import Sweep

#: How long a message may take from its retry queue to a runner that is free, where nothing else waits.
_LEEWAY = 420.0


@click.command("sweep")
@tables.plain
def command(*, plain: bool) -> int:
    """Publish lost messages, and delete what is kept no longer.

    \b
    To be run every few minutes. A job's message is taken for lost if nobody has
    worked on the job for longer than any delay, and its queues are empty.

    \b
    Exit codes: 0 done, or another sweeper is at work; 75 something is down, and
    the next run goes on from there.
    """  # noqa: D301  click keeps lines as they are after a backspace
    settings = Settings.read()
    terms = Terms(
        still=settings.work.lease + max(settings.work.retry_delays) + _LEEWAY,
        rows=settings.retention.keep_jobs,
        results=settings.retention.keep_results,
    )
    with closing(wiring.broker(settings.broker)) as broker, closing(wiring.database(settings.database)) as database:
        courier = wiring.courier(broker, settings.work)
        done = sweep(PostgresShelf(database), courier, wiring.store(settings.store), KINDS, terms)
    if plain:
        tables.as_json(
            {
                "alone": done.alone,
                "published": done.published,
                "deleted": done.deleted,
                "forgotten": done.forgotten,
                "outages": [{"code": each.code, "message": each.message} for each in done.outages],
            }
        )
    else:
        _tell(done)
    return AGAIN if done.outages else 0


def _tell(done: Sweep) -> None:
    if not done.alone:
        click.echo("Another sweeper is at work.")
        return
    for job_id in done.published:
        click.echo(f"published {job_id}")
    click.echo(f"{len(done.published)} published, {done.deleted} objects and {done.forgotten} rows deleted")
    for outage in done.outages:
        click.echo(f"{outage.code}: {outage.message} {outage.advice}", err=True)

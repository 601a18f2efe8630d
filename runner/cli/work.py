"""``cad-runner work``: takes messages and does their jobs."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click
import structlog

from runner import logs
from runner.amqp.events import AmqpEvents
from runner.amqp.inbox import Inbox
from runner.circuit import Rule
from runner.cli import wiring
from runner.errors import DatabaseUnavailable, DetectorUnusable, WrongSetting
from runner.guard import GuardedJobs, GuardedStore, guard_database, guard_store
from runner.parts import Parts
from runner.postgres import migrations
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.jobs import PostgresJobs
from runner.probes import Probes
from runner.retry import RetryPolicy
from runner.sandbox.converter import CONVERT
from runner.sandbox.desk import sweep
from runner.settings.reading import Settings
from runner.steps import Unfollowed
from runner.worker import Stop, Worker

if TYPE_CHECKING:
    from runner.amqp.inbox import Taken
    from runner.guard import Change
    from runner.postgres.database import Database
    from runner.sandbox.trial import Trial
    from runner.steps import Follower

PIPELINES = {"dxf": CONVERT, "pdf": CONVERT}


@click.command("work")
@click.option("--once", is_flag=True, help="Take one message, settle it, and end: for a Kubernetes Job.")
def command(*, once: bool) -> int:
    """Take messages from the queue and do their jobs, one at a time.

    \b
    Ends on SIGTERM: with --once the message is given back; otherwise its job is
    finished first, unless that takes longer than the grace period.

    \b
    Exit codes: 0 every message is settled, or there was none; 65 the database was
    made by another program; 75 a message was given back, or migrations are
    missing; 78 a setting is wrong.
    """  # noqa: D301  click keeps lines as they are after a backspace
    settings = Settings.read()
    plain = {"auto": None, "json": False, "text": True}[settings.logs.log_format]
    logs.configure(level=settings.logs.log_level, plain=plain)
    # A job that is alone has nothing to finish: whoever stops it wants its machine.
    stop = Stop(0.0 if once else settings.work.grace_period)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with ExitStack() as stack:
        if (trial := wiring.trial(settings.work)) is not None:
            stack.callback(trial.close)
        probes = stack.enter_context(Probes(settings.work.probe_folder, port=settings.work.probe_port))
        worker = assembled(settings, stop, probes, stack)
        if trial is not None:
            _require_detector(trial)
        return worker.once(settings.work.wait) if once else worker.forever()


def assembled(settings: Settings, stop: Stop, probes: Probes, stack: ExitStack) -> Worker[Taken]:
    """A worker with all that it needs; ``stack`` closes it."""
    work = settings.work
    follower: Follower = Unfollowed()
    if (traces := wiring.traces(settings.logs)) is not None:
        stack.callback(traces.close)
        follower = traces
    sweep()
    broker = wiring.broker(settings.broker)
    stack.callback(broker.close)
    database = wiring.database(settings.database)
    stack.callback(database.close)
    rule = Rule(work.circuit_failures, work.circuit_pause)
    _require_schema(database)
    memory = PostgresCircuits(database)

    def watch(_stage: str, _share: float) -> None:
        broker.serve()
        probes.beat()

    return Worker(
        mailbox=Inbox(broker, work.kind, work.retry_delays),
        start=wiring.converters(work, PIPELINES[work.kind]),
        parts=Parts(
            objects=GuardedStore(wiring.store(settings.store), guard_store(memory, rule=rule, noted=_noted)),
            jobs=GuardedJobs(PostgresJobs(database), guard_database(rule=rule, noted=_noted)),
            events=AmqpEvents(broker),
            policy=RetryPolicy(work.retry_delays),
            lease=work.lease,
            largest_source=work.largest_source,
            stop=stop.due,
            watch=watch,
            follower=follower,
        ),
        stop=stop,
        probes=probes,
        ended=logs.write,
        troubled=logs.trouble,
    )


def _require_schema(database: Database) -> None:
    """Raise ``SchemaOutdated`` or ``SchemaMismatch`` before a message is taken that could only be given back."""
    try:
        migrations.require(database)
    except migrations.SchemaOutdated:
        raise
    except DatabaseUnavailable:
        # Whether the schema is as it should be is not known; the first claim will tell, and the guard waits for it.
        return


def _require_detector(trial: Trial) -> None:
    """Raise ``WrongSetting`` where drawings would be converted otherwise than the settings say, or not at all."""
    try:
        trial.state()
    except DetectorUnusable as error:
        raise WrongSetting(f"{error.message} {error.advice}") from None


def _noted(change: Change) -> None:
    """Tell that a circuit opened or closed."""
    log = structlog.get_logger()
    if change.opened:
        log.error("circuit opened", dependency=change.dependency, failures=change.after.failures)
    else:
        log.info("circuit closed", dependency=change.dependency)

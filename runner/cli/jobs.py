"""``cad-runner jobs``: the record of the jobs; to look at them, stop them, and let them begin anew."""

from __future__ import annotations

import getpass
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from runner.cli import DATA, tables, wiring
from runner.cli.wishes import DURATION
from runner.errors import BrokerUnavailable
from runner.postgres.jobs import PostgresJobs
from runner.postgres.ledger import Ledger, Which
from runner.protocols import JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.amqp.courier import AmqpCourier


_FIELDS = (
    ("state", "state"),
    ("kind", "kind"),
    ("tenant", "tenant"),
    ("owner", "runner"),
    ("result_path", "result"),
    ("traceparent", "trace"),
)
_TIMES = (
    ("created_at", "created"),
    ("claimed_at", "claimed"),
    ("updated_at", "last sign"),
    ("lease_until", "lease ends"),
    ("settled_at", "settled"),
    ("emptied_at", "result deleted"),
)
_UNKNOWN = "There is no such job."
_reason = click.option("--why", default="", metavar="TEXT", help="Why; goes into the record.")
_ids = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@click.group("jobs")
def command() -> None:
    """List jobs, show, cancel or retry them."""


@command.command("ls")
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in JobState]),
    multiple=True,
    help="Only jobs in this state.",
)
@click.option("--kind", metavar="KIND", help="Only jobs of this kind: dxf or pdf.")
@click.option("--tenant", metavar="NAME", help="Only jobs of this tenant.")
@click.option("--code", metavar="CODE", help="Only jobs whose last failure has this code.")
@click.option("--since", type=DURATION, metavar="TIME", help="Only jobs that were made within this time: 90m, 2d.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, newest first.")
@tables.plain
def ls(*, limit: int, plain: bool, **which: Any) -> None:
    """List the newest jobs."""
    which["states"] = which["states"] or None
    with closing(wiring.database()) as database:
        rows = Ledger(database).jobs(Which(**which), limit=limit)
    if plain:
        tables.as_json([{name: value for name, value in row.items() if name != "now"} for row in rows])
    elif rows:
        titles = ("job", "kind", "state", "attempt", "age", "stands", "file")
        tables.show([_listed(row) for row in rows], heading=titles)
    else:
        click.echo("There are no such jobs.", err=True)


@command.command("show")
@click.argument("job_id", metavar="ID")
@tables.plain
def show(*, job_id: str, plain: bool) -> int:
    """Show all that is known of a job.

    Its attempts, its errors, and what people did to it.
    """
    with closing(wiring.database()) as database:
        job = Ledger(database).show(job_id)
    if job is None:
        return _unknown(job_id)
    if plain:
        tables.as_json({name: value for name, value in job.items() if name != "now"})
    else:
        _show(job)
    return 0


@command.command("cancel")
@_ids
@click.option("--ahead", is_flag=True, help="Also jobs whose message no runner has taken yet.")
@_reason
@tables.plain
def cancel(*, ids: tuple[str, ...], ahead: bool, why: str, plain: bool) -> int:
    """Stop jobs that wait or run; a running one ends within seconds.

    Ends with 65 where a job is unknown, or settled already.
    """
    found: dict[str, JobState | None] = {}
    with closing(wiring.database()) as database:
        for job_id in ids:
            # Where it is taken between the two, the second finds it.
            if ahead and Ledger(database).forestall(job_id, who=_who(), why=why):
                found[job_id] = JobState.WAITING
            else:
                found[job_id] = PostgresJobs(database).cancel(job_id, who=_who(), why=why)
    if plain:
        tables.as_json([{"job_id": job_id, "before": state} for job_id, state in found.items()])
    else:
        for job_id, state in found.items():
            click.echo(f"{job_id}: {_stopped(state)}")
    return DATA if any(state is None or state.is_final for state in found.values()) else 0


@command.command("retry")
@_ids
@_reason
@tables.plain
def retry(*, ids: tuple[str, ...], why: str, plain: bool) -> int:
    """Let jobs begin anew that failed, died or were cancelled.

    They have all their attempts again. Ends with 65 where a job is unknown, completed, or not settled yet.
    """
    with closing(wiring.broker()) as broker, closing(wiring.database()) as database:
        ledger, courier = Ledger(database), wiring.courier(broker)
        results = [{"job_id": job_id, **_begun_anew(job_id, why, ledger, courier)} for job_id in ids]
    if plain:
        tables.as_json(results)
    else:
        for each in results:
            click.echo(f"{each['job_id']}: {each['text']}")
    return 0 if all(each["retried"] for each in results) else DATA


def _begun_anew(job_id: str, why: str, ledger: Ledger, courier: AmqpCourier) -> dict[str, Any]:
    """The row first: where the message can't be published, the sweeper finds the row and does it."""
    anew = ledger.requeue(job_id, who=_who(), why=why)
    if anew is None:
        job = ledger.show(job_id)
        state = None if job is None else job["state"]
        text = (
            "There is no such job."
            if state is None
            else f"Is {state}; only what failed, died or was cancelled is retried."
        )
        return {"retried": False, "published": False, "before": state, "text": text}
    try:
        courier.send(anew.kind, job_id, anew.message)
    except BrokerUnavailable as error:
        text = f"Begins anew with the next `cad-runner sweep`, since it can't be published: {error.message}"
        return {"retried": True, "published": False, "before": anew.before, "text": text}
    ledger.published(job_id)
    return {"retried": True, "published": True, "before": anew.before, "text": f"Was {anew.before}, begins anew."}


def _listed(row: Mapping[str, Any]) -> tuple[object, ...]:
    age = tables.ago(row["created_at"], row["now"])
    return row["job_id"], row["kind"], row["state"], row["attempt"], age, _stands(row), row["file_path"]


def _stands(row: Mapping[str, Any]) -> str:
    """How a job stands, in a few words."""
    if row["expired"]:
        return f"no sign for {tables.ago(row['updated_at'], row['now'])}"
    if row["state"] == JobState.RUNNING:
        stopping = "stopping, " if row["stop"] else ""
        return f"{stopping}{row['stage'] or 'begins'} {row['share'] or 0:.0%}"
    return row["code"] or row["result_path"] or ""


def _show(job: Mapping[str, Any]) -> None:
    click.echo(job["job_id"])
    for name, title in _FIELDS:
        if job[name] is not None:
            click.echo(f"  {title:<15}{tables.printable(job[name])}")
    click.echo(f"  {'file':<15}{tables.printable(job['message'].get('file_path') or '')}")
    click.echo(f"  {'attempts':<15}{job['attempt']} that count, {job['runs']} in all")
    if job["state"] == JobState.RUNNING:
        stop = ", asked to stop" if job["stop"] else ""
        click.echo(f"  {'progress':<15}{job['stage'] or 'begins'}, {job['share'] or 0:.0%}{stop}")
    for name, title in _TIMES:
        if job[name] is not None:
            click.echo(f"  {title:<15}{tables.moment(job[name])}")
    first = None if job["first_failure"] == job["failure"] else job["first_failure"]
    for title, failure in (("first error", first), ("last error", job["failure"])):
        if failure:
            text = tables.printable(f"{failure['code']}: {failure['message']} {failure['remedy']}")
            click.echo(f"  {title:<15}{text}")
    if job["attempts"]:
        click.echo()
        titles = ("attempt", "began", "took", "ended", "error", "runner")
        tables.show([_attempt(each, job) for each in job["attempts"]], heading=titles)
    if job["audit"]:
        click.echo()
        notes = [(tables.moment(each["at"]), each["who"], each["action"], each["why"]) for each in job["audit"]]
        tables.show(notes, heading=("when", "who", "did", "why"))


def _attempt(attempt: Mapping[str, Any], job: Mapping[str, Any]) -> tuple[object, ...]:
    failure = attempt["failure"] or {}
    took = tables.ago(attempt["started_at"], attempt["ended_at"] or job["now"])
    ended = attempt["outcome"] or "runs"
    return attempt["attempt"], tables.moment(attempt["started_at"]), took, ended, failure.get("code"), attempt["owner"]


def _stopped(state: JobState | None) -> str:
    match state:
        case None:
            return f"{_UNKNOWN} If its message waits to be taken, add --ahead."
        case JobState.WAITING:
            return "Is cancelled."
        case JobState.RUNNING:
            return "Runs; its runner stops within seconds."
        case _:
            return f"Is {state} already."


def _unknown(job_id: str) -> int:
    click.echo(f"There is no job {job_id!r}.", err=True)
    return DATA


def _who() -> str:
    """Whoever gives the command."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user that has no name
        user = "?"
    return f"{user}@{socket.gethostname()}"

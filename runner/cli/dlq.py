"""``cad-runner dlq``: dead letters."""

from __future__ import annotations

import getpass
import json
import socket
from contextlib import ExitStack, closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from runner.amqp.letters import DeadLetters, Which
from runner.amqp.topology import KINDS
from runner.cli import DATA, tables, wiring
from runner.cli.display import printable
from runner.errors import InvalidMessage, JobConflict
from runner.postgres.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.amqp.letters import DeadLetter
    from runner.postgres.ledger import Action

#: Dead letters whose job_id is no job's, or another's: what is done to them is done to no job.
_FOREIGN = (InvalidMessage.code, JobConflict.code)
_LONGEST = 60

_kind = click.option("--kind", type=click.Choice(KINDS), multiple=True, help="Of these kinds only.")
_code = click.option("--code", multiple=True, help="With this code only; may be given several times.")
_all = click.option("--all", "everything", is_flag=True, help="All that there are.")
_why = click.option("--why", required=True, help="The reason, for the record.")
_who = click.option("--who", help="Who wants it, for the record.  [default: you]")


@click.group("dlq")
def command() -> None:
    """Look at dead letters, send them back to work, or throw them away."""


@command.command("ls")
@_kind
@_code
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="At most so many.")
@tables.plain
def ls(kind: tuple[str, ...], code: tuple[str, ...], limit: int, *, plain: bool) -> None:
    """List dead letters, the oldest first."""
    found = _look(kind, Which(codes=frozenset(code)), limit)
    if plain:
        tables.as_json([_fields(each) for each in found])
        return
    rows = [
        (each.job_id, each.kind, each.code, each.attempt, each.at, (each.last_error or "")[:_LONGEST]) for each in found
    ]
    tables.show(rows, heading=("job", "kind", "code", "attempt", "at", "last error"))


@command.command("show")
@click.argument("job_id")
@_kind
@tables.plain
def show(job_id: str, kind: tuple[str, ...], *, plain: bool) -> int:
    """Show all of the dead letters of a job; exit code 65 where it has none."""
    found = _look(kind, Which(job_ids=frozenset({job_id})), 100)
    if plain:
        tables.as_json([_fields(each) for each in found])
    else:
        for each in found:
            for name, value in _fields(each).items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                click.echo(f"{name:<12} {printable(text)}")
            click.echo()
    return 0 if found else DATA


@command.command("requeue")
@click.argument("job_ids", metavar="[JOB_ID]...", nargs=-1)
@_code
@_kind
@_all
@_why
@_who
@tables.plain
def requeue(
    job_ids: tuple[str, ...],
    code: tuple[str, ...],
    kind: tuple[str, ...],
    why: str,
    who: str | None,
    *,
    everything: bool,
    plain: bool,
) -> int:
    """Send dead letters back to work: their jobs begin anew, with all attempts.

    Which ones: by JOB_ID, by --code, or --all. Exit code 65 where none was found.
    """
    which = _which(job_ids, code, everything=everything)
    with ExitStack() as stack:
        ledger = Ledger(stack.enter_context(closing(wiring.database())))
        note = _noted(ledger, who, why, "requeue")
        broker = stack.enter_context(closing(wiring.broker()))

        def begin(letter: DeadLetter) -> None:
            # Before its message is there, or a runner finds the job still dead.
            own = letter.job_id if letter.code not in _FOREIGN else None
            if own is None or not ledger.requeue(own, who=who or _me(), why=why, action="requeue"):
                note(letter)

        done = [each for name in kind or KINDS for each in DeadLetters(broker, name).requeue(which, begin)]
        for each in done:
            if each.job_id is not None:
                ledger.published(each.job_id)
    return _told(done, "sent back to work", plain=plain)


@command.command("purge")
@click.argument("job_ids", metavar="[JOB_ID]...", nargs=-1)
@_code
@_kind
@_all
@_why
@_who
@click.option("--yes", is_flag=True, help="Do not ask.")
@tables.plain
def purge(
    job_ids: tuple[str, ...],
    code: tuple[str, ...],
    kind: tuple[str, ...],
    why: str,
    who: str | None,
    *,
    everything: bool,
    yes: bool,
    plain: bool,
) -> int:
    """Throw dead letters away; the jobs stay on record as they are.

    Which ones: by JOB_ID, by --code, or --all. Exit code 65 where none was found.
    """
    which = _which(job_ids, code, everything=everything)
    if not yes:
        click.confirm("Throw these dead letters away for ever?", abort=True, err=True)
    with ExitStack() as stack:
        note = _noted(Ledger(stack.enter_context(closing(wiring.database()))), who, why, "purge")
        broker = stack.enter_context(closing(wiring.broker()))
        done = [each for name in kind or KINDS for each in DeadLetters(broker, name).purge(which, note)]
    return _told(done, "thrown away", plain=plain)


def _which(job_ids: tuple[str, ...], codes: tuple[str, ...], *, everything: bool) -> Which:
    if everything == bool(job_ids or codes):
        raise click.UsageError("Say which dead letters: by JOB_ID, by --code, or --all.")
    return Which(job_ids=frozenset(job_ids), codes=frozenset(codes))


def _look(kinds: tuple[str, ...], which: Which, limit: int) -> list[DeadLetter]:
    with closing(wiring.broker()) as broker:
        return [each for kind in kinds or KINDS for each in DeadLetters(broker, kind).look(which, limit=limit)][:limit]


def _noted(ledger: Ledger, who: str | None, why: str, action: Action) -> Callable[[DeadLetter], None]:
    """Writes down what is done to a letter."""
    return lambda letter: ledger.note(letter.job_id or "unknown", who=who or _me(), why=why, action=action)


def _me() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"


def _fields(letter: DeadLetter) -> dict[str, Any]:
    """A letter as plain JSON types."""
    fields = asdict(letter)
    text = fields.pop("body").decode("utf-8", "replace")
    try:
        message = json.loads(text)
    except ValueError:
        message = text
    return fields | {"headers": {name: str(value) for name, value in letter.headers.items()}, "message": message}


def _told(done: list[DeadLetter], what: str, *, plain: bool) -> int:
    if plain:
        tables.as_json([_fields(each) for each in done])
    else:
        for each in done:
            click.echo(f"{printable(each.job_id or 'a message without job_id')} ({each.code}): {what}")
        click.echo(f"{len(done)} {what}", err=True)
    return 0 if done else DATA

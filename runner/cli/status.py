"""``cad-runner status``: how everything stands."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from runner.amqp.topology import depth
from runner.cli import AGAIN, tables, wiring
from runner.errors import Outage
from runner.postgres.circuits import PostgresCircuits
from runner.postgres.ledger import Ledger, Which
from runner.protocols import JobState

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY = 86_400.0
Rows = list[dict[str, Any]]


@click.command("status")
@click.option("--errors", type=click.IntRange(min=0), default=5, show_default=True, help="So many of the last errors.")
@tables.plain
def command(errors: int, *, plain: bool) -> int:
    """Show queues, circuits, running jobs and the last errors.

    \b
    Exit codes: 0 all could be asked, 75 something could not.
    """  # noqa: D301  click keeps lines as they are after a backspace
    found, faults = _found(errors)
    if plain:
        tables.as_json(found | {"faults": faults})
    else:
        for name, rows in found.items():
            click.echo(f"{name.upper()}{'' if rows else ': none'}")
            if rows:
                tables.show([list(row.values()) for row in rows], heading=list(rows[0]))
            click.echo()
        for fault in faults:
            click.echo(fault, err=True)
    return AGAIN if faults else 0


def _found(errors: int) -> tuple[dict[str, Rows], list[str]]:
    """Everything that could be asked, and what could not."""
    found: dict[str, Rows] = {}
    faults: list[str] = []

    def ask(name: str, question: Callable[[], Rows]) -> None:
        try:
            found[name] = question()
        except Outage as outage:
            line = f"{outage.reason}: {outage.message} {outage.advice}"
            if line not in faults:
                faults.append(line)

    with closing(wiring.broker()) as broker, closing(wiring.database()) as database:
        ledger = Ledger(database)
        topology = wiring.topology()
        ask("queues", lambda: [_queue(each.name, depth(broker, each.name)) for each in topology.queues])
        ask("circuits", lambda: [_circuit(row) for row in PostgresCircuits(database).all()])
        ask("jobs", lambda: [_figures(row) for row in ledger.figures(since=_DAY)])
        running = Which(states=[JobState.RUNNING])
        ask("running", lambda: [_running(row) for row in ledger.jobs(running, limit=100)])
        ended = Which(states=[JobState.FAILED, JobState.DEAD])
        ask("errors", lambda: [_error(row) for row in ledger.jobs(ended, limit=errors)] if errors else [])
    return found, faults


def _queue(name: str, found: tuple[int, int] | None) -> dict[str, Any]:
    ready, consumers = found or (None, None)
    return {"queue": name, "ready": "missing" if ready is None else ready, "consumers": consumers}


def _circuit(row: dict[str, Any]) -> dict[str, Any]:
    state = "closed" if row["probe_at"] is None else "probing" if row["probing"] else "open"
    return {"dependency": row["dependency"], "state": state} | {
        name: row[name] for name in ("failures", "openings", "opened_at", "error")
    }


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("kind", "state", "jobs", "expired", "oldest")}


def _running(row: dict[str, Any]) -> dict[str, Any]:
    share = None if row["share"] is None else f"{row['share']:.0%}"
    return {"job": row["job_id"], "kind": row["kind"], "attempt": row["attempt"], "stage": row["stage"]} | {
        "share": share,
        "seconds": round((row["now"] - row["claimed_at"]).total_seconds()) if row["claimed_at"] else None,
        "owner": row["owner"],
        "expired": row["expired"],
    }


def _error(row: dict[str, Any]) -> dict[str, Any]:
    return {"job": row["job_id"], "kind": row["kind"], "state": row["state"], "code": row["code"]} | {
        "file": row["file_path"],
        "at": row["settled_at"],
    }

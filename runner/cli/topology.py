"""``cad-runner topology``: the exchanges and queues."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from runner.amqp import drift
from runner.cli import DATA, tables, wiring

if TYPE_CHECKING:
    from runner.amqp.connection import Broker
    from runner.amqp.management import Management

#: The HTTP API tells of a change some seconds later.
_LATE_SECONDS = 15.0
_rules = click.option(
    "--rules",
    type=click.Choice(["auto", "policies", "arguments"]),
    default="auto",
    show_default=True,
    help="How rules are kept: auto is as policies where RABBITMQ_MANAGEMENT_URL is set.",
)


@click.group("topology")
def command() -> None:
    """Make the exchanges and queues, and compare them with what should be."""


@command.command()
@_rules
@tables.plain
def apply(rules: str, *, plain: bool) -> int:
    """Make what is missing and set the policies. What is there is never deleted.

    \b
    Arguments of queues can't be changed later; policies can. Without the
    broker's HTTP API the rules of new queues become arguments.
    Exit codes: 0 all is as it should be, 65 something differs and has to be
    mended by hand, 75 the broker can't be reached.
    """  # noqa: D301  click keeps lines as they are after a backspace
    wanted = wiring.topology()
    with closing(wiring.broker()) as broker:
        management = _management(broker, rules)
        done = drift.apply(broker, wanted, management)
        left = drift.diff(broker, wanted, management)
        deadline = time.monotonic() + (_LATE_SECONDS if management else 0)
        while left and time.monotonic() < deadline:
            time.sleep(0.5)
            left = drift.diff(broker, wanted, management)
    if plain:
        tables.as_json({"done": done, "differences": [asdict(each) for each in left]})
        return DATA if left else 0
    for each in done:
        click.echo(f"made {each}")
    _told(left)
    if not done and not left:
        click.echo("Nothing to do.")
    return DATA if left else 0


@command.command()
@tables.plain
def show(*, plain: bool) -> None:
    """Show what should be there; with --json as definitions that RabbitMQ can import."""
    wanted = wiring.topology()
    if plain:
        with closing(wiring.broker()) as broker:
            tables.as_json(wanted.definitions(broker.account[2]))
        return
    rows = [
        (each.name, each.key, ", ".join(f"{name}={value}" for name, value in each.rules.items()))
        for each in wanted.queues
    ]
    tables.show(rows, heading=("queue", "routing key on tasks", "rules"))


@command.command()
@_rules
@tables.plain
def diff(rules: str, *, plain: bool) -> int:
    """Tell where the broker differs from what should be.

    \b
    Exit codes: 0 it does not, 65 it does, 75 it can't be reached.
    """  # noqa: D301  see above
    wanted = wiring.topology()
    with closing(wiring.broker()) as broker:
        found = drift.diff(broker, wanted, _management(broker, rules))
    if plain:
        tables.as_json([asdict(each) for each in found])
    else:
        _told(found)
        if not found:
            click.echo("All is as it should be.")
    return DATA if found else 0


def _management(broker: Broker, rules: str) -> Management | None:
    management = None if rules == "arguments" else wiring.management(broker)
    if management is None and rules == "policies":
        raise click.UsageError("RABBITMQ_MANAGEMENT_URL is not set: without it there can be no policies.")
    return management


def _told(found: list[drift.Difference]) -> None:
    for each in found:
        click.echo(f"{each.what} {each.text}. {each.remedy}")

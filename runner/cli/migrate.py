"""``cad-runner migrate``: the schema of the database."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from runner.cli import AGAIN, tables, wiring
from runner.postgres import migrations

if TYPE_CHECKING:
    from runner.postgres.migrations import Migration, Schema


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing; end with 75 where migrations are missing.")
@tables.plain
def command(*, check: bool, plain: bool) -> int:
    """Make the schema of the database, or bring it up to date.

    \b
    May be run at any time, and by several at once. Needs DATABASE_URL.

    \b
    Exit codes: 0 the schema is up to date, or newer; 65 it was made by another
    program; 75 migrations are missing, or the database can't be reached.
    """  # noqa: D301  click keeps lines as they are after a backspace
    applied: list[Migration] = []
    with closing(wiring.database()) as database:
        if not check:
            for step in migrations.migrate(database):
                applied.append(step)
                if not plain:
                    click.echo(f"applied {step.number:04} {step.name}")
        schema = migrations.inspect(database)
    if plain:
        tables.as_json(_values(schema, applied))
    else:
        _tell(schema)
    return AGAIN if schema.pending else 0


def _tell(schema: Schema) -> None:
    for step in schema.pending:
        click.echo(f"missing {step.number:04} {step.name}")
    if schema.pending:
        click.echo("The schema is out of date. Run `cad-runner migrate`.")
    elif schema.newer:
        more = f"{schema.newer} more than this version knows"
        click.echo(f"The schema is up to date, at migration {schema.applied}: {more}.")
    else:
        click.echo(f"The schema is up to date, at migration {schema.applied}.")


def _values(schema: Schema, applied: list[Migration]) -> dict[str, Any]:
    return {
        "migration": schema.applied,
        "applied": [step.number for step in applied],
        "missing": [step.number for step in schema.pending],
        "newer": schema.newer,
    }

"""``cad-runner schema``: the contract as JSON Schema."""

from __future__ import annotations

import json

import click

from runner.contract import JobMessage, ResultEvent, schema

SCHEMAS = {
    "message": lambda: schema(JobMessage),
    "event": lambda: schema(ResultEvent),
}


@click.command("schema")
@click.argument("what", type=click.Choice(list(SCHEMAS)), default="message")
def command(what: str) -> None:
    """Print a JSON Schema (2020-12): of the message, or of the events."""
    click.echo(json.dumps(SCHEMAS[what](), indent=2, ensure_ascii=False))

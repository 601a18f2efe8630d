"""``cad-runner schema``: the contract as JSON Schema."""

from __future__ import annotations

import json

import click

from pipelines import schemas
from runner.contract import JobMessage, ResultEvent, schema

SCHEMAS = {
    "message": lambda: schema(JobMessage),
    "event": lambda: schema(ResultEvent),
    "plan": lambda: schemas.schema("plan"),
    "report": lambda: schemas.schema("report"),
}


@click.command("schema")
@click.argument("what", type=click.Choice(list(SCHEMAS)), default="message")
def command(what: str) -> None:
    """Print a JSON Schema (draft 2020-12).

    Of the message that starts a job, the event that ends it, or of the files plan.geojson and report.json.
    """
    click.echo(json.dumps(SCHEMAS[what](), indent=2, ensure_ascii=False))

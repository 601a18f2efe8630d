"""``cad-runner publish``: uploads drawings and publishes their messages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipelines.options import UnitName
from runner.cli import tables, targets, wiring
from runner.cli.conversion import options
from runner.cli.publication import Publication
from runner.cli.wishes import of_the_drawing
from runner.contract import JobMessage

_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("publish")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_PATH)
@click.option("--wait", is_flag=True, help="Follow the jobs, and download the models beside the drawings.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="With --wait: file (.glb) or folder for models.")
@click.option("--job-id", help="Name the job, where there is one FILE; otherwise it gets a name.")
@click.option("--tenant", help="Whose job it is.")
@of_the_drawing
@tables.plain
def command(
    files: tuple[Path, ...],
    output: Path | None,
    job_id: str | None,
    tenant: str | None,
    units: str,
    page: int | None,
    scale: float | None,
    wall_height: float,
    *,
    wait: bool,
    plain: bool,
) -> int:
    """Upload drawings and publish a job for each: a DXF to the runners of DXF, a PDF or a picture to those of PDF.

    \b
    Exit codes: 0 all are published (with --wait: all became models),
    65 a drawing can't be used, 75 trying again may help.
    """  # noqa: D301  click keeps lines as they are after a backspace
    if job_id is not None and len(files) > 1:
        raise click.UsageError("--job-id names one job, but there are several drawings.")
    chosen = options(units=UnitName(units), page=page, scale=scale, wall_height=wall_height)
    if job_id is not None:
        _require_name(job_id)
    orders = targets.orders(files, output)
    if wait:
        for order in orders:
            targets.require_writable(order)
    with closing(wiring.broker()) as broker:
        publication = Publication(broker, wiring.store(), wiring.topology(), chosen, tenant=tenant, plain=plain)
        if wait:
            publication.listen()
        for order in orders:
            publication.publish(order, job_id)
        return publication.followed() if wait else publication.code


def _require_name(job_id: str) -> None:
    try:
        JobMessage(job_id=job_id, file_path="x")
    except ValueError:
        raise click.UsageError(
            "--job-id has letters, digits and . _ : - only, begins with one of the first two, and has 128 at most."
        ) from None

"""``cad-runner convert``: what it takes."""

from __future__ import annotations

import os
import re
import signal
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from pipelines.options import UnitName
from runner.cli.targets import orders, require_writable
from runner.sandbox.converter import DXF, Limits
from runner.sandbox.inprocess import InProcess
from runner.sandbox.process import Child

PIPELINE = DXF
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)


class Size(click.ParamType[int]):
    """Bytes: 800M, 2.5G, 4GiB."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes of a size as people write it."""
        match = _SIZE.fullmatch(str(value).strip())
        if match is None:
            self.fail(f"{value!r} is no size; write it as 800M or 4G.", param, ctx)
        return int(float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " "))


@click.command("convert")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File (.glb) for one drawing, or folder for many."
)
@click.option(
    "--units", type=click.Choice(list(UnitName)), default=UnitName.AUTO, show_default=True, help="Unit of the drawing."
)
@click.option("--wall-height", type=float, default=2.7, show_default=True, metavar="METRES", help="Height of walls.")
@click.option("--extrude", type=float, metavar="METRES", help="Raise closed profiles of a drawing without walls.")
@click.option("--preview", is_flag=True, help="Also write NAME.preview.png, a picture of the model.")
@click.option("--overlay", is_flag=True, help="Also write NAME.overlay.png, what was recognised over the drawing.")
@click.option("--plan", is_flag=True, help="Also write NAME.geojson, the floor plan for machines.")
@click.option("--report", is_flag=True, help="Also write NAME.report.json, what was read, inferred and made.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Drawings at a time.")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=540,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for each drawing.",
)
@click.option(
    "--memory", type=Size(), metavar="SIZE", help="Memory limit for each drawing.  [default: 80% of the machine]"
)
@click.option("--in-process", is_flag=True, help="No child process and no limits: for a debugger.")
def command(
    files: tuple[Path, ...],
    output: Path | None,
    units: UnitName,
    wall_height: float,
    extrude: float | None,
    preview: bool,
    overlay: bool,
    plan: bool,
    report: bool,
    jobs: int,
    seconds: float,
    memory: int | None,
    in_process: bool,
) -> int:
    r"""Convert drawings (DXF) into 3D models (GLB).

    Each FILE becomes a model beside it: plan.dxf -> plan.glb.

    \b
      cad-runner convert plan.dxf
      cad-runner convert *.dxf -o models --preview --jobs 4
      cad-runner convert plan.dxf -o house.glb --units mm --wall-height 2.5
    """
    signal.signal(signal.SIGTERM, _terminated)
    work = orders(files, output)
    if output is not None:
        require_writable(work[0])
    limits = Limits(
        soft_seconds=seconds,
        hard_seconds=seconds + max(2.0, seconds / 9),
        memory=memory or int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / jobs),
    )
    start = partial(InProcess, PIPELINE) if in_process else partial(Child, PIPELINE, limits)
    first = start()
    try:
        # The child imports what it needs meanwhile.
        from runner.cli.conversion import Conversion, options  # noqa: PLC0415

        chosen = options(
            units=units,
            wall_height=wall_height,
            extrude=extrude,
            preview=preview,
            overlay=overlay,
            plan=plan,
            report=report,
        )
    except BaseException:
        first.close()
        raise
    return Conversion(work, chosen, start, in_process=in_process).run(first, jobs=1 if in_process else jobs)


def _terminated(signal_number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C, with what the shell expects."""
    raise SystemExit(128 + signal_number)

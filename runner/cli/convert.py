"""``cad-runner convert``: what it takes."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipelines.options import UnitName
from runner.cli.targets import orders, require_writable
from runner.cli.wishes import DURATION, SIZE, of_the_drawing
from runner.formats import kind
from runner.sandbox import cgroup
from runner.sandbox.converter import CONVERT, Limits, Setting
from runner.sandbox.inprocess import InProcess
from runner.sandbox.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.sandbox.converter import Converter

PIPELINE = CONVERT


@click.command("convert")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File (.glb) for one drawing, or folder for many."
)
@of_the_drawing
@click.option("--extrude", type=float, metavar="METRES", help="Raise closed profiles of a drawing without walls.")
@click.option("--preview", is_flag=True, help="Also write NAME.preview.png, a picture of the model.")
@click.option("--overlay", is_flag=True, help="Also write NAME.overlay.png, what was recognised over the drawing.")
@click.option("--plan", is_flag=True, help="Also write NAME.geojson, the floor plan for machines.")
@click.option("--report", is_flag=True, help="Also write NAME.report.json, what was read, inferred and made.")
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Other weights of the detector of doors and windows: .onnx.",
)
@click.option("--gpu", is_flag=True, help="Run the detector on a GPU.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Drawings at a time.")
@click.option(
    "--time",
    "seconds",
    type=DURATION,
    default="9m",
    show_default=True,
    metavar="TIME",
    help="Time limit for each drawing.",
)
@click.option(
    "--memory", type=SIZE, metavar="SIZE", help="Memory limit for each drawing.  [default: 80% of the machine]"
)
@click.option("--in-process", is_flag=True, help="No child process and no limits: for a debugger.")
def command(
    files: tuple[Path, ...],
    output: Path | None,
    units: str,
    page: int | None,
    scale: float | None,
    wall_height: float,
    extrude: float | None,
    preview: bool,
    overlay: bool,
    plan: bool,
    report: bool,
    model: Path | None,
    gpu: bool,
    jobs: int,
    seconds: float,
    memory: float | None,
    in_process: bool,
) -> int:
    """Convert drawings (DXF, PDF, scans as PNG, JPEG or TIFF) into 3D models (GLB).

    Each FILE becomes a model beside it: plan.dxf -> plan.glb.

    \b
      cad-runner convert plan.dxf
      cad-runner convert *.dxf *.pdf -o models --preview --jobs 4
      cad-runner convert plan.dxf -o house.glb --units mm --wall-height 2.5
      cad-runner convert sheets.pdf --page 3 --scale 1:50
    """  # noqa: D301  click keeps lines as they are after a backspace
    work = orders(files, output)
    if output is not None:
        require_writable(work[0])
    limits = Limits(
        soft_seconds=seconds,
        hard_seconds=seconds + max(2.0, seconds / 9),
        memory=int(memory or 0.8 * cgroup.memory() / jobs),
    )
    own = {"model": str(model.absolute()) if model else None, "gpu": gpu or None}
    setting = Setting(options={name: value for name, value in own.items() if value is not None})

    def start(source: Path) -> Converter:
        told = replace(setting, kind=kind(source))
        return InProcess(PIPELINE, told) if in_process else Child(PIPELINE, limits, told)

    with _orderly_end():
        first = start(work[0].source)
        try:
            # The child imports what it needs meanwhile.
            from runner.cli.conversion import Conversion, options  # noqa: PLC0415

            chosen = options(
                units=UnitName(units),
                page=page,
                scale=scale,
                wall_height=wall_height,
                extrude=extrude,
                preview=preview,
                overlay=overlay,
                plan=plan,
                report=report,
            )
            conversion = Conversion(work, chosen, start, in_process=in_process)
        except BaseException:
            first.close()
            raise
        return conversion.run(first, jobs=jobs)


@contextmanager
def _orderly_end() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does: with everything cleared away."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, _terminated) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _terminated(signal_number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C, with what the shell expects."""
    raise SystemExit(128 + signal_number)

"""``cad-runner convert``: what it takes."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipelines.options import UnitName
from runner import amounts
from runner.cli.targets import orders, require_writable
from runner.sandbox import cgroup
from runner.sandbox.converter import DXF, Limits
from runner.sandbox.inprocess import InProcess
from runner.sandbox.process import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

PIPELINE = DXF


class Amount(click.ParamType[float]):
    """A positive number with a unit, as people write it."""

    def __init__(self, measure: amounts.Measure) -> None:
        self.name = measure.name
        self._measure = measure

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number in the base unit."""
        try:
            return self._measure.read(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


SIZE = Amount(amounts.SIZE)
DURATION = Amount(amounts.DURATION)


@click.command("convert")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File (.glb) for one drawing, or folder for many."
)
@click.option(
    "--units",
    type=click.Choice([unit.value for unit in UnitName]),
    default="auto",
    show_default=True,
    help="Unit of the drawing.",
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
    wall_height: float,
    extrude: float | None,
    preview: bool,
    overlay: bool,
    plan: bool,
    report: bool,
    jobs: int,
    seconds: float,
    memory: float | None,
    in_process: bool,
) -> int:
    """Convert drawings (DXF) into 3D models (GLB).

    Each FILE becomes a model beside it: plan.dxf -> plan.glb.

    \b
      cad-runner convert plan.dxf
      cad-runner convert *.dxf -o models --preview --jobs 4
      cad-runner convert plan.dxf -o house.glb --units mm --wall-height 2.5
    """  # noqa: D301  click keeps lines as they are after a backspace
    work = orders(files, output)
    if output is not None:
        require_writable(work[0])
    limits = Limits(
        soft_seconds=seconds,
        hard_seconds=seconds + max(2.0, seconds / 9),
        memory=int(memory or 0.8 * cgroup.memory() / jobs),
    )
    start = partial(InProcess, PIPELINE) if in_process else partial(Child, PIPELINE, limits)
    with _orderly_end():
        first = start()
        try:
            # The child imports what it needs meanwhile.
            from runner.cli.conversion import Conversion, options  # noqa: PLC0415

            chosen = options(
                units=UnitName(units),
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

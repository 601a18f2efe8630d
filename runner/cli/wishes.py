"""What several commands let people wish of a conversion: options, and the amounts that they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import click

from pipelines.options import UnitName
from runner import amounts

C = TypeVar("C", bound=Callable[..., Any])


class Reads(Protocol):
    """What reads an amount."""

    @property
    def name(self) -> str:
        """What is measured."""
        ...

    def read(self, text: str) -> float:
        """A number in the base unit. Raises ``ValueError`` with what is wrong."""
        ...


class Amount(click.ParamType[float]):
    """A positive number with a unit, as people write it."""

    def __init__(self, measure: Reads) -> None:
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
SCALE = Amount(amounts.SCALE)


_OPTIONS = (
    click.option(
        "--units",
        type=click.Choice([unit.value for unit in UnitName]),
        default="auto",
        show_default=True,
        help="Unit of a DXF.",
    ),
    click.option("--page", type=click.IntRange(min=1), metavar="N", help="Page of a PDF.  [default: all with a plan]"),
    click.option(
        "--scale", type=SCALE, metavar="1:N", help="Scale of a PDF or scan, such as 1:100.  [default: what it shows]"
    ),
    click.option(
        "--wall-height", type=float, default=2.7, show_default=True, metavar="METRES", help="Height of walls."
    ),
)


def of_the_drawing(command: C) -> C:
    """Add the options by which a drawing is read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command

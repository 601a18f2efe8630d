"""What the caller may ask of a conversion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UnitName(StrEnum):
    """Units that a drawing may be drawn in; ``AUTO`` infers it from the drawing."""

    AUTO = "auto"
    MM = "mm"
    CM = "cm"
    M = "m"
    INCH = "in"
    FOOT = "ft"

    @property
    def metres(self) -> float:
        """Metres per unit; nan for ``AUTO``."""
        return _METRES[self]


_METRES = {
    UnitName.AUTO: float("nan"),
    UnitName.MM: 0.001,
    UnitName.CM: 0.01,
    UnitName.M: 1.0,
    UnitName.INCH: 0.0254,
    UnitName.FOOT: 0.3048,
}


class OptionUnusable(Exception):
    """What was asked for can't be done here, whatever the drawing: nobody drew it wrongly."""

    def __init__(self, message: str, *, remedy: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code  #: stable


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """How to convert, and what to write beside ``model.glb``. Lengths in metres."""

    units: UnitName = UnitName.AUTO
    wall_height: float = 2.7
    door_head: float = 2.1
    window_sill: float = 0.9
    window_head: float = 2.1
    slab_thickness: float = 0.2
    page: int | None = None  #: of a document, from 1; None takes every page that shows a plan
    scale: float | None = None  #: of a page or picture: 100 for 1:100; None infers it
    model: str | None = None  #: path of another detector's weights, .onnx or .pt; None takes those that come with it
    gpu: bool = False  #: run networks on a GPU where one answers
    extrude: float | None = None  #: height for closed profiles of a drawing without walls; None leaves them lines
    preview: bool = True
    overlay: bool = True
    plan: bool = True
    report: bool = True

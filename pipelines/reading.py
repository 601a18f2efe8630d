"""A drawing file read: what every reader returns, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.views import View
    from pipelines.linework import Linework
    from pipelines.report import ReadReport, UnitReport

Measure = Callable[["Linework", "Meaning"], "UnitReport"]
Look = Callable[["Linework", "tuple[View, ...]", "UnitReport"], "Linework"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet, and what its reader knows of it."""

    linework: Linework  #: the whole sheet, in its own units, with its arcs restored
    report: ReadReport
    measure: Measure  #: tells the sheet's unit, once it is known what its rows mean
    look: Look | None = None  #: adds what a detector sees of the sheet's views, once the unit is known

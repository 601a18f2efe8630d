"""A drawing file read: what every reader returns, whatever the format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.backdrop import Backdrop
    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.views import View
    from pipelines.linework import Floats, Linework
    from pipelines.report import DetectorReport, ReadReport, UnitReport


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet on which a detector has looked for doors, windows and the like."""

    linework: Linework  #: with its sightings
    report: DetectorReport | None  #: None where it could not look
    warnings: tuple[str, ...] = ()


Measure = Callable[["Linework", "Meaning"], "UnitReport"]
Look = Callable[["Linework", "tuple[View, ...]", "UnitReport"], Looked]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a document lies on the sheet."""

    page: int  #: from 1
    low: Floats  #: (2,)
    high: Floats

    def holds(self, point: Floats) -> bool:
        """Whether a point (2,) lies on the page."""
        return bool(((point >= self.low) & (point <= self.high)).all())


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet, and what its reader knows of it."""

    linework: Linework  #: the whole sheet, in its own units, with its arcs restored
    report: ReadReport
    measure: Measure  #: tells the sheet's unit, once it is known what its rows mean
    look: Look | None = None  #: adds what a detector sees of the sheet's views, once the unit is known
    warnings: tuple[str, ...] = ()  #: what a person should know before trusting the model
    backdrops: tuple[Backdrop, ...] = ()  #: the scans that the sheet was traced from
    places: tuple[Place, ...] = ()  #: the pages that make up the sheet, where there are several

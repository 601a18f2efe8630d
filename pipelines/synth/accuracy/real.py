"""Real drawings against what was read off them by eye: doors and windows by kind and width, rooms, unit, views."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.plan import OpeningKind
from pipelines.synth.accuracy.score import Tally, group
from pipelines.synth.accuracy.totals import table
from pipelines.understand import understand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipelines.plan import FloorPlan
    from pipelines.understand import Understanding

INCH, FOOT = 0.0254, 0.3048
#: A width read off a drawing agrees within this, metres; the area of a room from its nominal sizes within this share.
SAME_WIDTH, SAME_AREA = 0.08, 0.1

_KINDS = {
    "swing": OpeningKind.DOOR,
    "pocket": OpeningKind.SLIDING_DOOR,
    "bypass": OpeningKind.SLIDING_DOOR,
    "sliding glass": OpeningKind.SLIDING_DOOR,
    "overhead": OpeningKind.OVERHEAD_DOOR,
    "folding": OpeningKind.FOLDING_DOOR,
}
_VIEWS = {"floor plan": "plan", "roof plan": "roof_plan", "elevation": "elevation"}
_SIDE = re.compile(r"(\d+)'\s*(\d+)?")

Sized = tuple[OpeningKind, float]


@dataclass(frozen=True, slots=True)
class Real:
    """What was found of what a real drawing holds; None where nobody has written down what it holds."""

    name: str
    unit: str  #: as found
    unit_right: bool
    views: str  #: as found
    views_right: bool
    doors: Tally | None
    door_kinds: tuple[int, int] | None  #: right kinds, of the right doors
    windows: Tally | None
    rooms: tuple[int, int] | None  #: rooms of that name and size, of all that are closed
    named: tuple[int, int] | None  #: names found, of all names
    columns: tuple[int, int] | None  #: found, there
    error: str = ""


def measure(folder: Path) -> list[Real]:
    """Score every drawing that ``truth.json`` of a folder describes; nothing where there is no such file."""
    listed = folder / "truth.json"
    if not listed.is_file():
        return []
    truth: dict[str, Any] = json.loads(listed.read_text("utf-8"))
    return [
        _measured(folder / "dxf" / name, facts)
        for name, facts in sorted(truth.items())
        if isinstance(facts, dict) and (folder / "dxf" / name).is_file()
    ]


def _measured(source: Path, facts: dict[str, Any]) -> Real:
    try:
        found = understand(source, ConvertOptions())
    except DrawingError as error:
        return Real(source.name, "", False, "", False, None, None, None, None, None, None, error.message)
    return judge(source.name, facts, found)


def judge(name: str, facts: dict[str, Any], found: Understanding) -> Real:
    """An understanding against the facts of ``truth.json``."""
    seen = Counter(view.kind for view in found.views)
    asked = Counter({_VIEWS[kind]: count for kind, count in facts["views"].items()})
    plan = found.plan
    doors = list(_doors(facts)) if "doors" in facts else None
    windows = [(OpeningKind.WINDOW, row["width_in"] * INCH) for row in _each(facts.get("windows", []))]
    door_tally, kinds = sized(doors, _openings(plan, "door")) if doors is not None else (None, None)
    return Real(
        name=name,
        unit=found.units.name,
        unit_right=found.units.name == facts["unit"],
        views=", ".join(f"{count} {kind}" for kind, count in sorted(seen.items())),
        views_right=all(seen[kind] == count for kind, count in asked.items()),
        doors=door_tally,
        door_kinds=kinds,
        windows=sized(windows, _openings(plan, "window"))[0] if windows else None,
        rooms=_sizes(facts, plan) if "rooms_ft_in" in facts else None,
        named=_names(facts, plan) if "rooms_ft_in" in facts else None,
        columns=(sum(len(s.columns) for s in plan.storeys), facts["columns"]["count"]) if "columns" in facts else None,
    )


def _each(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    return (row for row in rows for _ in range(row["count"]))


def _doors(facts: dict[str, Any]) -> Iterable[Sized]:
    for kind, rows in facts["doors"].items():
        for row in _each(rows):
            yield _KINDS[kind], row["width_in"] * INCH


def _openings(plan: FloorPlan, name: str) -> list[Sized]:
    return [
        (kind, float(width))
        for storey in plan.storeys
        for kind, width in zip(storey.openings.kind, storey.openings.width, strict=True)
        if group(kind) == name
    ]


def sized(true: list[Sized], found: list[Sized]) -> tuple[Tally, tuple[int, int]]:
    """Openings paired by width, those of the same kind first; how many, and how many of the same kind."""
    left = list(found)
    right = kinds = 0
    for same in (True, False):
        waiting = []
        for kind, width in true:
            fits = [
                k
                for k, (other, seen) in enumerate(left)
                if abs(seen - width) <= SAME_WIDTH and (other == kind or not same)
            ]
            if not fits:
                waiting.append((kind, width))
                continue
            best = min(fits, key=lambda k: abs(left[k][1] - width))
            kinds += left[best][0] == kind
            right += 1
            del left[best]
        true = waiting
    return Tally(right, len(left), len(true)), (kinds, right)


def area_of(sizes: str) -> float:
    """Square metres of a size such as ``13'8 x 14'``."""
    sides = [int(feet) * FOOT + int(inches or 0) * INCH for feet, inches in _SIDE.findall(sizes)]
    return float(np.prod(sides))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _rooms(plan: FloorPlan) -> list[tuple[str, float]]:
    return [
        (_plain(name), float(area))
        for storey in plan.storeys
        for name, area in zip(storey.rooms.name, storey.rooms.area, strict=True)
    ]


def _bare(name: str) -> str:
    """A name without what was added to tell it from others of the same name."""
    return _plain(re.sub(r"\(.*\)", "", name))


def _sizes(facts: dict[str, Any], plan: FloorPlan) -> tuple[int, int]:
    """Closed rooms of which one of that name and size was found."""
    left = _rooms(plan)
    right = 0
    closed = {name: size for name, size in facts["rooms_ft_in"].items() if name not in facts.get("open_plan", [])}
    for name, size in closed.items():
        area = area_of(size)
        fits = [k for k, (seen, got) in enumerate(left) if _bare(name) in seen and abs(got - area) <= SAME_AREA * area]
        if fits:
            right += 1
            del left[min(fits, key=lambda k: abs(left[k][1] - area))]
    return right, len(closed)


def _names(facts: dict[str, Any], plan: FloorPlan) -> tuple[int, int]:
    written = " ".join(name for name, _ in _rooms(plan))
    return sum(_bare(name) in written for name in facts["rooms_ft_in"]), len(facts["rooms_ft_in"])


def lines(results: list[Real]) -> list[str]:
    """The table of the real drawings."""
    rows = []
    for each in results:
        doors, windows = (_told(tally) for tally in (each.doors, each.windows))
        parts = (each.door_kinds, each.rooms, each.named)
        told = [f"{part[0]} of {part[1]}" if part else "" for part in parts]
        columns = f"{each.columns[0]} ({each.columns[1]})" if each.columns else ""
        unit = f"{each.unit} {'✓' if each.unit_right else '✗'}"
        views = f"{each.views} {'✓' if each.views_right else '✗'}"
        rows.append((each.name, unit, views, doors, told[0], windows, told[1], told[2], columns))
    head = (
        "drawing", "unit", "views found", "doors", "of the right kind", "windows", "rooms of their size", "room names",
        "columns (there)",
    )  # fmt: skip
    return table(head, rows)


def _told(tally: Tally | None) -> str:
    if tally is None:
        return ""
    extra = f", {tally.extra} too many" if tally.extra else ""
    return f"{tally.right} of {tally.right + tally.missed}{extra}"

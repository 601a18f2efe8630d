"""``python -m pipelines.synth.examples``: the drawings of ``examples/``, the same bytes on every run."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.options import UnitName
from pipelines.synth import dxf, plots
from pipelines.synth.building import build
from pipelines.synth.draw import drawn
from pipelines.synth.hands import BY_KEY
from pipelines.synth.sheet import Circle, Line, Measure, Poly, Sheet, Text, rectangle
from pipelines.synth.style import DoorStyle, Style, WallStyle, WindowStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipelines.synth.sheet import Point

#: Buildings by kind and seed, each with the hand that draws it.
BUILDINGS: dict[str, tuple[str, int, Style]] = {
    "flat.dxf": (
        "flat",
        5001,
        Style(convention=BY_KEY["english"], windows=WindowStyle.TWO, room_areas=True, axes=True, titles=True),
    ),
    "house-two-storeys.dxf": (
        "house",
        5005,
        Style(
            convention=BY_KEY["german"],
            walls=WallStyle.POLYLINE,
            doors=DoorStyle.LEAF,
            block_names="national",
            room_areas=True,
            views=("elevation",),
            unit=UnitName.M,
            declared=UnitName.M,
            version="R2013",
        ),
    ),
    "office.dxf": (
        "office",
        5000,
        Style(
            convention=BY_KEY["aia"],
            doors=DoorStyle.LEAF,
            tags=True,
            axes=True,
            title_block=True,
            block_names="coded",
            version="R2018",
        ),
    ),
    "korean-cp949.dxf": (
        "flat",
        5004,
        Style(
            convention=BY_KEY["korean"],
            doors=DoorStyle.LEAF,
            windows=WindowStyle.FRAMED,
            door_frames=True,
            block_names="national",
            floor_pattern=True,
            version="R2000",
            encoding="cp949",
            code_page=False,
        ),
    ),
    "inches-declared-mm.dxf": (
        "house",
        5013,
        Style(
            convention=BY_KEY["aia-long"],
            prefix="xref-base$0$",
            windows=WindowStyle.SILL,
            door_blocks=False,
            size_codes=True,
            unit=UnitName.INCH,
            declared=UnitName.MM,
            offset=(48210.0, -12764.0),
            version="R2000",
            encoding="cp1252",
        ),
    ),
    "house-hatched.dxf": (
        "house",
        5011,
        Style(
            convention=BY_KEY["french"],
            walls=WallStyle.PATTERN,
            block_names="national",
            unit=UnitName.CM,
            declared=None,
            floor_pattern=True,
            views=("section",),
        ),
    ),
    "flat-wide-polylines.dxf": (
        "flat",
        5005,
        Style(
            convention=BY_KEY["spanish"],
            walls=WallStyle.WIDE,
            doors=DoorStyle.BULGE,
            window_blocks=False,
            scaled=True,
            unit=UnitName.M,
            declared=UnitName.MM,
            version="R2000",
            encoding="cp1252",
        ),
    ),
}
_STOREYS = {"house-two-storeys.dxf": 2}
PART = "flange-and-bracket.dxf"


def files() -> dict[str, Callable[[], bytes]]:
    """Every example by name, made when it is called for."""
    made: dict[str, Callable[[], bytes]] = {
        name: lambda name=name, kind=kind, seed=seed, style=style: (
            drawn(build(seed, kind, storeys=_STOREYS.get(name, 1)), style, seed).data
        )  # type: ignore[misc]
        for name, (kind, seed, style) in BUILDINGS.items()
    }
    made[PART] = part
    made["flat.pdf"] = lambda: plots.flat(BUILDINGS["flat.dxf"][2])
    made["house-converter.pdf"] = lambda: plots.house(BUILDINGS["house-two-storeys.dxf"][2])
    made["flat-scan.pdf"] = plots.scan
    return made


def part() -> bytes:
    """A flange and a bracket, in millimetres: closed profiles with holes, nothing of a building."""
    sheet = Sheet()
    _flange(sheet, (0.0, 0.0))
    _bracket(sheet, (160.0, -60.0))
    _side(sheet, (0.0, -150.0))
    sheet.add(Text("TEXT", (0.1, -0.2), 0.005, "FLANGE DN50 / BRACKET 120x120x8   S235JR   t = 8"))
    return dxf.write(sheet, Style(convention=BY_KEY["english"], letters=0.004))


def _mm(*points: Point) -> tuple[Point, ...]:
    return tuple(_at(point) for point in points)


def _at(point: Point) -> Point:
    return point[0] / 1000, point[1] / 1000


def _flange(sheet: Sheet, at: Point) -> None:
    """A disc with a bore and eight bolt holes on a circle."""
    x, y = at
    center = _at(at)
    sheet.add(Circle("OUTLINE", center, 0.0825), Circle("OUTLINE", center, 0.0275), Circle("HIDDEN", center, 0.04))
    for k in range(8):
        turn = math.pi / 8 + k * math.pi / 4
        hole = _at((x + 62.5 * math.cos(turn), y + 62.5 * math.sin(turn)))
        sheet.add(Circle("OUTLINE", hole, 0.009))
        for dx, dy in ((0.014, 0.0), (0.0, 0.014)):
            sheet.add(Line("CENTER", (hole[0] - dx, hole[1] - dy), (hole[0] + dx, hole[1] + dy), dashed=True))
    for a, b in (((x - 95, y), (x + 95, y)), ((x, y - 95), (x, y + 95))):
        sheet.add(Line("CENTER", _at(a), _at(b), dashed=True))
    left, right, base = _mm((x - 82.5, y), (x + 82.5, y), (x, y + 105))
    sheet.add(Measure("DIM", left, right, base, 0.0))


def _bracket(sheet: Sheet, at: Point) -> None:
    """An angle plate with round corners, a slot and two holes."""
    x, y = at
    r, bow = 12.0, math.tan(math.pi / 8)
    corners = (
        (x + r, y), (x + 120 - r, y), (x + 120, y + r), (x + 120, y + 40), (x + 40 + r, y + 40),
        (x + 40, y + 40 + r), (x + 40, y + 120), (x + r, y + 120), (x, y + 120 - r), (x, y + r),
    )  # fmt: skip
    bulges = (0.0, bow, 0.0, 0.0, -bow, 0.0, 0.0, bow, 0.0, bow)
    sheet.add(Poly("OUTLINE", _mm(*corners), closed=True, bulges=bulges))
    slot = ((x + 60, y + 14), (x + 96, y + 14), (x + 96, y + 26), (x + 60, y + 26))
    sheet.add(Poly("OUTLINE", _mm(*slot), closed=True, bulges=(0.0, 1.0, 0.0, 1.0)))
    for hole in ((x + 20, y + 64), (x + 20, y + 100)):
        sheet.add(Circle("OUTLINE", _at(hole), 0.0065))
    first, second, base, side = _mm((x, y), (x + 120, y), (x, y - 18), (x - 18, y))
    top = _at((x, y + 120))
    sheet.add(Measure("DIM", first, second, base, 0.0), Measure("DIM", first, top, side, math.pi / 2))


def _side(sheet: Sheet, at: Point) -> None:
    """The bracket from the side."""
    x, y = at
    sheet.add(rectangle("OUTLINE", _at((x, y)), _at((x + 120, y + 8))))
    for hole in (60, 96):
        for edge in (-6, 6):
            sheet.add(Line("HIDDEN", _at((x + hole + edge, y)), _at((x + hole + edge, y + 8)), dashed=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every example into the folder that is named, or into ``examples``."""
    named = list(sys.argv[1:] if arguments is None else arguments)
    folder = Path(named[0] if named else "examples")
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in files().items():
        (folder / name).write_bytes(make())
    return 0


if __name__ == "__main__":
    sys.exit(main())

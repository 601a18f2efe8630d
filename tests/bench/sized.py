"""Plans of a given size to measure with: one large floor of rooms, drawn as offices draw it.

About 5,000 entities a megabyte: half of them LINE, then LWPOLYLINE and INSERT, some ARC, TEXT, MTEXT, HATCH, and one
DIMENSION with its own geometry block in every room. Millimetres, R2010, the same bytes for the same seed.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ezdxf import units
from ezdxf._options import options
from ezdxf.filemanagement import new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ezdxf.document import Drawing as Document

WALL, DOOR, WINDOW = 150.0, 900.0, 1500.0
NAMES = ("OFFICE", "MEETING", "STORAGE", "KITCHEN", "BEDROOM", "LIVING", "BATH", "LOBBY", "ARCHIVE", "STUDY")
#: Bytes that a room takes, by measurement; only the proportions of the floor depend on it.
ROOM_BYTES = 7_600

Point = tuple[float, float]


def write_sized(path: Path, megabytes: float, seed: int = 0) -> int:
    """Write a plan of about ``megabytes`` (10^6 bytes; at least one room); returns the number of rooms."""
    before, blocks, entities, after = _skeleton()
    budget = int(megabytes * 1e6) - len(before) - len(blocks) - len(entities) - len(after)
    sheet = _Sheet()
    across = max(1, round(math.sqrt(budget / ROOM_BYTES)))
    floor = _Floor(random.Random(seed), across)
    rooms = 0
    while rooms == 0 or sheet.size < budget:
        floor.room(sheet, rooms % across, rooms // across)
        rooms += 1
    floor.outline(sheet, rooms)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(before)
        file.writelines(sheet.records)
        file.write(blocks)
        file.writelines(sheet.blocks)
        file.write(entities)
        file.writelines(sheet.entities)
        file.write(after)
    return rooms


class _Sheet:
    """Records as text, with their handles."""

    def __init__(self) -> None:
        self.handle = 0x1000
        self.size = 0
        self.records: list[str] = []
        self.blocks: list[str] = []
        self.entities: list[str] = []

    def _record(self, kind: str, layer: str, subclass: str, body: str, *, owner: str = "1F") -> str:
        self.handle += 1
        text = f"  0\n{kind}\n  5\n{self.handle:X}\n330\n{owner}\n100\nAcDbEntity\n  8\n{layer}\n"
        text += (f"100\n{subclass}\n" if subclass else "") + body
        self.size += len(text)
        return text

    def add(self, kind: str, layer: str, subclass: str, body: str) -> None:
        self.entities.append(self._record(kind, layer, subclass, body))

    def line(self, layer: str, a: Point, b: Point) -> None:
        self.add("LINE", layer, "AcDbLine", _at(10, a) + _at(11, b))

    def polyline(
        self, layer: str, points: Iterable[Point], *, closed: bool = True, bulges: dict[int, float] | None = None
    ) -> None:
        chain = list(points)
        body = f" 90\n{len(chain)}\n 70\n{int(closed)}\n 43\n0.0\n"
        for k, (x, y) in enumerate(chain):
            body += f" 10\n{x:.6f}\n 20\n{y:.6f}\n"
            if bulges and k in bulges:
                body += f" 42\n{bulges[k]}\n"
        self.add("LWPOLYLINE", layer, "AcDbPolyline", body)

    def insert(self, layer: str, block: str, at: Point, *, rotation: float = 0.0, flip: bool = False) -> None:
        body = f"  2\n{block}\n{_at(10, at)} 41\n{-1.0 if flip else 1.0}\n 50\n{rotation}\n"
        self.add("INSERT", layer, "AcDbBlockReference", body)

    def arc(self, layer: str, center: Point, radius: float, start: float, end: float) -> None:
        body = f"{_at(10, center)} 40\n{radius:.6f}\n100\nAcDbArc\n 50\n{start}\n 51\n{end}\n"
        self.add("ARC", layer, "AcDbCircle", body)

    def text(self, layer: str, at: Point, height: float, text: str) -> None:
        body = f"{_at(10, at)} 40\n{height}\n  1\n{text}\n100\nAcDbText\n"
        self.add("TEXT", layer, "AcDbText", body)

    def mtext(self, layer: str, at: Point, height: float, text: str) -> None:
        self.add("MTEXT", layer, "AcDbMText", f"{_at(10, at)} 40\n{height}\n 71\n5\n  1\n{text}\n")

    def hatch(self, layer: str, ring: list[Point]) -> None:
        corners = "".join(f" 10\n{x:.6f}\n 20\n{y:.6f}\n" for x, y in ring)
        body = (
            f"{_at(10, (0.0, 0.0))}210\n0.0\n220\n0.0\n230\n1.0\n  2\nSOLID\n 70\n1\n 71\n0\n 91\n1\n 92\n3\n 72\n0\n"
            f" 73\n1\n 93\n{len(ring)}\n{corners} 97\n0\n 75\n1\n 76\n1\n 98\n0\n"
        )
        self.add("HATCH", layer, "AcDbHatch", body)

    def dimension(self, layer: str, a: Point, b: Point, offset: float) -> None:
        """A horizontal dimension above two points, with the anonymous block that draws it."""
        name = f"*D{len(self.records) + 1}"
        y = a[1] + offset
        self.handle += 1
        owner = f"{self.handle:X}"
        record = (
            f"  0\nBLOCK_RECORD\n  5\n{owner}\n330\n1\n100\nAcDbSymbolTableRecord\n100\nAcDbBlockTableRecord\n"
            f"  2\n{name}\n340\n0\n"
        )
        head = f"  2\n{name}\n 70\n1\n{_at(10, (0.0, 0.0))}  3\n{name}\n  1\n\n"
        middle = ((a[0] + b[0]) / 2, y + 120.0)
        shown = f"{b[0] - a[0]:.0f}"
        parts = [self._record("BLOCK", "0", "AcDbBlockBegin", head, owner=owner)]
        for start, end in ((a, (a[0], y + 60)), (b, (b[0], y + 60)), ((a[0], y), (b[0], y))):
            body = _at(10, start) + _at(11, end)
            parts.append(self._record("LINE", "0", "AcDbLine", body, owner=owner))
        body = f"{_at(10, middle)} 40\n125\n 71\n5\n  1\n{shown}\n"
        parts.append(self._record("MTEXT", "0", "AcDbMText", body, owner=owner))
        parts.append(self._record("ENDBLK", "0", "AcDbBlockEnd", "", owner=owner))
        self.records.append(record)
        self.blocks.append("".join(parts))
        self.size += len(record)
        body = (
            f"280\n0\n  2\n{name}\n{_at(10, (b[0], y))}{_at(11, middle)} 70\n32\n 71\n5\n 42\n{b[0] - a[0]:.4f}\n"
            f"  3\nStandard\n100\nAcDbAlignedDimension\n{_at(13, a)}{_at(14, b)}100\nAcDbRotatedDimension\n"
        )
        self.add("DIMENSION", layer, "AcDbDimension", body)


@dataclass(slots=True)
class _Floor:
    """A grid of rooms with a door in every wall to the east, and a window in every wall to the north."""

    random: random.Random
    across: int
    lefts: list[float] = field(default_factory=lambda: [0.0])
    bottoms: list[float] = field(default_factory=lambda: [0.0])
    doors: dict[tuple[int, int], float] = field(default_factory=dict)
    windows: dict[tuple[int, int], float] = field(default_factory=dict)

    def room(self, sheet: _Sheet, column: int, row: int) -> None:
        """Draw a room; the one to the west and the one to the south were drawn before."""
        while len(self.lefts) <= column + 1:
            self.lefts.append(self.lefts[-1] + 50.0 * self.random.randint(64, 110))
        while len(self.bottoms) <= row + 1:
            self.bottoms.append(self.bottoms[-1] + 50.0 * self.random.randint(64, 100))
        x0, y0 = self.lefts[column] + WALL, self.bottoms[row] + WALL
        x1, y1 = self.lefts[column + 1], self.bottoms[row + 1]
        self.doors[column, row] = y0 + self.random.uniform(200.0, y1 - y0 - DOOR - 200.0)
        self.windows[column, row] = x0 + self.random.uniform(300.0, x1 - x0 - WINDOW - 300.0)
        self._walls(sheet, column, row, (x0, y0, x1, y1))
        self._openings(sheet, self.doors[column, row], self.windows[column, row], (x1, y1))
        self._furniture(sheet, (x0, y0, x1, y1))
        name = f"{self.random.choice(NAMES)} {row + 1}{column + 1:02d}"
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        sheet.text("A-ANNO-TEXT", (middle[0] - 400.0, middle[1]), 180.0, name)
        area = (x1 - x0) * (y1 - y0) / 1e6
        sheet.mtext("A-ANNO-TEXT", (middle[0], middle[1] - 260.0), 150.0, f"{{\\fArial|b0|i0;{area:.1f} m\u00b2}}")
        sheet.dimension("A-ANNO-DIMS", (x0, y0), (x1, y0), 300.0)

    def _walls(self, sheet: _Sheet, column: int, row: int, box: tuple[float, float, float, float]) -> None:
        x0, y0, x1, y1 = box
        east, north = self.doors[column, row], self.windows[column, row]
        west, south = self.doors.get((column - 1, row)), self.windows.get((column, row - 1))
        for x, gap in ((x1, east), (x0, west)):
            for low, high in _beside(y0, y1, gap, DOOR):
                sheet.line("A-WALL", (x, low), (x, high))
        for y, gap in ((y1, north), (y0, south)):
            for low, high in _beside(x0, x1, gap, WINDOW):
                sheet.line("A-WALL", (low, y), (high, y))
        for y in (east, east + DOOR):
            sheet.line("A-WALL", (x1, y), (x1 + WALL, y))
        for x in (north, north + WINDOW):
            sheet.line("A-WALL", (x, y1), (x, y1 + WALL))

    def _openings(self, sheet: _Sheet, door: float, window: float, corner: Point) -> None:
        x1, y1 = corner
        flip = self.random.random() < 0.5
        hinge = (x1 + WALL, door + DOOR if flip else door)
        sheet.insert("A-DOOR", "DOOR-900", hinge, rotation=90.0, flip=flip)
        sheet.insert("A-GLAZ", "WINDOW-1500", (window, y1))
        for k in (1, 2):
            sheet.line("A-GLAZ", (window, y1 + WALL * k / 3), (window + WINDOW, y1 + WALL * k / 3))

    def _furniture(self, sheet: _Sheet, box: tuple[float, float, float, float]) -> None:
        x0, y0, x1, y1 = box
        pick = self.random
        sheet.insert("I-FURN", "DESK", (x0 + 100.0, y1 - 900.0))
        sheet.insert("I-FURN", "CHAIR", (x0 + 800.0, y1 - 1300.0), rotation=float(pick.randrange(0, 360, 45)))
        cupboard = _box(x0 + 50.0, y0 + 50.0, 600.0, 450.0)
        sheet.polyline("I-FURN", cupboard)
        sheet.polyline("I-FURN", _box(x0 + 700.0, y0 + 50.0, 600.0, 450.0))
        sheet.line("I-FURN", cupboard[0], cupboard[2])
        sheet.line("I-FURN", cupboard[1], cupboard[3])
        seat = _box(x1 - 1000.0, y0 + 100.0, 800.0, 700.0)
        sheet.polyline("I-FURN", seat, bulges={2: 0.25})
        sheet.polyline("A-FLOR-PATT", [(x0, y1 - 300.0), (x0 + 300.0, y1)], closed=False)
        sheet.arc("I-FURN", (x1 - 600.0, y1 - 600.0), 250.0, 0.0, float(pick.randrange(90, 360, 15)))
        if pick.random() < 0.4:
            for k in range(1, 11):
                sheet.line("A-FLOR-PATT", (x1 - 1200.0, y0 + 90.0 * k), (x1 - 300.0, y0 + 90.0 * k))
        if pick.random() < 0.4:
            sheet.hatch("S-COLS", _box(x0, y0, 300.0, 300.0))
            sheet.polyline("S-COLS", _box(x0, y0, 300.0, 300.0))

    def outline(self, sheet: _Sheet, rooms: int) -> None:
        """The outer faces of the walls to the west and to the south."""
        columns, rows = min(rooms, self.across), math.ceil(rooms / self.across)
        sheet.line("A-WALL", (0.0, 0.0), (self.lefts[columns] + WALL, 0.0))
        sheet.line("A-WALL", (0.0, 0.0), (0.0, self.bottoms[rows] + WALL))
        sheet.line("A-WALL", (0.0, self.bottoms[rows] + WALL), (self.lefts[1], self.bottoms[rows] + WALL))
        sheet.line("A-WALL", (self.lefts[columns] + WALL, 0.0), (self.lefts[columns] + WALL, self.bottoms[1]))


def _beside(low: float, high: float, gap: float | None, width: float) -> list[Point]:
    """The stretches beside a gap."""
    return [(low, high)] if gap is None else [(low, gap), (gap + width, high)]


def _at(code: int, point: Point) -> str:
    """The group codes of a point."""
    x, y = point
    return f" {code}\n{x:.6f}\n {code + 10}\n{y:.6f}\n {code + 20}\n0.0\n"


def _box(x: float, y: float, width: float, depth: float) -> list[Point]:
    return [(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)]


def _skeleton() -> tuple[str, str, str, str]:
    """A document with layers and blocks: up to the end of its block records, of its blocks, of its entities, the rest.

    The pieces join where the records, blocks and entities of the sheet go.
    """
    kept = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        document = new("R2010", setup=True)
        document.units = units.MM
        _blocks(document)
        stream = io.StringIO()
        document.entitydb.handles.reset("FFFFFF")  # beyond those of the sheet; readers go on from there
        document.write(stream)
    finally:
        options.write_fixed_meta_data_for_testing = kept
    text = stream.getvalue()
    records = text.index("  0\nENDTAB\n", text.index("  0\nTABLE\n  2\nBLOCK_RECORD\n"))
    blocks = text.index("  0\nENDSEC\n", text.index("  2\nBLOCKS\n"))
    entities = text.index("  0\nENDSEC\n", text.index("  2\nENTITIES\n"))
    return text[:records], text[records:blocks], text[blocks:entities], text[entities:]


def _blocks(document: Document) -> None:
    for name, color in (
        ("A-WALL", 7), ("A-DOOR", 3), ("A-GLAZ", 4), ("I-FURN", 8), ("A-FLOR-PATT", 9), ("A-ANNO-TEXT", 2),
        ("A-ANNO-DIMS", 1), ("S-COLS", 6),
    ):  # fmt: skip
        document.layers.add(name, color=color)
    door = document.blocks.new("DOOR-900")
    door.add_lwpolyline([(0, 0), (0, -DOOR), (40, -DOOR), (40, 0)], close=True)
    door.add_arc((0, 0), DOOR, 270, 360)
    window = document.blocks.new("WINDOW-1500")
    window.add_lwpolyline(_box(0.0, 0.0, WINDOW, WALL), close=True)
    desk = document.blocks.new("DESK")
    desk.add_lwpolyline(_box(0.0, 0.0, 1600.0, 800.0), close=True)
    desk.add_circle((800, 400), 60)
    chair = document.blocks.new("CHAIR")
    chair.add_lwpolyline(_box(-220.0, -220.0, 440.0, 440.0), close=True)
    chair.add_line((-220, -180), (220, -180))
    chair.add_arc((0, 0), 250, 200, 340)

"""A sheet written as DXF: the only module of this package that knows ezdxf."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING

import shapely
from ezdxf import units
from ezdxf._options import options
from ezdxf.document import Drawing
from ezdxf.enums import TextEntityAlignment
from ezdxf.math import Vec2
from ezdxf.tools.standards import setup_linetypes

from pipelines.options import UnitName
from pipelines.synth.sheet import Arc, Circle, Fill, Insert, Line, Mask, Measure, Poly, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ezdxf.layouts.blocklayout import BlockLayout
    from ezdxf.layouts.layout import Modelspace

    from pipelines.synth.sheet import Mark, Point, Sheet
    from pipelines.synth.style import Style

_INSUNITS = {
    UnitName.MM: units.MM,
    UnitName.CM: units.CM,
    UnitName.M: units.M,
    UnitName.INCH: units.IN,
    UnitName.FOOT: units.FT,
}
_COLORS = (7, 1, 3, 2, 4, 5, 6, 8, 9, 30, 40, 140)
_CODE_PAGE = re.compile(rb"  9\r?\n\$DWGCODEPAGE\r?\n  3\r?\n[^\r\n]*\r?\n")


def write(sheet: Sheet, style: Style) -> bytes:
    """The bytes of a DXF file. The same sheet and style give the same bytes."""
    fixed = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        doc = Drawing.new(style.version)
        setup_linetypes(doc)
        _head(doc, style)
        _layers(doc, sheet)
        writer = _Writer(doc, style)
        for name, marks in sheet.blocks.items():
            writer.draw(doc.blocks.new(name), marks, placed=False)
        writer.draw(doc.modelspace(), sheet.marks, placed=True)
        return _bytes(doc, style)
    finally:
        options.write_fixed_meta_data_for_testing = fixed


def _head(doc: Drawing, style: Style) -> None:
    doc.encoding = style.encoding
    said = style.declared if style.version != "R12" else None
    doc.header["$INSUNITS"] = _INSUNITS[said] if said is not None else 0
    doc.header["$MEASUREMENT"] = 0 if style.unit in (UnitName.INCH, UnitName.FOOT) else 1
    doc.header["$LTSCALE"] = 0.25 / style.unit.metres
    size = style.letters / style.unit.metres
    look = doc.dimstyles.get("Standard").dxf
    look.dimtxt, look.dimasz, look.dimexo, look.dimexe, look.dimgap = size, size * 0.7, size, size * 0.5, size * 0.4
    look.dimtad, look.dimdec = 1, 0 if style.unit == UnitName.MM else 2
    if style.unit not in (UnitName.INCH, UnitName.FOOT):
        look.dimtsz = size * 0.5


def _layers(doc: Drawing, sheet: Sheet) -> None:
    names = dict.fromkeys(mark.layer for marks in (sheet.marks, *sheet.blocks.values()) for mark in marks)
    for number, name in enumerate(names):
        if name not in doc.layers:
            layer = doc.layers.add(name, color=_COLORS[number % len(_COLORS)])
            if name in sheet.hidden and number % 2:
                layer.off()
            elif name in sheet.hidden:
                layer.freeze()


def _bytes(doc: Drawing, style: Style) -> bytes:
    # ezdxf declares classes in the order of a set, which differs from process to process.
    for name in sorted(doc.entitydb.dxf_types_in_use()):
        doc.classes.add_class(name)
    if style.binary:
        raw = io.BytesIO()
        doc.write(raw, fmt="bin")
        return raw.getvalue()
    text = io.StringIO()
    doc.write(text, fmt="asc")
    data = text.getvalue().encode(doc.output_encoding, errors="dxfreplace")
    return data if style.code_page else _CODE_PAGE.sub(b"", data, count=1)


class _Writer:
    """Puts marks into a layout, in drawing units."""

    def __init__(self, doc: Drawing, style: Style) -> None:
        self.doc = doc
        self.scale = 1.0 / style.unit.metres
        self.offset = Vec2(style.offset)
        self.placed = True
        self.old = style.version == "R12"
        self.turned_over = style.turned_over

    def draw(self, space: Modelspace | BlockLayout, marks: Iterable[Mark], *, placed: bool) -> None:
        """Add marks; those of a block are not moved by the sheet's offset."""
        self.placed = placed
        for mark in marks:
            self._mark(space, mark)

    def _at(self, point: Point) -> Vec2:
        spot = Vec2(point) * self.scale
        return spot + self.offset if self.placed else spot

    def _mark(self, space: Modelspace | BlockLayout, mark: Mark) -> None:  # noqa: C901  # one kind of mark a case
        look: dict[str, object] = {"layer": mark.layer}
        match mark:
            case Line():
                if mark.thickness:
                    look["thickness"] = mark.thickness * self.scale
                if mark.dashed:
                    look["linetype"] = "DASHED"
                space.add_line(self._at(mark.start), self._at(mark.end), dxfattribs=look)
            case Poly():
                self._poly(space, mark, look)
            case Arc():
                start, end = math.degrees(mark.start) % 360, math.degrees(mark.end) % 360
                space.add_arc(self._at(mark.center), mark.radius * self.scale, start, end, dxfattribs=look)
            case Circle():
                space.add_circle(self._at(mark.center), mark.radius * self.scale, dxfattribs=look)
            case Text():
                self._text(space, mark, look)
            case Fill():
                self._fill(space, mark, look)
            case Mask():
                if not self.old:
                    space.add_wipeout([self._at(p) for p in mark.ring], dxfattribs=look)
            case Measure():
                space.add_linear_dim(
                    base=self._at(mark.base),
                    p1=self._at(mark.first),
                    p2=self._at(mark.second),
                    angle=math.degrees(mark.angle),
                    dimstyle="Standard",
                    dxfattribs=look,
                ).render()
            case Insert():
                self._insert(space, mark, look)

    def _insert(self, space: Modelspace | BlockLayout, mark: Insert, look: dict[str, object]) -> None:
        at, sx, turn = self._at(mark.at), mark.sx, math.degrees(mark.rotation)
        if self.turned_over and sx < 0:
            # Seen from below, x runs the other way, and so do angles.
            at, sx, turn = Vec2(-at.x, at.y), -sx, -turn
            look["extrusion"] = (0, 0, -1)
        look |= {"xscale": sx, "yscale": mark.sy, "rotation": turn}
        space.add_blockref(mark.block, at, dxfattribs=look)

    def _poly(self, space: Modelspace | BlockLayout, mark: Poly, look: dict[str, object]) -> None:
        bulges = mark.bulges or (0.0,) * len(mark.points)
        width = mark.width * self.scale
        rows = [(*self._at(p), width, width, bulge) for p, bulge in zip(mark.points, bulges, strict=True)]
        if mark.thickness:
            look["thickness"] = mark.thickness * self.scale
        if self.old:
            space.add_polyline2d(rows, format="xyseb", close=mark.closed, dxfattribs=look)
        else:
            space.add_lwpolyline(rows, format="xyseb", close=mark.closed, dxfattribs=look)

    def _text(self, space: Modelspace | BlockLayout, mark: Text, look: dict[str, object]) -> None:
        height = mark.height * self.scale
        if mark.multiline and not self.old:
            look |= {"char_height": height, "attachment_point": 5, "rotation": math.degrees(mark.rotation)}
            space.add_mtext(mark.words.replace("\n", "\\P"), dxfattribs=look).set_location(self._at(mark.at))
            return
        middle = mark.anchor == "middle"
        align = TextEntityAlignment.MIDDLE_CENTER if middle else TextEntityAlignment.LEFT
        text = space.add_text(mark.words, height=height, rotation=math.degrees(mark.rotation), dxfattribs=look)
        text.set_placement(self._at(mark.at), align=align)

    def _fill(self, space: Modelspace | BlockLayout, mark: Fill, look: dict[str, object]) -> None:
        if self.old:
            self._old_fill(space, mark, look)
            return
        hatch = space.add_hatch(dxfattribs=look)
        if mark.pattern != "SOLID":
            hatch.set_pattern_fill(mark.pattern, scale=mark.scale * self.scale / 3.175)
        for number, ring in enumerate(mark.rings):
            hatch.paths.add_polyline_path([self._at(p) for p in ring], is_closed=True, flags=1 if number == 0 else 16)

    def _old_fill(self, space: Modelspace | BlockLayout, mark: Fill, look: dict[str, object]) -> None:
        """R12 knows no hatch: fills are made of SOLIDs, patterns of lines."""
        shape = shapely.Polygon(mark.rings[0], mark.rings[1:])
        if mark.pattern == "SOLID":
            for triangle in shapely.get_parts(shapely.constrained_delaunay_triangles(shape)):
                corners = shapely.get_coordinates(triangle)[:3]
                space.add_solid([self._at((float(x), float(y))) for x, y in corners], dxfattribs=look)
            return
        x0, y0, x1, y1 = shape.bounds
        reach = y1 - y0
        step = mark.scale * math.sqrt(2)
        strokes = [
            shapely.LineString([(x0 - reach + k * step, y0), (x0 + k * step, y1)])
            for k in range(int((x1 - x0 + reach) / step) + 1)
        ]
        for part in shapely.get_parts(shapely.intersection(strokes, shape)):
            ends = shapely.get_coordinates(part)
            if len(ends) == 2:
                a, b = (self._at((float(x), float(y))) for x, y in ends)
                space.add_line(a, b, dxfattribs=look)

"""Rooms: the faces that walls and filled openings enclose, with the names and areas written in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.naming import Category
from pipelines.drafting.roomwords import names_room
from pipelines.geometry.areas import Geometries, joined, offset, parts, width
from pipelines.geometry.pairs import dots
from pipelines.plan import Rooms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.linework import Linework

#: A face smaller (m2) or narrower (m, mean width: 0.25 for a closet of 1.0 by 0.33) than this is a slit between walls,
#: a duct or a column's hollow.
SMALLEST, NARROWEST = 0.3, 0.25
#: Between walls, mullions and frames, gaps up to this are drawing, not openings, metres.
SLIT = 0.12
#: 1 pyeong (Korea) and 1 tsubo (Japan) in square metres; 1 jo, a tatami mat, by the fair trade rule of 1.62.
PYEONG, TATAMI = 3.305785, 1.62
SQUARE_FOOT = 0.09290304

_NUMBER = r"(\d{1,3}(?:[,.\s]\d{3})*(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
_AREA = re.compile(
    _NUMBER + r"\s*(m2|m²|㎡|sq\.?\s?m\b|qm\b|mq\b|m\^2|坪|평|帖|畳|sq\.?\s?ft\.?|sf\b|s\.f\.|ft2|ft²)", re.IGNORECASE
)
_DIMENSION = re.compile(r"^[\d\s.,'\"”″′x×X/+\-–*m]+$")
_NUMBERED = re.compile(r"^[A-Z]{0,3}[-.]?\d{1,4}[A-Z]?$")
_LETTERS = re.compile(r"[^\W\d_]{2,}|[一-鿿가-힯぀-ヿ]")

#: Remarks that stand in rooms but do not name them.
_REMARK = re.compile(
    r"[@\"”:=%]|\d{3,}|\b(?:MIN|TYP|NOTE|SEE|AND|BETWEEN|FOR|WITH|ON|IN|TO|OF|ALL|MAX|AT)\b", re.IGNORECASE
)

#: Texts of these categories may name a room; a named room layer is believed first.
_NAMING = (Category.ROOM, Category.TEXT, Category.UNKNOWN, Category.ANNOTATION, Category.FLOOR, Category.WALL)


def find(sheet: Linework, meaning: Meaning, closed: shapely.Geometry) -> Rooms:
    """The rooms within ``closed``, the region of all walls with their openings filled."""
    faces = enclosed(closed)
    count = len(faces)
    if not count:
        return none()
    names, numbers, areas, handles = _labels(sheet, meaning, faces)
    anchors = shapely.get_coordinates(shapely.point_on_surface(faces))
    best = shapely.get_coordinates(shapely.centroid(faces))
    inside = shapely.contains_xy(faces, best[:, 0], best[:, 1])
    return Rooms(
        footprint=faces,
        name=names,
        number=numbers,
        area=np.asarray(shapely.area(faces), dtype=np.float64),
        label_area=areas,
        anchor=np.where(inside[:, None], best, anchors),
        confidence=np.where(np.asarray([bool(name) for name in names]), 0.95, 0.8),
        handles=handles,
    )


def none() -> Rooms:
    """No rooms."""
    return Rooms(np.zeros(0, np.object_), (), (), np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros(0), ())


def sealed(shapes: Geometries) -> shapely.Geometry:
    """One region of walls and columns, with the slits closed that no door is narrow enough for."""
    whole = joined(shapes)
    closed: shapely.Geometry = offset(offset(whole, SLIT / 2, limit=3.0), -SLIT / 2, limit=3.0)
    return closed


def enclosed(closed: shapely.Geometry) -> Geometries:
    """The bounded faces of the complement that are large enough to be rooms, largest first."""
    if shapely.is_empty(closed):
        return np.zeros(0, np.object_)
    x0, y0, x1, y1 = shapely.bounds(closed)
    box = shapely.box(x0 - 1, y0 - 1, x1 + 1, y1 + 1)
    faces = parts(shapely.difference(box, closed))
    low = shapely.bounds(faces)
    inner = (low[:, 0] > x0 - 0.5) & (low[:, 1] > y0 - 0.5) & (low[:, 2] < x1 + 0.5) & (low[:, 3] < y1 + 0.5)
    faces = faces[inner & (shapely.area(faces) >= SMALLEST) & (width(faces) >= NARROWEST)]
    return np.asarray(faces[np.argsort(-shapely.area(faces), kind="stable")], dtype=np.object_)


def _labels(
    sheet: Linework, meaning: Meaning, faces: Geometries
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64], tuple[tuple[str, ...], ...]]:
    """Name, number, written area and sources of each face, from the texts whose middle lies in it."""
    texts = sheet.texts
    usable = np.flatnonzero(np.isin(meaning.texts, _NAMING))
    points = dots(texts.center[usable])
    face, row = shapely.STRtree(points).query(faces, predicate="contains")
    row = usable[row]
    trusted = meaning.texts[row] == Category.ROOM
    names: list[str] = []
    numbers: list[str] = []
    areas = np.full(len(faces), np.nan)
    handles: list[tuple[str, ...]] = []
    for number in range(len(faces)):
        rows = row[face == number]
        sure = row[(face == number) & trusted]
        chosen = sure if any(name_of(texts.text[k]) for k in sure) else rows
        # Top to bottom: a name of two texts is read as one writes it.
        chosen = chosen[np.lexsort((texts.center[chosen, 0], -texts.center[chosen, 1]))]
        found = _names(sheet, chosen)
        written = [area for k in rows if (area := area_of(texts.text[k])) is not None]
        names.append(" / ".join(found[:6]))
        numbers.append(next((n for k in rows if (n := number_of(texts.text[k]))), ""))
        areas[number] = written[0] if len(written) == 1 else np.nan
        handles.append(tuple(sheet.handles[texts.source[k]] for k in chosen))
    return tuple(names), tuple(numbers), areas, tuple(handles)


def _names(sheet: Linework, rows: NDArray[np.intp]) -> list[str]:
    """The names among the texts of one room, in reading order; remarks are left out, lines of one name joined."""
    texts = sheet.texts
    named = [(int(k), name) for k in rows if (name := name_of(texts.text[k])) and not _REMARK.search(name)]
    sure = [(k, name) for k, name in named if names_room(name)]
    if not sure:
        return [name for _, name in named[:1]]
    tallest = max(texts.height[k] for k, _ in sure)
    joined: list[str] = []
    last = -1
    for k, name in named:
        if not names_room(name) or texts.height[k] < 0.6 * tallest:
            continue
        gap = texts.center[last] - texts.center[k]
        if (
            last >= 0
            and 0 < gap[1] < 2.2 * texts.height[k]
            and abs(gap[0]) < texts.width[k] / 2 + texts.width[last] / 2
        ):
            joined[-1] = f"{joined[-1]} {name}"
        elif name not in joined:
            joined.append(name)
        last = k
    return joined


def name_of(text: str) -> str:
    """The name in a text, '' where it holds a dimension, an area or a number only."""
    lines = []
    for line in text.splitlines():
        rest = _AREA.sub("", line).strip(" :=-–.,()")
        if not rest or _DIMENSION.match(rest) or _NUMBERED.match(rest) or not _LETTERS.search(rest.replace(".", "")):
            continue
        lines.append(" ".join(rest.split()))
    return " ".join(lines)[:60]


def number_of(text: str) -> str:
    """A room number such as '101' or 'B-12', '' where there is none."""
    for line in text.splitlines():
        if _NUMBERED.match(line.strip()):
            return line.strip()
    return ""


def area_of(text: str) -> float | None:
    """The area written in a text in square metres, None where there is none."""
    match = _AREA.search(text)
    if match is None:
        return None
    value = float(_decimal(match.group(1)))
    unit = match.group(2).lower()
    if unit in ("坪", "평"):
        return value * PYEONG
    if unit in ("帖", "畳"):
        return value * TATAMI
    return value * SQUARE_FOOT if unit.startswith(("sq. f", "sq f", "sqf", "sq.f", "sf", "s.f", "ft")) else value


def _decimal(number: str) -> str:
    """'1,234.5', '1.234,5', '12,5' and '12.5' as Python writes them: the last of two separators is the decimal one."""
    number = number.replace(" ", "")
    comma, dot = number.rfind(","), number.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands = "," if comma < dot else "."
        return number.replace(thousands, "").replace(",", ".")
    if (
        comma >= 0
        and len(number) - comma == 4
        and number.count(",") >= 1
        and len(number) > 4
        and not number.startswith("0")
    ):
        return number.replace(",", "")
    return number.replace(",", ".")

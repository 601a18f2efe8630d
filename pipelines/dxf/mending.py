"""A damaged text DXF as pairs that compile: where pairs run out of step, or values are no numbers.

Exporters and transfers lose a line, add one, or break a text in two; from there on codes are taken for values. The
place where codes are codes again is found, and no more is left out than has to be.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pipelines.dxf.tables import FORBIDDEN
from pipelines.dxf.tags import value_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipelines.dxf.tags import Pair

#: Group codes beyond these are none.
LOWEST, HIGHEST = -5, 1071
#: Points of entities start with these codes; others are 10 and 20 above their x.
_X: Final = frozenset((*range(10, 19), 110, 111, 112, 210, 211, 212, 213, *range(1010, 1014)))
_Y: Final = frozenset(code + 10 for code in _X)
_Z: Final = frozenset(code + 20 for code in _X) - {38}
_KEYWORD: Final = re.compile(r"[A-Z0-9][A-Z0-9_]{2,}")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
#: So many lines are tried one by one before the next entity is sought.
_NEAR: Final = 4
#: So many pairs in a row have to make sense for a place to be in step.
_SURE: Final = 3
#: Entities without subclass markers that cannot be read without them, with the marker of their own codes.
_MARKERS: Final = {
    "LWPOLYLINE": "AcDbPolyline",
    "SPLINE": "AcDbSpline",
    "ELLIPSE": "AcDbEllipse",
    "MTEXT": "AcDbMText",
    "HATCH": "AcDbHatch",
    "LEADER": "AcDbLeader",
    "MESH": "AcDbSubDMesh",
    "MLINE": "AcDbMline",
}
#: Entities whose code 2 is the name of a block.
_NAMING: Final = frozenset(("BLOCK", "BLOCK_RECORD", "INSERT", "DIMENSION", "ACAD_TABLE"))
_SHARED: Final = frozenset((0, 5, 6, 8, 48, 60, 62, 67, 330, 360, 370, 390, 410, 420, 430, 440))


def mended(lines: Iterable[str]) -> tuple[list[Pair], tuple[str, ...]]:
    """Pairs in step and in order, and what was done to them, most frequent first."""
    notes: Counter[str] = Counter()
    pairs = _in_order(_marked(_named(_readable(_in_step(list(lines), notes), notes)), notes), notes)
    return list(pairs), tuple(f"{name}: {count}" for name, count in notes.most_common())


def _code(line: str) -> int | None:
    """The group code on a line, or None."""
    try:
        code = int(line)
    except ValueError:
        return None
    return code if LOWEST <= code <= HIGHEST else None


def _in_step(lines: list[str], notes: Counter[str]) -> Iterator[Pair]:
    """Pairs; what keeps them out of step is left out."""
    at, last = 0, len(lines) - 1
    while at < last:
        code = _code(lines[at])
        if code is None or (code == 0 and not _KEYWORD.fullmatch(lines[at + 1].strip().upper())):
            found = _next_step(lines, at)
            notes["lines_left_out"] += found - at
            at = found
            continue
        yield lines[at], lines[at + 1]
        at += 2
    if at == last and lines[at].strip():
        notes["incomplete_last_pair"] += 1


def _next_step(lines: list[str], at: int) -> int:
    """The line at or after ``at`` from which pairs are in step again."""
    # Where a value was lost, its code has taken the next code for a value: the entity's name stands here.
    if at and lines[at - 1].strip() == "0" and _KEYWORD.fullmatch(lines[at].strip()):
        return at - 1
    for near in range(at + 1, min(at + 1 + _NEAR, len(lines))):
        if _steady(lines, near):
            return near
    for (index, line), (_, following) in pairwise(enumerate(lines[at + 1 :], at + 1)):
        if line.strip() == "0" and _KEYWORD.fullmatch(following.strip()):
            return index
    return len(lines)


def _steady(lines: list[str], at: int) -> bool:
    """Whether the next pairs from here on have codes, with values that fit them."""
    for index in range(at, min(at + 2 * _SURE, len(lines) - 1), 2):
        code = _code(lines[index])
        if code is None or not value_fits(code, lines[index + 1]):
            return False
        if code == 0 and not _KEYWORD.fullmatch(lines[index + 1].strip()):
            return False
    return at < len(lines) - 1


def _readable(pairs: Iterable[Pair], notes: Counter[str]) -> Iterator[Pair]:
    """Pairs whose values fit their codes: numbers are sought in what is none, and what holds none is left out."""
    for line, value in pairs:
        if value_fits(int(line), value):
            yield line, value
            continue
        number = _number(int(line), value)
        if number is not None:
            notes["numbers_mended"] += 1
            yield line, number
        else:
            notes["values_left_out"] += 1


def _number(code: int, value: str) -> str | None:
    """The number within a value, as its group code demands it, or None."""
    match = _NUMBER.search(value.replace(",", "."))
    if match is None:
        return None
    found = match[0].replace("d", "e").replace("D", "e")
    whole = found.split("e")[0].split(".")[0]
    return next((number for number in (found, whole) if value_fits(code, number)), None)


def _entities(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Pairs from one code 0 to before the next."""
    group: list[Pair] = []
    for pair in pairs:
        if int(pair[0]) == 0 and group:
            yield group
            group = []
        group.append(pair)
    if group:
        yield group


def _named(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Pairs with the names of blocks written so that any letter may stand in them; ``tables.clean`` undoes it."""
    kind = ""
    for line, value in pairs:
        code = int(line)
        if code == 0:
            kind = value.strip().upper()
        if code == 2 and kind in _NAMING:
            yield line, value[:1] + value[1:].translate(FORBIDDEN) if value[:1] == "*" else value.translate(FORBIDDEN)
        else:
            yield line, value


def _marked(pairs: Iterable[Pair], notes: Counter[str]) -> Iterator[Pair]:
    """Pairs with the subclass markers that some entities cannot be read without."""
    for entity in _entities(pairs):
        marker = _MARKERS.get(entity[0][1].strip().upper()) if int(entity[0][0]) == 0 else None
        if marker is None or any(int(line) == 100 for line, _ in entity):
            yield from entity
            continue
        notes["subclass_markers_added"] += 1
        yield entity[0]
        yield "100", "AcDbEntity"
        yield from (pair for pair in entity[1:] if int(pair[0]) in _SHARED)
        yield "100", marker
        yield from (pair for pair in entity if int(pair[0]) not in _SHARED)


def _in_order(pairs: Iterable[Pair], notes: Counter[str]) -> Iterator[Pair]:
    """Pairs with every x followed by its y; coordinates that lack the other are left out."""
    for entity in _entities(pairs):
        ordered = _line(entity) if entity[0][1].strip().upper() == "LINE" else entity
        held: list[Pair] = []
        expected = 0
        for line, value in ordered:
            code = int(line)
            if held and code == expected:
                held.append((line, value))
                expected = code + 10
                if len(held) == 3:
                    yield from held
                    held = []
                continue
            if held:
                if len(held) > 1:
                    yield from held
                else:
                    notes["coordinates_left_out"] += 1
                held = []
            if code in _X:
                held, expected = [(line, value)], code + 10
            elif code in _Y or code in _Z:
                notes["coordinates_left_out"] += 1
            else:
                yield line, value
        if len(held) > 1:
            yield from held


def _line(entity: list[Pair]) -> list[Pair]:
    """A LINE with its coordinates in order; some programs write x, x, y, y."""
    coordinates = {int(line): value for line, value in entity if int(line) in (10, 20, 30, 11, 21, 31)}
    rest = [pair for pair in entity if int(pair[0]) not in coordinates]
    return rest + [(str(code), coordinates[code]) for code in (10, 20, 30, 11, 21, 31) if code in coordinates]

"""A page's paths as linework: lines, chords of curves with their arcs, filled and closed areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.geometry.flatten import chords as arc_chords
from pipelines.linework import (
    Arcs,
    Bools,
    Dimensions,
    Faces,
    Floats,
    Instances,
    Ints,
    Layer,
    Linework,
    Origin,
    Ragged,
    Strokes,
    Table,
    Texts,
)
from pipelines.pdf import beziers, covering, ribbons
from pipelines.pdf.fills import areas_of
from pipelines.pdf.page import CURVE, QUAD, RECTANGLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.pdf.beziers import Circular
    from pipelines.pdf.page import Page, Pieces

    Rows = NDArray[np.intp]

#: Points nearer than this are one, mm; ends nearer than that close an outline.
SAME: Final = 1e-6
CLOSE: Final = 2e-3
#: Lines that are no longer are dots: what programs plot of sand and gravel by the hundred thousand, mm.
DOT: Final = 2e-3
#: Chords stay this near their arc, mm of paper.
TOLERANCE: Final = 0.02
#: Curves of one circle agree in centre and radius within this share of the radius, and this many mm.
ALIKE: Final = 0.01
ROUNDING: Final = 0.02
#: 0x1000000 | rgb is a colour that is no index (``Strokes.color``).
RGB: Final = 0x1000000


@dataclass(frozen=True, slots=True)
class Legs(Table):
    """Straight and curved pieces in the order of painting, rectangles as their four sides."""

    points: Floats  #: (n, 4, 2)
    curved: Bools  #: (n,)
    path: Ints  #: (n,) into the page's paths
    chain: Ints  #: (n,) number of the connected run of legs that it belongs to


@dataclass(frozen=True, slots=True)
class Chords(Table):
    """Legs cut into straight lines."""

    start: Floats  #: (n, 2)
    end: Floats
    arc: Ints  #: (n,) into the arcs, -1 for none
    leg: Rows  #: (n,) into the legs


def linework(page: Page) -> Linework:
    """What a page shows, in mm of paper; ``Linework.handles`` number its chains."""
    legs = _legs(page.pieces)
    circles = _circles(legs)
    owner, arcs = _arcs(legs, circles)
    lines = _chords(legs, circles, owner)
    chain, path = legs.chain[lines.leg], legs.path[lines.leg]
    chains = int(legs.chain[-1]) + 1 if len(legs) else 0
    order = legs.path[np.searchsorted(legs.chain, np.arange(chains))]
    areas = areas_of(page, lines.start, lines.end, chain, order)
    strokes = _strokes(page, lines, path, chain)
    strokes = strokes.take(np.flatnonzero((strokes.length > DOT) | (strokes.arc >= 0)))
    clip = page.paths.clip[order]
    strokes = covering.clipped_strokes(strokes, clip[strokes.source], page.shapes)
    areas = covering.clipped_areas(areas, clip[areas.source], page.shapes)
    areas = covering.framed(areas, _boxes(page, clip[areas.source]))
    strokes, areas = ribbons.drawn(strokes, areas)
    strokes, areas = covering.uncovered(strokes, areas, order, covering.paper(areas, page.size, chains // 50))
    arcs, strokes = _whole(arcs, strokes, _along(lines.arc, np.hypot(*(lines.end - lines.start).T), len(arcs)))
    texts = page.texts
    handles = tuple(map(str, range(chains))) + tuple(f"t{row}" for row in range(len(texts)))
    return Linework(
        layers=tuple(Layer(name, plain(name)) for name in page.layers),
        handles=handles,
        strokes=strokes,
        arcs=arcs,
        areas=areas,
        texts=_texts(texts, chains),
        dimensions=no_dimensions(),
        instances=no_instances(),
        faces=Faces(Ragged.empty(3), *(np.zeros(0, np.int32) for _ in range(4))),
    )


def plain(name: str) -> str:
    """The name of a layer without the name of the drawing that it was bound from."""
    return name.rpartition("|")[2].rpartition("$0$")[2]


def _legs(pieces: Pieces) -> Legs:
    """Rectangles and quadrilaterals as four lines, all else as it is, in connected chains."""
    loop = (pieces.kind == RECTANGLE) | (pieces.kind == QUAD)
    sides = np.where(loop, 4, 1)
    piece = np.repeat(np.arange(len(pieces)), sides)
    side = np.arange(len(piece)) - np.repeat(np.cumsum(sides) - sides, sides)
    points = pieces.points[piece]
    looped = np.flatnonzero(loop[piece])
    points[looped, 3] = pieces.points[piece[looped], (side[looped] + 1) % 4]
    points[looped, 0] = pieces.points[piece[looped], side[looped]]
    path = pieces.path[piece]
    fresh = np.ones(len(piece), np.bool_)
    if len(piece):
        joined = np.abs(points[1:, 0] - points[:-1, 3]).max(axis=1) < SAME
        fresh[1:] = (path[1:] != path[:-1]) | ~joined
        fresh |= loop[piece] & (side == 0)
        fresh[1:] |= loop[piece][:-1] & ~loop[piece][1:]
    chain = (np.cumsum(fresh) - 1).astype(np.int32)
    return Legs(points, np.asarray(pieces.kind[piece] == CURVE, np.bool_), path, chain)


def _circles(legs: Legs) -> Circular:
    """The circle of each leg; lines have none."""
    rows = np.flatnonzero(legs.curved)
    some = beziers.circular(legs.points[rows])
    count = len(legs)
    held = np.zeros(count, np.bool_)
    center, radius, start, sweep = np.zeros((count, 2)), np.ones(count), np.zeros(count), np.zeros(count)
    held[rows], center[rows], radius[rows] = some.round, some.center, some.radius
    start[rows], sweep[rows] = some.start, some.sweep
    return beziers.Circular(held, center, radius, start, sweep)


def _arcs(legs: Legs, circles: Circular) -> tuple[Ints, Arcs]:
    """(n,) the arc that each leg is part of, -1 for none; and the arcs, curves of one circle joined."""
    rows = np.flatnonzero(circles.round)
    owner = np.full(len(legs), -1, np.int32)
    number = np.zeros(0, np.intp)
    if len(rows):
        a, b = rows[:-1], rows[1:]
        number = np.concatenate([[0], np.cumsum(~_continues(legs, circles, a, b))]).astype(np.intp)
        number = _around(legs, circles, rows, number)
        owner[rows] = number
    count = int(number.max()) + 1 if len(number) else 0
    weight = np.abs(circles.sweep[rows])
    total = _summed(number, weight, count)
    part = weight / total[number]
    center = np.stack([_summed(number, part * circles.center[rows, k], count) for k in (0, 1)], axis=1)
    radius = _summed(number, part * circles.radius[rows], count)
    # An arc begins with the leg that does not continue another of its own: the one after a gap in the rows.
    begin = _begins(legs, circles, rows, number, count)
    clockwise = circles.sweep[begin] < 0
    start = np.where(clockwise, circles.start[begin] - total, circles.start[begin])
    full = total > 2 * np.pi - 0.02
    arcs = Arcs(
        center=center,
        radius=radius,
        start=np.where(full, 0.0, (start + np.pi) % (2 * np.pi) - np.pi),
        sweep=np.where(full, 2 * np.pi, total),
        layer=np.zeros(count, np.int32),
        source=legs.chain[begin],
        instance=np.full(count, -1, np.int32),
    )
    return owner, arcs


def _summed(number: Rows, weight: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(number, weights=weight, minlength=count), dtype=np.float64)


def _continues(legs: Legs, circles: Circular, a: Rows, b: Rows) -> Bools:
    """(n,) whether leg b goes on around the circle of leg a, from where that ends."""
    near = np.maximum(ALIKE * circles.radius[a], ROUNDING)
    return np.asarray(
        (legs.chain[a] == legs.chain[b])
        & (np.abs(legs.points[a, 3] - legs.points[b, 0]).max(axis=1) < SAME)
        & (np.hypot(*(circles.center[a] - circles.center[b]).T) < near)
        & (np.abs(circles.radius[a] - circles.radius[b]) < near)
        & (np.sign(circles.sweep[a]) == np.sign(circles.sweep[b])),
        dtype=np.bool_,
    )


def _around(legs: Legs, circles: Circular, rows: Rows, number: Rows) -> Rows:
    """Arc numbers with the last arc of a closed chain joined to its first, where they are one."""
    head = np.flatnonzero(np.append(True, legs.chain[rows][1:] != legs.chain[rows][:-1]))
    tail = np.append(head[1:], len(rows)) - 1
    wraps = (number[head] != number[tail]) & _continues(legs, circles, rows[tail], rows[head])
    target = np.arange(int(number.max()) + 1)
    target[number[tail[wraps]]] = number[head[wraps]]
    return np.unique(target[number], return_inverse=True)[1].astype(np.intp)


def _begins(legs: Legs, circles: Circular, rows: Rows, number: Rows, count: int) -> Rows:
    """(count,) the leg with which each arc begins."""
    order = np.argsort(number, kind="stable")
    first = order[np.searchsorted(number[order], np.arange(count))]
    last = order[np.searchsorted(number[order], np.arange(count), side="right") - 1]
    begin = rows[first]
    # Joined around the end of the chain: it begins after the break within its rows.
    held = np.flatnonzero((number[1:] != number[:-1]) | ~_continues(legs, circles, rows[:-1], rows[1:])) + 1
    again = np.full(count, -1, np.intp)
    again[number[held]] = held
    split = (again > first) & (again <= last)
    begin[split] = rows[again[split]]
    return begin


def _chords(legs: Legs, circles: Circular, owner: Ints) -> Chords:
    """Legs as chords, each leg's in turn."""
    count = np.ones(len(legs), np.int64)
    arc, free = np.flatnonzero(circles.round), np.flatnonzero(legs.curved & ~circles.round)
    count[arc] = arc_chords(circles.radius[arc], circles.sweep[arc], TOLERANCE)
    count[free] = beziers.chords(legs.points[free])
    leg = np.repeat(np.arange(len(legs)), count)
    step = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    start = legs.points[leg, 0]
    inner = np.flatnonzero(step > 0)
    share = step[inner] / count[leg[inner]]
    bent = circles.round[leg[inner]]
    at, t = leg[inner][bent], share[bent]
    angle = circles.start[at] + circles.sweep[at] * t
    start[inner[bent]] = circles.center[at] + circles.radius[at][:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    at, t = leg[inner][~bent], share[~bent]
    start[inner[~bent]] = beziers.at(legs.points[at], t[:, None])[:, 0]
    end = np.empty_like(start)
    end[:-1] = start[1:]
    last = np.cumsum(count) - 1
    end[last] = legs.points[:, 3]
    return Chords(start, end, owner[leg], leg)


def _strokes(page: Page, lines: Chords, path: Ints, chain: Ints) -> Strokes:
    """The strokes within the page and the rectangles that clip them."""
    rows = np.flatnonzero(page.paths.stroked[path] & (np.hypot(*(lines.end - lines.start).T) > SAME))
    start, end = lines.start[rows], lines.end[rows]
    start, end, inside = _clipped(start, end, _boxes(page, page.paths.clip[path[rows]]))
    rows, start, end = rows[inside], start[inside], end[inside]
    owner = path[rows]
    count = len(rows)
    zero = np.zeros(count)
    return Strokes(
        start=start,
        end=end,
        z=zero,
        layer=page.paths.layer[owner],
        color=(page.paths.pen[owner] | RGB).astype(np.int32),
        weight=page.paths.weight[owner],
        width=zero,
        thickness=zero,
        dashed=page.paths.dashed[owner],
        origin=np.where(lines.arc[rows] >= 0, Origin.ARC, Origin.POLYLINE).astype(np.int32),
        source=chain[rows],
        arc=lines.arc[rows],
        path=chain[rows],
        instance=np.full(count, -1, np.int32),
    )


def _boxes(page: Page, clip: Ints) -> Floats:
    """(n, 4) the rectangle within which each is shown: the page's, and the clip's."""
    sheet = np.array([0.0, 0.0, *page.size])
    clips = page.clips
    within = np.column_stack([np.maximum(clips[:, :2], sheet[:2]), np.minimum(clips[:, 2:], sheet[2:])])
    return np.concatenate([within, sheet[None]])[clip]


def _clipped(start: Floats, end: Floats, boxes: Floats) -> tuple[Floats, Floats, Bools]:
    """Lines cut at their boxes (Liang and Barsky), and which of them are seen at all."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    fits = (low >= boxes[:, :2] - CLOSE) & (high <= boxes[:, 2:] + CLOSE)
    whole = np.asarray(fits.all(axis=1), dtype=np.bool_)
    inside = whole.copy()
    rows = np.flatnonzero(~whole & (low <= boxes[:, 2:]).all(axis=1) & (high >= boxes[:, :2]).all(axis=1))
    if len(rows):
        a, way, box = start[rows], end[rows] - start[rows], boxes[rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.stack([(box[:, :2] - a) / way, (box[:, 2:] - a) / way])
        flat = way == 0
        t[:, flat] = np.array([-np.inf, np.inf])[:, None]
        enter = np.clip(np.minimum(t[0], t[1]).max(axis=1), 0.0, 1.0)
        leave = np.clip(np.maximum(t[0], t[1]).min(axis=1), 0.0, 1.0)
        seen = leave > enter
        start, end = start.copy(), end.copy()
        start[rows] = a + way * enter[:, None]
        end[rows] = a + way * leave[:, None]
        inside[rows] = seen & (np.hypot(*(end[rows] - start[rows]).T) > SAME)
    return start, end, inside


def _along(arc: Ints, length: Floats, count: int) -> Floats:
    """(count,) length of the chords of each arc."""
    held = arc >= 0
    return _summed(arc[held].astype(np.intp), length[held], count)


def _whole(arcs: Arcs, strokes: Strokes, long: Floats) -> tuple[Arcs, Strokes]:
    """Arcs that are seen whole, ``long`` (n,) by their chords, with their layers; strokes point at them."""
    held = np.flatnonzero(strokes.arc >= 0)
    kept = _along(strokes.arc, strokes.length, len(arcs)) > long - CLOSE
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    layer = np.zeros(len(arcs), np.int32)
    layer[strokes.arc[held]] = strokes.layer[held]
    arc = strokes.arc.copy()
    arc[held] = number[strokes.arc[held]]
    return replace(arcs, layer=layer).take(kept), replace(strokes, arc=arc)


def _texts(texts: Texts, chains: int) -> Texts:
    count = len(texts)
    return Texts(
        texts.position, texts.center, texts.height, texts.width, texts.rotation, texts.text,
        texts.layer, texts.origin, np.arange(chains, chains + count, dtype=np.int32), texts.instance,
    )  # fmt: skip


def no_dimensions() -> Dimensions:
    """A PDF does not say what measures what."""
    spots, numbers, rows = np.zeros((0, 2)), np.zeros(0), np.zeros(0, np.int32)
    return Dimensions(spots, spots, numbers, (), numbers, rows, rows)


def no_instances() -> Instances:
    """A PDF has no blocks."""
    spots, rows = np.zeros((0, 2)), np.zeros(0, np.int32)
    return Instances((), np.zeros((0, 2, 3)), np.zeros(0), rows, rows, spots, spots, rows)

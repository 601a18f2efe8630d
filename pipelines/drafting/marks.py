"""Marks: what a drawing shows of its doors and windows, before any wall is asked about it.

A swing (arc with its leaf), a block reference named door or window, loose lines on a door or window layer. A swing
that does not show which of its ends is the open one gives two marks of the same ``group``, of which one will fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.drafting.naming import Category, opening_kind
from pipelines.geometry.components import components
from pipelines.geometry.pairs import dots, left, segments, unit
from pipelines.linework import Bools, Floats, Ints, Table
from pipelines.plan import Evidence, OpeningKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.drafting.meaning import Meaning
    from pipelines.drafting.panes import Panes
    from pipelines.linework import Linework

#: Radius of a swing, metres: named as a door, and recognised by its form alone.
NAMED_RADIUS = (0.3, 1.7)
PLAIN_RADIUS = (0.5, 1.3)
#: The leaves of a double door meet within this, metres; two doors side by side have a jamb between them.
MEETING = 0.05

#: Names under which an arc with a leaf may still be a door's swing.
_MAYBE = (Category.UNKNOWN, Category.WALL, Category.WINDOW, Category.OPENING, Category.GLASS_WALL, Category.FLOOR)


@dataclass(frozen=True, slots=True)
class Marks(Table):
    """Evidence of openings. Each lies on the line from ``start`` to ``end``, as wide as the opening."""

    start: Floats  #: (n, 2)
    end: Floats  #: (n, 2)
    depth: Floats  #: (n,) extent across, 0 for a swing
    kind: tuple[OpeningKind, ...]
    hinge: Floats  #: (n, 2) nan where there is none
    tip: Floats  #: (n, 2) end of the open leaf, nan where there is none
    group: Ints  #: (n,) marks of one group exclude each other
    rank: Ints  #: (n,) 0: swing, 1: block, 2: loose lines
    evidence: tuple[Evidence, ...]
    confidence: Floats
    layer: tuple[str, ...]
    handles: tuple[tuple[str, ...], ...]

    @property
    def hinges(self) -> Floats:
        """(k, 2) the different points at which leaves hang."""
        known = self.hinge[~np.isnan(self.hinge).any(axis=1)]
        return np.asarray(np.unique(known.round(3), axis=0), dtype=np.float64)


def find(sheet: Linework, meaning: Meaning, glazed: Panes) -> Marks:
    """All marks of a view in plan metres; ``glazed`` are windows that were told from the walls before."""
    root = _roots(sheet, meaning)
    swings, swung = _swings(sheet, meaning)
    swings = _with_double_doors(swings)
    blocks = _blocks(sheet, meaning, root, swung, base=_next(swings))
    loose = _loose(sheet, meaning, root, swung, base=max(_next(swings), _next(blocks)))
    panes = _of_panes(glazed, base=max(_next(swings), _next(blocks), _next(loose)))
    return join([swings, blocks, loose, panes])


def join(several: list[Marks]) -> Marks:
    """One table of all rows."""
    columns: dict[str, object] = {}
    for name in Marks.__slots__:
        values = [getattr(each, name) for each in several]
        columns[name] = sum(values, ()) if isinstance(values[0], tuple) else np.concatenate(values)
    return Marks(**columns)  # type: ignore[arg-type]


def _next(marks: Marks) -> int:
    return int(marks.group.max()) + 1 if len(marks) else 0


def _roots(sheet: Linework, meaning: Meaning) -> NDArray[np.intp]:
    """(n,) for each instance the outermost one of the same door or window, -1 where it is neither."""
    parent = sheet.instances.parent
    category = meaning.instances
    count = len(parent)
    is_mark = np.isin(category, (Category.DOOR, Category.WINDOW))
    root = np.arange(count)
    up = np.where((parent >= 0) & (category[parent] == category) & is_mark, parent, root) if count else root
    for _ in range(64):
        higher = up[root] if count else root
        if np.array_equal(higher, root):
            break
        root = higher
    return np.where(is_mark, root, -1)


def _root_of(instance: Ints, root: NDArray[np.intp]) -> NDArray[np.intp]:
    if not len(root):
        return np.full(len(instance), -1)
    return np.where(instance >= 0, root[instance], -1)


def _swings(sheet: Linework, meaning: Meaning) -> tuple[Marks, Bools]:
    """Arcs that a leaf sweeps; also (n,) which arcs they are."""
    arcs = sheet.arcs
    named = np.isin(meaning.arcs, (Category.DOOR, Category.OPENING))
    sweep = np.degrees(arcs.sweep)
    fits_named = (
        named & (arcs.radius > NAMED_RADIUS[0]) & (arcs.radius < NAMED_RADIUS[1]) & (sweep > 20) & (sweep < 140)
    )
    maybe = np.isin(meaning.arcs, _MAYBE)
    fits_plain = (
        maybe & (arcs.radius > PLAIN_RADIUS[0]) & (arcs.radius < PLAIN_RADIUS[1]) & (sweep > 25) & (sweep < 105)
    )
    rows = np.flatnonzero(fits_named | fits_plain)
    hinge, radius = arcs.center[rows], arcs.radius[rows]
    ends = [
        hinge + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for angle in (arcs.start[rows], arcs.start[rows] + arcs.sweep[rows])
    ]
    leaf = [_leaf(sheet, hinge, end, arcs.layer[rows]) for end in ends]
    # An arc in a layer of openings may be an arch; with its leaf it is a door.
    sure = leaf[0] | leaf[1] | (meaning.arcs[rows] == Category.DOOR) & fits_named[rows]
    index = np.flatnonzero(sure)
    parts = []
    for closed in (0, 1):
        # The leaf lies at the open end; where that does not settle it, both ends may be the closed one.
        opened, shut = leaf[1 - closed][index], leaf[closed][index]
        score = np.select([opened & ~shut, opened == shut], [0.9, 0.65], 0.4) + np.where(
            fits_named[rows[index]], 0.08, 0
        )
        parts.append(
            Marks(
                start=hinge[index],
                end=ends[closed][index],
                depth=np.zeros(len(index)),
                kind=(OpeningKind.DOOR,) * len(index),
                hinge=hinge[index],
                tip=ends[1 - closed][index],
                group=index.astype(np.int32),
                rank=np.zeros(len(index), np.int32),
                evidence=(Evidence.SWING,) * len(index),
                confidence=score,
                layer=tuple(sheet.layers[k].plain for k in arcs.layer[rows[index]]),
                handles=tuple((sheet.handles[k],) for k in arcs.source[rows[index]]),
            )
        )
    used = np.zeros(len(arcs), np.bool_)
    used[rows[sure]] = True
    return join(parts), used


def _with_double_doors(swings: Marks) -> Marks:
    """The swings, and one mark for every two of them whose closed leaves meet on one line, hung at its outer ends.

    The three exclude each other: a gap that holds both leaves takes the pair.
    """
    i, j = shapely.STRtree(dots(swings.end)).query(dots(swings.end), predicate="dwithin", distance=MEETING)
    once = (i < j) & (swings.group[i] != swings.group[j])
    i, j = i[once], j[once]
    one, other = swings.end[i] - swings.start[i], swings.end[j] - swings.start[j]
    reach = np.hypot(*one.T) * np.hypot(*other.T)
    facing = np.einsum("ij,ij->i", one, other) < -0.996 * reach
    alike = np.abs(np.hypot(*one.T) - np.hypot(*other.T)) < 0.5 * np.sqrt(reach)
    i, j = i[facing & alike], j[facing & alike]
    if not len(i):
        return swings
    pairs = Marks(
        start=swings.start[i],
        end=swings.start[j],
        depth=np.zeros(len(i)),
        kind=(OpeningKind.DOUBLE_DOOR,) * len(i),
        hinge=swings.hinge[i],
        tip=swings.tip[i],
        group=swings.group[i],
        rank=np.zeros(len(i), np.int32),
        evidence=(Evidence.SWING,) * len(i),
        confidence=np.maximum(swings.confidence[i], swings.confidence[j]),
        layer=tuple(swings.layer[k] for k in i),
        handles=tuple(swings.handles[a] + swings.handles[b] for a, b in zip(i, j, strict=True)),
    )
    together = components(int(swings.group.max()) + 1, swings.group[i], swings.group[j])
    both = join([swings, pairs])
    return replace(both, group=together[both.group].astype(np.int32))


def _leaf(sheet: Linework, hinge: Floats, end: Floats, layer: Ints) -> Bools:
    """(n,) whether a stroke of the swing's own layer runs from hinge to end, within the thickness of a leaf."""
    strokes = sheet.strokes
    straight = np.flatnonzero(strokes.arc < 0)
    found = np.zeros(len(hinge), np.bool_)
    if not len(straight) or not len(hinge):
        return found
    middle = dots((strokes.start[straight] + strokes.end[straight]) / 2)
    i, j = shapely.STRtree(middle).query(shapely.points((hinge + end) / 2), predicate="dwithin", distance=0.09)
    j = straight[j]
    leaf, line = end[i] - hinge[i], strokes.end[j] - strokes.start[j]
    reach, length = np.hypot(leaf[:, 0], leaf[:, 1]), np.hypot(line[:, 0], line[:, 1])
    sine = np.abs(leaf[:, 0] * line[:, 1] - leaf[:, 1] * line[:, 0]) / np.maximum(reach * length, 1e-12)
    fits = (sine < 0.13) & (np.abs(length - reach) < 0.15 * reach) & (strokes.layer[j] == layer[i])
    found[i[fits]] = True
    return found


def _boxes(points: Floats, owner: NDArray[np.intp], axis: Floats) -> tuple[Floats, Floats, Floats]:
    """Rectangles around each owner's points in the frame of its axis: start, end of the long middle line, depth."""
    count = len(axis)
    u = np.einsum("ij,ij->i", points, axis[owner])
    v = np.einsum("ij,ij->i", points, left(axis)[owner])
    low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
    for k, value in enumerate((u, v)):
        np.minimum.at(low[k], owner, value)
        np.maximum.at(high[k], owner, value)
    size = high - low
    middle = axis * ((low[0] + high[0]) / 2)[:, None] + left(axis) * ((low[1] + high[1]) / 2)[:, None]
    long_u = size[0] >= size[1]
    along = np.where(long_u[:, None], axis, left(axis))
    reach = along * (size.max(axis=0) / 2)[:, None]
    return middle - reach, middle + reach, size.min(axis=0)


def _blocks(sheet: Linework, meaning: Meaning, root: NDArray[np.intp], swung: Bools, *, base: int) -> Marks:
    """Block references named door or window, by the box of their straight lines in the block's own frame."""
    strokes = sheet.strokes
    owner = _root_of(strokes.instance, root)
    swinging = np.unique(_root_of(sheet.arcs.instance[swung], root))
    straight = (owner >= 0) & ~np.isin(owner, swinging)
    roots, index = np.unique(owner[straight], return_inverse=True)
    if not len(roots):
        return _none()
    axis = unit(sheet.instances.matrix[roots][:, :, 0])
    axis[np.hypot(axis[:, 0], axis[:, 1]) < 0.5] = (1.0, 0.0)
    points = np.concatenate([strokes.start[straight], strokes.end[straight]])
    start, end, depth = _boxes(points, np.concatenate([index, index]), axis)
    kinds = tuple(_kind(sheet.instances.block[k], Category(meaning.instances[k])) for k in roots)
    return _plain(sheet, start, end, depth, kinds, sheet.instances.layer[roots], sheet.instances.source[roots], base, 1)


def _kind(name: str, category: Category) -> OpeningKind:
    """What a named block is; a door that shows no swing slides."""
    guess = opening_kind(name)
    if category == Category.WINDOW:
        return guess if guess is not None and not guess.is_door else OpeningKind.WINDOW
    if guess is None or guess in (OpeningKind.DOOR, OpeningKind.WINDOW):
        return OpeningKind.SLIDING_DOOR
    return guess


def _loose(sheet: Linework, meaning: Meaning, root: NDArray[np.intp], swung: Bools, *, base: int) -> Marks:
    """Lines on door and window layers outside of such blocks, joined where they touch."""
    strokes = sheet.strokes
    outside = _root_of(strokes.instance, root) < 0
    parts: list[Marks] = []
    for category, kind in (
        (Category.WINDOW, OpeningKind.WINDOW),
        (Category.DOOR, OpeningKind.SLIDING_DOOR),
        (Category.OPENING, OpeningKind.OPENING),
    ):
        rows = np.flatnonzero(outside & (meaning.strokes == category) & ~strokes.dashed)
        if not len(rows):
            continue
        lines = segments(strokes.start[rows], strokes.end[rows])
        i, j = shapely.STRtree(lines).query(
            lines, predicate="dwithin", distance=0.02 if category == Category.DOOR else 0.12
        )
        label = components(len(rows), i, j)
        count = int(label.max()) + 1
        # A cluster with a swing in it is that swing's door.
        arc = strokes.arc[rows]
        swing = np.zeros(count, np.bool_)
        swing[label[np.append(swung, False)[arc]]] = True  # -1, no arc, is the last
        longest = np.lexsort((-strokes.length[rows], label))
        head = longest[np.flatnonzero(np.append(True, label[longest][1:] != label[longest][:-1]))]
        points, owner = np.concatenate([strokes.start[rows], strokes.end[rows]]), np.concatenate([label, label])
        axis = _axes(points, owner, strokes.start[rows[head]], strokes.end[rows[head]])
        start, end, depth = _boxes(points, owner, axis)
        kept = np.flatnonzero(~swing & (depth < 1.2) & (np.hypot(*(end - start).T) > 0.2))
        parts.append(
            _plain(
                sheet,
                start[kept],
                end[kept],
                depth[kept],
                (kind,) * len(kept),
                strokes.layer[rows[head[kept]]],
                strokes.source[rows[head[kept]]],
                base + int(sum(len(part) for part in parts)),
                2,
            )
        )
    return join(parts) if parts else _none()


def _axes(points: Floats, owner: NDArray[np.intp], start: Floats, end: Floats) -> Floats:
    """(n, 2) the way each cluster runs: that of its longest line, or the principal one where all lines are short."""
    number = np.bincount(owner)
    middle = np.stack([np.bincount(owner, weights=points[:, k]) for k in (0, 1)], axis=1) / number[:, None]
    x, y = (points - middle[owner]).T
    xx, xy, yy = (np.bincount(owner, weights=each) for each in (x * x, x * y, y * y))
    turn = np.arctan2(2 * xy, xx - yy) / 2
    reach = np.zeros(len(number))
    np.maximum.at(reach, owner, np.hypot(x, y))
    line = end - start
    short = np.hypot(*line.T) < reach
    return np.where(short[:, None], np.stack([np.cos(turn), np.sin(turn)], axis=1), unit(line))


def _of_panes(glazed: Panes, *, base: int) -> Marks:
    """The windows that their jambs tell."""
    count = len(glazed.start)
    nowhere = np.full((count, 2), np.nan)
    return Marks(
        start=glazed.start,
        end=glazed.end,
        depth=glazed.depth,
        kind=(OpeningKind.WINDOW,) * count,
        hinge=nowhere,
        tip=nowhere,
        group=(base + np.arange(count)).astype(np.int32),
        rank=np.full(count, 2, np.int32),
        evidence=(Evidence.GLAZING,) * count,
        confidence=np.full(count, 0.75),
        layer=("",) * count,
        handles=((),) * count,
    )


def _plain(
    sheet: Linework,
    start: Floats,
    end: Floats,
    depth: Floats,
    kinds: tuple[OpeningKind, ...],
    layer: Ints,
    source: Ints,
    base: int,
    rank: int,
) -> Marks:
    count = len(start)
    nowhere = np.full((count, 2), np.nan)
    return Marks(
        start=start,
        end=end,
        depth=depth,
        kind=kinds,
        hinge=nowhere,
        tip=nowhere,
        group=(base + np.arange(count)).astype(np.int32),
        rank=np.full(count, rank, np.int32),
        evidence=(Evidence.BLOCK if rank == 1 else Evidence.LINES,) * count,
        confidence=np.full(count, 0.9 if rank == 1 else 0.75),
        layer=tuple(sheet.layers[k].plain for k in layer),
        handles=tuple((sheet.handles[k],) for k in source),
    )


def _none() -> Marks:
    nothing = np.zeros((0, 2))
    whole = np.zeros(0, np.int32)
    return Marks(nothing, nothing, np.zeros(0), (), nothing, nothing, whole, whole, (), np.zeros(0), (), ())

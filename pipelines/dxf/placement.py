"""Where each block of a drawing is placed: references resolved level by level, all of a level at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pipelines.dxf import drawing as d
from pipelines.errors import DrawingTooComplex
from pipelines.geometry.ocs import axes, to_world
from pipelines.linework import Bools, Floats, Ints, Origin, Ragged

if TYPE_CHECKING:
    from collections import Counter

Rows = NDArray[np.intp]

#: Bounds on what a drawing may expand to.
DEEPEST: Final = 64
MOST_INSTANCES: Final = 1_000_000
MOST_POINTS: Final = 12_000_000
#: A curve counts as so many points; few take more.
CHORDS: Final = 32.0


@dataclass(frozen=True, slots=True)
class Placements:
    """Every place at which a block is drawn; row 0 is the sheet itself, parents stand before children."""

    block: Ints
    linear: Floats  #: (n, 3, 3) world = linear @ local + shift
    shift: Floats  #: (n, 3)
    layer: Ints
    color: Ints
    weight: Ints
    dashed: NDArray[np.int8]
    parent: Ints
    level: Ints
    source: Ints
    origin: Ints  #: what everything in it counts as, -1 for nothing in particular
    hidden: Bools

    def __len__(self) -> int:
        """The number of placements, the sheet included."""
        return len(self.block)


def place(drawing: d.Drawing, skipped: Counter[tuple[str, str]]) -> Placements:
    """Resolve all references; those that would go round in circles are counted.

    Raises ``DrawingTooComplex`` before anything is allocated that would not fit.
    """
    inserts = _without_cycles(drawing, skipped)
    _require_bounds(drawing, inserts)
    levels = [_sheet()]
    start = 0
    while True:
        last = levels[-1]
        rows, parents = gather(inserts.common.owner, last.block, len(drawing.blocks))
        if not len(rows):
            break
        levels.append(_level(drawing, inserts, last, rows, parents, start))
        start += len(last)
    columns = {name: np.concatenate([getattr(level, name) for level in levels]) for name in Placements.__slots__}
    return Placements(**columns)


def gather(owner: Ints, blocks: Ints, count: int) -> tuple[Rows, Rows]:
    """The rows that each placement draws: rows whose owner is its block, and the placement (0 ..) of each."""
    order = np.argsort(owner, kind="stable")
    number = np.bincount(owner, minlength=count)
    first = np.cumsum(number) - number
    size = number[blocks]
    placement = np.repeat(np.arange(len(blocks)), size)
    within = np.arange(len(placement)) - np.repeat(np.cumsum(size) - size, size)
    return order[first[blocks[placement]] + within], placement


def _sheet() -> Placements:
    one = np.zeros(1, np.int32)
    return Placements(
        block=one, linear=np.eye(3)[None], shift=np.zeros((1, 3)), layer=one, color=one + 7, weight=one - 3,
        dashed=np.zeros(1, np.int8), parent=one - 1, level=one, source=one - 1, origin=one - 1,
        hidden=np.zeros(1, np.bool_),
    )  # fmt: skip


def _level(
    drawing: d.Drawing, inserts: d.Inserts, last: Placements, rows: Rows, parents: Rows, start: int
) -> Placements:
    """The placements that the references ``rows`` within the placements ``parents`` of the last level make."""
    number = np.maximum(inserts.rows[rows], 1) * np.maximum(inserts.columns[rows], 1)
    cell = np.repeat(np.arange(len(rows)), number)
    rows, parents = rows[cell], parents[cell]
    within = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number)
    across = np.maximum(inserts.columns[rows], 1)
    offset = np.column_stack(
        [
            within % across * inserts.column_spacing[rows],
            within // across * inserts.row_spacing[rows],
            np.zeros(len(rows)),
        ]
    )
    frame = axes(inserts.common.extrusion[rows])  # rows are the axes: local @ frame = world
    cos, sin = np.cos(inserts.rotation[rows]), np.sin(inserts.rotation[rows])
    turn = np.zeros((len(rows), 3, 3))
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = cos, -sin, sin, cos, 1.0
    to_parent = np.einsum("nji,njk->nik", frame, turn)
    linear = to_parent * inserts.scale[rows][:, None, :]
    position = to_world(inserts.position[rows], inserts.common.extrusion[rows])
    shift = position + np.einsum("nij,nj->ni", to_parent, offset)
    shift -= np.einsum("nij,nj->ni", linear, drawing.base[inserts.block[rows]])
    layer, color, weight, dashed, hidden = resolve(drawing, inserts.common, rows, last, parents)
    own = inserts.common.origin[rows]
    return Placements(
        block=inserts.block[rows],
        linear=np.einsum("nij,njk->nik", last.linear[parents], linear),
        shift=last.shift[parents] + np.einsum("nij,nj->ni", last.linear[parents], shift),
        layer=layer,
        color=color,
        weight=weight,
        dashed=dashed,
        parent=(parents + start).astype(np.int32),
        level=last.level[parents] + np.int32(1),
        source=inserts.common.source[rows],
        origin=np.where(last.origin[parents] >= 0, last.origin[parents], np.where(own == Origin.OTHER, -1, own)),
        hidden=last.hidden[parents] | hidden,
    )


def resolve(
    drawing: d.Drawing, common: d.Common, rows: Rows, placements: Placements, placement: Rows
) -> tuple[Ints, Ints, Ints, NDArray[np.int8], Bools]:
    """Layer, colour, weight, dashed, frozen of rows within placements: layer 0, ByLayer and ByBlock resolved.

    What stands on layer 0 of a block takes the layer of its reference (DXF reference, "Layer 0").
    """
    zero = next((k for k, row in enumerate(drawing.layers) if row.layer.name == "0"), -1)
    inside = placement_is_block(placements, placement)
    layer = np.where(inside & (common.layer[rows] == zero), placements.layer[placement], common.layer[rows])
    table = drawing.layers
    colors = np.array([row.layer.color for row in table] or [7], dtype=np.int32)
    weights = np.array([row.weight for row in table] or [-3], dtype=np.int32)
    dashes = np.array([row.layer.dashed for row in table] or [False], dtype=np.int8)
    frozen = np.array([row.frozen for row in table] or [False], dtype=np.bool_)
    color, weight, dashed = common.color[rows], common.weight[rows], common.dashed[rows]
    color = np.where(
        color == d.BY_LAYER, colors[layer], np.where(color == d.BY_BLOCK, placements.color[placement], color)
    )
    weight = np.where(
        weight == d.WEIGHT_BY_LAYER,
        weights[layer],
        np.where(weight == d.WEIGHT_BY_BLOCK, placements.weight[placement], weight),
    )
    dashed = np.where(dashed == -1, dashes[layer], np.where(dashed == -2, placements.dashed[placement], dashed))
    return (
        layer.astype(np.int32), color.astype(np.int32), weight.astype(np.int32), dashed.astype(np.int8), frozen[layer]
    )  # fmt: skip


def placement_is_block(placements: Placements, placement: Rows) -> Bools:
    """(n,) whether the placement is a block rather than the sheet itself."""
    return np.asarray(placements.block[placement] > 0, dtype=np.bool_)


def _without_cycles(drawing: d.Drawing, skipped: Counter[tuple[str, str]]) -> d.Inserts:
    """The references that can be drawn: those to missing blocks, and back into a block that holds them, are not."""
    inserts = drawing.inserts
    drawn = inserts.block > 0
    below: dict[int, list[int]] = defaultdict(list)
    edges = np.unique(np.stack([inserts.common.owner[drawn], inserts.block[drawn]], axis=1), axis=0)
    for owner, block in edges.tolist():
        below[owner].append(block)
    back = _back_edges(below)
    if back:
        owners, blocks = inserts.common.owner.tolist(), inserts.block.tolist()
        cyclic = np.array([pair in back for pair in zip(owners, blocks, strict=True)], dtype=np.bool_)
        skipped["INSERT", "cyclic_block"] += int(cyclic.sum())
        drawn &= ~cyclic
    return inserts if drawn.all() else inserts.take(drawn)


def _back_edges(below: dict[int, list[int]]) -> set[tuple[int, int]]:
    """Edges from a block to one that it stands in, seen from the sheet; without them the graph has no cycle."""
    back: set[tuple[int, int]] = set()
    path, done = [0], set[int]()
    onto = {0}
    ahead = {0: iter(below[0])}
    while path:
        block = path[-1]
        child = next(ahead[block], None)
        if child is None:
            path.pop()
            onto.discard(block)
            done.add(block)
        elif child in onto:
            back.add((block, child))
        elif child not in done:
            path.append(child)
            onto.add(child)
            ahead[child] = iter(below[child])
    return back


def _require_bounds(drawing: d.Drawing, inserts: d.Inserts) -> None:
    """Count what the references expand to, along the graph of blocks, without expanding them."""
    cells = np.maximum(inserts.rows, 1).astype(np.float64) * np.maximum(inserts.columns, 1)
    edges: dict[tuple[int, int], float] = defaultdict(float)
    for owner, block, number in zip(inserts.common.owner.tolist(), inserts.block.tolist(), cells.tolist(), strict=True):
        edges[owner, block] += number
    below: dict[int, list[tuple[int, float]]] = defaultdict(list)
    waiting: dict[int, int] = defaultdict(int)
    for (owner, block), number in edges.items():
        below[owner].append((block, number))
        waiting[block] += 1
    times, depth = _multiplicity(len(drawing.blocks), below, waiting)
    if depth.max(initial=0) > DEEPEST:
        raise DrawingTooComplex(f"Blocks are nested {depth.max()} deep, more than {DEEPEST}.", code="nesting_too_deep")
    if times.sum() > MOST_INSTANCES:
        raise DrawingTooComplex(
            f"The drawing places blocks {times.sum():.3g} times, more than {MOST_INSTANCES:,}.",
            code="too_many_instances",
        )
    points = (_points(drawing) * times).sum()
    if points > MOST_POINTS:
        raise DrawingTooComplex(
            f"The drawing expands to {points:.3g} points, more than {MOST_POINTS:,}.", code="too_many_points"
        )


def _multiplicity(
    size: int, below: dict[int, list[tuple[int, float]]], waiting: dict[int, int]
) -> tuple[Floats, NDArray[np.int64]]:
    """How often and how deep each block is placed, from the sheet downwards in topological order."""
    times, depth = np.zeros(size), np.zeros(size, np.int64)
    times[0] = 1.0
    ready = [block for block in range(size) if not waiting[block]]
    while ready:
        block = ready.pop()
        for child, cells in below[block]:
            times[child] += times[block] * cells
            depth[child] = max(depth[child], depth[block] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return times, depth


def _points(drawing: d.Drawing) -> Floats:
    """(k,) points of what each block draws, chords included, about."""
    total = np.zeros(len(drawing.blocks))
    for table, weight in (
        (drawing.lines, np.full(len(drawing.lines), 2.0)),
        (drawing.conics, np.full(len(drawing.conics), CHORDS)),
        (drawing.polylines, _list_weights(drawing.polylines.points, drawing.polylines.bulge)),
        (drawing.hatches, _list_weights(drawing.hatches.points, drawing.hatches.bulge)),
        (drawing.meshes, drawing.meshes.rings.counts.astype(np.float64)),
        (drawing.words, np.ones(len(drawing.words))),
    ):
        total += np.bincount(table.common.owner, weights=weight, minlength=len(total))
    return total


def _list_weights(points: Ragged, bulge: Ragged) -> Floats:
    """(n,) points of polylines, a bulge counted as an arc."""
    bent = np.bincount(points.owner, weights=bulge.points[:, 0] != 0, minlength=len(points))
    return np.asarray(points.counts + bent * CHORDS, dtype=np.float64)

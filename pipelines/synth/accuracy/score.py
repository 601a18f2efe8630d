"""A floor plan that was found against the true one: areas, openings, rooms, columns. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.plan import OpeningKind
from pipelines.synth.layout import cuts

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Columns, Openings, Rooms, Storey

#: Differences thinner than this do not count in the tolerant measure, metres.
TOLERANCE = 0.02
#: A found room is the true one from this share of common area on; its area is right within this share.
SAME_ROOM, SAME_AREA = 0.5, 0.05


@dataclass(frozen=True, slots=True)
class Tally:
    """Right, too many and too few of one class; sums of tallies are tallies."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.right + other.right, self.extra + other.extra, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of what was found that is there; 1 where nothing was found."""
        found = self.right + self.extra
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what is there that was found; 1 where nothing is there."""
        true = self.right + self.missed
        return self.right / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class StoreyScore:
    """One storey against its truth."""

    iou: float  #: of wall regions with openings cut
    tolerant_iou: float
    doors: Tally
    windows: Tally
    bare: Tally
    kinds: tuple[int, int]  #: doors of the right kind, of all that were found
    hands: tuple[int, int]  #: single doors with hinge and swing right, of all that were found as such
    rooms: int
    found_rooms: int
    right_rooms: int
    named_rooms: tuple[int, int]  #: right names, of the right rooms
    columns: Tally


def score(true: Storey, found: Storey, names: dict[str, str] | None = None) -> StoreyScore:
    """Score a storey; both are in the same coordinates. ``names`` says how room keys were written."""
    plain, tolerant = wall_iou(true, found)
    pairs = matched(true.openings, found.openings)
    return StoreyScore(
        iou=plain,
        tolerant_iou=tolerant,
        doors=tally(true.openings, found.openings, pairs, "door"),
        windows=tally(true.openings, found.openings, pairs, "window"),
        bare=tally(true.openings, found.openings, pairs, "opening"),
        kinds=_kinds(true.openings, found.openings, pairs),
        hands=_hands(true.openings, found.openings, pairs),
        rooms=len(true.rooms),
        found_rooms=len(found.rooms),
        right_rooms=len(right := _rooms(true.rooms, found.rooms)),
        named_rooms=(_named(true.rooms, found.rooms, right, names), len(right)) if names is not None else (0, 0),
        columns=_columns(true.columns, found.columns),
    )


def missed(true: Storey) -> StoreyScore:
    """The score of a storey that was not found at all."""
    classes = [group(kind) for kind in true.openings.kind]
    none = {name: Tally(missed=classes.count(name)) for name in ("door", "window", "opening")}
    lost = Tally(missed=len(true.columns))
    rooms = len(true.rooms)
    return StoreyScore(0, 0, none["door"], none["window"], none["opening"], (0, 0), (0, 0), rooms, 0, 0, (0, 0), lost)


def group(kind: OpeningKind) -> str:
    """'door', 'window' or 'opening' (a bare one)."""
    return "door" if kind.is_door else "window" if kind == OpeningKind.WINDOW else "opening"


def wall_iou(true: Storey, found: Storey) -> tuple[float, float]:
    """Common area over joint area of the walls, plain, and without differences thinner than ``TOLERANCE``.

    Where a column stands in a wall, it is a matter of taste whether its area is the wall's: it counts for neither.
    """
    one, other = _solid(true), _solid(found)
    walls = shapely.union_all(true.walls.footprint)
    in_walls = [column for column in true.columns.footprint if shapely.intersects(column, walls)]
    away = shapely.buffer(shapely.union_all(in_walls), 1e-3)
    one, other = shapely.difference(one, away), shapely.difference(other, away)
    joint = shapely.area(shapely.union(one, other, grid_size=1e-4))
    if joint == 0:
        return 1.0, 1.0
    apart = shapely.symmetric_difference(one, other, grid_size=1e-4)
    thick = shapely.buffer(shapely.buffer(apart, -TOLERANCE / 2, join_style="mitre"), TOLERANCE / 2, join_style="mitre")
    return float(1 - shapely.area(apart) / joint), float(1 - min(shapely.area(thick) / joint, 1.0))


def _solid(storey: Storey) -> shapely.Geometry:
    whole = shapely.union_all(shapely.make_valid(storey.walls.footprint), grid_size=1e-4)
    return shapely.difference(whole, shapely.union_all(cuts(storey.openings)), grid_size=1e-4)


Pairs = NDArray[np.intp]  #: (k, 2): row of the truth, row of what was found


def matched(true: Openings, found: Openings) -> Pairs:
    """Openings of one class whose middles are within half the true width; the nearest first, each once."""
    if not len(true) or not len(found):
        return np.zeros((0, 2), dtype=np.intp)
    away = np.hypot(*(true.center[:, None] - found.center[None]).transpose(2, 0, 1))
    one = np.array([group(kind) for kind in true.kind])
    other = np.array([group(kind) for kind in found.kind])
    fits = (away <= true.width[:, None] / 2) & (one[:, None] == other[None])
    return _greedy(np.where(fits, away, np.inf))


def _greedy(cost: Floats) -> Pairs:
    """Rows and columns of finite cost paired, the cheapest first."""
    order = np.argsort(cost, axis=None, kind="stable")[: np.count_nonzero(np.isfinite(cost))]
    pairs: list[tuple[int, int]] = []
    rows, columns = set[int](), set[int]()
    for k in order:
        i, j = divmod(int(k), cost.shape[1])
        if i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            pairs.append((i, j))
    return np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2)


def tally(true: Openings, found: Openings, pairs: Pairs, name: str) -> Tally:
    """Right, extra and missed openings of one class."""
    right = sum(group(true.kind[i]) == name for i, _ in pairs)
    there = sum(group(kind) == name for kind in true.kind)
    seen = sum(group(kind) == name for kind in found.kind)
    return Tally(right, seen - right, there - right)


def _kinds(true: Openings, found: Openings, pairs: Pairs) -> tuple[int, int]:
    doors = [(i, j) for i, j in pairs if true.kind[i].is_door]
    return sum(true.kind[i] == found.kind[j] for i, j in doors), len(doors)


def _hands(true: Openings, found: Openings, pairs: Pairs) -> tuple[int, int]:
    """Single doors whose leaf hangs and opens as it does in truth; directions may run either way."""
    both = [(i, j) for i, j in pairs if true.kind[i] == found.kind[j] == OpeningKind.DOOR]
    right = 0
    for i, j in both:
        sign = 1 if true.direction[i] @ found.direction[j] >= 0 else -1
        right += bool(found.hinge[j] * sign == true.hinge[i] and found.swing[j] * sign == true.swing[i])
    return right, len(both)


def _rooms(true: Rooms, found: Rooms) -> Pairs:
    """Rooms that are the same and of the right area."""
    if not len(true) or not len(found):
        return np.zeros((0, 2), dtype=np.intp)
    common = shapely.area(shapely.intersection(true.footprint[:, None], found.footprint[None]))
    a, b = shapely.area(true.footprint), shapely.area(found.footprint)
    share = common / (a[:, None] + b[None] - common)
    right = (share >= SAME_ROOM) & (np.abs(b[None] - a[:, None]) <= SAME_AREA * a[:, None])
    return _greedy(np.where(right, 1 - share, np.inf))


def _named(true: Rooms, found: Rooms, pairs: Pairs, names: dict[str, str]) -> int:
    return sum(_plain(names[true.name[i]]) == _plain(found.name[j]) for i, j in pairs)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _columns(true: Columns, found: Columns) -> Tally:
    if not len(true) or not len(found):
        return Tally(extra=len(found), missed=len(true))
    common = shapely.area(shapely.intersection(true.footprint[:, None], found.footprint[None]))
    joint = shapely.area(true.footprint)[:, None] + shapely.area(found.footprint)[None] - common
    pairs = len(_greedy(np.where(common / joint > SAME_ROOM, 1 - common / joint, np.inf)))
    return Tally(pairs, len(found) - pairs, len(true) - pairs)


def mapped(storey: Storey, matrix: Floats) -> Storey:
    """What of a storey is scored, moved by an affine (2, 3) that turns by multiples of nothing: scale and shift."""
    linear, shift = matrix[:, :2], matrix[:, 2]
    scale = float(np.sqrt(abs(np.linalg.det(linear))))

    def shape(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        moved = shapely.transform(shapes, lambda points: points @ linear.T + shift)
        return np.asarray(moved, dtype=np.object_).reshape(-1)

    openings = storey.openings
    return replace(
        storey,
        walls=replace(storey.walls, footprint=shape(storey.walls.footprint)),
        columns=replace(storey.columns, footprint=shape(storey.columns.footprint)),
        rooms=replace(storey.rooms, footprint=shape(storey.rooms.footprint)),
        openings=replace(
            openings,
            center=openings.center @ linear.T + shift,
            width=openings.width * scale,
            depth=openings.depth * scale,
        ),
    )

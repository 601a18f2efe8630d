"""Stairs as steps, each tread at its height, and the landings between flights.

Flights that lie near each other and together climb a storey with risers that one can climb are one stair: each
begins where the one before it ends. Where a flight's direction is not drawn it is taken as its treads are listed,
or so that it begins near the end of the one before; the node says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from pipelines.building.materials import STAIR
from pipelines.building.nodes import extras, mesh
from pipelines.geometry.carving import carve
from pipelines.geometry.components import components
from pipelines.geometry.pairs import unit
from pipelines.geometry.prisms import Prisms
from pipelines.scene import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.building.shell import Shell
    from pipelines.linework import Floats
    from pipelines.plan import Stairs, Storey

#: Risers that one can climb, metres, and the usual one.
RISER, USUAL = (0.13, 0.22), 0.175
#: Fewer treads than this are no flight whose steps one knows.
FEWEST = 3
#: Flights of one stair are at most this far apart, metres.
NEAR = 1.6
#: Depth of steps and landings that do not stand on the floor, metres.
WAIST = 0.3
#: Height of the outline of stairs whose treads are not known, metres.
OUTLINE = 0.05


@dataclass(frozen=True, slots=True)
class _Flight:
    """Tread lines in climbing order, and the height at which the first begins."""

    row: int
    treads: Floats  #: (k, 2, 2)
    base: float
    riser: float

    @property
    def top(self) -> float:
        """The height to which the last riser leads."""
        return self.base + self.riser * len(self.treads)

    @property
    def up(self) -> Floats:
        """(2,) the direction of climbing."""
        run = self.treads[-1].mean(axis=0) - self.treads[0].mean(axis=0)
        return np.asarray(unit(run[None])[0], dtype=np.float64)

    @property
    def width(self) -> float:
        """Length of a tread line."""
        return float(np.hypot(*(self.treads[:, 1] - self.treads[:, 0]).T).mean())


def stairs(storey: Storey, shell: Shell, rise: float) -> Iterator[Node]:
    """A node per flight; ``rise``: from this floor to the next, metres."""
    table = storey.stairs
    solid = Prisms.joined([Prisms.none(), *shell.walls.values(), shell.columns])
    flights = {flight.row: (flight, before) for flight, before in _flights(table, rise)}
    for row in range(len(table)):
        if row in flights:
            flight, before = flights[row]
            body = Prisms.joined([_steps(flight), _landing(before, flight)])
        else:
            body = Prisms.between(table.footprint[row : row + 1], 0.0, OUTLINE)
        drawn = bool(np.isfinite(table.up[row]).all())
        said = extras(
            "stairs",
            storey.name,
            table.layer[row],
            [table.handles[row]],
            treads=int(table.tread_count[row]),
            direction="drawn" if drawn else "assumed",
        )
        yield Node(table.layer[row] or "stairs", parts=(mesh(carve(body, solid), STAIR),), extras=said)


def _flights(table: Stairs, rise: float) -> Iterator[tuple[_Flight, _Flight | None]]:
    """The flights whose treads are known, each with the one before it."""
    known = np.flatnonzero(table.treads.counts >= 2 * FEWEST)
    i, j = shapely.STRtree(table.footprint[known]).query(table.footprint[known], predicate="dwithin", distance=NEAR)
    group = components(len(known), i.astype(np.intp), j.astype(np.intp))
    for number in range(int(group.max(initial=-1)) + 1):
        rows = known[group == number].tolist()
        count = sum(len(table.treads[row]) // 2 for row in rows)
        if len(rows) > 1 and RISER[0] <= rise / count <= RISER[1]:
            yield from _chained(table, rows, rise / count)
        else:
            for row in rows:
                treads = table.treads[row].reshape(-1, 2, 2)
                riser = rise / len(treads)
                yield _Flight(row, treads, 0.0, riser if RISER[0] <= riser <= RISER[1] else USUAL), None


def _chained(table: Stairs, rows: list[int], riser: float) -> Iterator[tuple[_Flight, _Flight | None]]:
    """Flights one after the other, those of known direction first."""
    before: _Flight | None = None
    left = sorted(rows, key=lambda row: (bool(np.isnan(table.up[row]).any()), row))
    while left:
        ways = [(row, treads) for row in left for treads in _ways(table, row)]
        row, treads = ways[0] if before is None else _nearest(ways, before.treads[-1].mean(axis=0))
        flight = _Flight(row, treads, before.top if before else 0.0, riser)
        yield flight, before
        before = flight
        left.remove(row)


def _ways(table: Stairs, row: int) -> list[Floats]:
    """The treads of a flight in the order in which it may climb: both where that is not known."""
    treads = table.treads[row].reshape(-1, 2, 2)
    return [treads, treads[::-1]] if np.isnan(table.up[row]).any() else [treads]


def _nearest(ways: list[tuple[int, Floats]], end: Floats) -> tuple[int, Floats]:
    """The flight, and its direction, that begins nearest to where the one before ends."""
    return min(ways, key=lambda way: float(np.hypot(*(way[1][0].mean(axis=0) - end))))


def _steps(flight: _Flight) -> Prisms:
    """A block for each step between two tread lines: from the floor in a first flight, as a waist above."""
    pairs = np.concatenate([flight.treads[:-1], flight.treads[1:]], axis=1)
    hull = np.asarray(shapely.convex_hull(shapely.multipoints(pairs)), dtype=np.object_)
    high = np.asarray(flight.base + flight.riser * np.arange(1, len(pairs) + 1), dtype=np.float64)
    low = np.zeros(len(high)) if flight.base <= 0 else np.maximum(high - WAIST, 0.0)
    return Prisms(hull, low, high)


def _landing(before: _Flight | None, flight: _Flight) -> Prisms:
    """The landing from the last riser of one flight to the first of the next, as deep as the flights are wide."""
    if before is None:
        return Prisms.none()
    end, begin = before.treads[-1], flight.treads[0]
    corners = [end, begin, end + before.up * flight.width, begin - flight.up * before.width]
    shape = shapely.convex_hull(shapely.multipoints(np.concatenate(corners)))
    return Prisms.between(np.asarray([shape], dtype=np.object_), max(flight.base - WAIST, 0.0), flight.base)

"""Strokes that bear out what a detector saw: in a wall that was drawn, not traced, an opening shows in its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pipelines.drafting.meaning import built
from pipelines.geometry.areas import polygons
from pipelines.geometry.pairs import left, rectangles, segments, unit
from pipelines.linework import Origin, Seen

if TYPE_CHECKING:
    from pipelines.drafting.laying import Fits, Hosts
    from pipelines.linework import Bools, Floats, Linework, Sightings

#: Lines run along or across a wall within this (sine).
STRAIGHT: Final = 0.03
#: Panes lie so deep in their wall, metres, and cover this share of their opening; an axis runs on beyond it by more.
INSIDE: Final = 0.012
COVERED: Final = 0.6
LONGER: Final = 1.35
#: Jambs stand within this of the end of their opening, metres, across this share of the wall.
JAMB: Final = 0.12
ACROSS: Final = 0.6
#: A page may be drawn in part and a picture in part: what was traced is as near as this, metres.
NEAR: Final = 2.0


def shown(sheet: Linework, seen: Sightings, fits: Fits, hosts: Hosts) -> Bools:
    """(n,) openings that lines bear out; and those in walls that were traced off a picture.

    A window or a sliding door shows its panes, since a pier between two of them has jambs at both ends as well.
    """
    host = fits.host
    origin, direction, depth = hosts.origin[host], hosts.direction[host], hosts.depth[host]
    start, end = (origin + direction * t[:, None] for t in (fits.begin, fits.finish))
    wide = fits.finish - fits.begin
    strokes = sheet.strokes
    rows = np.flatnonzero(built(sheet) & (strokes.arc < 0))
    lines = segments(strokes.start[rows], strokes.end[rows])
    i, j = shapely.STRtree(lines).query(rectangles(start, end, depth, longer=JAMB), predicate="intersects")
    j = rows[j]
    t, s = (
        np.stack([np.einsum("ij,ij->i", each[j] - start[i], axis[i]) for each in (strokes.start, strokes.end)])
        for axis in (direction, left(direction))
    )
    length = strokes.length[j]
    sine = np.abs(np.einsum("ij,ij->i", unit(strokes.end[j] - strokes.start[j]), left(direction)[i]))
    pane = (sine < STRAIGHT) & (np.abs(s).max(axis=0) < depth[i] / 2 - INSIDE) & (length < LONGER * wide[i])
    common = np.minimum(t.max(axis=0), wide[i]) - np.maximum(t.min(axis=0), 0.0)
    pane &= common > COVERED * wide[i]
    jamb = (sine > 1 - STRAIGHT) & (length > ACROSS * depth[i]) & (np.abs(s.mean(axis=0)) < depth[i] / 2)
    found = np.bincount(i[pane], minlength=len(fits)) > 0
    ends = [np.bincount(i[jamb & (np.abs(t[0] - at[i]) < JAMB)], minlength=len(fits)) > 0 for at in (0 * wide, wide)]
    hinged = np.isin(seen.kind[fits.seen], (Seen.DOOR, Seen.DOUBLE_DOOR))
    return np.asarray(found | (hinged & ends[0] & ends[1]) | _traced(sheet, (start + end) / 2), dtype=np.bool_)


def _traced(sheet: Linework, middle: Floats) -> Bools:
    """(n,) places in what was traced off a picture, or on a sheet that was."""
    origin = sheet.areas.origin
    if (origin == Origin.TRACED).all() and len(origin):
        return np.ones(len(middle), np.bool_)
    shapes, _ = polygons(sheet.areas.take(origin == Origin.TRACED))
    found = np.zeros(len(middle), np.bool_)
    found[shapely.STRtree(shapes).query(shapely.points(middle), predicate="dwithin", distance=NEAR)[0]] = True
    return found

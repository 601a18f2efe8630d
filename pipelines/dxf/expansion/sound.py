"""Rows that mean something: coordinates are numbers within bounds, and there is an extent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections import Counter

    from pipelines.linework import Arcs, Areas, Bools, Dimensions, Faces, Floats, Ragged, Strokes, Texts

    Skips = Counter[tuple[str, str]]

#: Coordinates and lengths beyond this are damage.
FARTHEST: Final = 1e12


def finite(points: Floats) -> Bools:
    """(n,) rows whose coordinates are numbers within bounds."""
    return np.asarray((np.abs(points) < FARTHEST).all(axis=1), dtype=np.bool_)


def _kept(keep: Bools, kind: str, reason: str, skipped: Skips) -> Bools:
    skipped[kind, reason] += int((~keep).sum())
    return keep


def sound_strokes(strokes: Strokes, skipped: Skips) -> Strokes:
    """Strokes that are finite and have a length."""
    within = _kept(finite(strokes.start) & finite(strokes.end), "stroke", "not_finite", skipped)
    strokes = strokes.take(within)
    extended = _kept((strokes.start != strokes.end).any(axis=1), "stroke", "degenerate", skipped)
    return strokes.take(extended)


def sound_arcs(strokes: Strokes, arcs: Arcs) -> tuple[Strokes, Arcs]:
    """Arcs that are finite, and strokes that point to them; a torn arc's chords were counted as strokes."""
    whole = finite(np.column_stack([arcs.center, arcs.radius, arcs.start, arcs.sweep]))
    if whole.all():
        return strokes, arcs
    index = np.append(np.where(whole, np.cumsum(whole) - 1, -1), -1)
    return replace(strokes, arc=index[strokes.arc].astype(np.int32)), arcs.take(whole)


def sound_areas(areas: Areas, skipped: Skips) -> Areas:
    """Areas whose rings are all finite; rings without three corners or extent are left out."""
    torn = _torn(areas.rings)
    within = _kept(~np.isin(areas.region, areas.region[torn]), "area", "not_finite", skipped)
    areas = areas.take(within)
    return areas.take(_kept(_extended(areas.rings), "area", "degenerate", skipped))


def sound_faces(faces: Faces, skipped: Skips) -> Faces:
    """Faces whose corners are finite, and not all one."""
    faces = faces.take(_kept(~_torn(faces.rings), "face", "not_finite", skipped))
    return faces.take(_kept(_extended(faces.rings), "face", "degenerate", skipped))


def sound_texts(texts: Texts, skipped: Skips) -> Texts:
    """Texts at a place, of a size."""
    sizes = np.column_stack([texts.height, texts.width, texts.rotation])
    within = finite(texts.position) & finite(texts.center) & finite(sizes)
    texts = texts.take(_kept(within, "TEXT", "not_finite", skipped))
    return texts.take(_kept(texts.height > 0, "TEXT", "degenerate", skipped))


def sound_dimensions(dimensions: Dimensions, skipped: Skips) -> Dimensions:
    """Dimensions between two places."""
    within = finite(dimensions.first) & finite(dimensions.second) & finite(dimensions.measured[:, None])
    return dimensions.take(_kept(within, "DIMENSION", "not_finite", skipped))


def _torn(rings: Ragged) -> Bools:
    """(n,) rings with a point that is not finite."""
    torn = np.zeros(len(rings), np.bool_)
    torn[np.unique(rings.owner[~finite(rings.points)])] = True
    return torn


def _extended(rings: Ragged) -> Bools:
    """(n,) rings of three points at least, not all in one place."""
    enough = rings.counts >= 3
    first = rings.points[np.minimum(rings.offsets[:-1], max(len(rings.points) - 1, 0))] if len(rings.points) else None
    if first is None:
        return enough
    apart = np.bincount(rings.owner, weights=(rings.points != first[rings.owner]).any(axis=1), minlength=len(rings))
    return np.asarray(enough & (apart > 0), dtype=np.bool_)

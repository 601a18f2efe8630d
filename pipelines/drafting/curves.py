"""Arcs that were drawn as chords: found again, so that a door's swing is one whatever program wrote it.

Exports to other formats, exploded blocks and old plotters chop arcs into short lines of one length that turn by one
angle from each to the next. Such chains get their arc back; the chords stay and point at it. Needs no unit.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.geometry.components import components
from pipelines.linework import Arcs, Origin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipelines.linework import Floats, Linework

#: Turn from chord to chord, radians: smoother is a straight line, sharper a corner.
LEAST_TURN, MOST_TURN = np.radians(0.5), np.radians(31)
#: Chords of one arc are alike in length, and lie on one circle, within these shares.
ALIKE, ROUND = 0.1, 0.03
#: Fewer points than this between chords, or less turn in all (radians), are no arc: ellipses look like one that far.
FEWEST, SHORTEST = 3, np.radians(20)

_DRAWN = (Origin.LINE, Origin.POLYLINE, Origin.SPLINE, Origin.ELLIPSE, Origin.PROXY, Origin.OTHER)


def restored(sheet: Linework) -> Linework:
    """The sheet with an arc for every chain of chords that lies on a circle."""
    strokes = sheet.strokes
    rows = np.flatnonzero((strokes.arc < 0) & np.isin(strokes.origin, _DRAWN))
    if len(rows) <= FEWEST:
        return sheet
    joints = _joints(sheet, rows)
    label, stroke, centers, turns = _chains(*joints)
    if not len(label):
        return sheet
    arcs, owner, chord = _arcs(sheet, label, stroke, centers, turns)
    held = strokes.arc.copy()
    held[chord] = (len(sheet.arcs) + owner).astype(np.int32)
    names = [each.name for each in fields(Arcs)]
    columns = {name: np.concatenate([getattr(sheet.arcs, name), getattr(arcs, name)]) for name in names}
    return replace(sheet, strokes=replace(strokes, arc=held), arcs=Arcs(**columns))


def _joints(sheet: Linework, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], Floats]:
    """Where just two strokes of one layer and block meet: (n, 2) the strokes, (n, 3, 2) far end, joint, far end."""
    strokes = sheet.strokes
    bounds = sheet.bounds()
    size = float((bounds[1] - bounds[0]).max()) if bounds is not None else 1.0
    near = np.concatenate([strokes.start[rows], strokes.end[rows]])
    far = np.concatenate([strokes.end[rows], strokes.start[rows]])
    grid = np.round((near - (bounds[0] if bounds is not None else 0.0)) / (1e-6 * size or 1.0)).astype(np.int64)
    pen = np.tile(strokes.layer[rows].astype(np.int64) * (len(sheet.instances) + 1) + strokes.instance[rows] + 1, 2)
    order = np.lexsort((grid[:, 1], grid[:, 0], pen))
    key = np.column_stack([pen, grid])[order]
    head = np.flatnonzero(np.append(True, (key[1:] != key[:-1]).any(axis=1)))
    pairs = head[np.diff(np.append(head, len(key))) == 2]
    one, other = order[pairs], order[pairs + 1]
    points = np.stack([far[one], near[one], far[other]], axis=1)
    return np.tile(rows, 2)[np.stack([one, other], axis=1)], points


def _chains(stroke: NDArray[np.intp], points: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, Floats]:
    """Joints that lie on one arc: (n,) number of the arc, (n, 2) strokes, (n, 2) centre, (n,) turn."""
    u, v = points[:, 1] - points[:, 0], points[:, 2] - points[:, 1]
    a, b = np.hypot(*u.T), np.hypot(*v.T)
    turn = np.arctan2(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], np.einsum("ij,ij->i", u, v))
    bent = (np.abs(turn) > LEAST_TURN) & (np.abs(turn) < MOST_TURN) & (np.abs(a - b) < ALIKE * np.maximum(a, b))
    stroke, u, turn, joint = stroke[bent], u[bent], turn[bent], points[bent, 1]
    radius = a[bent] / (2 * np.sin(np.abs(turn) / 2))
    # The centre lies on the bisector of the joint, on the side to which the chain turns.
    half = np.sign(turn) * (np.pi / 2) + turn / 2
    inward = np.stack(
        [u[:, 0] * np.cos(half) - u[:, 1] * np.sin(half), u[:, 0] * np.sin(half) + u[:, 1] * np.cos(half)], axis=1
    )
    center = joint + inward * (radius / np.maximum(np.hypot(*inward.T), 1e-300))[:, None]
    return _linked(stroke, center, radius, turn)


def _linked(
    stroke: NDArray[np.intp], center: Floats, radius: Floats, turn: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, Floats]:
    """Joints linked where they share a chord and a circle; chains that are too short or not round fall away."""
    count = len(stroke)
    held, joint = stroke.ravel(), np.repeat(np.arange(count), 2)
    order = np.argsort(held, kind="stable")
    same = held[order][1:] == held[order][:-1]
    i, j = joint[order][:-1][same], joint[order][1:][same]
    fits = np.hypot(*(center[i] - center[j]).T) < ROUND * np.minimum(radius[i], radius[j])
    label = components(count, i[fits], j[fits])
    number = np.bincount(label)
    middle = np.stack([np.bincount(label, weights=center[:, k]) for k in (0, 1)], axis=1) / number[:, None]
    off = np.zeros(len(number))
    np.maximum.at(off, label, np.hypot(*(center - middle[label]).T) / radius)
    swept = np.bincount(label, weights=np.abs(turn)) * (number + 1) / number
    kept = ((number >= FEWEST) & (off < 2 * ROUND) & (swept > SHORTEST))[label]
    label = np.unique(label[kept], return_inverse=True)[1]
    return label.astype(np.intp), stroke[kept], center[kept], turn[kept]


def _arcs(
    sheet: Linework, label: NDArray[np.intp], stroke: NDArray[np.intp], center: Floats, turn: Floats
) -> tuple[Arcs, NDArray[np.intp], NDArray[np.intp]]:
    """The arcs, and which arc each of the chords belongs to."""
    strokes = sheet.strokes
    joints = np.bincount(label)
    middle = np.stack([np.bincount(label, weights=center[:, k]) for k in (0, 1)], axis=1) / joints[:, None]
    pairs = np.unique(np.column_stack([np.repeat(label, 2), stroke.ravel()]), axis=0)
    owner, chord = pairs[:, 0], pairs[:, 1]
    chords = np.bincount(owner)
    away = (strokes.start[chord] + strokes.end[chord]) / 2 - middle[owner]
    total = np.stack([np.bincount(owner, weights=away[:, k]) for k in (0, 1)], axis=1)
    reach = np.hypot(*(strokes.start[chord] - middle[owner]).T)
    radius = np.bincount(owner, weights=reach) / chords
    step = np.bincount(label, weights=np.abs(turn)) / joints
    whole = chords <= joints
    sweep = np.where(whole, 2 * np.pi, np.minimum(step * chords, 2 * np.pi))
    first = chord[np.searchsorted(owner, np.arange(len(joints)))]
    return (
        Arcs(
            center=middle,
            radius=radius,
            start=np.where(whole, 0.0, np.arctan2(total[:, 1], total[:, 0]) - sweep / 2),
            sweep=sweep,
            layer=strokes.layer[first],
            source=strokes.source[first],
            instance=strokes.instance[first],
        ),
        owner,
        chord,
    )

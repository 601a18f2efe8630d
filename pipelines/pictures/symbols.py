"""The signs of a drawn plan, in metres: how a door swings, a window is glazed, a stair climbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from pipelines.pictures.strokes import dashed, polyline
from pipelines.plan import OpeningKind, Openings, Stairs

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_ARC = 16  #: chords of a quarter circle
_NONE = np.zeros((0, 2, 2))


@dataclass(frozen=True, slots=True)
class Sign:
    """One opening's sign."""

    heavy: Floats  #: (n, 2, 2) lines of leaves and panes
    light: Floats  #: (n, 2, 2) lines of what moves: arcs
    swept: Floats  #: (k, 2) region that a leaf sweeps, () where none


def gaps(openings: Openings) -> Geometries:
    """(n,) rectangles that the openings cut from their walls."""
    return _boxes(openings.center, openings.direction, openings.width, openings.depth)


def sign(openings: Openings, row: int) -> Sign:
    """The sign of one opening, by its kind."""
    kind = openings.kind[row]
    center, along, width = openings.center[row], openings.direction[row], float(openings.width[row])
    depth, hinge, swing = float(openings.depth[row]), int(openings.hinge[row]), int(openings.swing[row])
    across = np.array([-along[1], along[0]])
    if kind is OpeningKind.DOOR and swing:
        return _leaf(center + across * swing * depth / 2, along * (hinge or -1) * width / 2, across * swing * width)
    if kind is OpeningKind.DOUBLE_DOOR and swing:
        face = center + across * swing * depth / 2
        leaves = [
            _leaf(face + along * end * width / 4, along * end * width / 4, across * swing * width / 2)
            for end in (-1, 1)
        ]
        return Sign(
            *(np.concatenate(part) for part in zip(*((s.heavy, s.light) for s in leaves), strict=True)),
            swept=np.concatenate([leaves[0].swept, leaves[1].swept[::-1]]),
        )
    box = _corners(center, along, width, depth)
    if kind is OpeningKind.WINDOW:
        return Sign(np.concatenate([polyline(box, closed=True), _line(center, along, width)]), _NONE, _NONE[:, 0])
    if kind is OpeningKind.SLIDING_DOOR:
        shift, reach = across * min(depth, 0.12) / 4, along * width * 0.22
        panes = [_line(center - reach - shift, along, width * 0.56), _line(center + reach + shift, along, width * 0.56)]
        return Sign(np.concatenate(panes), _NONE, _NONE[:, 0])
    if kind is OpeningKind.FOLDING_DOOR:
        places = np.linspace(-0.5, 0.5, 9)[:, None] * along * width + center
        places[1::2] += across * (swing or 1) * width / 8
        return Sign(polyline(places), _NONE, _NONE[:, 0])
    if kind is OpeningKind.OVERHEAD_DOOR:
        return Sign(_line(center, along, width), dashed(polyline(box, closed=True), dash=0.2, gap=0.12), _NONE[:, 0])
    if kind is OpeningKind.OPENING:
        sides = np.stack([box[[0, 3]], box[[1, 2]]])
        return Sign(_NONE, dashed(np.concatenate([sides, box[[[0, 1], [3, 2]]]]), dash=0.12, gap=0.09), _NONE[:, 0])
    return Sign(_line(center, along, width), _NONE, _NONE[:, 0])


def arrows(stairs: Stairs) -> Floats:
    """(n, 2, 2) lines of the arrows along which stairs climb; flights of unknown direction have none."""
    made = [_NONE]
    for footprint, up in zip(stairs.footprint, stairs.up, strict=True):
        if not np.isfinite(up).all() or footprint.is_empty:
            continue
        middle = shapely.get_coordinates(footprint.centroid)[0]
        reach = (shapely.get_coordinates(footprint) - middle) @ up
        tail, tip = middle + up * reach.min() * 0.82, middle + up * reach.max() * 0.82
        side = np.array([-up[1], up[0]])
        barb = min(0.22, float(reach.max() - reach.min()) * 0.2)
        barbs = [tip - up * barb + side * barb * 0.6, tip, tip - up * barb - side * barb * 0.6]
        made += [polyline(np.stack([tail, tip])), polyline(np.stack(barbs))]
    return np.concatenate(made)


def _leaf(middle: Floats, to_hinge: Floats, open_leaf: Floats) -> Sign:
    """A leaf that stands open at a right angle, and the quarter circle by which it closes."""
    hinge, tip = middle + to_hinge, middle + to_hinge + open_leaf
    turn = np.linspace(0, np.pi / 2, _ARC + 1)[:, None]
    arc = hinge + np.cos(turn) * open_leaf - np.sin(turn) * 2 * to_hinge
    return Sign(polyline(np.stack([hinge, tip])), polyline(arc), np.concatenate([hinge[None], arc]))


def _line(center: Floats, along: Floats, width: float) -> Floats:
    return np.stack([center - along * width / 2, center + along * width / 2])[None]


def _corners(center: Floats, along: Floats, width: float, depth: float) -> Floats:
    across = np.array([-along[1], along[0]])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    return np.asarray(center + signs[:, :1] * along * width + signs[:, 1:] * across * depth, dtype=np.float64)


def _boxes(center: Floats, along: Floats, width: Floats, depth: Floats) -> Geometries:
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    corners = (
        center[:, None]
        + signs[:, :1] * along[:, None] * width[:, None, None]
        + signs[:, 1:] * across[:, None] * depth[:, None, None]
    )
    return np.asarray(shapely.polygons(corners), dtype=object)

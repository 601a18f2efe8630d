"""The rows of a drawing while a reader fills them, and how they become its columns.

A row is a plain tuple; whatever can be computed for all rows at once is computed in ``columns`` or later.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pipelines.dxf import drawing as d
from pipelines.linework import Bools, Floats, Ints, Origin, Ragged

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: Final = ("lines", "conics", "polylines", "hatches", "meshes", "inserts", "words", "measures")

#: Layer, colour, weight, dashed: shared by most rows of a layer, so kept once.
Style = tuple[int, int, int, int]
#: Owner, style, source, origin, extrusion (None for +Z), thickness.
CommonRow = tuple[int, int, int, int, Any, float]


class Rows:
    """Lists of rows, one list per table, each with the row of what all entities have."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {kind: [] for kind in KINDS}
        self.common: dict[str, list[CommonRow]] = {kind: [] for kind in KINDS}
        self.styles: list[Style] = []
        self.handles: list[str] = []
        self.regions = 0

    def region(self) -> int:
        """A fresh number for the loops of one filled area."""
        self.regions += 1
        return self.regions - 1

    def drawing(
        self, header: d.Header, layers: Sequence[d.LayerRow], blocks: Sequence[str], base: Sequence[Any]
    ) -> d.Drawing:
        """The rows as columns; they are given up on the way."""
        common = {kind: self._common(self.common.pop(kind)) for kind in KINDS}
        columns = {kind: [list(column) for column in zip(*self.rows.pop(kind), strict=True)] for kind in KINDS}
        return d.Drawing(
            header=header,
            layers=tuple(layers),
            blocks=tuple(blocks),
            base=points(base),
            handles=tuple(self.handles),
            lines=_lines(columns["lines"], common["lines"]),
            conics=_conics(columns["conics"], common["conics"]),
            polylines=_polylines(columns["polylines"], common["polylines"]),
            hatches=_hatches(columns["hatches"], common["hatches"]),
            meshes=d.Meshes(_ragged(columns["meshes"], 0, 3), common["meshes"]),
            inserts=_inserts(columns["inserts"], common["inserts"]),
            words=_words(columns["words"], common["words"]),
            measures=_measures(columns["measures"], common["measures"]),
        )

    def _common(self, rows: list[CommonRow]) -> d.Common:
        owner, style, source, origin, extrusion, thickness = zip(*rows, strict=True) if rows else ((),) * 6
        styles = np.array(self.styles, dtype=np.int32).reshape(-1, 4)[np.array(style, dtype=np.intp)]
        normal = np.tile((0.0, 0.0, 1.0), (len(rows), 1))
        turned = [row for row, value in enumerate(extrusion) if value is not None]
        if turned:
            normal[turned] = points([extrusion[row] for row in turned])
        return d.Common(
            owner=np.array(owner, dtype=np.int32),
            layer=styles[:, 0],
            color=styles[:, 1],
            weight=styles[:, 2],
            dashed=styles[:, 3].astype(np.int8),
            source=np.array(source, dtype=np.int32),
            origin=np.array(origin, dtype=np.int32),
            extrusion=normal,
            thickness=np.array(thickness, dtype=np.float64),
        )


def points(values: Sequence[Any]) -> Floats:
    """(n, 3) of points that are tuples or have an ``xyz``."""
    spatial = [value if isinstance(value, tuple) else value.xyz for value in values]
    flat = np.fromiter(chain.from_iterable(spatial), np.float64)
    if len(flat) != 3 * len(values):
        flat = np.array([(*value[:3], 0.0, 0.0)[:3] for value in spatial], dtype=np.float64)
    return flat.reshape(-1, 3)


def _spatial(columns: list[list[Any]], index: int) -> Floats:
    return points(columns[index]) if columns else np.zeros((0, 3))


def _ragged(columns: list[list[Any]], index: int, width: int) -> Ragged:
    if not columns:
        return Ragged.empty(width)
    lists = columns[index]
    offsets = np.concatenate([[0], np.cumsum([len(each) for each in lists])]).astype(np.int64)
    return Ragged(np.concatenate(lists).reshape(-1, width), offsets)


def _floats(columns: list[list[Any]], index: int) -> Floats:
    return np.array(columns[index] if columns else [], dtype=np.float64)


def _whole(columns: list[list[Any]], index: int) -> Ints:
    return np.array(columns[index] if columns else [], dtype=np.int32)


def _truth(columns: list[list[Any]], index: int) -> Bools:
    return np.array(columns[index] if columns else [], dtype=np.bool_)


def _lines(columns: list[list[Any]], common: d.Common) -> d.Lines:
    return d.Lines(_spatial(columns, 0), _spatial(columns, 1), common)


def _conics(columns: list[list[Any]], common: d.Common) -> d.Conics:
    """Rows of centre, major axis or radius, ratio, start, end: arcs in degrees, ellipses in radians."""
    if not columns:
        empty = np.zeros(0)
        return d.Conics(np.zeros((0, 3)), np.zeros((0, 3)), empty, empty, empty, np.zeros(0, np.bool_), common)
    world = np.asarray(common.origin == Origin.ELLIPSE)
    major = np.zeros((len(world), 3))
    major[world] = points([value for value, own in zip(columns[1], world, strict=True) if own])
    major[~world, 0] = np.abs([value for value, own in zip(columns[1], world, strict=True) if not own])
    start, end = (np.where(world, _floats(columns, k), np.radians(_floats(columns, k))) for k in (3, 4))
    with np.errstate(invalid="ignore"):
        sweep = np.mod(end - start, 2 * np.pi)
    # A whole turn, but for rounding; nothing in the format is an arc of no angle.
    sweep = np.where((sweep < 1e-9) | (sweep > 2 * np.pi - 1e-9), 2 * np.pi, sweep)
    return d.Conics(_spatial(columns, 0), major, _floats(columns, 2), start, sweep, world, common)


def _polylines(columns: list[list[Any]], common: d.Common) -> d.Polylines:
    return d.Polylines(
        _ragged(columns, 0, 3), _ragged(columns, 1, 1), _floats(columns, 2), _truth(columns, 3), _truth(columns, 4),
        common,
    )  # fmt: skip


def _hatches(columns: list[list[Any]], common: d.Common) -> d.Hatches:
    return d.Hatches(
        _ragged(columns, 0, 3), _ragged(columns, 1, 1), _whole(columns, 2), _truth(columns, 3), common
    )  # fmt: skip


def _inserts(columns: list[list[Any]], common: d.Common) -> d.Inserts:
    return d.Inserts(
        _whole(columns, 0), _spatial(columns, 1), _spatial(columns, 2), np.radians(_floats(columns, 3)),
        _whole(columns, 4), _whole(columns, 5), _floats(columns, 6), _floats(columns, 7), common,
    )  # fmt: skip


def _words(columns: list[list[Any]], common: d.Common) -> d.Words:
    return d.Words(
        _spatial(columns, 0), _floats(columns, 1), _floats(columns, 2), _floats(columns, 3),
        _floats(columns, 4).reshape(-1, 2), _whole(columns, 5), tuple(columns[6]) if columns else (), common,
    )  # fmt: skip


def _measures(columns: list[list[Any]], common: d.Common) -> d.Measures:
    return d.Measures(
        _spatial(columns, 0), _spatial(columns, 1), _floats(columns, 2), tuple(columns[3]) if columns else (),
        _floats(columns, 4), common,
    )  # fmt: skip

"""A sheet laid on the table another way: turned, mirrored, scaled, moved, its rows in another order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.linework import Ragged

if TYPE_CHECKING:
    from pipelines.linework import Floats, Instances, Linework


def similarity(
    *, angle: float = 0.0, mirrored: bool = False, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)
) -> Floats:
    """(2, 3) mirror about the y axis, then turn, scale and move."""
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if mirrored else 1.0, 1.0])
    return np.column_stack([turn, shift])


def moved(points: Floats, matrix: Floats) -> Floats:
    """(n, 2) points after a similarity."""
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], dtype=np.float64)


def turned(sheet: Linework, matrix: Floats) -> Linework:
    """The sheet after a similarity, as if it had been drawn so."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    mirrored = np.linalg.det(matrix[:, :2]) < 0
    strokes, arcs, areas = sheet.strokes, sheet.arcs, sheet.areas
    texts, dims, inserts, faces = sheet.texts, sheet.dimensions, sheet.instances, sheet.faces
    begin = arcs.start + arcs.sweep if mirrored else arcs.start
    along = np.stack([np.cos(begin), np.sin(begin)], axis=1) @ matrix[:, :2].T
    written = np.stack([np.cos(texts.rotation), np.sin(texts.rotation)], axis=1) @ matrix[:, :2].T
    own = np.concatenate([inserts.matrix, np.tile([[[0.0, 0.0, 1.0]]], (len(inserts), 1, 1))], axis=1)
    spatial = faces.rings.points.copy()
    spatial[:, :2], spatial[:, 2] = moved(spatial[:, :2], matrix), spatial[:, 2] * scale
    new = replace(
        strokes,
        start=moved(strokes.start, matrix),
        end=moved(strokes.end, matrix),
        z=strokes.z * scale,
        width=strokes.width * scale,
        thickness=strokes.thickness * scale,
    )
    corners = [np.stack([x, y], axis=1) for x in _ends(inserts, 0) for y in _ends(inserts, 1)]
    boxes = np.stack([moved(corner, matrix) for corner in corners])
    return replace(
        sheet,
        strokes=new,
        arcs=replace(
            arcs,
            center=moved(arcs.center, matrix),
            radius=arcs.radius * scale,
            start=np.arctan2(along[:, 1], along[:, 0]),
        ),
        areas=replace(areas, rings=Ragged(moved(areas.rings.points, matrix), areas.rings.offsets), z=areas.z * scale),
        texts=replace(
            texts,
            position=moved(texts.position, matrix),
            center=moved(texts.center, matrix),
            height=texts.height * scale,
            width=texts.width * scale,
            rotation=np.arctan2(written[:, 1], written[:, 0]),
        ),
        dimensions=replace(
            dims,
            first=moved(dims.first, matrix),
            second=moved(dims.second, matrix),
            measured=dims.measured * scale,
        ),
        instances=replace(inserts, matrix=matrix[None] @ own, low=boxes.min(axis=0), high=boxes.max(axis=0)),
        faces=replace(faces, rings=Ragged(spatial, faces.rings.offsets)),
    )


def _ends(inserts: Instances, axis: int) -> tuple[Floats, Floats]:
    return inserts.low[:, axis], inserts.high[:, axis]


def shuffled(sheet: Linework, seed: int) -> Linework:
    """The same rows in another order."""
    random = np.random.default_rng(seed)
    arc_order = random.permutation(len(sheet.arcs))
    place = np.empty(len(arc_order) + 1, np.int32)
    place[arc_order], place[-1] = np.arange(len(arc_order)), -1
    strokes = sheet.strokes.take(random.permutation(len(sheet.strokes)))
    back = random.random(len(strokes)) < 0.5
    start, end = (
        np.where(back[:, None], one, two) for one, two in ((strokes.end, strokes.start), (strokes.start, strokes.end))
    )
    return replace(
        sheet,
        strokes=replace(strokes, start=start, end=end, arc=place[strokes.arc]),
        arcs=sheet.arcs.take(arc_order),
        areas=sheet.areas.take(random.permutation(len(sheet.areas))),
        texts=sheet.texts.take(random.permutation(len(sheet.texts))),
        dimensions=sheet.dimensions.take(random.permutation(len(sheet.dimensions))),
    )

"""Texts with their boxes, and dimensions with their points, on the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.linework import Dimensions, Texts

if TYPE_CHECKING:
    from pipelines.dxf.expansion.sheet import Sheet

#: From one base line to the next, in letter heights (MTEXT, "line spacing factor" 1.0: five thirds).
SPACING: Final = 5 / 3


def texts(sheet: Sheet) -> Texts:
    """TEXT, MTEXT, ATTRIB."""
    table = sheet.drawing.words
    placed = sheet.placed(table.common)
    row, where = placed.row, placed.place
    position = sheet.world(table.position[row], where)[:, :2]
    angle = table.rotation[row]
    along = sheet.turned(np.stack([np.cos(angle), np.sin(angle), np.zeros(len(row))], axis=1), where)
    scale = sheet.scale(where)
    height, width = table.height[row] * scale, table.width[row] * scale
    rotation = np.arctan2(along[:, 1], along[:, 0])
    box = np.stack([width, height * (1 + SPACING * (table.lines[row] - 1))], axis=1) * (0.5 - table.anchor[row])
    cos, sin = np.cos(rotation), np.sin(rotation)
    center = position + np.stack([box[:, 0] * cos - box[:, 1] * sin, box[:, 0] * sin + box[:, 1] * cos], axis=1)
    text = tuple(table.text[k] for k in row)
    return Texts(
        position, center, height, width, rotation, text, placed.layer, placed.origin, placed.source, placed.instance
    )


def dimensions(sheet: Sheet) -> Dimensions:
    """Linear and aligned DIMENSIONs."""
    table = sheet.drawing.measures
    placed = sheet.placed(table.common)
    row, where = placed.row, placed.place
    first, second = (sheet.world(points[row], where)[:, :2] for points in (table.first, table.second))
    text = tuple(table.text[k] for k in row)
    measured = table.measured[row] * sheet.scale(where)
    return Dimensions(first, second, measured, text, table.scale[row], placed.layer, placed.source)

"""What every row of a sheet stands for, by the names that drawn things carry.

A block that names its content ("DOOR-900", "양변기") decides for all that is inside it, since doors may sit on a
furniture layer; where blocks are silent the layer speaks. Dimensions and leaders are known by their kind. Geometry is
not looked at here: what no name tells stays ``Category.UNKNOWN``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipelines.drafting import naming
from pipelines.drafting.naming import Category, Match
from pipelines.linework import Origin

if TYPE_CHECKING:
    from pipelines.linework import Bools, Floats, Instances, Ints, Linework

Codes = NDArray[np.int16]  #: (n,) of ``Category``

#: What a block's name decides for all its content. A block named after a wall, a floor or a view is a container:
#: the layers inside know better.
_THINGS = (
    Category.DOOR,
    Category.WINDOW,
    Category.OPENING,
    Category.COLUMN,
    Category.STAIR,
    Category.FURNITURE,
    Category.SANITARY,
    Category.KITCHEN,
    Category.APPLIANCE,
    Category.PLANT,
    Category.VEHICLE,
    Category.EQUIPMENT,
    Category.ELECTRICAL,
    Category.PLUMBING,
    Category.HVAC,
    Category.LIGHTING,
    Category.ANNOTATION,
    Category.TITLE_BLOCK,
    Category.AXIS,
    Category.DIMENSION,
)
#: Names that leave open what a line is: they say nothing, or that it bears, lies on the floor or fills.
UNSAID = (Category.UNKNOWN, Category.STRUCTURE, Category.FLOOR, Category.HATCH)
_NOT_BUILT = (Origin.DIMENSION, Origin.LEADER, Origin.TEXT, Origin.WIPEOUT, Origin.POINT)
#: These may be as large as the sheet and are still what they say.
_LARGE = (Category.TITLE_BLOCK, Category.AXIS, Category.DIMENSION)


def built(sheet: Linework) -> Bools:
    """(n,) strokes that can be part of the building: no dimensions, leaders, text, and not dashed."""
    strokes = sheet.strokes
    return np.asarray(~np.isin(strokes.origin, _NOT_BUILT) & ~strokes.dashed, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A category for each layer, block reference and row of a ``Linework``, in the order of its tables."""

    layers: tuple[Match, ...]  #: one per layer, by its plain name
    blocks: tuple[Match, ...]  #: one per instance, by the name of its own block
    named: Codes  #: (n,) per instance: what its block or an enclosing block says, UNKNOWN where they are silent
    instances: Codes  #: (n,) ``named``, else what the layer says on which the reference was placed
    strokes: Codes
    arcs: Codes
    areas: Codes
    texts: Codes
    stroke_confidence: Floats  #: (n,) 0..1
    area_confidence: Floats
    layer_of: Codes  #: (n,) per layer: the thing that its hatch, tag or dimension belongs to (``WALL-HATCH``: WALL)

    def area_of(self, layer: Ints) -> Codes:
        """What the hatches on these layers belong to."""
        return self.layer_of[layer]

    def select(self, *, strokes: Bools, arcs: Bools, areas: Bools, texts: Bools) -> Meaning:
        """The meaning of the rows under the masks; layers and instances stay whole, as in ``Linework.select``."""
        return replace(
            self,
            strokes=self.strokes[strokes],
            arcs=self.arcs[arcs],
            areas=self.areas[areas],
            texts=self.texts[texts],
            stroke_confidence=self.stroke_confidence[strokes],
            area_confidence=self.area_confidence[areas],
        )


def classify(linework: Linework) -> Meaning:
    """The meaning of a sheet."""
    layers = tuple(naming.layer(layer.plain) for layer in linework.layers)
    known = {name: naming.block(name) for name in set(linework.instances.block)}
    blocks = tuple(known[name] for name in linework.instances.block)
    codes = np.fromiter((match.category for match in layers), np.int16, len(layers))
    sure = np.fromiter((match.confidence for match in layers), np.float64, len(layers))
    named, named_sure = _named(linework, blocks)
    strokes, stroke_confidence = _rows(linework.strokes, codes, sure, named, named_sure)
    areas, area_confidence = _rows(linework.areas, codes, sure, named, named_sure)
    return Meaning(
        layers=layers,
        blocks=blocks,
        named=named,
        instances=_placed(linework.instances, named, codes),
        strokes=_by_origin(strokes, linework.strokes.origin),
        arcs=_rows(linework.arcs, codes, sure, named, named_sure)[0],
        areas=_by_origin(areas, linework.areas.origin),
        texts=_by_origin(_rows(linework.texts, codes, sure, named, named_sure)[0], linework.texts.origin),
        stroke_confidence=stroke_confidence,
        area_confidence=area_confidence,
        layer_of=np.fromiter((match.of for match in layers), np.int16, len(layers)),
    )


def _named(linework: Linework, blocks: tuple[Match, ...]) -> tuple[Codes, Floats]:
    """Category and confidence per instance from its own name or the nearest enclosing block that has one."""
    table = linework.instances
    count = len(table)
    own = np.fromiter((match.category for match in blocks), np.int16, count)
    sure = np.fromiter((match.confidence for match in blocks), np.float64, count)
    silent = ~np.isin(own, _THINGS) | (_oversized(linework) & ~np.isin(own, _LARGE))
    own[silent], sure[silent] = Category.UNKNOWN, 0.0
    parent = table.parent
    nested = np.flatnonzero(parent >= 0)
    while len(nested):  # one round per level of nesting
        takes = nested[(own[nested] == Category.UNKNOWN) & (own[parent[nested]] != Category.UNKNOWN)]
        if not len(takes):
            break
        own[takes], sure[takes] = own[parent[takes]], sure[parent[takes]]
    return own, sure


def _oversized(linework: Linework) -> Bools:
    """(n,) instances that draw two fifths of the whole sheet, both ways: a plan in a block, whatever its name."""
    table = linework.instances
    extent = linework.bounds()
    if extent is None or not len(table):
        return np.zeros(len(table), dtype=np.bool_)
    size = np.maximum(extent[1] - extent[0], 1e-12)
    drawn = np.nan_to_num(table.high - table.low, nan=0.0)
    return np.asarray((drawn > 0.4 * size).all(axis=1) & _has_company(table), dtype=np.bool_)


def _has_company(table: Instances) -> Bools:
    """(n,) whether a reference holds others: a lone symbol on a sheet of its own is no container."""
    holds = np.zeros(len(table), dtype=np.bool_)
    holds[table.parent[table.parent >= 0]] = True
    return holds


def _placed(table: Instances, named: Codes, codes: Codes) -> Codes:
    """Per instance, its name's category or else its layer's."""
    return np.where(named == Category.UNKNOWN, _at(codes, table.layer), named).astype(np.int16)


def _at(values: NDArray[np.generic], index: Ints) -> NDArray[np.generic]:
    """``values[index]``, 0 where the index is -1."""
    padded = np.concatenate([values, np.zeros(1, values.dtype)])
    return padded[index]


def _rows(table: object, codes: Codes, sure: Floats, named: Codes, named_sure: Floats) -> tuple[Codes, Floats]:
    """Category and confidence of each row: the block that names it, else its layer.

    What lies on a layer for construction or on one that is not plotted stays that even inside a door.
    """
    layer: Ints = table.layer  # type: ignore[attr-defined]
    instance: Ints = table.instance  # type: ignore[attr-defined]
    by_layer, by_block = _at(codes, layer), _at(named, instance)
    wins = (by_block != Category.UNKNOWN) & (by_layer != Category.CONSTRUCTION)
    category = np.where(wins, by_block, by_layer).astype(np.int16)
    return category, np.where(wins, _at(named_sure, instance), _at(sure, layer)).astype(np.float64)


def _by_origin(category: Codes, origin: Ints) -> Codes:
    """Dimensions and leaders are what they are, whatever their layer."""
    category = np.where(origin == Origin.DIMENSION, np.int16(Category.DIMENSION), category)
    return np.where(origin == Origin.LEADER, np.int16(Category.ANNOTATION), category).astype(np.int16)

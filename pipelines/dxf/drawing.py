"""A DXF file as columns: what its sections hold, in drawing units, nothing resolved yet.

What a reader has to produce, whichever it is; no library's entity gets past here. Each table has the columns of
``Common`` beside its own. Positions are as the file gives them: 2D entities in the object coordinate system of their
``extrusion`` (DXF reference, "Object Coordinate Systems"), all others in world coordinates. ``expand`` does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.linework import Bools, Floats, Ints, Layer, Ragged, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Colour by layer and by block (group code 62), and the flag of a true colour (group code 420).
BY_LAYER, BY_BLOCK, TRUE_COLOR = 256, 0, 0x1000000
#: Lineweight by layer, by block, default (group code 370), else hundredths of a millimetre.
WEIGHT_BY_LAYER, WEIGHT_BY_BLOCK, WEIGHT_DEFAULT = -1, -2, -3


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says of the whole drawing; None where it is silent."""

    version: str  #: 'R2010'
    insunits: int | None = None
    measurement: int | None = None
    codepage: str | None = None


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer of the layer table."""

    layer: Layer
    frozen: bool
    weight: int = WEIGHT_DEFAULT


@dataclass(frozen=True, slots=True)
class Common(Table):
    """What every entity has."""

    owner: Ints  #: (n,) 0: the space that is drawn, k: block k
    layer: Ints  #: (n,) into ``Drawing.layers``
    color: Ints  #: (n,) ACI, ``BY_LAYER``, ``BY_BLOCK``, or ``TRUE_COLOR`` | rgb
    weight: Ints  #: (n,) hundredths of a millimetre, or one of the codes above
    dashed: NDArray[np.int8]  #: (n,) 1 interrupted linetype, 0 continuous, -1 by layer, -2 by block
    source: Ints  #: (n,) into ``Drawing.handles``
    origin: Ints  #: (n,) an ``Origin``
    extrusion: Floats  #: (n, 3)
    thickness: Floats  #: (n,)


@dataclass(frozen=True, slots=True)
class Lines(Table):
    """LINE: world coordinates."""

    start: Floats  #: (n, 3)
    end: Floats  #: (n, 3)
    common: Common


@dataclass(frozen=True, slots=True)
class Conics(Table):
    """ARC and CIRCLE, centre in the object coordinate system, and ELLIPSE, all in world coordinates."""

    center: Floats  #: (n, 3)
    major: Floats  #: (n, 3) of an ellipse; (radius, 0, 0) of an arc
    ratio: Floats  #: (n,) minor to major axis, 1 for arcs
    start: Floats  #: (n,) radians; an ellipse's parameter
    sweep: Floats  #: (n,) radians, 0 < sweep <= 2 pi
    world: Bools  #: (n,) True for ellipses
    common: Common


@dataclass(frozen=True, slots=True)
class Polylines(Table):
    """LWPOLYLINE, POLYLINE, flattened SPLINE, LEADER: points with bulges, in the object coordinate system."""

    points: Ragged  #: (n) lists of (k, 3)
    bulge: Ragged  #: (n) lists of (k, 1)
    width: Floats  #: (n,) widest drawn width
    closed: Bools  #: (n,)
    world: Bools  #: (n,) True where the points are world coordinates
    common: Common

    def __len__(self) -> int:
        """The number of polylines."""
        return len(self.width)


@dataclass(frozen=True, slots=True)
class Hatches(Table):
    """Boundary loops of HATCH, MPOLYGON, and the outline of WIPEOUT and 2D SOLID, TRACE."""

    points: Ragged  #: (n) loops of (k, 3), object coordinate system
    bulge: Ragged  #: (n) lists of (k, 1)
    region: Ints  #: (n,) loops of one hatch share a number
    solid: Bools  #: (n,) filled without a pattern
    common: Common

    def __len__(self) -> int:
        """The number of loops."""
        return len(self.region)


@dataclass(frozen=True, slots=True)
class Meshes(Table):
    """3DFACE and the faces of MESH, polyface and polygon meshes, world coordinates."""

    rings: Ragged  #: (n) rings of (k, 3)
    common: Common

    def __len__(self) -> int:
        """The number of faces."""
        return len(self.rings)


@dataclass(frozen=True, slots=True)
class Inserts(Table):
    """Block references, and the geometry blocks of dimensions and tables."""

    block: Ints  #: (n,) 1..k, -1 where the block is missing
    position: Floats  #: (n, 3) object coordinate system
    scale: Floats  #: (n, 3)
    rotation: Floats  #: (n,) radians
    rows: Ints
    columns: Ints
    row_spacing: Floats
    column_spacing: Floats
    common: Common


@dataclass(frozen=True, slots=True)
class Words(Table):
    """TEXT, MTEXT, ATTRIB, and ATTDEF on the sheet itself: decoded, without formatting codes."""

    position: Floats  #: (n, 3) world coordinates
    height: Floats
    width: Floats  #: (n,) estimated width of the written box
    rotation: Floats
    anchor: Floats  #: (n, 2) where in its box the position lies, 0..1 from lower left
    lines: Ints  #: (n,) number of lines
    text: tuple[str, ...]
    common: Common


@dataclass(frozen=True, slots=True)
class Measures(Table):
    """Linear and aligned DIMENSIONs."""

    first: Floats  #: (n, 3) world coordinates
    second: Floats  #: (n, 3)
    measured: Floats
    text: tuple[str, ...]
    scale: Floats
    common: Common


@dataclass(frozen=True, slots=True)
class Drawing:
    """One DXF file."""

    header: Header
    layers: tuple[LayerRow, ...]
    blocks: tuple[str, ...]  #: names; block 0 is the space that is drawn
    base: Floats  #: (k, 3) base points
    handles: tuple[str, ...]
    lines: Lines
    conics: Conics
    polylines: Polylines
    hatches: Hatches
    meshes: Meshes
    inserts: Inserts
    words: Words
    measures: Measures

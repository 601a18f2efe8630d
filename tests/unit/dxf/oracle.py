"""What a file draws according to ezdxf itself, and according to this reader, as comparable segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from ezdxf.disassemble import recursive_decompose, to_primitives
from ezdxf.filemanagement import readfile

from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Linework
    from pipelines.report import ReadReport

#: Words are compared by themselves: their outlines depend on fonts.
WORDS = frozenset(("TEXT", "MTEXT", "ATTRIB", "ATTDEF", "POINT"))


def linework(path: Path, *, tolerance: float = 1e-4) -> tuple[Linework, ReadReport]:
    """What this reader makes of a file."""
    drawing, report = read(path)
    sheet, _ = expand(drawing, tolerance=tolerance)
    return sheet, report


def drawn(sheet: Linework) -> NDArray[np.float64]:
    """(n, 2, 2) segments of strokes, of the rings of fills, and of the edges of faces."""
    parts = [np.stack([sheet.strokes.start, sheet.strokes.end], axis=1)]
    filled = sheet.areas.take(sheet.areas.filled | np.isin(sheet.areas.origin, (13,)))
    parts += [_ring(filled.rings[k]) for k in range(len(filled))]
    parts += [_ring(sheet.faces.rings[k][:, :2]) for k in range(len(sheet.faces))]
    return np.concatenate(parts)


def expected(path: Path, *, distance: float = 1e-4) -> NDArray[np.float64]:
    """(n, 2, 2) segments of everything that ezdxf takes apart into paths and faces, in top view."""
    document = readfile(path)
    parts: list[NDArray[np.float64]] = [np.zeros((0, 2, 2))]
    entities = (entity for entity in recursive_decompose(document.modelspace()) if entity.dxftype() not in WORDS)
    for primitive in to_primitives(entities, max_flattening_distance=distance):
        entity: Any = primitive.entity
        if entity.dxftype() == "SPLINE":
            # Paths approximate rational splines more coarsely than they promise.
            parts.append(_chain(entity.construction_tool().flattening(distance)))
        elif primitive.path is not None:
            parts += [_chain(each.flattening(distance)) for each in primitive.path.sub_paths()]
        elif primitive.mesh is not None:
            parts += [_ring(_plane(face)) for face in primitive.mesh.faces_as_vertices()]
    return np.concatenate(parts)


def _plane(points: Iterable[Any]) -> NDArray[np.float64]:
    return np.array([(point.x, point.y) for point in points], dtype=np.float64).reshape(-1, 2)


def _chain(points: Iterable[Any]) -> NDArray[np.float64]:
    plane = _plane(points)
    return np.stack([plane[:-1], plane[1:]], axis=1)


def _ring(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([plane, np.roll(plane, -1, axis=0)], axis=1)


def assert_same(ours: NDArray[np.float64], theirs: NDArray[np.float64], *, within: float = 1e-3) -> None:
    """Both cover the same ground: no point of either is farther than ``within`` from the other."""
    assert len(ours), "nothing was drawn"
    assert len(theirs), "the oracle drew nothing"
    for segments, others in ((ours, theirs), (theirs, ours)):
        tree = shapely.STRtree(np.atleast_1d(np.asarray(shapely.linestrings(others), dtype=np.object_)))
        shares = np.linspace(0.0, 1.0, 5)[:, None]
        samples = (segments[:, None, 0] * (1 - shares) + segments[:, None, 1] * shares).reshape(-1, 2)
        _, far = tree.query_nearest(shapely.points(samples), return_distance=True, all_matches=False)
        assert far.max() <= within, f"{samples[far.argmax()]} is {far.max():.6g} away"

"""The report: what was read, what was skipped and why, what was inferred from which evidence, what was made.

Every stage returns its own part; ``convert`` puts them together. ``to_json`` is ``report.json``, whose schema is
``docs/contract/report.schema.json``.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Version of the report's form; raised when a field changes its meaning or goes.
REPORT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Entities that were not used."""

    kind: str  #: DXF type, such as 'RAY'
    reason: str  #: 'layer_hidden', 'unsupported', 'degenerate', 'not_finite', 'paper_space' ...
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleReport:
    """How large a page's drawing is in truth."""

    ratio: float | None  #: 100 for 1:100; None where no scale of drawing practice is near
    metres_per_mm: float  #: metres of the building per millimetre of paper
    confidence: float  #: 0..1
    method: str  #: 'option', 'dimensions', 'note', 'doors', 'walls', 'assumed'
    evidence: tuple[str, ...] = ()  #: one sentence for each hypothesis and vote


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """A page of a document."""

    number: int  #: from 1
    width: float  #: mm of paper, as shown
    height: float
    rotation: int  #: 0, 90, 180, 270
    content: str  #: 'vector', 'scan', 'mixed', 'empty', 'text'
    paths: int
    words: int
    images: int
    used: bool  #: whether something was modelled from it
    scale: ScaleReport | None  #: None where no plan was looked for on it


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorReport:
    """The detector that looked at pictures of the sheet."""

    model: str  #: name of the file with its weights
    provider: str  #: what ran it: 'cpu', 'cuda', 'torch cpu', 'torch cuda'
    pixels_per_metre: float  #: at which it looked
    tiles: int  #: pictures that it was given
    seen: dict[str, int]  #: per kind, before walls were asked

    @staticmethod
    def together(several: Iterable[DetectorReport | None]) -> DetectorReport | None:
        """What one detector saw on several occasions; None where it never looked."""
        looks = [each for each in several if each is not None]
        if not looks:
            return None
        seen: Counter[str] = sum((Counter(each.seen) for each in looks), Counter())
        return dataclasses.replace(looks[0], tiles=sum(each.tiles for each in looks), seen=dict(seen))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What the reader found in the file."""

    format: str  #: 'dxf', 'pdf', or of a picture 'png', 'jpeg' ...
    version: str  #: 'R2010', '1.7'
    encoding: str
    encoding_method: str  #: 'header', 'sniffed', 'utf-8'
    reader: str  #: which reader did it: 'ezdxf', 'ezdxf-recover', 'pymupdf'
    bytes: int
    entities: dict[str, int]  #: per kind, block contents counted once
    layers: int
    blocks: int
    skipped: tuple[Skipped, ...] = ()
    mended: tuple[str, ...] = ()  #: what recovery had to repair, most frequent first, with counts
    pages: tuple[PageReport, ...] = ()  #: of a document; a DXF has none
    detector: DetectorReport | None = None  #: None where none looked


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """Which unit the drawing is drawn in."""

    name: str  #: 'mm', 'cm', 'm', 'in', 'ft'
    metres_per_unit: float
    confidence: float  #: 0..1
    declared: str | None  #: what the header says, None where it is silent
    method: str  #: 'option', 'evidence', 'header', 'default'
    evidence: tuple[str, ...] = ()  #: one sentence for each vote


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewReport:
    """One of the drawings that stand side by side on the sheet."""

    kind: str
    title: str
    reason: str
    confidence: float
    modelled: bool
    storey: str | None
    box: tuple[float, float, float, float]  #: x0, y0, x1, y1 in drawing units


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreyReport:
    """Counts, lengths and areas of one storey."""

    name: str
    level: int
    elevation: float
    height: float
    walls: int
    wall_length: float
    wall_area: float
    openings: dict[str, int]
    found_by: dict[str, int]  #: openings per evidence, joined where there is more: 'gap', 'swing+detector'
    columns: int
    stairs: int
    rooms: int
    room_area: float
    furniture: int
    wall_method: str  #: which evidence gave the walls


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """The GLB."""

    bytes: int
    nodes: int
    primitives: int
    vertices: int
    triangles: int
    lines: int
    box: tuple[float, float, float, float, float, float]  #: metres, min x y z, max x y z


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertReport:
    """One conversion."""

    source: str
    read: ReadReport
    units: UnitReport
    views: tuple[ViewReport, ...]
    storeys: tuple[StoreyReport, ...]
    model: ModelReport
    method: str  #: 'floor_plan', 'solids', 'extrusion', 'linework'
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)  #: seconds per stage
    peak_memory: int = 0  #: bytes, of the process that converted
    version: int = REPORT_VERSION

    def to_json(self) -> str:
        """The report as indented JSON; what is not finite becomes null, lone surrogates are replaced."""
        text = json.dumps(plain(self), indent=2, ensure_ascii=False, allow_nan=False)
        return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def plain(value: Any) -> Any:
    """A value of the report as plain JSON types, floats rounded to a micrometre (or a microsecond)."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    return value

"""DXF bytes into a ``Drawing`` by ezdxf: the only module of the reader that knows it.

A Python loop over entities is what an object library costs; it fetches raw values and does nothing else with them.
Whatever can be computed for all rows at once is computed in ``expand``.
"""

from __future__ import annotations

import gc
import math
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.dxf import drawing as d
from pipelines.dxf.encoding import Encoding, sniff
from pipelines.dxf.intake import inspect
from pipelines.errors import CorruptDrawing, UnsupportedFormat
from pipelines.linework import Bools, Floats, Ints, Layer, Origin, Ragged
from pipelines.report import ReadReport, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ezdxf.document import Drawing as Document
    from ezdxf.entities.dxfentity import DXFEntity

#: A spline or elliptic boundary is cut into chords with at most this share of its own size as sagitta.
SPLINE_TOLERANCE = 5e-4
_Z = (0.0, 0.0, 1.0)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: it finds nothing in a growing document, and takes a tenth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read(path: Path) -> tuple[d.Drawing, ReadReport]:
    """Read a DXF file of any version from R12 on, ASCII or binary, mending what can be mended.

    Raises ``NotThisFormat``, ``UnsupportedFormat``, ``CorruptDrawing``, ``DrawingTooComplex``.
    """
    intake = inspect(path)
    encoding = sniff(path, version=intake.version, binary=intake.binary)
    with _uncollected():
        document, reader, mended = _load(path, encoding, binary=intake.binary)
        collector = _Collector(document, encoding if intake.binary else None)
        collector.run()
        report = ReadReport(
            format="dxf",
            version=str(document.acad_release or "unknown"),
            encoding=encoding.name,
            encoding_method=encoding.method,
            reader=reader,
            bytes=intake.size,
            entities=dict(sorted(collector.counts.items())),
            layers=len(collector.layer_rows),
            blocks=len(collector.block_names) - 1,
            skipped=tuple(
                Skipped(kind=kind, reason=reason, count=count)
                for (kind, reason), count in sorted(collector.skipped.items(), key=lambda item: (-item[1], item[0]))
            ),
            mended=(*mended, *collector.notes),
        )
        return collector.drawing(), report


def _load(path: Path, encoding: Encoding, *, binary: bool) -> tuple[Document, str, tuple[str, ...]]:
    """The document, the reader's name, and what was mended."""
    # Half a second of imports, which the checks before must not cost.
    from ezdxf import recover  # noqa: PLC0415
    from ezdxf.filemanagement import readfile  # noqa: PLC0415
    from ezdxf.lldxf.const import DXFVersionError  # noqa: PLC0415

    try:
        return readfile(path, encoding=None if binary else encoding.name), "ezdxf", ()
    except DXFVersionError as error:
        raise UnsupportedFormat(f"The DXF version is not one that can be read ({error}).") from error
    except Exception as error:  # noqa: BLE001  a damaged file makes ezdxf fail in any way
        first = error
    if binary:
        raise CorruptDrawing(f"The binary DXF is damaged: {_brief(first)}.") from first
    try:
        document, auditor = recover.readfile(path)
    except DXFVersionError as error:
        raise UnsupportedFormat(f"The DXF version is not one that can be read ({error}).") from error
    except Exception as error:
        raise CorruptDrawing(f"The DXF is damaged beyond mending: {_brief(first)}.") from error
    counts = Counter(entry.code.name if hasattr(entry.code, "name") else str(entry.code) for entry in auditor.fixes)
    counts.update(entry.code.name if hasattr(entry.code, "name") else str(entry.code) for entry in auditor.errors)
    mended = tuple(f"{name.lower()}: {count}" for name, count in counts.most_common(20))
    return document, "ezdxf-recover", (f"structure: {_brief(first)}", *mended)


def _brief(error: BaseException) -> str:
    """One short line of an exception."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:120].rstrip(".")


class _Collector:
    """Walks the entities once and keeps raw values in lists, one list of rows per kind."""

    def __init__(self, document: Document, encoding: Encoding | None) -> None:
        self.document = document
        self.recode = encoding
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[tuple[str, str]] = Counter()
        self.notes: list[str] = []
        self.handles: list[str] = []
        self.layer_index: dict[str, int] = {}
        self.layer_rows: list[d.LayerRow] = []
        self.block_index: dict[str, int] = {}
        self.block_names: list[str] = [""]
        self.bases: list[tuple[float, float, float]] = [(0.0, 0.0, 0.0)]
        self.linetypes: dict[str, bool] = {}
        self.pending: list[str] = []
        self.owner = 0
        self.forced: Origin | None = None
        self.rows: dict[str, list[Any]] = {
            kind: [] for kind in ("lines", "conics", "polylines", "hatches", "meshes", "inserts", "words", "measures")
        }
        self.common: dict[str, list[tuple[Any, ...]]] = {kind: [] for kind in self.rows}
        self.regions = 0
        self.take: dict[str, Callable[[DXFEntity], None]] = {
            "LINE": self._line,
            "ARC": self._arc,
            "CIRCLE": self._arc,
            "ELLIPSE": self._ellipse,
            "LWPOLYLINE": self._lwpolyline,
            "POLYLINE": self._polyline,
            "SPLINE": self._spline,
            "HELIX": self._spline,
            "HATCH": self._hatch,
            "MPOLYGON": self._hatch,
            "SOLID": self._solid,
            "TRACE": self._solid,
            "3DFACE": self._face,
            "MESH": self._mesh,
            "INSERT": self._insert,
            "TEXT": self._text,
            "ATTRIB": self._text,
            "ATTDEF": self._attdef,
            "MTEXT": self._mtext,
            "DIMENSION": self._dimension,
            "ARC_DIMENSION": self._dimension,
            "LARGE_RADIAL_DIMENSION": self._dimension,
            "LEADER": self._leader,
            "MLINE": self._virtual,
            "MULTILEADER": self._virtual,
            "ACAD_TABLE": self._table,
            "ACAD_PROXY_ENTITY": self._virtual,
            "WIPEOUT": self._wipeout,
        }
        self.origins = {
            "MLINE": Origin.MLINE,
            "MULTILEADER": Origin.LEADER,
            "ACAD_PROXY_ENTITY": Origin.PROXY,
            "ACAD_TABLE": Origin.OTHER,
        }

    # -- walking ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Take all entities of the drawn space, then of every block that is reached from there."""
        self._tables()
        space: Iterable[DXFEntity] = self.document.modelspace()
        if not len(self.document.modelspace()):
            layouts = [layout for layout in self.document.layouts if layout.name != "Model"]
            fullest = max(layouts, key=len, default=None)
            if fullest is not None and len(fullest):
                space = fullest
                self.notes.append(f"model space is empty: layout '{self._clean(fullest.name)}' was used")
        else:
            for layout in self.document.layouts:
                if layout.name != "Model":
                    self.skipped.update((entity.dxftype(), "paper_space") for entity in layout)
        self._walk(space)
        while self.pending:
            name = self.pending.pop()
            self.owner = self.block_index[name.lower()]
            self._walk(self.document.blocks[name])

    def _tables(self) -> None:
        for linetype in self.document.linetypes:
            name = linetype.dxf.name.lower()
            self.linetypes[name] = bool(getattr(linetype.pattern_tags, "tags", None)) and _interrupted(linetype)
        for layer in self.document.layers:
            self._add_layer(layer.dxf.name, layer)

    def _add_layer(self, name: str, layer: Any = None) -> int:
        index = len(self.layer_rows)
        self.layer_index[name.lower()] = index
        clean = self._clean(name)
        plain = clean.rsplit("$", 1)[-1] if "$" in clean else clean
        if layer is None:
            row = d.LayerRow(Layer(clean, plain or clean, visible=plain.lower() != "defpoints"), frozen=False)
        else:
            frozen = bool(layer.is_frozen())
            visible = not frozen and not layer.is_off() and plain.lower() != "defpoints"
            color = layer.dxf.get("true_color")
            aci = d.TRUE_COLOR | color if color is not None else abs(layer.dxf.get("color", 7))
            dashed = self.linetypes.get(layer.dxf.get("linetype", "").lower(), False)
            row = d.LayerRow(
                Layer(clean, plain or clean, color=aci, visible=visible, dashed=dashed),
                frozen=frozen,
                weight=layer.dxf.get("lineweight", d.WEIGHT_DEFAULT),
            )
        self.layer_rows.append(row)
        return index

    def _walk(self, entities: Iterable[DXFEntity]) -> None:
        take, counts = self.take, self.counts
        for entity in entities:
            kind = entity.dxftype()
            counts[kind] += 1
            method = take.get(kind)
            if method is None:
                self.skipped[kind, "unsupported"] += 1
                continue
            if entity.dxf.__dict__.get("invisible"):
                self.skipped[kind, "invisible"] += 1
                continue
            try:
                method(entity)
            except Exception:  # noqa: BLE001  one broken entity must not cost the drawing
                self.skipped[kind, "broken"] += 1

    def _clean(self, text: str) -> str:
        """Text without lone surrogates; of a binary file, decoded as its bytes say."""
        if text.isascii():
            return text
        if self.recode is not None:
            try:
                raw = text.encode(self.recode.declared, "surrogateescape")
                text = raw.decode(self.recode.name)
            except (UnicodeError, LookupError):
                pass
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    # -- rows ---------------------------------------------------------------------------------------------------

    def _add(self, kind: str, entity: DXFEntity, row: tuple[Any, ...], origin: Origin, *, same: bool = False) -> None:
        """Keep a row; ``same`` says that it belongs to the entity of the row before."""
        values = entity.dxf.__dict__
        name = values.get("layer", "0")
        layer = self.layer_index.get(name.lower())
        if layer is None:
            layer = self._add_layer(name)
        color = values.get("true_color")
        color = values.get("color", 256) if color is None else d.TRUE_COLOR | color
        linetype = values.get("linetype")
        if linetype is None:
            dashed = -1
        else:
            lowered = linetype.lower()
            dashed = -1 if lowered == "bylayer" else -2 if lowered == "byblock" else int(self.linetypes.get(lowered, 0))
        if not same:
            self.handles.append(values.get("handle") or "")
        self.rows[kind].append(row)
        self.common[kind].append(
            (
                self.owner, layer, color, values.get("lineweight", -1), dashed, len(self.handles) - 1,
                origin if self.forced is None else self.forced,
                values.get("extrusion", _Z), values.get("thickness", 0.0),
            )
        )  # fmt: skip

    def _line(self, entity: DXFEntity) -> None:
        values = entity.dxf
        self._add("lines", entity, (values.start, values.end), Origin.LINE)

    def _arc(self, entity: DXFEntity) -> None:
        values = entity.dxf
        if "start_angle" in values.__dict__:
            start = math.radians(values.start_angle)
            sweep = (math.radians(values.end_angle) - start) % math.tau or math.tau
            origin = Origin.ARC
        else:
            start, sweep, origin = 0.0, math.tau, Origin.CIRCLE
        row = (values.center, (abs(values.radius), 0.0, 0.0), 1.0, start, sweep, False)
        self._add("conics", entity, row, origin)

    def _ellipse(self, entity: DXFEntity) -> None:
        values = entity.dxf
        start = values.start_param
        sweep = (values.end_param - start) % math.tau or math.tau
        self._add(
            "conics", entity, (values.center, values.major_axis, values.ratio, start, sweep, True), Origin.ELLIPSE
        )

    def _lwpolyline(self, entity: Any) -> None:
        points = np.asarray(entity.lwpoints.values, dtype=np.float64).reshape(-1, 5)
        elevation = entity.dxf.__dict__.get("elevation", 0.0)
        width = float(points[:, 2:4].max(initial=0.0)) or float(entity.dxf.__dict__.get("const_width", 0.0))
        spatial = np.column_stack([points[:, :2], np.full(len(points), elevation)])
        self._add("polylines", entity, (spatial, points[:, 4:5], width, bool(entity.closed), False), Origin.POLYLINE)

    def _polyline(self, entity: Any) -> None:
        mode = entity.get_mode()
        if mode in ("AcDbPolyFaceMesh", "AcDbPolygonMesh"):
            self._faces(entity, _mesh_faces(entity, mode))
            return
        vertices = [vertex.dxf.__dict__ for vertex in entity.vertices if not vertex.is_spline_frame_point]
        points = np.array([tuple(vertex.get("location", (0, 0, 0))) for vertex in vertices]).reshape(-1, 3)
        flat = mode == "AcDb2dPolyline"
        bulge = np.array([[vertex.get("bulge", 0.0) if flat else 0.0] for vertex in vertices]).reshape(-1, 1)
        default = entity.dxf.__dict__.get("default_start_width", 0.0)
        width = max((vertex.get("start_width", default) for vertex in vertices), default=0.0)
        if flat and len(points):
            elevation = entity.dxf.__dict__.get("elevation")
            points[:, 2] = elevation[2] if elevation is not None else points[0, 2]
        self._add("polylines", entity, (points, bulge, width, bool(entity.is_closed), not flat), Origin.POLYLINE)

    def _curve(self, entity: DXFEntity, points: Any, origin: Origin, *, closed: bool = False) -> None:
        spatial = np.array([tuple(point) for point in points], dtype=np.float64).reshape(-1, 3)
        self._add("polylines", entity, (spatial, np.zeros((len(spatial), 1)), 0.0, closed, True), origin)

    def _spline(self, entity: Any) -> None:
        tool = entity.construction_tool()
        control = np.array([tuple(point) for point in tool.control_points])
        size = float(np.ptp(control, axis=0).max()) or 1.0
        self._curve(entity, tool.flattening(size * SPLINE_TOLERANCE, segments=4), Origin.SPLINE)

    def _leader(self, entity: Any) -> None:
        self._curve(entity, entity.vertices, Origin.LEADER)

    def _hatch(self, entity: Any) -> None:
        from ezdxf import path as paths  # noqa: PLC0415  only drawings with hatches need it

        solid = bool(entity.dxf.get("solid_fill", 1)) or entity.dxftype() == "MPOLYGON"
        elevation = entity.dxf.__dict__.get("elevation")
        z = float(elevation[2]) if elevation is not None else 0.0
        first = True
        for boundary in entity.paths:
            if hasattr(boundary, "vertices"):
                table = np.array([tuple(vertex) for vertex in boundary.vertices], dtype=np.float64).reshape(-1, 3)
                points, bulge = np.column_stack([table[:, :2], np.full(len(table), z)]), table[:, 2:3]
            else:
                line = paths.from_hatch_edge_path(boundary)
                if not len(line):
                    continue
                size = max(line.bbox().size) or 1.0
                chain = [tuple(point) for point in line.flattening(size * SPLINE_TOLERANCE)]
                points = np.array(chain, dtype=np.float64).reshape(-1, 3)
                points[:, 2], bulge = z, np.zeros((len(points), 1))
            if len(points) > 2:
                self._add("hatches", entity, (points, bulge, self.regions, solid), Origin.HATCH, same=not first)
                first = False
        self.regions += 1

    def _solid(self, entity: Any) -> None:
        values = entity.dxf
        corners = [values.vtx0, values.vtx1, values.get("vtx3", values.vtx2), values.vtx2]
        points = np.array([tuple(corner) for corner in corners], dtype=np.float64)
        self._add("hatches", entity, (points, np.zeros((4, 1)), self.regions, True), Origin.SOLID)
        self.regions += 1

    def _wipeout(self, entity: Any) -> None:
        points = np.array([tuple(point) for point in entity.boundary_path_wcs()], dtype=np.float64).reshape(-1, 3)
        self._add("hatches", entity, (points, np.zeros((len(points), 1)), self.regions, False), Origin.WIPEOUT)
        self.regions += 1

    def _face(self, entity: Any) -> None:
        self._faces(entity, [[tuple(point) for point in entity.wcs_vertices()]])

    def _mesh(self, entity: Any) -> None:
        vertices = [tuple(vertex) for vertex in entity.vertices]
        self._faces(entity, [[vertices[k] for k in face] for face in entity.faces])

    def _faces(self, entity: DXFEntity, faces: Iterable[list[tuple[float, float, float]]]) -> None:
        first = True
        for face in faces:
            if len(face) >= 3:
                self._add("meshes", entity, (np.array(face, dtype=np.float64),), Origin.FACE, same=not first)
                first = False

    def _reference(self, name: str) -> int:
        """The index of a block, -1 where the file lacks it; what it holds is taken later."""
        key = name.lower()
        index = self.block_index.get(key)
        if index is None:
            block: Any = self.document.blocks.get(name)
            if block is None or (block.block is not None and block.block.is_xref):
                self.skipped["INSERT", "external_reference" if block is not None else "missing_block"] += 1
                return -1
            index = self.block_index[key] = len(self.block_names)
            clean = self._clean(name)
            self.block_names.append(clean.rsplit("$", 1)[-1] if "$" in clean and not clean.startswith("*") else clean)
            self.bases.append(tuple(block.base_point))
            self.pending.append(name)
        return index

    def _insert(self, entity: Any) -> None:
        values = entity.dxf
        raw = values.__dict__
        row = (
            self._reference(values.name), values.insert,
            (raw.get("xscale", 1.0), raw.get("yscale", 1.0), raw.get("zscale", 1.0)),
            math.radians(raw.get("rotation", 0.0)), raw.get("row_count", 1), raw.get("column_count", 1),
            raw.get("row_spacing", 0.0), raw.get("column_spacing", 0.0),
        )  # fmt: skip
        self._add("inserts", entity, row, Origin.OTHER)
        for attribute in entity.attribs:
            if not attribute.is_invisible:
                self._text(attribute)

    def _geometry_block(self, entity: Any, name: str | None, origin: Origin) -> None:
        """Place the anonymous block that holds the drawn form of an entity."""
        if not name or self.document.blocks.get(name) is None:
            self.skipped[entity.dxftype(), "no_graphics"] += 1
            return
        row = (self._reference(name), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 0.0, 1, 1, 0.0, 0.0)
        self._add("inserts", entity, row, origin)
        index = len(self.common["inserts"]) - 1
        self.common["inserts"][index] = (*self.common["inserts"][index][:7], _Z, 0.0)

    def _dimension(self, entity: Any) -> None:
        self._geometry_block(entity, entity.dxf.get("geometry"), Origin.DIMENSION)
        if entity.dxftype() != "DIMENSION" or (entity.dxf.get("dimtype", 0) & 15) not in (0, 1):
            return
        values = entity.dxf
        first, second = values.get("defpoint2"), values.get("defpoint3")
        if first is None or second is None:
            return
        measured = values.get("actual_measurement")
        if measured is None or measured <= 0:
            angle = math.radians(values.get("angle", 0.0))
            dx, dy = second[0] - first[0], second[1] - first[1]
            rotated = abs(dx * math.cos(angle) + dy * math.sin(angle))
            measured = math.hypot(dx, dy) if values.get("dimtype", 0) & 15 else rotated
        scale = 1.0
        style = self.document.dimstyles.get(values.get("dimstyle", "Standard")) if values.get("dimstyle") else None
        if style is not None:
            scale = style.dxf.get("dimlfac", 1.0) or 1.0
        row = (first, second, measured, self._clean(values.get("text", "")), scale)
        self._add("measures", entity, row, Origin.DIMENSION, same=True)

    def _table(self, entity: Any) -> None:
        self._geometry_block(entity, entity.dxf.get("geometry"), Origin.OTHER)

    def _virtual(self, entity: Any) -> None:
        """Entities that draw themselves as simpler ones."""
        before, self.forced = self.forced, self.origins[entity.dxftype()]
        number = len(self.handles)
        try:
            for part in entity.virtual_entities():
                method = self.take.get(part.dxftype())
                if method is not None:
                    method(part)
        finally:
            self.forced = before
        if len(self.handles) == number:
            self.skipped[entity.dxftype(), "no_graphics"] += 1

    def _word(self, entity: DXFEntity, text: str, *, position: Any, height: float, width: float | None, rotation: float,
              anchor: tuple[float, float]) -> None:  # fmt: skip
        lines = [self._clean(line).rstrip() for line in text.split("\n")]
        clean = "\n".join(lines).strip("\n")
        if not clean.strip():
            return
        # A Latin letter is about 0.8 of its height wide, an East Asian one 1.1 (measured on the usual fonts).
        longest = max(sum(1.1 if ord(char) > 0x2E80 else 0.8 for char in line) for line in lines) * height
        row = (position, height, longest if width is None else width, rotation, anchor, len(lines), clean)
        self._add("words", entity, row, Origin.TEXT)

    def _text(self, entity: Any) -> None:
        values = entity.dxf
        raw = values.__dict__
        halign, valign = raw.get("halign", 0), raw.get("valign", 0)
        aligned = (halign or valign) and raw.get("align_point") is not None
        position = entity.ocs().to_wcs(raw["align_point"] if aligned else values.insert)
        across = {0: 0.0, 1: 0.5, 2: 1.0, 3: 0.0, 4: 0.5, 5: 0.0}.get(halign, 0.0) if aligned else 0.0
        up = 0.5 if halign == 4 else {0: 0.0, 1: 0.0, 2: 0.5, 3: 1.0}.get(valign, 0.0) if aligned else 0.0
        self._word(
            entity, entity.plain_text(), position=position, height=raw.get("height", 2.5), width=None,
            rotation=math.radians(raw.get("rotation", 0.0)), anchor=(across, up),
        )  # fmt: skip

    def _attdef(self, entity: Any) -> None:
        if self.owner == 0:
            self._text(entity)

    def _mtext(self, entity: Any) -> None:
        values = entity.dxf
        point = values.get("attachment_point", 1) - 1
        self._word(
            entity, entity.plain_text(), position=values.insert, height=values.get("char_height", 2.5), width=None,
            rotation=math.radians(entity.get_rotation()), anchor=((point % 3) / 2, 1.0 - (point // 3) / 2),
        )  # fmt: skip

    # -- columns ------------------------------------------------------------------------------------------------

    def drawing(self) -> d.Drawing:
        """The rows as columns."""
        rows = {kind: _columns(values) for kind, values in self.rows.items()}
        common = {kind: _common(values) for kind, values in self.common.items()}
        header = self.document.header
        return d.Drawing(
            header=d.Header(
                version=str(self.document.acad_release or ""),
                insunits=_integer(header.get("$INSUNITS")),
                measurement=_integer(header.get("$MEASUREMENT")),
                codepage=header.get("$DWGCODEPAGE"),
            ),
            layers=tuple(self.layer_rows),
            blocks=tuple(self.block_names),
            base=np.array(self.bases, dtype=np.float64).reshape(-1, 3),
            handles=tuple(self.handles),
            lines=_lines(rows["lines"], common["lines"]),
            conics=_conics(rows["conics"], common["conics"]),
            polylines=_polylines(rows["polylines"], common["polylines"]),
            hatches=_hatches(rows["hatches"], common["hatches"]),
            meshes=d.Meshes(_ragged(rows["meshes"], 0, 3), common["meshes"]),
            inserts=_inserts(rows["inserts"], common["inserts"]),
            words=_words(rows["words"], common["words"]),
            measures=_measures(rows["measures"], common["measures"]),
        )


def _interrupted(linetype: Any) -> bool:
    """Whether a pattern has gaps (a negative dash, group code 49)."""
    return any(tag.code == 49 and tag.value < 0 for tag in linetype.pattern_tags.tags)


def _mesh_faces(entity: Any, mode: str) -> Iterable[list[tuple[float, float, float]]]:
    """Corner lists of a polyface mesh, or of the cells of a polygon mesh."""
    if mode == "AcDbPolyFaceMesh":
        return [[tuple(vertex.dxf.location) for vertex in face[:-1]] for face in entity.faces()]
    rows, columns = entity.dxf.m_count, entity.dxf.n_count
    grid = [tuple(vertex.dxf.location) for vertex in entity.vertices][: rows * columns]
    if len(grid) < rows * columns:
        return []
    down = rows if entity.is_m_closed else rows - 1
    across = columns if entity.is_n_closed else columns - 1
    return [
        [
            grid[i * columns + j], grid[(i + 1) % rows * columns + j],
            grid[(i + 1) % rows * columns + (j + 1) % columns], grid[i * columns + (j + 1) % columns],
        ]
        for i in range(down)
        for j in range(across)
    ]  # fmt: skip


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _columns(rows: list[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else []


def _points(values: list[Any]) -> Floats:
    """(n, 3) of points with two or three coordinates."""
    return np.array([(p[0], p[1], p[2] if len(p) > 2 else 0.0) for p in values], dtype=np.float64).reshape(-1, 3)


def _spatial(columns: list[list[Any]], count: int) -> list[Floats]:
    return [_points(column) for column in columns] if columns else [np.zeros((0, 3))] * count


def _ragged(columns: list[list[Any]], index: int, width: int) -> Ragged:
    if not columns:
        return Ragged.empty(width)
    lists = columns[index]
    offsets = np.concatenate([[0], np.cumsum([len(points) for points in lists])]).astype(np.int64)
    return Ragged(np.concatenate(lists).reshape(-1, width), offsets)


def _common(rows: list[tuple[Any, ...]]) -> d.Common:
    columns = _columns(rows) or [[] for _ in range(9)]
    whole = [np.array(column, dtype=np.int32) for column in columns[:4]]
    return d.Common(
        owner=whole[0],
        layer=whole[1],
        color=whole[2],
        weight=whole[3],
        dashed=np.array(columns[4], dtype=np.int8),
        source=np.array(columns[5], dtype=np.int32),
        origin=np.array(columns[6], dtype=np.int32),
        extrusion=_points(columns[7]),
        thickness=np.array(columns[8], dtype=np.float64),
    )


def _floats(columns: list[list[Any]], index: int) -> Floats:
    return np.array(columns[index] if columns else [], dtype=np.float64)


def _whole(columns: list[list[Any]], index: int) -> Ints:
    return np.array(columns[index] if columns else [], dtype=np.int32)


def _truth(columns: list[list[Any]], index: int) -> Bools:
    return np.array(columns[index] if columns else [], dtype=np.bool_)


def _lines(columns: list[list[Any]], common: d.Common) -> d.Lines:
    start, end = _spatial(columns, 2)
    return d.Lines(start, end, common)


def _conics(columns: list[list[Any]], common: d.Common) -> d.Conics:
    center, major = _spatial(columns[:2], 2)
    return d.Conics(
        center, major, _floats(columns, 2), _floats(columns, 3), _floats(columns, 4), _truth(columns, 5), common
    )


def _polylines(columns: list[list[Any]], common: d.Common) -> d.Polylines:
    return d.Polylines(
        _ragged(columns, 0, 3),
        _ragged(columns, 1, 1),
        _floats(columns, 2),
        _truth(columns, 3),
        _truth(columns, 4),
        common,
    )


def _hatches(columns: list[list[Any]], common: d.Common) -> d.Hatches:
    return d.Hatches(_ragged(columns, 0, 3), _ragged(columns, 1, 1), _whole(columns, 2), _truth(columns, 3), common)


def _inserts(columns: list[list[Any]], common: d.Common) -> d.Inserts:
    position, scale = _spatial(columns[1:3], 2)
    return d.Inserts(
        _whole(columns, 0), position, scale, _floats(columns, 3), _whole(columns, 4), _whole(columns, 5),
        _floats(columns, 6), _floats(columns, 7), common,
    )  # fmt: skip


def _words(columns: list[list[Any]], common: d.Common) -> d.Words:
    return d.Words(
        _spatial(columns[:1], 1)[0], _floats(columns, 1), _floats(columns, 2), _floats(columns, 3),
        _floats(columns, 4).reshape(-1, 2), _whole(columns, 5), tuple(columns[6]) if columns else (), common,
    )  # fmt: skip


def _measures(columns: list[list[Any]], common: d.Common) -> d.Measures:
    first, second = _spatial(columns[:2], 2)
    return d.Measures(
        first, second, _floats(columns, 2), tuple(columns[3]) if columns else (), _floats(columns, 4), common
    )

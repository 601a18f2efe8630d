"""The walk over the entities of a document: each is taken once, into rows, or counted with the reason why not.

A Python loop over entities is what an object library costs; it fetches raw values and does nothing else with them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.dxf import drawing as d
from pipelines.dxf.entities import TAKERS, drawn_form
from pipelines.dxf.rows import Rows
from pipelines.dxf.tables import Tables, clean_name, plain
from pipelines.report import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ezdxf.document import Drawing as Document

    from pipelines.linework import Origin


class Collector:
    """One walk: the tables of the document, and the rows that grow."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.tables = Tables(document)
        self.rows = Rows()
        self.counts: Counter[str] = Counter()
        self.skipped: Counter[tuple[str, str]] = Counter()
        self.notes: list[str] = []
        variables = document.header
        self._header = d.Header(
            version=str(document.acad_release or ""),
            insunits=_integer(variables.get("$INSUNITS")),
            measurement=_integer(variables.get("$MEASUREMENT")),
            codepage=variables.get("$DWGCODEPAGE"),
        )
        self.owner = 0  #: the block that is walked over
        self.forced: Origin | None = None  #: what parts of a composed entity count as
        self._block_index: dict[str, int] = {}
        self._block_names: list[str] = [""]
        self._bases: list[Any] = [(0.0, 0.0, 0.0)]
        self._pending: list[str] = []

    def run(self) -> None:
        """Take all entities of the drawn space, then of every block that is reached from there."""
        self._walk(self._space())
        while self._pending:
            name = self._pending.pop()
            self.owner = self._block_index[name.lower()]
            block: Any = self.document.blocks.get(name)
            self._walk(block)

    def _space(self) -> Iterable[Any]:
        """Model space, or the fullest layout where it is empty."""
        model = self.document.modelspace()
        sheets = [layout for layout in self.document.layouts if layout.name != "Model"]
        if not len(model):
            fullest = max(sheets, key=len, default=None)
            if fullest is not None and len(fullest):
                self.notes.append(f"model space is empty: layout '{clean_name(fullest.name)}' was used")
                return fullest
        for sheet in sheets:
            self.skipped.update((entity.dxftype(), "paper_space") for entity in sheet)
        return model

    def _walk(self, entities: Iterable[Any]) -> None:
        takers, counts, skipped = TAKERS, self.counts, self.skipped
        for entity in entities:
            kind = entity.dxftype()
            counts[kind] += 1
            take: Callable[..., Any] = takers.get(kind, drawn_form)
            if entity.dxf.__dict__.get("invisible"):
                skipped[kind, "invisible"] += 1
                continue
            try:
                take(self, entity)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001  one broken entity must not cost the drawing
                skipped[kind, "broken"] += 1

    def add(self, kind: str, values: dict[str, Any], row: tuple[Any, ...], origin: Origin) -> None:
        """Keep a row of an entity with these raw values."""
        self.rows.handles.append(values.get("handle") or "")
        self.extend(kind, values, row, origin)

    def extend(self, kind: str, values: dict[str, Any], row: tuple[Any, ...], origin: Origin) -> None:
        """Keep another row of the entity that was added last."""
        rows = self.rows
        common = (
            self.owner, self.tables.style(values, rows.styles), len(rows.handles) - 1,
            origin if self.forced is None else self.forced, values.get("extrusion"), values.get("thickness", 0.0),
        )  # fmt: skip
        rows.rows[kind].append(row)
        rows.common[kind].append(common)

    def reference(self, name: str) -> int:
        """The index of a block, -1 where the file lacks it; what it holds is taken later."""
        key = name.lower()
        index = self._block_index.get(key)
        if index is None:
            block: Any = self.document.blocks.get(name)
            if block is None or (block.block is not None and block.block.is_xref):
                self.skipped["INSERT", "external_reference" if block is not None else "missing_block"] += 1
                return -1
            index = self._block_index[key] = len(self._block_names)
            self._block_names.append(self._block_name(name, block))
            self._bases.append(block.base_point)
            self._pending.append(name)
        return index

    def _block_name(self, name: str, block: Any) -> str:
        """The name as its author knows it: of a dynamic block's anonymous variant, that of the block itself."""
        record = block.block_record
        if name.startswith("*") and record.has_xdata("AcDbBlockRepBTag"):
            handle = next((tag.value for tag in record.get_xdata("AcDbBlockRepBTag") if tag.code == 1005), "")
            origin = self.document.entitydb.get(handle)
            name = name if origin is None else origin.dxf.get("name", name)
        name = clean_name(name)
        return name if name.startswith("*") else plain(name)

    def drawing(self) -> d.Drawing:
        """The drawing in columns; the document is not needed for it."""
        return self.rows.drawing(self._header, self.tables.layers, self._block_names, self._bases)

    @property
    def blocks(self) -> int:
        """The number of blocks that are drawn."""
        return len(self._block_names) - 1

    def left_out(self) -> tuple[Skipped, ...]:
        """What was not taken, most frequent first."""
        ordered = sorted(self.skipped.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Skipped(kind=kind, reason=reason, count=count) for (kind, reason), count in ordered)


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) else None

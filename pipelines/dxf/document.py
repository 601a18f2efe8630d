"""A checked file into an ezdxf document: as it is where it is sound, else with what can be mended mended.

ezdxf's own readers decode by the header and mend text only, byte for byte; here both ways start from the same
decoded tags, so that names and binary files survive mending.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ezdxf.audit import Auditor
from ezdxf.document import Drawing as Document
from ezdxf.entities import factory
from ezdxf.lldxf.const import DXF12, DXFVersionError
from ezdxf.lldxf.extendedtags import ExtendedTags
from ezdxf.lldxf.tags import Tags
from ezdxf.lldxf.validator import entity_structure_validator
from ezdxf.recover import EXCLUDE_STRUCTURE_CHECK, Recover

from pipelines.dxf.intake import ASSUMED
from pipelines.dxf.mending import mended
from pipelines.dxf.tags import Pair, binary_pairs, compiled, text_pairs
from pipelines.errors import CorruptDrawing, DrawingError, UnsupportedFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipelines.dxf.encoding import Encoding
    from pipelines.dxf.intake import Intake

# What it would say there is said in the report.
logging.getLogger("ezdxf").setLevel(logging.CRITICAL)

_CHECKED: Final = ("TABLES", "BLOCKS", "OBJECTS", "ENTITIES")


def release(document: Document) -> None:
    """Let go of a document that nobody needs any more.

    It refers to itself all over, so only the garbage collector would free it, at the worst moment: a second for 10 MB,
    in the middle of what comes next. Without its references it goes by itself.
    """
    for record in document.block_records:
        record.__dict__.clear()
    document.__dict__.clear()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document, and how it was come by."""

    document: Document
    reader: str  #: 'ezdxf', 'ezdxf-recover'
    mended: tuple[str, ...]


def load(path: Path, intake: Intake, encoding: Encoding) -> Loaded:
    """Read a file that ``inspect`` let pass. Raises ``UnsupportedFormat``, ``CorruptDrawing``."""

    def pairs() -> Iterator[Pair]:
        source = binary_pairs(path, encoding.name) if intake.binary else text_pairs(path, encoding.name)
        return source if intake.stated else _stating(source)

    try:
        return Loaded(Document.from_tags(compiled(pairs())), "ezdxf", ())
    except MemoryError:
        raise
    except DXFVersionError as error:
        raise _unsupported(error) from error
    except Exception as error:  # noqa: BLE001  a damaged file makes ezdxf fail in any way
        first = error
    try:
        document, notes = _recovered(pairs())
    except MemoryError:
        raise
    except DrawingError:
        raise
    except DXFVersionError as error:
        raise _unsupported(error) from error
    except Exception as error:
        raise CorruptDrawing(f"The DXF is damaged beyond mending: {brief(error)}.") from error
    return Loaded(document, "ezdxf-recover", (f"structure: {brief(first)}", *notes))


def _unsupported(error: Exception) -> UnsupportedFormat:
    return UnsupportedFormat(f"The DXF version cannot be read ({brief(error)}).", code="unsupported_version")


def brief(error: BaseException) -> str:
    """One short line of an exception."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:120].rstrip(".")


def _stating(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """The pairs with a version in the header, which may be missing altogether."""
    head = [pair for _, pair in zip(range(2), pairs, strict=False)]
    version = (("9", "$ACADVER"), ("1", ASSUMED))
    if len(head) == 2 and head[1][1].strip().upper() == "HEADER":
        yield from (*head, *version)
    else:
        yield from (("0", "SECTION"), ("2", "HEADER"), *version, ("0", "ENDSEC"), *head)
    yield from pairs


def _recovered(pairs: Iterable[Pair]) -> tuple[Document, tuple[str, ...]]:
    """A document from damaged pairs, and what was mended."""
    sound, notes = mended(line for pair in pairs for line in pair)
    tool = Recover()
    *sections, orphans = tool.rebuild_sections(compiled((*sound, ("0", "EOF"))))
    tool.load_section_dict([*(section for section in sections if len(section) > 1), orphans])
    content = tool.section_dict
    if "ENTITIES" not in content:
        raise CorruptDrawing("The DXF ends before its first entity: it is cut off.", code="missing_sections")
    if "TABLES" in content:
        content["TABLES"] = tool.rebuild_tables(content["TABLES"])  # type: ignore[arg-type, assignment]
    if tool.dxfversion > DXF12:
        tool.recover_rootdict()  # type: ignore[no-untyped-call]
    lost: Counter[str] = Counter()
    for name in _CHECKED:
        if name in content:
            content[name] = list(_loadable(content[name], tool.dxfversion, lost))  # type: ignore[arg-type]
    document = Document()
    document._load_section_dict(content)  # noqa: SLF001  there is no public way for sections in hand
    found = Counter(code for code, _ in (*tool.errors, *tool.fixes))
    auditor = Auditor(document)
    try:
        auditor.run()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  what the audit chokes on, the walk over the entities counts
        lost["audit"] += 1
    found.update(entry.code for entry in (*auditor.fixes, *auditor.errors))
    names = Counter({getattr(code, "name", str(code)).lower(): count for code, count in found.items()})
    names.update({f"{kind.lower()}_unreadable": count for kind, count in lost.items()})
    return document, (*notes, *(f"{name}: {count}" for name, count in names.most_common(20)))


def _loadable(entities: Iterable[Tags], version: str, lost: Counter[str]) -> Iterator[Tags]:
    """The entities that ezdxf can make objects of; one that it can't must not cost the drawing."""
    scratch = Document(version if version in ("AC1009", "AC1015") else "AC1032")
    for entity in entities:
        kind = str(entity[0].value)
        if kind in EXCLUDE_STRUCTURE_CHECK:
            yield entity
            continue
        try:
            tags = Tags(entity_structure_validator(entity))
            if version <= DXF12:
                tags.remove_tags((100,))
            factory.load(ExtendedTags(tags), scratch)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  see load
            lost[kind] += 1
        else:
            yield tags

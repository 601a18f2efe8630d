"""TEXT, ATTRIB, ATTDEF, MTEXT: what is written, without formatting codes, and the box that it takes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from ezdxf.tools.text import fast_plain_mtext, plain_text

from pipelines.dxf.tables import clean
from pipelines.dxf.tags import unescaped
from pipelines.linework import Origin

if TYPE_CHECKING:
    from pipelines.dxf.collector import Collector

#: Text is cut here, before it is taken apart; no word that a plan is understood by comes later.
LONGEST: Final = 4_000
#: Letter widths as a share of their height: Latin, and East Asian (measured on the usual fonts).
LATIN, WIDE = 0.8, 1.1
_CARET: Final = re.compile(r"\^(?![IJM ])")
_STACKED: Final = re.compile(r"\\S([^;^\\]*)\^ ?([^;^\\]*);")
_ACROSS: Final = {1: 0.5, 2: 1.0, 4: 0.5}
_UP: Final = {2: 0.5, 3: 1.0}


def _plain_carets(text: str) -> str:
    """Text in which a caret that starts no control character (^I, ^J, ^M) is written as one, ``^`` and a space."""
    return _CARET.sub("^ ", text) if "^" in text else text


def _word(
    take: Collector, values: dict[str, Any], text: str, *, position: Any, height: float, rotation: float,
    anchor: tuple[float, float],
) -> None:  # fmt: skip
    """Keep what is written at a point in world coordinates."""
    lines = [clean(line.replace("\t", " ")).rstrip() for line in unescaped(text).split("\n")]
    words = "\n".join(lines).strip("\n")
    if not words.strip():
        return
    longest = max(sum(WIDE if ord(char) > 0x2E80 else LATIN for char in line) for line in lines) * height
    row = (position, height, longest, rotation, anchor, words.count("\n") + 1, words)
    take.add("words", values, row, Origin.TEXT)


def _plain_mtext(text: str) -> str:
    """What formatted text says: a fixed space is a space, one thing above another stands before it."""
    text = _STACKED.sub(lambda match: f"{match[1]} {match[2]}".strip(), text).replace("\\~", " ")
    return str(fast_plain_mtext(_plain_carets(text)))


def text(take: Collector, entity: Any) -> None:
    """TEXT, ATTRIB: one line, placed by its alignment (DXF reference, codes 72 and 73)."""
    if getattr(entity, "has_embedded_mtext_entity", False):
        mtext(take, entity.virtual_mtext_entity())
        return
    values = entity.dxf.__dict__
    halign, valign = values.get("halign", 0), values.get("valign", 0)
    aligned = bool(halign or valign) and values.get("align_point") is not None
    # Aligned (3) and fitted (5) text begins at its insertion point and ends at the other.
    point = values["align_point"] if aligned and halign not in (3, 5) else values["insert"]
    anchor = (_ACROSS.get(halign, 0.0), 0.5 if halign == 4 else _UP.get(valign, 0.0)) if aligned else (0.0, 0.0)
    rotation = math.radians(values.get("rotation", 0.0))
    if "extrusion" in values:
        system = entity.ocs()
        point = system.to_wcs(point)
        along = system.to_wcs((math.cos(rotation), math.sin(rotation), 0.0))
        rotation = math.atan2(along.y, along.x)
    _word(
        take, values, plain_text(_plain_carets(values.get("text", "")[:LONGEST])), position=point,
        height=values.get("height", 2.5), rotation=rotation, anchor=anchor,
    )  # fmt: skip


def attdef(take: Collector, entity: Any) -> None:
    """ATTDEF: shown on the sheet only; in a block it is the mould of an attribute."""
    if take.owner == 0:
        text(take, entity)


def mtext(take: Collector, entity: Any) -> None:
    """MTEXT: several lines, in world coordinates, placed by one of nine points of its box."""
    values = entity.dxf.__dict__
    point = min(max(values.get("attachment_point", 1), 1), 9) - 1
    _word(
        take, values, _plain_mtext(entity.text[:LONGEST]), position=values["insert"],
        height=values.get("char_height", 2.5), rotation=math.radians(entity.get_rotation()),
        anchor=((point % 3) / 2, 1.0 - (point // 3) / 2),
    )  # fmt: skip

"""Names of a drawing and what they stand for: layers, linetypes, dimension styles, and clean text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pipelines.dxf import drawing as d
from pipelines.linework import Layer

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

#: Names are cut here; the format's own limit is 255.
LONGEST_NAME: Final = 255
#: Letters that ezdxf allows in no name, though old files have them, as letters for private use, and back.
FORBIDDEN: Final = {ord(letter): 0xE000 + ord(letter) for letter in '<>/\\":;?*=`|'}
_ALLOWED: Final = {private: letter for letter, private in FORBIDDEN.items()}
_BOUND: Final = re.compile(r"^.*\$\d+\$(?=.)|^[^|]*\|(?=.)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def clean(text: str) -> str:
    """Text without control characters and lone surrogates; undecodable bytes become U+FFFD."""
    if text.isascii():
        return text if text.isprintable() else _CONTROL.sub("", text)
    text = text.translate(_ALLOWED).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("", text)


def clean_name(text: str) -> str:
    """A name, clean and of a length that a name may have."""
    return clean(text[: 4 * LONGEST_NAME])[:LONGEST_NAME].strip()


def plain(name: str) -> str:
    """A name without the drawing that it came from: of bound ``plan$0$A-WALL``, and of linked ``plan|A-WALL``."""
    return _BOUND.sub("", name)


class Tables:
    """Layers by name, in the order of their index, with the styles of what is drawn on them."""

    def __init__(self, document: Document) -> None:
        self.layers: list[d.LayerRow] = []
        self._index: dict[str, int] = {}
        self._styles: dict[tuple[Any, ...], int] = {}
        self._interrupted = {
            linetype.dxf.name.lower(): _interrupted(linetype) for linetype in document.linetypes
        }  # fmt: skip
        self._document = document
        for layer in document.layers:
            self._declare(layer)

    def _declare(self, entry: Any) -> None:
        values = entry.dxf.__dict__
        name = clean_name(values.get("name", "0"))
        frozen = bool(values.get("flags", 0) & 1)
        color = values.get("color", 7)
        visible = not frozen and color >= 0 and plain(name).lower() != "defpoints"
        true_color = values.get("true_color")
        layer = Layer(
            name,
            plain(name),
            color=abs(color) if true_color is None else d.TRUE_COLOR | true_color & 0xFFFFFF,
            visible=visible,
            dashed=self._interrupted.get(values.get("linetype", "").lower(), False),
        )
        self._index[values.get("name", "0").lower()] = len(self.layers)
        self.layers.append(d.LayerRow(layer, frozen, _weight(values.get("lineweight", d.WEIGHT_DEFAULT))))

    def layer(self, name: str) -> int:
        """The index of a layer, which entities may be on without its being declared."""
        index = self._index.get(name.lower())
        if index is None:
            index = self._index[name.lower()] = len(self.layers)
            named = clean_name(name)
            layer = Layer(named, plain(named), visible=plain(named).lower() != "defpoints")
            self.layers.append(d.LayerRow(layer, frozen=False))
        return index

    def style(self, values: dict[str, Any], styles: list[tuple[int, int, int, int]]) -> int:
        """The index into ``styles`` of an entity's layer, colour, weight and linetype."""
        key = (
            values.get("layer", "0"), values.get("color", 256), values.get("true_color"), values.get("linetype"),
            values.get("lineweight", d.WEIGHT_BY_LAYER),
        )  # fmt: skip
        index = self._styles.get(key)
        if index is None:
            name, color, true_color, linetype, weight = key
            if true_color is not None:
                color = d.TRUE_COLOR | true_color & 0xFFFFFF
            elif not 0 <= color <= 256:
                color = d.BY_LAYER
            index = self._styles[key] = len(styles)
            styles.append((self.layer(name), color, _weight(weight), self._dashed(linetype)))
        return index

    def _dashed(self, linetype: str | None) -> int:
        lowered = (linetype or "bylayer").lower()
        return -1 if lowered == "bylayer" else -2 if lowered == "byblock" else int(self._interrupted.get(lowered, 0))

    def measure_scale(self, style: str) -> float:
        """The factor of a dimension style that turns a measure into the number that is shown (DIMLFAC)."""
        entry = self._document.dimstyles.get(style) if style else None
        factor = 1.0 if entry is None else entry.dxf.get("dimlfac", 1.0)
        return float(abs(factor)) or 1.0


def _weight(value: int) -> int:
    """A lineweight within the format's bounds."""
    return value if d.WEIGHT_DEFAULT <= value <= 211 else d.WEIGHT_DEFAULT


def _interrupted(linetype: Any) -> bool:
    """Whether a pattern has gaps (a negative dash, group code 49)."""
    tags = getattr(linetype.pattern_tags, "tags", None) or ()
    return any(tag.code == 49 and tag.value < 0 for tag in tags)

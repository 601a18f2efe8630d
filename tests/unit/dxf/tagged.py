"""DXF by hand: what no library would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def pairs(*values: object) -> str:
    """Lines of group codes and values, given in turn."""
    return "".join(f"{code:>3}\n{value}\n" for code, value in zip(values[::2], values[1::2], strict=True))


def section(name: str, body: str) -> str:
    """A section."""
    return pairs(0, "SECTION", 2, name) + body + pairs(0, "ENDSEC")


def header(version: str, *more: object) -> str:
    """A header that states a version."""
    return section("HEADER", pairs(9, "$ACADVER", 1, version, *more))


def block(name: str, body: str) -> str:
    """A block with its base point at the origin."""
    start = pairs(0, "BLOCK", 8, "0", 2, name, 70, 0, 10, 0.0, 20, 0.0, 30, 0.0, 3, name)
    return start + body + pairs(0, "ENDBLK", 8, "0")


def line(x: object = 0.0, y: object = 0.0, x1: object = 10.0, y1: object = 5.0, *, layer: str = "A-WALL") -> str:
    """A LINE."""
    return pairs(0, "LINE", 8, layer, 10, x, 20, y, 30, 0.0, 11, x1, 21, y1, 31, 0.0)


def insert(name: str, *more: object) -> str:
    """An INSERT at the origin."""
    return pairs(0, "INSERT", 8, "0", 2, name, 10, 0.0, 20, 0.0, 30, 0.0, *more)


def r12(entities: str, blocks: Iterable[str] = ()) -> str:
    """A whole drawing of R12."""
    return header("AC1009") + section("BLOCKS", "".join(blocks)) + section("ENTITIES", entities) + pairs(0, "EOF")


def write(path: Path, text: str) -> Path:
    """Write a file."""
    path.write_text(text, encoding="utf-8", newline="\n")
    return path

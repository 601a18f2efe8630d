"""``docs/accuracy.md`` in parts, each of which can be written anew while the others stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: The heading that each part begins with, in their order.
HEADS: Final = {
    "dxf": "# Accuracy",
    "pdf": "## Plots: PDFs of vectors",
    "scan": "## Scans",
    "real": "## Real scans",
    "same": "## The same drawing as DXF and as PDF",
    "program": "## Plots by other programs",
}


def split(text: str) -> dict[str, str]:
    """The parts of a document by name, without their headings."""
    found: dict[str, str] = {}
    name = ""
    names = {head: part for part, head in HEADS.items()}
    for line in text.splitlines():
        if line in names:
            name = names[line]
            found[name] = ""
        elif name:
            found[name] += line + "\n"
    return {part: body.strip("\n") for part, body in found.items()}


def joined(parts: dict[str, str]) -> str:
    """The document of some parts."""
    return "\n\n".join(f"{head}\n\n{parts[name]}" for name, head in HEADS.items() if name in parts) + "\n"


def put(path: Path, name: str, body: str) -> None:
    """Write a part anew, and leave the others as they are."""
    held = split(path.read_text("utf-8")) if path.is_file() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(joined(held | {name: body.strip("\n")}), "utf-8")

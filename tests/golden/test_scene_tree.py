"""The tree of a small model, as a text that one can read. Written anew where ``UPDATE_GOLDEN`` is set."""

import os
from pathlib import Path

from pipelines.build import build
from pipelines.options import ConvertOptions
from pipelines.scene import Mesh, Node
from tests.unit.building import made

GOLDEN = Path(__file__).with_name("house.tree.txt")


def told(node: Node, depth: int = 0) -> list[str]:
    """A line per node: name, what it draws, what it says of itself."""
    parts = [
        f"{part.material.name} {len(part.indices)} {'triangles' if isinstance(part, Mesh) else 'lines'}"
        for part in node.parts
    ]
    said = [f"{key}={value}" for key, value in node.extras.items() if key not in ("category", "storey", "layer")]
    line = "  " * depth + "  ".join([node.name, *(["[" + ", ".join(parts) + "]"] if parts else []), *said])
    return [line, *(text for child in node.children for text in told(child, depth + 1))]


def test_the_tree_of_a_house_is_as_it_was() -> None:
    scene = build(made.house(), ConvertOptions())
    text = "\n".join(line for node in scene.nodes for line in told(node)) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8")

"""Which files a conversion writes, and where: ``plan.dxf`` becomes ``plan.glb``, ``plan.preview.png`` ..."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

#: Name in the result -> ending beside the drawing.
ENDINGS = {
    "model.glb": ".glb",
    "preview.png": ".preview.png",
    "overlay.png": ".overlay.png",
    "plan.geojson": ".geojson",
    "report.json": ".report.json",
}
#: Endings that nobody gives a folder: whoever names one wants a format that is not written.
_FORMATS = (".gltf", ".obj", ".fbx", ".stl", ".dae", ".ply", ".usdz", ".ifc", ".step", ".dxf", ".dwg", ".json", ".png")


@dataclass(frozen=True, slots=True)
class Order:
    """One drawing, and where its model goes."""

    source: Path
    model: Path

    @property
    def files(self) -> dict[str, Path]:
        """Where each file of the result goes."""
        return {name: self.model.with_suffix(ending) for name, ending in ENDINGS.items()}


def orders(sources: tuple[Path, ...], output: Path | None) -> list[Order]:
    """Where each of ``sources`` goes; one that is named twice is converted once.

    ``output`` is a file for one drawing where it ends in ``.glb``, otherwise a folder; None is beside the drawing.
    Two drawings that would write the same file get a number. Raises ``click.UsageError``.
    """
    if output is not None and output.suffix.lower() in _FORMATS and not output.is_dir():
        raise click.UsageError(f"-o {output} is no folder and does not end in .glb: models are written as GLB.")
    unique = list({source.resolve(): source for source in reversed(sources)}.values())[::-1]
    if output is not None and output.suffix.lower() == ".glb" and not output.is_dir():
        if len(unique) > 1:
            raise click.UsageError(f"-o {output} is one file, but there are {len(unique)} drawings. Name a folder.")
        wanted = [Order(unique[0], output)]
    else:
        wanted = [Order(source, (output or source.parent) / f"{source.stem or source.name}.glb") for source in unique]
    taken = {source.resolve() for source in unique}
    return [Order(order.source, _free(order.model, taken)) for order in wanted]


def _free(model: Path, taken: set[Path]) -> Path:
    """``model``, or the first of ``model-2``, ``model-3`` ... that nothing else of this run is or becomes."""
    number, path = 1, model
    while path.resolve() in taken:
        number += 1
        path = model.with_stem(f"{model.stem}-{number}")
    taken.add(path.resolve())
    return path


def require_writable(order: Order) -> None:
    """Make the folder that a model goes to. Raises ``click.UsageError`` where it can't be made or written."""
    folder = order.model.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"The folder {folder} can't be made: {(error.strerror or '').lower()}.") from None
    if not os.access(folder, os.W_OK):
        raise click.UsageError(f"The folder {folder} can't be written.")

"""The picture at the top of the README: a drawing with what was recognised, and the model made of it, side by side.

``python -m pipelines.demo.cover DRAWING PICTURE``; run by ``make pictures``.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from pipelines import build, overlay, preview
from pipelines.options import ConvertOptions
from pipelines.understand import understand

#: Width and height of the whole, and the paper behind it.
_SIZE, _PAPER = (2000, 760), (253, 253, 251)


def cover(drawing: Path) -> Image.Image:
    """Overlay to the left, preview to the right, each as large as its half allows."""
    options = ConvertOptions()
    found = understand(drawing, options)
    half, height = _SIZE[0] // 2, _SIZE[1]
    scene = build.build(found.plan, options)
    sheet = Image.new("RGB", _SIZE, _PAPER)
    plan = Image.open(io.BytesIO(overlay.render(found.plan, found.linework, size=2 * half)))
    plan.thumbnail((half - 40, height - 20), Image.Resampling.LANCZOS)
    sheet.paste(plan, ((half - plan.width) // 2, (height - plan.height) // 2))
    model = Image.open(io.BytesIO(preview.render(scene, size=(half, height))))
    sheet.paste(model, (half, 0))
    return sheet


def main() -> None:
    """Draw the cover of one drawing."""
    drawing, picture = map(Path, sys.argv[1:])
    picture.parent.mkdir(parents=True, exist_ok=True)
    cover(drawing).save(picture, optimize=True)


if __name__ == "__main__":
    main()

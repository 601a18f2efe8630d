"""``python -m pipelines.demo DRAWINGS OUT``: convert every drawing of a folder, print a table, make a page."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from pipelines.demo import page
from pipelines.demo.made import Made

ENDINGS = (".dxf", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
#: What the command writes beside model.glb, and how it is called in a folder of its own.
_NAMES = {
    "preview.png": "preview.png",
    "overlay.png": "overlay.png",
    "geojson": "plan.geojson",
    "report.json": "report.json",
}


def main(drawings: Path, out: Path) -> int:
    """Convert, show, and say with the exit code whether every drawing became a model."""
    sources = sorted(each for each in drawings.iterdir() if each.suffix.lower() in ENDINGS)
    if not sources:
        sys.stderr.write(f"There are no drawings in {drawings}: make examples draws some.\n")
        return 1
    shutil.rmtree(out, ignore_errors=True)
    made = [convert(source, out / source.name) for source in sources]
    made.sort(key=lambda each: not (each.report and each.storeys))  # buildings first, in their order
    shown = page.write(made, out)
    failed = [each for each in made if each.error]
    sys.stdout.write(table([each.row() for each in made if not each.error]))
    sys.stderr.writelines(f"{each.error}\n" for each in failed)
    sys.stdout.write(f"\nModels, previews and reports are in {out}; look at them with a browser: {shown}\n")
    return 1 if failed else 0


def convert(source: Path, folder: Path) -> Made:
    """One drawing, by the command that anybody would use."""
    folder.mkdir(parents=True)
    command = Path(sys.executable).with_name("cad-runner")
    wanted = ("--preview", "--overlay", "--plan", "--report")
    begin = time.perf_counter()
    done = subprocess.run(
        [command, "convert", source, "-o", folder / "model.glb", *wanted], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begin
    for ending, name in _NAMES.items():
        if (written := folder / f"model.{ending}").exists():
            written.rename(folder / name)
    if done.returncode:
        return Made(source.name, folder, seconds, error=done.stderr.strip() or f"exit code {done.returncode}")
    return Made.read(source.name, folder, seconds)


def table(rows: list[dict[str, str]]) -> str:
    """Rows under their titles, a line each, numbers to the right."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = [
        [
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in lines
    ]
    return "".join("  ".join(cells).rstrip() + "\n" for cells in written)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))

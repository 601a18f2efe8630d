"""``python -m pipelines.synth.training``: draw tiles, train for so many minutes, publish weights and model card."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.pdf import inference
from pipelines.synth.training import card, configuration
from pipelines.synth.training.score import Count
from pipelines.synth.training.shards import DRAWINGS, EACH, HELD_OUT, HELD_OUT_SHEETS, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.synth.training.configuration import Configuration, Course
    from pipelines.synth.training.loop import Progress

#: What is published.
WEIGHTS, CARD, CURVES = Path("pipelines/pdf/weights"), Path("docs/model-card.md"), Path("docs/pictures/training.png")
#: Drawings that figures are measured on; the first file of them is looked at while training goes on.
CHECKED = 48
#: Files of tiles on which the scores of a detector are set right.
CALIBRATED = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.synth.training", description=__doc__)
    parser.add_argument("what", nargs="*", help="walls, detector, numerals; all where nothing is said")
    parser.add_argument("--minutes", type=float, help="of training for each, instead of what is left of the plan")
    parser.add_argument("--folder", type=Path, default=Path("build/train"), help="tiles, checkpoints and curves")
    parser.add_argument("--tiles", action="store_true", help="only draw tiles")
    parser.add_argument("--publish", action="store_true", help="only publish the best checkpoints so far")
    chosen = parser.parse_args(arguments)
    said = configuration.load()
    if not chosen.tiles and "numerals" in (chosen.what or ("numerals",)):
        _numerals(said, chosen.folder, chosen.minutes, only_publish=chosen.publish)
    courses = [course for course in said.courses if course.name in (chosen.what or ("walls", "detector"))]
    for course in courses:
        _tiles(course, chosen.folder, more=chosen.tiles)
    if chosen.tiles:
        return 0
    for course in courses:
        if not chosen.publish:
            _train(course, said, chosen.folder, chosen.minutes)
        _publish(course, chosen.folder)
    if all((WEIGHTS / f"{course.name}.onnx").exists() for course in said.courses):
        _report(said, chosen.folder)
    return 0


def _numerals(said: Configuration, folder: Path, minutes: float | None, *, only_publish: bool) -> None:
    """Train the reader of numbers, and publish it."""
    from pipelines.synth.training import reading  # noqa: PLC0415  # see _train

    rows = reading.curve(folder)
    left = minutes if minutes is not None else said.reading.minutes - (rows[-1]["minutes"] if rows else 0.0)
    if left > 0 and not only_publish:
        reading.train(said.reading, folder, left)
    if reading.best(folder).exists():
        reading.write(folder, WEIGHTS / "numerals.onnx")


def _held_out(course: Course, folder: Path) -> list[Path]:
    return prepare(course.plan, folder / f"{course.name}-held-out", range(HELD_OUT, HELD_OUT + CHECKED, DRAWINGS))


def _held_out_sheets(course: Course, folder: Path) -> list[Path]:
    seeds = range(HELD_OUT_SHEETS, HELD_OUT_SHEETS + CHECKED * (course.sheets[1] > 0), DRAWINGS)
    return prepare(course.plan, folder / f"{course.name}-held-out-sheets", seeds, sheets=True)


def _tiles(course: Course, folder: Path, *, more: bool) -> None:
    """Draw what is missing; where there are tiles already, and another process may be drawing, only if it is asked."""
    _held_out(course, folder)
    _held_out_sheets(course, folder)
    if more or not list((folder / course.name).glob("*.npz")):
        prepare(course.plan, folder / course.name, range(*course.seeds, DRAWINGS))
        prepare(course.plan, folder / course.name, range(*course.sheets, DRAWINGS), sheets=True)


def _train(course: Course, said: Configuration, folder: Path, minutes: float | None) -> None:
    from pipelines.synth.training import loop, weights  # noqa: PLC0415  # torch is heavy

    def examined(net: Any, progress: Progress) -> dict[str, float]:
        files = [*_held_out(course, folder)[:1], *_held_out_sheets(course, folder)[:1]]
        figures = _examined(course, said, net, files)
        told = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        sys.stdout.write(f"{course.name}: {progress.minutes:.1f} min, {progress.tiles} tiles, {told}\n")
        sys.stdout.flush()
        return figures

    rows = card.curve(folder, course)
    left = minutes if minutes is not None else course.minutes - (rows[-1]["minutes"] if rows else 0.0)
    if left > 0:
        loop.train(course, folder, left, examined, lambda net: weights.warm(net, WEIGHTS / f"{course.name}.onnx"))


def _examined(course: Course, said: Configuration, net: Any, files: list[Path]) -> dict[str, float]:
    """What a network in training knows; ``keep`` is the figure that chooses the best checkpoint."""
    from pipelines.synth.training import examine  # noqa: PLC0415  # see _train

    network = examine.Trained(net)
    if course.name == "walls":
        drawn, cut = (examine.on_masks(network, [file]) for file in files)
        sheets = {f"{name}_on_sheets": share for name, share in cut.items()}
        return {**drawn, **sheets, "keep": sum(cut.values()) / len(cut)}
    tiles = sum(examine.on_tiles(network, files).values(), start=Count()).f1
    if said.scans is None:
        return {"held_out": tiles, "keep": tiles}
    real = examine.on_scans(network, said.scans)
    both = (real["door"] + real["window"]).f1
    return {"held_out": tiles, "scan_door": real["door"].f1, "scan_window": real["window"].f1, "keep": both}


def _publish(course: Course, folder: Path) -> None:
    from pipelines.synth.training import calibration, examine, loop, weights  # noqa: PLC0415  # see _train

    net = loop.best(course, folder)
    if course.name == "detector":
        files = sorted((folder / course.name).glob("*.npz"), key=lambda path: int(path.stem))[:CALIBRATED]
        calibration.shift(net, calibration.shifts(calibration.looks(examine.Trained(net), files)))
    weights.write(net, WEIGHTS / f"{course.name}.onnx", side=course.plan.size, scale=course.plan.scale)


def _report(said: Configuration, folder: Path) -> None:
    """Measure what is published, and write the model card and its picture."""
    from pipelines.synth.training import examine, weights  # noqa: PLC0415  # see _train

    walls, detector = said.courses
    paths = {course.name: WEIGHTS / f"{course.name}.onnx" for course in said.courses}
    nets = {name: inference.load(path) for name, path in paths.items()}
    held_out = _held_out(detector, folder)
    figures = card.Figures(
        shares=examine.on_masks(nets["walls"], _held_out(walls, folder)),
        on_sheets=examine.on_masks(nets["walls"], _held_out_sheets(walls, folder)),
        kinds=examine.on_tiles(nets["detector"], held_out),
        scans=examine.on_scans(nets["detector"], said.scans) if said.scans else None,
        pictures=len(list((said.scans / "images").iterdir())) if said.scans else 0,
        held_out=len(held_out) * DRAWINGS * EACH,
        sizes={name: path.stat().st_size for name, path in paths.items()},
        parameters={name: weights.parameters(path) for name, path in paths.items()},
    )
    CARD.write_text(card.text(said, folder, figures), "utf-8")
    CURVES.parent.mkdir(parents=True, exist_ok=True)
    card.picture({course.name: card.curve(folder, course) for course in said.courses}).save(CURVES, optimize=True)


if __name__ == "__main__":
    sys.exit(main())

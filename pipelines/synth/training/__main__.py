"""``python -m pipelines.synth.training``: draw tiles, train for so many minutes, publish weights and model card."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.synth.training import configuration
from pipelines.synth.training.shards import DRAWINGS, HELD_OUT, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.synth.training.configuration import Course
    from pipelines.synth.training.loop import Progress
    from pipelines.synth.training.score import Count

#: What is published.
WEIGHTS = Path("pipelines/pdf/weights")
#: Drawings that choose checkpoints where there are no scans, and that figures are measured on.
CHECKED = 48


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.synth.training", description=__doc__)
    parser.add_argument("what", nargs="*", default=["walls", "detector"], help="walls, detector, or both")
    parser.add_argument("--minutes", type=float, help="of training for each, instead of what is left of the plan")
    parser.add_argument("--folder", type=Path, default=Path("build/train"), help="tiles, checkpoints and curves")
    parser.add_argument("--tiles", action="store_true", help="only draw tiles")
    parser.add_argument("--publish", action="store_true", help="only write the best weights so far")
    chosen = parser.parse_args(arguments)
    said = configuration.load()
    for course in said.courses:
        if course.name in chosen.what:
            _one(course, said.scans, chosen)
    return 0


def _one(course: Course, scans: Path | None, chosen: argparse.Namespace) -> None:
    folder: Path = chosen.folder
    checked = prepare(course.plan, folder / f"{course.name}-held-out", range(HELD_OUT, HELD_OUT + CHECKED, DRAWINGS))
    if not chosen.publish:
        # Files of tiles that another process is about to draw are taken as they come.
        present = list((folder / course.name).glob("*.npz"))
        if chosen.tiles or not present:
            prepare(course.plan, folder / course.name, range(*course.seeds, DRAWINGS))
    if chosen.tiles:
        return
    from pipelines.synth.training import examine, loop, weights  # noqa: PLC0415  # torch is heavy

    def measured(net: Any, progress: Progress) -> dict[str, float]:
        figures = _figures(course, net, checked[:1], scans)
        said = ", ".join(f"{name} {value:.3f}" for name, value in figures.items())
        sys.stdout.write(f"{course.name}: {progress.minutes:.1f} min, {progress.tiles} tiles, {said}\n")
        sys.stdout.flush()
        return figures

    def _figures(course: Course, net: Any, files: list[Path], scans: Path | None) -> dict[str, float]:
        if course.name == "walls":
            shares = examine.on_masks(net, files)
            return {**shares, "keep": sum(shares.values()) / len(shares)}
        kinds = examine.on_tiles(net, files)
        whole: Count = sum(kinds.values(), start=type(next(iter(kinds.values())))())
        found = {"tiles": whole.f1}
        if scans is not None:
            real = examine.on_scans(net, scans)
            both = real["door"] + real["window"]
            found |= {"scan_door": real["door"].f1, "scan_window": real["window"].f1, "scans": both.f1}
        return {**found, "keep": found.get("scans", whole.f1)}

    published = WEIGHTS / f"{course.name}.onnx"
    if not chosen.publish:
        done = _minutes(folder, course)
        left = chosen.minutes if chosen.minutes is not None else course.minutes - done
        if left > 0:
            loop.train(course, folder, left, measured, lambda net: weights.warm(net, published))
    net = loop.build(course)
    import torch  # noqa: PLC0415  # heavy

    net.load_state_dict(torch.load(folder / f"{course.name}-best.pt", weights_only=True))
    weights.write(net.eval(), published, side=course.plan.size, scale=course.plan.scale)


def _minutes(folder: Path, course: Course) -> float:
    curve = folder / f"{course.name}.jsonl"
    lines = curve.read_text().splitlines() if curve.exists() else []
    return float(json.loads(lines[-1])["minutes"]) if lines else 0.0


if __name__ == "__main__":
    sys.exit(main())

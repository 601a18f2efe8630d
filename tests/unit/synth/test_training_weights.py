"""The networks that are published: they run, they are small, and they know a plain drawing."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.linework import Seen
from pipelines.pdf import inference
from pipelines.pdf.detector import Detector
from pipelines.synth.training import card, configuration
from pipelines.synth.training.examine import Trained, on_masks, on_tiles, shades
from pipelines.synth.training.nets import CHANNELS
from pipelines.synth.training.score import Count
from pipelines.synth.training.shards import DRAWINGS, HELD_OUT, prepare
from pipelines.synth.training.tiles import Plan

WALLS, DETECTOR = (inference.WEIGHTS / f"{name}.onnx" for name in ("walls", "detector"))


def test_both_are_small() -> None:
    assert WALLS.stat().st_size + DETECTOR.stat().st_size < 15e6


@pytest.mark.parametrize(("height", "width"), [(64, 96), (320, 256)])
def test_the_wall_net_takes_any_picture_and_answers_in_its_size(height: int, width: int) -> None:
    said = inference.load(WALLS).run(shades(np.full((1, height, width), 255, np.uint8), 1))
    assert said.shape == (1, len(CHANNELS), height, width)
    assert (said >= 0).all()
    assert (said <= 1).all()
    # Blank paper has no walls.
    assert said.max() < 0.5


@pytest.mark.parametrize(("height", "width"), [(64, 96), (320, 256)])
def test_the_detector_takes_any_picture(height: int, width: int) -> None:
    said = inference.load(DETECTOR).run(shades(np.full((2, height, width), 255, np.uint8), 3))
    cells = sum((height // stride) * (width // stride) for stride in (8, 16, 32))
    assert said.shape == (2, 4 + len(Seen), cells)
    assert said[:, 4:].max() < 0.3


def test_the_detector_says_what_its_classes_are() -> None:
    detector, unused = Detector.of(inference.load(DETECTOR))
    assert detector.kinds.tolist() == [int(seen) for seen in Seen]
    assert unused == ()
    (course,) = (each for each in configuration.load().courses if each.name == "detector")
    assert detector.resolution == course.plan.scale


def test_they_know_drawings_that_they_never_saw(tmp_path: Path) -> None:
    """On sixteen drawings of random buildings; the model card has the figures of more and of all kinds."""
    plan = Plan(size=256, scale=50.0, jitter=(0.9, 1.1), stretch=1.0)
    files = prepare(plan, tmp_path / "fine", range(2 * HELD_OUT, 2 * HELD_OUT + DRAWINGS, DRAWINGS))
    counts = on_tiles(inference.load(DETECTOR), files)
    doors = sum((counts[seen] for seen in (Seen.DOOR, Seen.WINDOW)), start=Count())
    assert doors.hits + doors.missed > 40
    assert doors.f1 > 0.6
    plan = Plan(size=160, scale=25.0, jitter=(0.9, 1.1), stretch=1.0)
    files = prepare(plan, tmp_path / "coarse", range(2 * HELD_OUT, 2 * HELD_OUT + DRAWINGS, DRAWINGS))
    assert on_masks(inference.load(WALLS), files)["wall"] > 0.5


def test_a_new_training_begins_with_what_is_published(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is installed where networks are trained")
    from pipelines.synth.training import loop, weights  # noqa: PLC0415  # imports torch

    for course in configuration.load().courses:
        net = loop.build(course)
        path = inference.WEIGHTS / f"{course.name}.onnx"
        assert weights.warm(net, path)
        again = tmp_path / path.name
        weights.write(net.eval(), again, side=64, scale=course.plan.scale)
        pictures = np.random.default_rng(1).integers(0, 256, (1, 64, 96), dtype=np.uint8)
        values = shades(pictures, 1 if course.name == "walls" else 3)
        told = inference.load(path).run(values)
        assert inference.load(again).run(values) == pytest.approx(told, abs=0.02)
        assert Trained(net).run(values) == pytest.approx(told, abs=0.02)
        assert not weights.warm(net, tmp_path / "nothing.onnx")
    del torch


def test_the_card_is_written_from_figures(tmp_path: Path) -> None:
    said = configuration.load()
    (tmp_path / "walls.jsonl").write_text('{"minutes": 2.0, "steps": 9, "tiles": 1234, "wall": 0.5, "keep": 0.5}\n')
    figures = card.Figures(
        shares=dict.fromkeys(CHANNELS, 0.25),
        on_sheets=dict.fromkeys(CHANNELS, 0.75),
        kinds={seen: Count(int(seen), 1, 1) for seen in Seen},
        scans={"door": Count(3, 1, 0), "window": Count(0, 0, 4)},
        pictures=7,
        held_out=192,
        sizes={"walls": 1_000_000, "detector": 3_500_000},
        parameters={"walls": 330_000, "detector": 1_600_000},
    )
    text = card.text(said, tmp_path, figures)
    assert "$" not in text
    assert "1,234 tiles in 2 minutes" in text
    assert "came in after 2 minutes" in text
    assert "| window | 0.25 | 0.75 |" in text
    assert "| both | 7 | 0.75 | 0.43 | **0.55** |" in text
    assert "| sliding door | 3 | 0.67 | 0.67 | **0.67** |" in text
    picture = card.picture({course.name: card.curve(tmp_path, course) for course in said.courses})
    assert picture.getextrema() != ((255, 255),) * 3

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipelines.linework import Seen
from pipelines.pdf import inference
from pipelines.pdf.boxes import Boxes
from pipelines.pdf.detector import Detector, ModelUnusable, agreement, check, open_detector
from tests.unit.pdf import toy

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDE = 128


def paper(width: int, height: int, *squares: tuple[int, int], size: int = toy.SQUARE) -> NDArray[np.uint8]:
    """White, with black squares at the given corners."""
    picture = np.full((height, width), 255, np.uint8)
    for x, y in squares:
        picture[y : y + size, x : x + size] = 0
    return picture


def opened(path: Path, **more: object) -> Detector:
    detector = open_detector(str(toy.write(path / "toy.onnx", side=SIDE, **more))).detector  # type: ignore[arg-type]
    assert detector is not None
    return detector


@dataclass(frozen=True, slots=True)
class Played:
    """A network that gives the same answer to every picture, and keeps what it was given."""

    first: NDArray[np.float32]
    shape: tuple[int | None, ...] = (None, 3, None, None)
    provider: str = "CPUExecutionProvider"
    source: str = "played.onnx"
    notes: dict[str, str] = field(default_factory=lambda: {"names": "{0: 'door', 1: 'window'}"})
    given: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def answer(self) -> tuple[int | None, ...]:
        return (None, *self.first.shape)

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        self.given.append(values.shape)
        return np.repeat(self.first[None], len(values), axis=0)


def column(x: float, y: float, width: float, height: float, *scores: float) -> list[float]:
    return [x, y, width, height, *scores]


def raw(*columns: list[float]) -> NDArray[np.float32]:
    return np.asarray(columns, np.float32).T


# --- seeing ----------------------------------------------------------------------------------------------------------


def test_a_square_is_seen_where_it_is(tmp_path: Path) -> None:
    boxes = opened(tmp_path).see(paper(100, 90, (24, 40)), 50.0)

    assert boxes.low.tolist() == [[24, 40]]
    assert boxes.high.tolist() == [[56, 72]]
    assert boxes.kind.tolist() == [Seen.DOOR]
    assert boxes.score == pytest.approx(1.0)


def test_a_picture_larger_than_a_tile_is_seen_whole_and_nothing_twice(tmp_path: Path) -> None:
    # Tiles of 128 pixels begin every 64; the squares lie in one, two and four of them.
    squares = [(8, 8), (72, 8), (80, 80), (200, 144), (264, 200)]
    boxes = opened(tmp_path).see(paper(320, 256, *squares), 50.0)

    assert sorted(map(tuple, boxes.low.tolist())) == sorted(squares)


def test_a_picture_of_another_scale_is_seen_in_its_own_pixels(tmp_path: Path) -> None:
    boxes = opened(tmp_path).see(paper(256, 256, (48, 64), size=64), 100.0)

    np.testing.assert_allclose(boxes.low, [[48, 64]], atol=0.01)
    np.testing.assert_allclose(boxes.high, [[112, 128]], atol=0.01)


def test_classes_that_are_not_known_are_not_seen(tmp_path: Path) -> None:
    detector = opened(tmp_path, found=2)

    assert len(detector.see(paper(128, 128, (24, 40)), 50.0)) == 0


def test_nothing_is_asked_of_a_blank_page() -> None:
    network = Played(raw(column(20, 20, 10, 10, 0.9, 0)))
    boxes = Detector.of(network)[0].see(paper(500, 500), 50.0)

    assert len(boxes) == 0
    assert network.given == []


def test_a_free_network_is_given_tiles_no_larger_than_the_picture_and_one_at_a_time() -> None:
    network = Played(raw(column(20, 20, 10, 10, 0.9, 0)))
    Detector.of(network)[0].see(np.zeros((100, 1500), np.uint8), 50.0)

    assert network.given == [(1, 3, 128, 1024)] * 2


def test_a_gpu_is_given_several_tiles_at_once() -> None:
    network = Played(raw(column(20, 20, 10, 10, 0.9, 0)), provider="CUDAExecutionProvider")
    detector = Detector.of(network)[0]
    boxes = detector.see(np.zeros((100, 1500), np.uint8), 50.0)

    assert network.given == [(2, 3, 128, 1024)]
    assert detector.on_gpu
    assert len(boxes) == 2


def test_a_network_of_fixed_batch_is_given_as_many() -> None:
    network = Played(raw(column(20, 20, 10, 10, 0.9, 0)), shape=(4, 3, 1024, 1024))
    boxes = Detector.of(network)[0].see(np.zeros((100, 1500), np.uint8), 50.0)

    assert network.given == [(4, 3, 1024, 1024)]
    assert len(boxes) == 2


def test_each_box_takes_its_surest_class_and_the_unsure_are_left_out() -> None:
    answer = raw(
        column(20, 20, 10, 10, 0.3, 0.8),
        column(60, 20, 10, 10, 0.7, 0.2),
        column(90, 20, 10, 10, 0.2, 0.1),
        column(np.nan, 20, 10, 10, 0.9, 0.1),
    )
    boxes = Detector.of(Played(answer))[0].see(np.zeros((100, 100), np.uint8), 50.0)

    assert boxes.kind.tolist() == [Seen.WINDOW, Seen.DOOR]
    np.testing.assert_allclose(boxes.score, [0.8, 0.7])


def test_a_network_that_merges_its_boxes_itself_is_understood() -> None:
    answer = np.array([[10, 20, 30, 40, 0.9, 1], [0, 0, 5, 5, 0.1, 0], [50, 50, 60, 60, 0.8, 7]], np.float32)
    boxes = Detector.of(Played(answer))[0].see(np.zeros((100, 100), np.uint8), 50.0)

    assert boxes.low.tolist() == [[10, 20]]
    assert boxes.high.tolist() == [[30, 40]]
    assert boxes.kind.tolist() == [Seen.WINDOW]


def test_a_file_can_say_for_which_resolution_it_was_trained() -> None:
    network = Played(raw(column(20, 20, 10, 10, 0.9, 0)), notes={"names": "{0: 'door'}", "pixels_per_metre": "25"})
    boxes = Detector.of(network)[0].see(np.zeros((200, 200), np.uint8), 50.0)

    np.testing.assert_allclose(boxes.low, [[30, 30]])


def test_the_report_counts_what_was_seen(tmp_path: Path) -> None:
    detector = opened(tmp_path)
    report = detector.report(detector.see(paper(128, 128, (8, 8), (80, 80)), 50.0), tiles=1)

    assert (report.model, report.provider, report.tiles, report.seen) == ("toy.onnx", "cpu", 1, {"door": 2})


# --- scale -----------------------------------------------------------------------------------------------------------


def seen(kind: Seen, *sides: float) -> Boxes:
    high = np.array([[side, side] for side in sides])
    return Boxes(np.zeros_like(high), high, np.full(len(sides), kind, np.int32), np.full(len(sides), 0.8))


def test_doors_speak_for_the_scale_at_which_they_are_as_wide_as_doors() -> None:
    doors = seen(Seen.DOOR, 44, 46, 43)
    told = {guess: agreement(doors, guess) for guess in (25.0, 50.0, 100.0)}

    assert max(told, key=lambda guess: told[guess]) == 50.0
    # Each is two thirds of the way from doubt to certainty.
    assert told[50.0] == pytest.approx(3 * 2 / 3, rel=0.05)


def test_what_is_doubtful_or_no_opening_says_nothing_of_the_scale() -> None:
    doors = seen(Seen.DOOR, 42, 44)
    doubtful = Boxes(doors.low, doors.high, doors.kind, np.full(2, 0.4))

    assert agreement(doubtful, 50.0) == 0.0
    assert agreement(seen(Seen.BASIN, 20, 25, 30), 50.0) == 0.0


def test_of_two_sizes_that_show_as_much_the_one_with_less_ground_is_taken() -> None:
    window = seen(Seen.WINDOW, 60)

    assert 0.0 < agreement(window, 25.0) < agreement(window, 50.0)


def test_a_picture_of_unknown_scale_is_looked_at_in_the_size_that_fits_its_doors(tmp_path: Path) -> None:
    # Black squares of 64 pixels are those of 32 that this network knows where 100 of them are a metre.
    gauged = opened(tmp_path).gauge(paper(256, 256, (48, 64), (144, 80), size=64), [400.0, 200.0, 100.0])

    assert gauged.pixels_per_metre == 100.0
    assert len(gauged.boxes) == 2
    assert gauged.agreement > 0


# --- opening ---------------------------------------------------------------------------------------------------------


def test_without_weights_there_is_no_detector_and_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "WEIGHTS", tmp_path)
    found = open_detector()

    assert found.detector is None
    assert "weights are not there" in found.warnings[0]
    assert check().code == "model_unusable"


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"no file .*absent\.onnx") as caught:
        open_detector(str(tmp_path / "absent.onnx"))
    assert caught.value.code == "model_unusable"
    assert "YOLO_MODEL_PATH" in caught.value.remedy


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.onnx").write_bytes(b"Dear Sir or Madam")
    with pytest.raises(ModelUnusable, match=r"letter\.onnx is no detector"):
        open_detector(str(tmp_path / "letter.onnx"))


def test_a_network_of_other_things_is_refused(tmp_path: Path) -> None:
    path = toy.write(tmp_path / "cats.onnx", names={0: "cat", 1: "dog"})
    with pytest.raises(ModelUnusable, match="knows no doors, windows or the like, but cat, dog"):
        open_detector(str(path))


@pytest.mark.parametrize(
    ("shape", "answer", "what"),
    [((1, 10), (6, 8), "no picture"), ((1, 4, 64, 64), (6, 8), "no picture"), ((1, 3, 64, 64), (4, 8), "YOLO")],
)
def test_a_network_of_another_make_is_refused(shape: tuple[int, ...], answer: tuple[int, int], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Detector.of(Played(np.zeros(answer, np.float32), shape=shape))


def test_ignored_classes_are_told(tmp_path: Path) -> None:
    found = open_detector(str(toy.write(tmp_path / "toy.onnx")))

    assert found.warnings == ("Classes of the detector that are not known were ignored: sofa.",)


def test_without_a_gpu_the_processor_does_it_and_a_warning_says_so(tmp_path: Path) -> None:
    names = {0: "door", 1: "window"}
    found = open_detector(str(toy.write(tmp_path / "toy.onnx", names=names)), gpu=True)

    assert found.detector is not None
    assert not found.detector.on_gpu
    assert found.warnings == ("No GPU answered: the detector ran on the processor, which takes longer.",)


def test_a_runner_that_wants_a_gpu_is_told_that_there_is_none(tmp_path: Path) -> None:
    found = check(str(toy.write(tmp_path / "toy.onnx")), gpu=True)

    assert found.code == "gpu_unavailable"
    assert "USE_GPU is set" in str(found.problem)
    assert "USE_GPU=no" in str(found.remedy)


def test_where_the_runtime_knows_gpus_the_missing_device_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "runtime", lambda: ("1.2.3", True))
    found = check(str(toy.write(tmp_path / "toy.onnx")), gpu=True)

    assert "no CUDA device answered" in str(found.problem)
    assert "nvidia.com/gpu" in str(found.remedy)


def test_a_check_tells_what_there_is(tmp_path: Path) -> None:
    found = check(str(toy.write(tmp_path / "toy.onnx")))

    assert (found.problem, found.remedy, found.code) == (None, None, None)
    assert found.state.startswith("toy.onnx, ONNX Runtime ")


def test_weights_of_torch_need_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "best.pt").write_bytes(b"")
    with pytest.raises(ModelUnusable, match="needs torch and ultralytics") as caught:
        open_detector(str(tmp_path / "best.pt"))
    assert "pip install 'cad-runner[gpu]'" in caught.value.remedy
    assert "format=onnx" in caught.value.remedy


def test_neither_torch_nor_a_runtime_is_imported_before_a_network_is_wanted() -> None:
    code = "import sys, pipelines.pdf.detector; print([n for n in ('torch', 'onnxruntime') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

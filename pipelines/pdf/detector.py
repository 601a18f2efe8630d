"""The detector: a trained YOLO network that sees doors, windows, stairs, columns and fixtures on a picture of a sheet.

It works at a fixed number of pixels per metre, in overlapping tiles. ``detector.onnx`` comes with the program and is
run by ONNX Runtime; another network is an ``.onnx`` file of the same make, or a ``.pt`` file that ultralytics wrote,
for which the extra ``gpu`` brings torch. These two are imported here, inside functions, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from pipelines.linework import Seen
from pipelines.options import OptionUnusable
from pipelines.pdf import inference
from pipelines.pdf.boxes import Boxes, merged
from pipelines.pdf.classes import named
from pipelines.pdf.preprocessor import resized
from pipelines.pdf.tiles import count, tiles
from pipelines.report import DetectorReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipelines.linework import Ints
    from pipelines.options import ConvertOptions
    from pipelines.pdf.tiles import Grey, Tiles
    from pipelines.stopwatch import Progress

#: Pixels per metre that a network was trained at, where its file does not say.
RESOLUTION: Final = 50.0
#: What is less sure than this was not seen.
SURE: Final = 0.35
#: Side of a tile where the network takes any, pixels; the steps in which it takes smaller ones.
SIDE: Final = 1024
STEP: Final = 32
#: Tiles overlap by this or by half, metres: a flight of stairs is whole in one of two.
OVERLAP: Final = 3.2
#: Tiles that a GPU is given at once.
BATCH: Final = 8
#: Side of a door's box as most are, the geometric mean of both, metres, and how far a door may be from it (natural
#: logarithm) to speak for a scale.
LEAF: Final = 0.89
SPREAD: Final = 0.3
#: From this score on something speaks for a scale: at a wrong one much is taken for something, but not surely.
DOUBT: Final = 0.4
#: What any other opening says of it, beside a door as wide as most: that it was recognised.
OTHERS: Final = 0.5

#: Columns of an answer that the network has merged itself: two corners, score, class.
_ENDED: Final = 6
_PROVIDERS: Final = {"CPUExecutionProvider": "cpu", "CUDAExecutionProvider": "cuda"}
_REMEDY: Final = "Let YOLO_MODEL_PATH (--model) name an .onnx or .pt file of a YOLO detector, or leave it out."


class ModelUnusable(OptionUnusable):
    """The detector that was asked for can't be run: a fault of the settings, not of a drawing."""

    def __init__(self, message: str, *, remedy: str, code: str = "model_unusable") -> None:
        super().__init__(message, remedy=remedy, code=code)


class Network(Protocol):
    """What runs a network."""

    @property
    def source(self) -> str:
        """Name of the file that it came from."""

    @property
    def provider(self) -> str:
        """What runs it."""

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape of its input: pictures, channels, height, width; None where any will do."""

    @property
    def notes(self) -> dict[str, str]:
        """What is written beside it."""

    @property
    def answer(self) -> tuple[int | None, ...]:
        """The shape of its output: pictures, rows, columns; None where that depends on the input."""

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Its first output."""


@dataclass(frozen=True, slots=True)
class Gauged:
    """A picture of unknown scale, looked at in the size at which the doors in it are as wide as doors."""

    pixels_per_metre: float  #: of the picture as it was given
    boxes: Boxes
    agreement: float  #: how much spoke for it: about the number of doors


@dataclass(frozen=True, slots=True)
class Detector:
    """A network, ready to look."""

    network: Network
    kinds: Ints  #: per class of the network a ``Seen``, or -1
    resolution: float = RESOLUTION  #: pixels per metre

    @classmethod
    def of(cls, network: Network) -> tuple[Detector, tuple[str, ...]]:
        """The detector that a network is, and the classes of it that are not used.

        Raises ``ValueError`` where it is none.
        """
        shape, answer, notes = network.shape, network.answer, network.notes
        if len(shape) != 4 or shape[1] not in (1, 3, None):
            raise ValueError(f"its input is no picture (shape {shape})")
        if len(answer) != 3 or (answer[2] != _ENDED and answer[1] is not None and answer[1] < 5):
            raise ValueError(f"its answer (shape {answer}) is not that of a YOLO detector")
        kinds, unused = named(notes, None if answer[2] == _ENDED or answer[1] is None else answer[1] - 4)
        try:
            resolution = float(notes.get("pixels_per_metre", RESOLUTION))
        except ValueError:
            resolution = RESOLUTION
        return cls(network, kinds, resolution), unused

    @property
    def provider(self) -> str:
        """'cpu', 'cuda', 'torch cpu' or 'torch cuda'."""
        return _PROVIDERS.get(self.network.provider, self.network.provider)

    @property
    def on_gpu(self) -> bool:
        """Whether a GPU runs it."""
        return self.provider.endswith("cuda")

    @property
    def overlap(self) -> int:
        """By how much tiles overlap, pixels."""
        return round(OVERLAP * self.resolution)

    def tiles(self, width: float, height: float) -> int:
        """How many tiles a drawing of this size takes, metres, where something is drawn everywhere."""
        pixels = (round(width * self.resolution), round(height * self.resolution))
        return count(*pixels, self._side(*pixels), self.overlap)

    def see(self, grey: Grey, pixels_per_metre: float) -> Boxes:
        """What there is to see on a picture.

        Args:
            grey: (h, w), black on white.
            pixels_per_metre: Of the picture; it is looked at in the size that the network was trained for.

        Returns:
            Boxes in pixels of the picture, the surest first.
        """
        picture = resized(grey, self.resolution / pixels_per_metre)
        height, width = picture.shape
        laid = tiles(picture, self._side(width, height), self.overlap)
        found, cut = [], []
        for first, answers in self._answers(laid, picture):
            for number, answer in enumerate(answers, first):
                boxes = self._boxes(answer)
                boxes = boxes.moved(laid.corner[number])
                found.append(boxes)
                cut.append(laid.cuts(number, boxes.low, boxes.high))
        every = merged(Boxes.joined([Boxes.none(), *found]), np.concatenate([np.zeros(0, np.bool_), *cut]))
        whole = np.array([width, height], dtype=np.float64)
        inside = Boxes(np.clip(every.low, 0.0, whole), np.clip(every.high, 0.0, whole), every.kind, every.score)
        inside = inside.take(np.flatnonzero((inside.size > 0).all(axis=1)))
        return inside.scaled(np.array([grey.shape[1] / width, grey.shape[0] / height]))

    def gauge(self, grey: Grey, guesses: Sequence[float]) -> Gauged:
        """Look at a picture of unknown scale at each of some pixels per metre, and take that which fits its doors."""
        looks = [(guess, self.see(grey, guess)) for guess in guesses]
        judged = [Gauged(guess, boxes, agreement(boxes, guess)) for guess, boxes in looks]
        return max(judged, key=lambda each: each.agreement)

    def report(self, boxes: Boxes, tiles: int) -> DetectorReport:
        """What it saw, for the report."""
        seen = np.bincount(boxes.kind, minlength=len(Seen))
        return DetectorReport(
            model=self.network.source,
            provider=self.provider,
            pixels_per_metre=self.resolution,
            tiles=tiles,
            seen={kind.name.lower(): int(seen[kind]) for kind in Seen if seen[kind]},
        )

    def _side(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the tiles of a picture: as the network wants them, or as large as the picture."""
        fixed = self.network.shape
        free = (min(SIDE, -(-length // STEP) * STEP) for length in (height, width))
        down, along = (given or own for given, own in zip(fixed[2:], free, strict=True))
        return along, down

    def _answers(self, laid: Tiles, picture: Grey) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The network's answers for some tiles at a time, with the number of the first."""
        shape = self.network.shape
        batch = shape[0] or (BATCH if self.on_gpu else 1)
        for first in range(0, len(laid), batch):
            part = laid.part(first, batch).cut(picture)
            missing = (shape[0] or len(part)) - len(part)
            fed = np.concatenate([part, np.full((missing, *part.shape[1:]), 255, np.uint8)])
            values = np.repeat(fed[:, None].astype(np.float32) / np.float32(255), shape[1] or 3, axis=1)
            yield first, self.network.run(values)[: len(part)]

    def _boxes(self, answer: NDArray[np.float32]) -> Boxes:
        """The answer for one tile as boxes in its pixels."""
        values = answer.astype(np.float64)
        if answer.shape[1] == _ENDED:
            low, high, score, number = values[:, :2], values[:, 2:4], values[:, 4], answer[:, 5].astype(np.intp)
        else:
            reach = values[2:4].T / 2
            low, high = values[:2].T - reach, values[:2].T + reach
            number, score = values[4:].argmax(axis=0), values[4:].max(axis=0)
        known = (number >= 0) & (number < len(self.kinds))
        kind = np.where(known, self.kinds[np.where(known, number, 0)], -1).astype(np.int32)
        sound = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1) & (score >= SURE)
        rows = np.flatnonzero(sound & (kind >= 0))
        return Boxes(low[rows], high[rows], kind[rows], np.minimum(score[rows], 1.0))


def agreement(boxes: Boxes, pixels_per_metre: float) -> float:
    """How much the openings on a picture speak for its scale: about how many doors are seen for sure.

    A door counts in full where it is as wide as most are, other openings by having been recognised. Stairs, columns
    and fixtures come in too many sizes to say anything. The more a picture is enlarged, the more is there to be
    mistaken for something: of two sizes at which as much is seen, the one that shows less ground is taken.
    """
    side = np.sqrt(np.maximum(boxes.size.prod(axis=1), 1e-12)) / pixels_per_metre
    fit = np.where(boxes.kind == Seen.DOOR, np.exp(-((np.log(side / LEAF) / SPREAD) ** 2)), OTHERS)
    sure = np.clip((boxes.score - DOUBT) / (1.0 - DOUBT), 0.0, 1.0)
    return float((sure * fit)[boxes.kind <= Seen.WINDOW].sum() * np.sqrt(pixels_per_metre / RESOLUTION))


@dataclass(frozen=True, slots=True)
class Opened:
    """A detector, or none, and what a person should know of it."""

    detector: Detector | None
    warnings: tuple[str, ...] = ()


def open_detector(model: str | None = None, *, gpu: bool = False) -> Opened:
    """The detector that comes with the program, or another.

    Args:
        model: Path of an ``.onnx`` or ``.pt`` file; None takes the one that comes with the program, if it is there.
        gpu: Whether to run it on a GPU. Where none answers the processor does, and a warning says so.

    Raises:
        ModelUnusable: The file that was named is not there, is no detector, or needs what is not installed.
    """
    path = Path(model) if model is not None else inference.WEIGHTS / "detector.onnx"
    if model is None and not path.is_file():
        return Opened(None, ("The detector's weights are not there: doors and windows were told by lines alone.",))
    try:
        network = _torch(path, gpu=gpu) if path.suffix == ".pt" else inference.load(path, gpu=gpu)
        detector, unused = Detector.of(network)
    except FileNotFoundError as error:
        raise ModelUnusable(f"There is no file {path}.", remedy=_REMEDY) from error
    except ValueError as error:
        raise ModelUnusable(f"{path.name} is no detector that can be used: {error}.", remedy=_REMEDY) from error
    warnings = []
    if unused:
        warnings.append(f"Classes of the detector that are not known were ignored: {', '.join(unused)}.")
    if gpu and not detector.on_gpu:
        warnings.append("No GPU answered: the detector ran on the processor, which takes longer.")
    return Opened(detector, tuple(warnings))


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the detector that the settings ask for can run."""

    state: str  #: what there is
    problem: str | None = None  #: one sentence, None where all is well
    remedy: str | None = None
    code: str | None = None  #: 'model_unusable', 'gpu_unavailable'


def check(model: str | None = None, *, gpu: bool = False) -> Check:
    """Look whether the detector can run as it is asked to, before any drawing needs it.

    A runner that is told to use a GPU and has none should end here: it would work, many times slower than whoever
    chose its node expects, and nobody would be told.
    """
    version, cuda = inference.runtime()
    runtime = f"ONNX Runtime {version}"
    try:
        opened = open_detector(model, gpu=gpu)
    except ModelUnusable as error:
        return Check(runtime, error.message, error.remedy, error.code)
    if opened.detector is None:
        return Check(f"{runtime}, no weights", opened.warnings[0], "Install cad-runner again.", "model_unusable")
    detector = opened.detector
    cores = inference.processors()
    where = "on a GPU" if detector.on_gpu else f"on {cores} CPU{'s' if cores > 1 else ''}"
    state = f"{detector.network.source}, {runtime}, {where}"
    if not gpu or detector.on_gpu:
        return Check(state)
    if cuda:
        problem = "USE_GPU is set, but no CUDA device answered."
        remedy = "Run it where there is one (nvidia.com/gpu: 1, and the NVIDIA runtime), or set USE_GPU=no."
    else:
        problem = "USE_GPU is set, but this ONNX Runtime is built for processors only."
        remedy = "Use the image for GPUs, install the extra (pip install 'cad-runner[gpu]'), or set USE_GPU=no."
    return Check(state, problem, remedy, "gpu_unavailable")


def tried(_source: Path, _out: Path, options: ConvertOptions, _progress: Progress) -> Check:
    """``check`` in the form of a conversion, to be called as one: in a process of its own, within limits."""
    return check(options.model, gpu=options.gpu)


@dataclass(frozen=True, slots=True)
class _Torch:
    """A network in torch, as ultralytics saved it."""

    module: Any
    source: str
    notes: dict[str, str]
    device: str
    answer: tuple[int | None, ...]
    shape: tuple[int | None, ...] = (None, 3, None, None)

    @property
    def provider(self) -> str:
        return f"torch {self.device}"

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        import torch  # noqa: PLC0415  # of the extra ``gpu``, seconds to import

        with torch.inference_mode():
            answer = self.module(torch.from_numpy(values).to(self.device))
        first = answer[0] if isinstance(answer, list | tuple) else answer
        return np.asarray(first.float().cpu().numpy(), dtype=np.float32)


@lru_cache(maxsize=2)
def _torch(path: Path, *, gpu: bool) -> _Torch:
    """A network that ultralytics saved, ready to run."""
    if not path.is_file():
        raise FileNotFoundError(path)
    try:
        import torch  # noqa: PLC0415  # as in ``_Torch.run``
        from ultralytics import YOLO  # noqa: PLC0415  # imports torch
    except ImportError as error:
        raise ModelUnusable(
            f"{path.name} needs torch and ultralytics, which are not installed.",
            remedy="Install them (pip install 'cad-runner[gpu]'), or export the model as ONNX: "
            f"yolo export model={path.name} format=onnx",
        ) from error
    device = "cuda" if gpu and torch.cuda.is_available() else "cpu"
    try:
        model = YOLO(path)
        module = model.model.float().fuse(verbose=False).eval().to(device)
        with torch.inference_mode():
            answer = module(torch.ones(1, 3, 64, 64, device=device))
    except Exception as error:  # what torch makes of a file of another make, no list of types holds
        raise ValueError(str(error)) from error
    rows, columns = (answer[0] if isinstance(answer, list | tuple) else answer).shape[1:]
    ended = int(columns) == _ENDED
    shape = (None, None if ended else int(rows), _ENDED if ended else None)
    return _Torch(module, path.name, {"names": str(model.names)}, device, shape)

"""What a network in training knows so far: on tiles that it never saw, and on real scans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from pipelines.linework import Seen
from pipelines.pdf.detector import SURE, Detector, Network
from pipelines.synth.training.nets import CHANNELS
from pipelines.synth.training.score import Count, matched, overlap, overlaps
from pipelines.synth.training.shards import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipelines.linework import Floats

#: Of two boxes that share more than this, the surer one stays.
TWICE = 0.5
#: Metres across that a scan of unknown scale may show.
ACROSS = (7.0, 10.0, 14.0, 20.0, 28.0)
_DOORS = (Seen.DOOR, Seen.DOUBLE_DOOR, Seen.SLIDING_DOOR)


@dataclass(frozen=True, slots=True)
class Sight:
    """Boxes on a picture."""

    boxes: Floats  #: (n, 4) x0, y0, x1, y1 in pixels
    kinds: NDArray[np.int64]  #: (n,) ``Seen``
    scores: Floats  #: (n,)


@dataclass(frozen=True, slots=True)
class Scan:
    """A real picture with boxes of doors and windows."""

    name: str
    picture: NDArray[np.uint8]  #: (h, w) grey
    boxes: Floats  #: (n, 4) pixels
    doors: NDArray[np.bool_]  #: (n,) False: a window


def scans(folder: Path) -> Iterator[Scan]:
    """The pictures of ``folder / images`` with the boxes of ``folder / labels``: class, centre, size, as shares."""
    for path in sorted((folder / "images").iterdir()):
        picture = np.asarray(Image.open(path).convert("L"), dtype=np.uint8)
        rows = np.loadtxt(folder / "labels" / f"{path.stem}.txt", ndmin=2)
        size = np.array(picture.shape[::-1])
        middle, half = rows[:, 1:3] * size, rows[:, 3:5] * size / 2
        yield Scan(path.stem, picture, np.column_stack([middle - half, middle + half]), rows[:, 0] == 0)


def see(network: Network, pictures: NDArray[np.uint8], sure: float = SURE) -> list[Sight]:
    """What a detector sees on pictures (b, h, w) whose sides are multiples of 32."""
    return [sighted(rows, sure) for rows in network.run(shades(pictures, 3))]


def shades(pictures: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    """Pictures (b, h, w) as the input (b, channels, h, w) of a network, 0..1."""
    return np.repeat(pictures[:, None].astype(np.float32) / np.float32(255), channels, axis=1)


def sighted(rows: NDArray[np.float32], sure: float) -> Sight:
    """The boxes of a YOLO's output (4 + classes, n), each thing once."""
    scores = rows[4:].max(axis=0)
    kept = scores >= sure
    middle, size = rows[:2, kept].T, rows[2:4, kept].T
    boxes = np.column_stack([middle - size / 2, middle + size / 2]).astype(np.float64)
    sight = Sight(boxes, rows[4:, kept].argmax(axis=0), scores[kept].astype(np.float64))
    return single(sight)


def single(sight: Sight) -> Sight:
    """Each thing once: of boxes on each other the surest, all doors being of one kind."""
    group = np.where(np.isin(sight.kinds, _DOORS), 0, sight.kinds)
    order = np.argsort(-sight.scores, kind="stable")
    table = overlaps(sight.boxes[order], sight.boxes[order])
    same = (table > TWICE) & (group[order][:, None] == group[order][None])
    kept = np.ones(len(order), dtype=np.bool_)
    for k in range(len(order)):
        if kept[k]:
            kept[k + 1 :] &= ~same[k, k + 1 :]
    rows = order[kept]
    return Sight(sight.boxes[rows], sight.kinds[rows], sight.scores[rows])


@dataclass(frozen=True, slots=True)
class Trained:
    """A network in training, as ``pipelines.pdf.inference`` runs a published one."""

    net: Any
    source: str = "in training"
    provider: str = "CPUExecutionProvider"
    shape: tuple[int | None, ...] = (None, 3, None, None)
    answer: tuple[int | None, ...] = (None, 4 + len(Seen), None)

    @property
    def notes(self) -> dict[str, str]:
        """No names: the classes are those of ``Seen``."""
        return {}

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes and scores (b, 4 + classes, n) of a detector, probabilities (b, 3, h, w) of a wall net."""
        import torch  # noqa: PLC0415  # heavy, and only where networks are trained

        with torch.inference_mode():
            said = self.net(torch.from_numpy(values).contiguous(memory_format=torch.channels_last))
            said = said[0] if isinstance(said, tuple | list) else said.sigmoid()
        return np.asarray(said.numpy(), dtype=np.float32)


def looked(network: Network, picture: NDArray[np.uint8]) -> Sight:
    """What a detector sees on a picture of unknown scale: as scans are read."""
    boxes = Detector.of(network)[0].gauge(picture, [max(picture.shape) / across for across in ACROSS]).boxes
    boxes = boxes.take(boxes.score >= SURE)
    return single(Sight(np.column_stack([boxes.low, boxes.high]), boxes.kind.astype(np.int64), boxes.score))


def leaves(sight: Sight) -> Floats:
    """(n, 4) boxes of doors leaf by leaf: a double door is two, side by side."""
    rows = []
    for box, kind in zip(sight.boxes, sight.kinds, strict=True):
        if kind == Seen.DOUBLE_DOOR:
            axis = int(box[3] - box[1] > box[2] - box[0])
            middle = (box[axis] + box[axis + 2]) / 2
            one, other = box.copy(), box.copy()
            one[axis + 2] = other[axis] = middle
            rows += [one, other]
        else:
            rows.append(box)
    return np.array(rows).reshape(-1, 4)


def on_scans(network: Network, folder: Path) -> dict[str, Count]:
    """Doors and windows found on the scans of a folder."""
    counts = {"door": Count(), "window": Count()}
    for scan in scans(folder):
        sight = looked(network, scan.picture)
        for name, kinds, truth in (
            ("door", _DOORS, scan.boxes[scan.doors]),
            ("window", (Seen.WINDOW,), scan.boxes[~scan.doors]),
        ):
            rows = np.isin(sight.kinds, kinds)
            part = Sight(sight.boxes[rows], sight.kinds[rows], sight.scores[rows])
            found = leaves(part)
            scores = np.repeat(part.scores, np.where(part.kinds == Seen.DOUBLE_DOOR, 2, 1))
            counts[name] += matched(found, scores, truth)
    return counts


def on_tiles(network: Network, files: Sequence[Path]) -> dict[Seen, Count]:
    """Everything found on the tiles of some files, by kind."""
    counts = {seen: Count() for seen in Seen}
    for path in files:
        shard = read(path)
        for first in range(0, len(shard), 16):
            sights = see(network, shard.pictures[first : first + 16])
            for k, sight in enumerate(sights):
                boxes, kinds = shard.boxes_of(first + k)
                for seen in Seen:
                    rows = sight.kinds == seen
                    counts[seen] += matched(sight.boxes[rows], sight.scores[rows], boxes[kinds == seen])
    return counts


def on_masks(network: Network, files: Sequence[Path]) -> dict[str, float]:
    """Intersection over union of the masks on the tiles of some files, by channel."""
    both, either = dict.fromkeys(CHANNELS, 0), dict.fromkeys(CHANNELS, 0)
    for path in files:
        shard = read(path)
        for first in range(0, len(shard), 16):
            said = network.run(shades(shard.pictures[first : first + 16], 1)) >= 0.5
            for k, name in enumerate(CHANNELS):
                found = overlap(said[:, k], shard.masks[first : first + 16, k] >= 128)
                both[name] += found[0]
                either[name] += found[1]
    return {name: both[name] / max(either[name], 1) for name in CHANNELS}

"""Training for so many minutes, from where the last piece ended."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.synth.training.batches import batches
from pipelines.synth.training.nets import detector_net, wall_net

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines.synth.training.batches import Batch
    from pipelines.synth.training.configuration import Course

#: Seconds between two checkpoints.
PAUSE = 240.0
#: Pieces after the planned minutes begin at this share of the rate.
AFTER = 0.15


@dataclass(slots=True)
class Progress:
    """How far a training is."""

    minutes: float = 0.0
    steps: int = 0
    tiles: int = 0


def build(course: Course) -> Any:
    """The network of a course, new."""
    if course.name == "walls":
        return wall_net()
    return detector_net(course.width, course.depth, course.bins)


def best(course: Course, folder: Path) -> Any:
    """The best network so far, for evaluation."""
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained

    net = build(course)
    net.load_state_dict(torch.load(folder / f"{course.name}-best.pt", weights_only=True))
    return net.eval()


def train(
    course: Course,
    folder: Path,
    minutes: float,
    examine: Callable[[Any, Progress], dict[str, float]],
    warm: Callable[[Any], bool],
) -> Progress:
    """Train for some minutes on the tiles in ``folder / course.name``.

    Args:
        course: What to train, and how.
        folder: Where tiles, checkpoints and the curve are.
        minutes: Of this piece.
        examine: Measures the smoothed network; its figures go into the curve. Their ``keep`` chooses the best.
        warm: Loads published weights into a new network, and says whether there were any.

    Returns:
        The progress after it.
    """
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained

    torch.manual_seed(course.seed)
    net = build(course)
    progress = Progress()
    optimiser = torch.optim.AdamW(_groups(net, course.decay), lr=course.rate, betas=(0.9, 0.999))
    last = folder / f"{course.name}.pt"
    average = copy.deepcopy(net).eval()
    if last.exists():
        state = torch.load(last, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        progress = Progress(**state["progress"])
    elif warm(net):
        average.load_state_dict(net.state_dict())
        progress.minutes = course.minutes
        # What is published stays so until something better comes of it.
        _keep(folder, course, net, average, optimiser, progress, examine(average, progress), 0.0)
    net = net.to(memory_format=torch.channels_last).train()
    for parameter in average.parameters():
        parameter.requires_grad_(requires_grad=False)
    begun, before, noted = time.monotonic(), progress.minutes, time.monotonic()
    planned = before < course.minutes
    losses: list[float] = []
    stream = batches(folder / course.name, course.batch, np.random.default_rng([course.seed, progress.steps]))
    for batch in stream:
        spent = (time.monotonic() - begun) / 60
        share = (before + spent) / course.minutes if planned else spent / minutes
        over = spent >= minutes or share >= 1
        rate = course.rate * (1.0 if planned else AFTER) * rate_at(share)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (progress.steps + 1) / course.warmup)
        if not over:
            losses.append(_step(net, optimiser, course, batch))
            progress.steps += 1
            progress.tiles += course.batch
            _follow(average, net, min(0.998, (1 + progress.steps) / (10 + progress.steps)))
        if over or time.monotonic() - noted > PAUSE:
            progress.minutes = before + (time.monotonic() - begun) / 60
            figures = examine(average, progress)
            _keep(folder, course, net, average, optimiser, progress, figures, float(np.mean(losses)) if losses else 0.0)
            losses, noted = [], time.monotonic()
        if over:
            break
    return progress


def rate_at(share: float) -> float:
    """The factor on the learning rate when this share of the minutes has passed: a cosine down to a hundredth."""
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(max(share, 0.0), 1.0)))


def _groups(net: Any, decay: float) -> list[dict[str, Any]]:
    """Weights decay; biases and norms do not."""
    weights = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def _step(net: Any, optimiser: Any, course: Course, batch: Batch) -> float:
    import torch  # noqa: PLC0415  # see train

    loss = (mask_loss if course.name == "walls" else box_loss)(net, batch)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 10.0)
    optimiser.step()
    return float(loss.detach()) / course.batch


def pixels(pictures: np.ndarray[Any, np.dtype[np.uint8]], channels: int) -> Any:
    """Pictures (b, h, w) as the tensor (b, channels, h, w) of 0..1 that the networks take."""
    import torch  # noqa: PLC0415  # see train

    tensor = torch.from_numpy(np.ascontiguousarray(pictures)).float().div_(255)[:, None]
    return tensor.expand(-1, channels, -1, -1).contiguous(memory_format=torch.channels_last)


def mask_loss(net: Any, batch: Batch) -> Any:
    """Cross entropy and Dice's coefficient of masks, summed over the batch."""
    import torch  # noqa: PLC0415  # see train

    truth = torch.from_numpy(np.ascontiguousarray(batch.masks)).float().div_(255)
    said = net(pixels(batch.pictures, 1))
    entropy = torch.nn.functional.binary_cross_entropy_with_logits(said, truth)
    shares = said.sigmoid()
    both = (shares * truth).sum((0, 2, 3))
    dice = 1 - (2 * both + 1) / (shares.pow(2).sum((0, 2, 3)) + truth.pow(2).sum((0, 2, 3)) + 1)
    return (4 * entropy + dice.mean()) * len(batch.pictures)


def box_loss(net: Any, batch: Batch) -> Any:
    """The loss of a YOLO: boxes, their bins, classes."""
    import torch  # noqa: PLC0415  # see train

    side = batch.pictures.shape[1]
    x0, y0, x1, y1 = batch.boxes.T / side
    boxes = np.column_stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0]).astype(np.float32)
    loss, _ = net(
        {
            "img": pixels(batch.pictures, 3),
            "cls": torch.from_numpy(batch.kinds.astype(np.float32))[:, None],
            "bboxes": torch.from_numpy(boxes),
            "batch_idx": torch.from_numpy(batch.owner.astype(np.float32)),
        }
    )
    return loss.sum()


def _follow(average: Any, net: Any, decay: float) -> None:
    """Move the smoothed network a little towards the trained one."""
    import torch  # noqa: PLC0415  # see train

    with torch.no_grad():
        theirs = net.state_dict()
        for name, value in average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])


def _keep(
    folder: Path,
    course: Course,
    net: Any,
    average: Any,
    optimiser: Any,
    progress: Progress,
    figures: dict[str, float],
    loss: float,
) -> None:
    """Write the checkpoint, a line of the curve, and the best network so far."""
    import torch  # noqa: PLC0415  # see train

    state = {
        "net": net.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
        "progress": {"minutes": progress.minutes, "steps": progress.steps, "tiles": progress.tiles},
    }
    partial = folder / f"{course.name}.part"
    torch.save(state, partial)
    partial.rename(folder / f"{course.name}.pt")
    curve = folder / f"{course.name}.jsonl"
    row = {"minutes": progress.minutes, "steps": progress.steps, "tiles": progress.tiles, "loss": loss, **figures}
    before = [json.loads(line) for line in curve.read_text().splitlines()] if curve.exists() else []
    # What was measured in another way, in an earlier piece, does not compare.
    if figures["keep"] >= max((old["keep"] for old in before if old.keys() == row.keys()), default=-1.0):
        torch.save(average.state_dict(), folder / f"{course.name}-best.pt")
    with curve.open("a") as stream:
        stream.write(json.dumps({key: round(value, 5) for key, value in row.items()}) + "\n")

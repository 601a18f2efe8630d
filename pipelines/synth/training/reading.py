"""The reader of numbers: a small network that reads strips column by column, and its training.

Minutes on one core suffice: strips are drawn as it goes, so no two passes see the same ones.
"""

from __future__ import annotations

import itertools
import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.pdf.legible.alphabet import CHARACTERS, HIGH, OTHER, STEP, joined
from pipelines.pdf.legible.decoding import decoded
from pipelines.synth.training.weights import halve
from pipelines.synth.training.writing import samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.synth.training.configuration import Reading
    from pipelines.synth.training.writing import Sample

#: Channels of the layers, from the picture to the answer.
WIDTHS = (16, 32, 48, 64, 80)
#: Sheets that strips are mixed from, and how often each strip is shown before it is thrown away.
MIXED, SHOWN = 12, 2
#: Sheets that are never trained on begin here; so many are measured on.
HELD_OUT, CHECKED = 5_000_000, 12
#: Seconds between two looks at what it knows.
PAUSE = 60.0
OPSET = 17


def reader_net() -> Any:
    """A torch module (n, 1, HIGH, w) -> (n, w / STEP, classes) logits."""
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained
    from torch import nn  # noqa: PLC0415

    def conv(inside: int, outside: int, size: tuple[int, int] = (3, 3), stride: tuple[int, int] = (1, 1)) -> Any:
        around = (size[0] // 2 if stride != (HIGH // 8, 1) else 0, size[1] // 2)
        return nn.Sequential(
            nn.Conv2d(inside, outside, size, stride, around, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
        )

    a, b, c, d, e = WIDTHS

    class ReaderNet(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
        def __init__(self) -> None:
            super().__init__()
            self.eye = nn.Sequential(
                conv(1, a), conv(a, b, stride=(2, STEP)), conv(b, c, stride=(2, 1)), conv(c, c),
                conv(c, d, stride=(2, 1)), conv(d, e, (HIGH // 8, 3), (HIGH // 8, 1)),
            )  # fmt: skip
            self.mind = nn.Sequential(conv(e, e, (1, 7)), conv(e, e, (1, 5)), nn.Conv2d(e, len(CHARACTERS) + 1, 1))

        def forward(self, x: Any) -> Any:
            return self.mind(self.eye(x)).squeeze(2).transpose(1, 2)

    torch.set_num_threads(1)
    return ReaderNet()


@dataclass(slots=True)
class _Progress:
    minutes: float = 0.0
    strips: int = 0


def train(said: Reading, folder: Path, minutes: float) -> None:
    """Train for some minutes, from where the last piece ended; the best network so far is in ``folder``."""
    import torch  # noqa: PLC0415  # see reader_net

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(said.seed)
    net, progress = reader_net(), _Progress()
    optimiser = torch.optim.AdamW(net.parameters(), lr=said.rate, weight_decay=said.decay)
    last = folder / "numerals.pt"
    if last.exists():
        state = torch.load(last, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        progress = _Progress(state["minutes"], state["strips"])
    average = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    check = [sample for k in range(CHECKED) for sample in samples(HELD_OUT + k)]
    begin, looked, held = time.monotonic(), time.monotonic(), progress.minutes
    for batch in _batches(said, progress.strips):
        progress.minutes = held + (time.monotonic() - begin) / 60
        share = min(progress.minutes / said.minutes, 1.0)
        for group in optimiser.param_groups:
            warm = min(1.0, (progress.strips + 1) / (200 * said.batch))
            group["lr"] = said.rate * warm * max(0.02, 0.5 * (1 + math.cos(math.pi * share)))
        optimiser.zero_grad()
        loss = _loss(net.train(), batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(net)
        progress.strips += len(batch)
        over = progress.minutes - held >= minutes
        if over or time.monotonic() - looked > PAUSE:
            _kept(average.module, net, optimiser, progress, folder, examined(Trained(average.module), check))
            looked = time.monotonic()
        if over:
            return


def _batches(said: Reading, done: int) -> Iterator[list[Sample]]:
    """Batches of strips of like widths, without end."""
    sheet = done // 100
    while True:
        rng = np.random.default_rng([said.seed, sheet])
        drawn = [sample for k in range(MIXED) for sample in samples(sheet + k) if _fits(sample)]
        sheet += MIXED
        for _ in range(SHOWN):
            order = rng.permutation(len(drawn))
            chunks = [order[at : at + 4 * said.batch] for at in range(0, len(order), 4 * said.batch)]
            rows = [sorted(chunk, key=lambda k: drawn[k].strip.shape[1]) for chunk in chunks]
            cut = [row[at : at + said.batch] for row in rows for at in range(0, len(row), said.batch)]
            for k in rng.permutation(len(cut)):
                yield [drawn[at] for at in cut[k]]


def _fits(sample: Sample) -> bool:
    """Whether a strip has a column for each of its characters, and for nothing between equal ones."""
    text = sample.text
    needed = len(text) + sum(one == other for one, other in itertools.pairwise(text))
    return bool(0 < needed <= sample.strip.shape[1] // STEP)


def _loss(net: Any, batch: list[Sample]) -> Any:
    import torch  # noqa: PLC0415  # see reader_net

    said = net(torch.from_numpy(joined([sample.strip for sample in batch]))).log_softmax(2).transpose(0, 1)
    texts = [[CHARACTERS.index(each) + 1 for each in sample.text] for sample in batch]
    widths = torch.tensor([sample.strip.shape[1] // STEP for sample in batch])
    target = torch.tensor([code for text in texts for code in text])
    lengths = torch.tensor([len(text) for text in texts])
    return torch.nn.functional.ctc_loss(said, target, widths, lengths, zero_infinity=True)


def _kept(average: Any, net: Any, optimiser: Any, progress: _Progress, folder: Path, figures: dict[str, float]) -> None:
    """Write the checkpoint, a line of the curve, and the best network so far."""
    import torch  # noqa: PLC0415  # see reader_net

    state = {"net": net.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save({**state, "minutes": progress.minutes, "strips": progress.strips}, folder / "numerals.part")
    (folder / "numerals.part").rename(folder / "numerals.pt")
    before = curve(folder)
    if figures["read"] >= max((row["read"] for row in before), default=0.0):
        torch.save(average.state_dict(), best(folder))
    row = {"minutes": round(progress.minutes, 2), "strips": progress.strips, **figures}
    with (folder / "numerals.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def best(folder: Path) -> Path:
    """Where the best network so far is kept."""
    return folder / "numerals-best.pt"


def curve(folder: Path) -> list[dict[str, float]]:
    """What the network knew as its training went on."""
    path = folder / "numerals.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


@dataclass(frozen=True, slots=True)
class Trained:
    """A network in training, run as a published one is."""

    net: Any

    def run(self, values: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Probabilities (n, columns, classes)."""
        import torch  # noqa: PLC0415  # see reader_net

        with torch.inference_mode():
            said = self.net.eval()(torch.from_numpy(values)).softmax(2)
        return np.asarray(said.numpy(), dtype=np.float32)


def examined(network: Any, check: list[Sample], sure: float = 0.5) -> dict[str, float]:
    """Share of numbers that are read rightly, of those that are read wrongly, of words that are taken for numbers."""
    right = wrong = numbers = invented = 0
    ordered = sorted(check, key=lambda sample: sample.strip.shape[1])
    for at in range(0, len(ordered), 64):
        part = ordered[at : at + 64]
        for sample, read in zip(part, decoded(network.run(joined([each.strip for each in part]))), strict=True):
            plain, said = OTHER not in sample.text, OTHER not in read.text and read.sure >= sure and read.text != ""
            numbers += plain
            right += plain and said and read.text == sample.text
            wrong += plain and said and read.text != sample.text
            invented += said and not plain
    words = max(len(ordered) - numbers, 1)
    return {"read": right / max(numbers, 1), "misread": wrong / max(numbers, 1), "invented": invented / words}


def write(folder: Path, path: Path) -> None:
    """Publish the best network so far as ONNX."""
    import onnx  # noqa: PLC0415  # only where networks are trained
    import torch  # noqa: PLC0415  # see reader_net

    net = reader_net()
    net.load_state_dict(torch.load(best(folder), weights_only=True))
    wrapped = torch.nn.Sequential(net, torch.nn.Softmax(2)).eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        wrapped,
        (torch.zeros(1, 1, HIGH, 64),),
        str(path),
        input_names=["strips"],
        output_names=["characters"],
        dynamic_axes={"strips": {0: "count", 3: "width"}, "characters": {0: "count", 1: "columns"}},
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(path))
    for key, value in {"task": "read", "characters": CHARACTERS, "licence": "AGPL-3.0-or-later"}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))

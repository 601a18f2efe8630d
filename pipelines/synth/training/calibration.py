"""How sure a detector is of columns and fixtures: shifted until one score parts right from wrong for all.

It is less sure of what is small and rare. One bias for each kind, before the last sigmoid, makes up for that. Doors and
windows stay as they are: from which score they count was chosen on real scans. So do stairs: a wrong one costs
more than a missed one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from pipelines.linework import Seen
from pipelines.pdf.detector import SURE
from pipelines.synth.training.examine import Sight, see
from pipelines.synth.training.score import Count, matched
from pipelines.synth.training.shards import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipelines.linework import Floats
    from pipelines.pdf.detector import Network

    #: What was seen on a tile; the boxes (n, 4) that are there, and their kinds (n,).
    Look = tuple[Sight, Floats, NDArray[np.int64]]

#: Kinds that are shifted.
KINDS: Final = (Seen.COLUMN, Seen.TOILET, Seen.BASIN, Seen.BATH, Seen.COUNTER)
#: Scores that are tried.
SCORES: Final = tuple(k / 20 for k in range(2, 11))
#: Fewer of a kind than this tell nothing.
ENOUGH: Final = 20
#: Tiles that a network sees at once.
AT_ONCE: Final = 16


def looks(network: Network, files: Sequence[Path]) -> list[Look]:
    """What a detector sees on the tiles of some files, however unsure, beside what is there."""
    found: list[Look] = []
    for path in files:
        shard = read(path)
        for first in range(0, len(shard), AT_ONCE):
            sights = see(network, shard.pictures[first : first + AT_ONCE], SCORES[0])
            found += [(sight, *shard.boxes_of(first + k)) for k, sight in enumerate(sights)]
    return found


def shifts(seen: Sequence[Look]) -> dict[Seen, float]:
    """What to add to the logits of each kind, so that its best score becomes ``SURE``."""
    found = {}
    for kind in KINDS:
        parts = [(_of(sight, kind), boxes[kinds == kind]) for sight, boxes, kinds in seen]
        if sum(len(boxes) for _, boxes in parts) >= ENOUGH:
            best = max(SCORES, key=lambda score: _counted(parts, score).f1)
            found[kind] = _logit(SURE) - _logit(best)
    return found


def shift(net: Any, by: dict[Seen, float]) -> None:
    """Add to the logits of a detector in torch, in place."""
    import torch  # noqa: PLC0415  # heavy, and only where networks are trained

    with torch.no_grad():
        for branch in net.model[-1].cv3:
            for kind, value in by.items():
                branch[-1].bias[int(kind)] += value


def _of(sight: Sight, kind: Seen) -> Sight:
    rows = sight.kinds == kind
    return Sight(sight.boxes[rows], sight.kinds[rows], sight.scores[rows])


def _counted(parts: Iterable[tuple[Sight, Floats]], score: float) -> Count:
    count = Count()
    for sight, boxes in parts:
        rows = sight.scores >= score
        count += matched(sight.boxes[rows], sight.scores[rows], boxes)
    return count


def _logit(share: float) -> float:
    return math.log(share / (1 - share))

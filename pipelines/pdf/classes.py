"""The classes of a network, by the names that are written into its file, as what this program knows."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.linework import Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.linework import Ints

#: Names that people give to the classes, without blanks, case and plural.
_NAMES: Final[dict[Seen, frozenset[str]]] = {
    Seen.DOOR: frozenset({"door", "singledoor", "swingdoor", "swingingdoor", "hingeddoor", "doorswing", "innerdoor"}),
    Seen.DOUBLE_DOOR: frozenset({"doubledoor", "doorpair", "doubleswingdoor", "frenchdoor", "doorswingdouble"}),
    Seen.SLIDING_DOOR: frozenset({"slidingdoor", "slidedoor", "sliding", "patiodoor", "pocketdoor"}),
    Seen.WINDOW: frozenset({"window", "glazing", "fixedwindow", "slidingwindow", "casementwindow"}),
    Seen.STAIR: frozenset({"stair", "staircase", "stairway", "step", "flight"}),
    Seen.COLUMN: frozenset({"column", "pillar", "post"}),
    Seen.TOILET: frozenset({"toilet", "wc", "watercloset"}),
    Seen.BASIN: frozenset({"basin", "sink", "washbasin", "lavatory", "washbowl"}),
    Seen.BATH: frozenset({"bath", "bathtub", "tub"}),
    Seen.COUNTER: frozenset({"counter", "kitchencounter", "countertop", "worktop", "kitchen"}),
}
_KINDS: Final = {name: seen for seen, names in _NAMES.items() for name in names}


def named(notes: Mapping[str, str], count: int | None) -> tuple[Ints, tuple[str, ...]]:
    """What the classes of a network are.

    Args:
        notes: What is written beside the network; ``names`` holds a dictionary from number to name, as ultralytics
            writes it, or as JSON.
        count: How many classes it tells apart; None takes as many as have names.

    Returns:
        (n,) a ``Seen`` for each class, -1 for one that is not known; and the names of those. Without names they
        are taken to be those of ``Seen``, in its order, if they are as many.

    Raises:
        ValueError: No class of the network is known.
    """
    names = _read(notes.get("names", ""))
    count = 1 + max(names, default=len(Seen) - 1) if count is None else count
    if not names and count == len(Seen):
        return np.arange(count, dtype=np.int32), ()
    kinds = np.array([_KINDS.get(_plain(names.get(k, "")), -1) for k in range(count)], dtype=np.int32)
    if not (kinds >= 0).any():
        told = ", ".join(names.values()) or f"{count} classes without names"
        raise ValueError(f"the network knows no doors, windows or the like, but {told}")
    return kinds, tuple(names.get(k, str(k)) for k in range(count) if kinds[k] < 0)


def _read(text: str) -> dict[int, str]:
    """The names as they are written: a dictionary, or a list."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {}
    if isinstance(value, list | tuple):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return {}
    numbered = {int(key): str(name) for key, name in value.items() if re.fullmatch(r"\d{1,4}", str(key))}
    return dict(sorted(numbered.items()))


def _plain(name: str) -> str:
    """'Single Doors' becomes 'singledoor'."""
    return re.sub(r"s$", "", re.sub(r"[^a-z]", "", name.lower()))

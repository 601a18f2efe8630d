"""Door leaves as a gauge: they are made in few widths, so that several different ones tell the scale exactly.

Leaves of 0.7, 0.8 and 0.9 m have radii as 7 to 8 to 9 whatever the scale; no other three widths in use have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.linework import Floats

#: Widths in use, metres: metric by steps of 5 cm, feet and inches by steps of 2 inches; and how common they are.
_WIDTHS = np.array(
    [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0, *(0.0254 * k for k in (22, 24, 26, 28, 30, 32, 34, 36, 38))]
)
_COMMON = np.array([0.5, 0.2, 0.8, 0.6, 1.0, 0.6, 1.0, 0.6, 0.1, 0.2, 0.2, 0.4, 0.6, 0.5, 0.4, 0.6, 0.1])
#: Relative deviation of a drawn leaf from its width; the chance of a leaf of any other width.
_EXACT, _OTHER = 0.005, 0.03
#: Radii that differ by less are one width (logarithm).
_ONE = 0.015
#: How far around an estimate the gauge is tried (logarithm), and in which steps.
_REACH, _STEP = 0.22, 0.001


def gauged(radii: Floats, ratio: float) -> float | None:
    """The denominator near an estimate at which radii (mm of paper) are widths in use; None where too few differ."""
    near = radii[np.abs(np.log(radii * ratio / 840.0)) < 0.5]
    if not len(near):
        return None
    ordered = np.sort(near)
    first = np.flatnonzero(np.append(True, np.diff(np.log(ordered)) > _ONE))
    count = np.diff(np.append(first, len(ordered)))
    width = np.add.reduceat(ordered, first) / count
    if len(width) < 2:
        return None
    tried = ratio * np.exp(np.arange(-_REACH, _REACH + _STEP, _STEP))
    off = np.log(width[:, None, None] * tried[None, :, None] / 1000.0 / _WIDTHS) / _EXACT
    chance = (_COMMON * np.exp(-0.5 * off**2)).sum(axis=2) + _OTHER
    fits = (np.sqrt(count)[:, None] * np.log(chance)).sum(axis=0)
    # The estimate itself speaks too: by as much as the usual width varies.
    fits -= 0.5 * (np.log(tried / ratio) / 0.12) ** 2
    best = int(fits.argmax())
    return float(tried[best])

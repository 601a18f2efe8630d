"""What drawing practice knows: the scales that are drawn at, and the sizes of paper."""

from __future__ import annotations

import math

import numpy as np

#: Denominators, with how usual each is for plans of buildings: logarithms, up to a constant (ISO 5455, and the
#: architect's and engineer's scales in feet and inches).
SCALES = {
    1.0: -6.0, 2.0: -6.0, 5.0: -5.0, 10.0: -4.0, 12.0: -4.0, 15.0: -5.0, 16.0: -4.5, 20.0: -2.0, 24.0: -1.8,
    25.0: -2.2, 30.0: -2.2, 32.0: -3.0, 40.0: -2.2, 48.0: -0.4, 50.0: 0.0, 60.0: -1.8, 64.0: -1.5, 75.0: -1.2,
    80.0: -1.8, 96.0: -0.5, 100.0: 0.0, 120.0: -2.0, 125.0: -1.6, 128.0: -3.0, 150.0: -1.2, 192.0: -1.5,
    200.0: -0.7, 240.0: -2.5, 250.0: -1.6, 300.0: -2.0, 384.0: -3.0, 400.0: -2.2, 480.0: -3.0, 500.0: -2.0,
    600.0: -3.0, 750.0: -4.0, 1000.0: -3.0, 1200.0: -4.0, 1250.0: -4.0, 2000.0: -4.0, 2500.0: -4.5, 5000.0: -5.0,
}  # fmt: skip
#: Those of the architect's scale in feet and inches; those of both; how much the others are less usual.
FEET = (12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0, 192.0, 384.0)
BOTH = (1.0, 2.0, 5.0, 10.0, 120.0, 240.0, 480.0, 600.0, 1200.0)
FOREIGN = 2.0
RATIOS = np.array(list(SCALES))
#: A measured scale is taken for one of practice within this (logarithm).
NEAR = 0.015
#: What a scale that practice does not know is as usual as.
ODD = -2.5

#: Width and height of paper, lying, millimetres: ISO 216, ANSI/ASME Y14.1, ARCH.
SIZES = {
    "A0": (1189.0, 841.0), "A1": (841.0, 594.0), "A2": (594.0, 420.0), "A3": (420.0, 297.0), "A4": (297.0, 210.0),
    "B0": (1414.0, 1000.0), "B1": (1000.0, 707.0), "B2": (707.0, 500.0), "B3": (500.0, 353.0), "B4": (353.0, 250.0),
    "ANSI A": (279.4, 215.9), "ANSI B": (431.8, 279.4), "ANSI C": (558.8, 431.8), "ANSI D": (863.6, 558.8),
    "ANSI E": (1117.6, 863.6), "ARCH A": (304.8, 228.6), "ARCH B": (457.2, 304.8), "ARCH C": (609.6, 457.2),
    "ARCH D": (914.4, 609.6), "ARCH E": (1219.2, 914.4), "ARCH E1": (1066.8, 762.0),
    "LETTER": (279.4, 215.9), "TABLOID": (431.8, 279.4),
}  # fmt: skip


_ISO = ("A0", "A1", "A2", "A3", "A4", "B0", "B1", "B2", "B3", "B4")


def nearest(ratio: float) -> float:
    """The denominator of practice that is nearest."""
    return float(RATIOS[np.abs(np.log(RATIOS / ratio)).argmin()])


def snapped(ratio: float, within: float = NEAR) -> float | None:
    """The denominator of practice that a measured one is, None where none is so near (logarithm)."""
    near = nearest(ratio)
    return near if abs(math.log(ratio / near)) <= min(within, NEAR) else None


def usual(ratio: float, imperial: bool | None = None) -> float:
    """How usual a scale is, where it is known whether feet and inches are in use: a logarithm, up to a constant."""
    near = snapped(ratio)
    wide = -0.5 * (max(abs(math.log(ratio / 90.0)) - 1.0, 0.0) / 0.7) ** 2
    foreign = near is not None and imperial is not None and (near in FEET) != imperial and near not in BOTH
    return wide + (SCALES[near] if near is not None else ODD) - (FOREIGN if foreign else 0.0)


def paper(page: tuple[float, float]) -> str:
    """The name of a page's size, '' where it is no standard one; within 2.5 mm."""
    wide, high = max(page), min(page)
    fits = (name for name, size in SIZES.items() if abs(size[0] - wide) < 2.5 and abs(size[1] - high) < 2.5)
    return next(fits, "")


def imperial(page: tuple[float, float]) -> bool | None:
    """Whether a page's size is American, None where it is no standard one."""
    name = paper(page)
    return name not in _ISO if name else None


def spoken(ratio: float) -> str:
    """A scale in words: 1:100, or 1:97.3 where it is none of practice."""
    near = snapped(ratio, 1e-6)
    return f"1:{near:g}" if near is not None else f"1:{ratio:.4g}"

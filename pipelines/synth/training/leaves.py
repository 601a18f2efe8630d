"""Doors and windows as many offices draw them, and where on the sheet each symbol lies.

A symbol is drawn in the opening's own frame: its middle at the origin, x along the wall, hinged on the left, opening
upwards. ``Symbol.spots`` are the points whose box a detector shall find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.linework import Seen
from pipelines.plan import OpeningKind
from pipelines.synth.sheet import Arc, Circle, Frame, Line, Text, path, rectangle
from pipelines.synth.training.canvas import curve

if TYPE_CHECKING:
    from pipelines.linework import Floats
    from pipelines.plan import Storey
    from pipelines.synth.sheet import Mark, Point

#: What each kind of opening is to the detector; a cased opening is nothing that can be seen.
SEEN = {
    OpeningKind.DOOR: Seen.DOOR,
    OpeningKind.DOUBLE_DOOR: Seen.DOUBLE_DOOR,
    OpeningKind.SLIDING_DOOR: Seen.SLIDING_DOOR,
    OpeningKind.FOLDING_DOOR: Seen.SLIDING_DOOR,
    OpeningKind.OVERHEAD_DOOR: Seen.SLIDING_DOOR,
    OpeningKind.WINDOW: Seen.WINDOW,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """What is drawn, and the points that bound it."""

    marks: list[Mark]
    spots: Floats  #: (n, 2) metres on the sheet
    kind: Seen


@dataclass(frozen=True, slots=True)
class LeafHabit:
    """How an office draws doors."""

    leaf: str  #: 'line', 'thin', 'thick', 'pair' of lines, 'none'
    arc: str  #: 'arc', 'dashed', 'chord', 'none'
    angle: float  #: of the open leaf, radians
    pivot: str  #: 'middle' of the wall, its 'face', a 'rebate' between them
    threshold: int  #: lines across the gap
    frames: bool
    tag: str  #: '', 'gap', 'swing'
    sliding: str  #: 'panels', 'pocket', 'barn', 'arrow'

    @classmethod
    def random(cls, rng: np.random.Generator) -> LeafHabit:
        """Any office's."""
        angle = math.pi / 2 if rng.random() < 0.8 else float(rng.uniform(0.45, 1.5))
        leaf = str(rng.choice(["line", "thin", "thick", "pair", "none"], p=[0.35, 0.3, 0.1, 0.1, 0.15]))
        arcs = ["arc", "dashed", "chord", "none"]
        arc = str(rng.choice(arcs, p=[0.9, 0.05, 0.04, 0.01]))
        return cls(
            leaf=leaf if arc == "arc" else "line",
            arc=arc,
            angle=angle,
            pivot=str(rng.choice(["middle", "face", "rebate"], p=[0.3, 0.5, 0.2])),
            threshold=int(rng.choice([0, 1, 2], p=[0.5, 0.2, 0.3])),
            frames=bool(rng.random() < 0.35),
            tag=str(rng.choice(["", "gap", "swing"], p=[0.6, 0.15, 0.25])),
            sliding=str(rng.choice(["panels", "panels", "pocket", "barn", "arrow"])),
        )


@dataclass(frozen=True, slots=True)
class PaneHabit:
    """How an office draws windows."""

    lines: tuple[float, ...]  #: of glass, as shares of the depth from -0.5 to 0.5
    faces: tuple[bool, bool]  #: lines on the wall's faces
    sashes: int  #: panes per metre and a half, 0 for one in all
    boxed: bool  #: a frame at both ends
    sill: float  #: how far it stands out, share of the depth
    ends: bool  #: lines that close the wall
    tag: bool
    shallow: float  #: depth of the frame as a share of the wall's
    solid: bool  #: a bar of ink for the glass

    @classmethod
    def random(cls, rng: np.random.Generator) -> PaneHabit:
        """Any office's."""
        count = int(rng.choice([0, 1, 2, 3, 4], p=[0.08, 0.34, 0.33, 0.17, 0.08]))
        spread = float(rng.uniform(0.1, 0.4))
        lines = tuple(float(v) for v in np.linspace(-spread, spread, count)) if count > 1 else (0.0,) * count
        if count and rng.random() < 0.3:
            lines = tuple(v + float(rng.uniform(-0.1, 0.3)) for v in lines)
        faces = (
            (True, True) if rng.random() < 0.75 or not count else (bool(rng.random() < 0.5), bool(rng.random() < 0.5))
        )
        return cls(
            lines=lines,
            faces=faces,
            sashes=int(rng.choice([0, 1, 2, 3], p=[0.5, 0.25, 0.15, 0.1])),
            boxed=bool(rng.random() < 0.35),
            sill=float(rng.uniform(0.1, 0.6)) if rng.random() < 0.25 else 0.0,
            ends=bool(rng.random() < 0.75),
            tag=bool(rng.random() < 0.25),
            shallow=float(rng.uniform(0.3, 0.8)) if rng.random() < 0.3 else 1.0,
            solid=bool(rng.random() < 0.06),
        )


def openings(storey: Storey, leaves: LeafHabit, panes: PaneHabit, rng: np.random.Generator) -> list[Symbol]:
    """The symbols of all openings of a storey."""
    found = []
    table = storey.openings
    for k, kind in enumerate(table.kind):
        if kind not in SEEN:
            continue
        direction = table.direction[k]
        place = Frame(
            (float(table.center[k, 0]), float(table.center[k, 1])), float(np.arctan2(direction[1], direction[0]))
        )
        width, depth = float(table.width[k]), float(table.depth[k])
        if kind == OpeningKind.WINDOW:
            marks, spots = _pane(width, depth, panes, rng)
            flip = Frame(flip=bool(rng.random() < 0.5))
            marks = [flip.mark(mark) for mark in marks]
        else:
            marks, spots = _leaf(kind, width, depth, leaves, rng)
            if int(table.swing[k]) < 0:
                marks, spots = _seen_from(Frame(flip=True), marks, spots)
            if int(table.hinge[k]) > 0:
                marks, spots = _seen_from(Frame(angle=math.pi, flip=True), marks, spots)
        marks, spots = _seen_from(place, marks, spots)
        found.append(Symbol(marks, spots, SEEN[kind]))
    return found


def _seen_from(frame: Frame, marks: list[Mark], spots: Floats) -> tuple[list[Mark], Floats]:
    points = np.array(frame.points([(float(x), float(y)) for x, y in spots]))
    return [frame.mark(mark) for mark in marks], points


def _gap(w: float, d: float) -> Floats:
    return np.array([(-w, -d), (w, -d), (w, d), (-w, d)])


def _leaf(
    kind: OpeningKind, width: float, depth: float, habit: LeafHabit, rng: np.random.Generator
) -> tuple[list[Mark], Floats]:
    w, d = width / 2, depth / 2
    high = {"middle": 0.0, "face": d, "rebate": d * 0.5}[habit.pivot]
    marks: list[Mark] = []
    spots = [_gap(w, d)]
    match kind:
        case OpeningKind.DOUBLE_DOOR:
            share = 0.5 if rng.random() < 0.75 else float(rng.uniform(0.6, 0.75))
            for at, length, turned in ((-w, width * share, False), (w, width * (1 - share), True)):
                some, where = _swing(length, habit)
                frame = Frame((at, high), math.pi, flip=True) if turned else Frame((at, high))
                some, where = _seen_from(frame, some, where)
                marks += some
                spots.append(where)
        case OpeningKind.SLIDING_DOOR:
            marks, more = _sliding(w, d, habit)
            spots.append(more)
        case OpeningKind.FOLDING_DOOR:
            q = width / 4
            rise = float(rng.uniform(0.5, 0.95)) * q
            zig: list[Point] = [(-w, high), (-w + 0.6 * q, high + rise), (-w + 1.2 * q, high)]
            zag: list[Point] = [(-x, y) for x, y in zig]
            marks = [*path("door", *zig), *path("door", *zag)]
            spots.append(np.array([*zig, *zag]))
        case OpeningKind.OVERHEAD_DOOR:
            marks = [rectangle("door", (-w, -0.04), (w, 0.04))]
            if rng.random() < 0.5:
                marks.append(Line("door", (-w, 0.12), (w, 0.12), dashed=True))
        case _:
            some, where = _swing(width, habit)
            some, where = _seen_from(Frame((-w, high)), some, where)
            marks += some
            spots.append(where)
    return marks + _around(width, d, habit, rng), np.vstack(spots)


def _around(width: float, d: float, habit: LeafHabit, rng: np.random.Generator) -> list[Mark]:
    """Thresholds, frames and tags of a door."""
    w = width / 2
    marks: list[Mark] = []
    if habit.threshold:
        marks.append(Line("door", (-w, d), (w, d)))
    if habit.threshold == 2:
        marks.append(Line("door", (-w, -d), (w, -d)))
    if habit.frames:
        marks += [rectangle("door", (-w, -d), (-w + 0.05, d)), rectangle("door", (w - 0.05, -d), (w, d))]
    if habit.tag:
        marks.append(_tag(habit.tag, width, d, rng))
    return marks


def _tag(where: str, width: float, d: float, rng: np.random.Generator) -> Mark:
    words = str(rng.choice(["D01", "9x21", "10M", "VO7v", "900", "U12", "2668", "ED3", "M0921", "80"]))
    at = (
        (0.0, -d - 0.16)
        if where == "gap"
        else (float(rng.uniform(-0.15, 0.15)), d + width * float(rng.uniform(0.2, 0.5)))
    )
    turn = float(rng.choice([0.0, 0.0, math.pi / 2]))
    return Text("annotation", at, float(rng.uniform(0.1, 0.17)), words, turn)


def _swing(width: float, habit: LeafHabit) -> tuple[list[Mark], Floats]:
    """A leaf hinged at the origin that closes along x."""
    a = habit.angle
    tip = (width * math.cos(a), width * math.sin(a))
    marks: list[Mark] = []
    turned = Frame(angle=a)
    match habit.leaf:
        case "line":
            marks.append(Line("door", (0.0, 0.0), tip))
        case "thin" | "thick":
            thick = 0.04 if habit.leaf == "thin" else 0.07
            marks.append(turned.mark(rectangle("door", (0.0, -thick), (width, 0.0))))
        case "pair":
            marks += [turned.mark(Line("door", (0.0, y), (width, y))) for y in (0.0, -0.05)]
    arc = Arc("door", (0.0, 0.0), width, 0.0, a)
    match habit.arc:
        case "arc":
            marks.append(arc)
        case "dashed":
            points = [(float(x), float(y)) for x, y in curve((0.0, 0.0), width, 0.0, a)]
            marks += [Line("door", p, q) for p, q in zip(points[::2], points[1::2], strict=False)]
        case "chord":
            marks.append(Line("door", (width, 0.0), tip))
    return marks, np.vstack([curve((0.0, 0.0), width, 0.0, a), [(0.0, 0.0)]])


def _sliding(w: float, d: float, habit: LeafHabit) -> tuple[list[Mark], Floats]:
    t = min(0.05, max(d, 0.03))
    marks: list[Mark]
    match habit.sliding:
        case "pocket":
            marks = [rectangle("door", (-w * 1.7, -t / 2), (w * 0.3, t / 2))]
            marks += [Line("door", (-w * 2, s * d * 0.5), (-w, s * d * 0.5), dashed=True) for s in (-1, 1)]
            return marks, np.array([(-w * 1.7, 0.0), (w, 0.0)])
        case "barn":
            low, high = d + 0.02, d + 0.02 + t
            return [rectangle("door", (-w * 1.6, low), (w * 0.5, high))], np.array([(-w * 1.6, low), (w * 0.5, high)])
        case "arrow":
            marks = [rectangle("door", (-w, -t / 2), (w, t / 2))]
            marks += path("door", (-w * 0.5, d + 0.1), (w * 0.5, d + 0.1), (w * 0.3, d + 0.16))
            return marks, np.zeros((1, 2))
        case _:
            lap = 0.1 * w
            return [rectangle("door", (-w, 0.0), (lap, t)), rectangle("door", (-lap, -t), (w, 0.0))], np.zeros((1, 2))


def _pane(width: float, depth: float, habit: PaneHabit, rng: np.random.Generator) -> tuple[list[Mark], Floats]:
    w, d = width / 2, depth / 2
    marks: list[Mark] = []
    low = d - 2 * d * habit.shallow  # The frame sits at the upper face, jambs show below it.
    mid, half = (d + low) / 2, (d - low) / 2
    if habit.faces[0]:
        marks.append(Line("window", (-w, d), (w, d)))
    if habit.faces[1]:
        marks.append(Line("window", (-w, low), (w, low)))
    marks += [Line("window", (-w, mid + share * 2 * half), (w, mid + share * 2 * half)) for share in habit.lines]
    if habit.ends:
        marks += [Line("window", (-w, -d), (-w, d)), Line("window", (w, -d), (w, d))]
    if habit.solid:
        marks.append(rectangle("wall", (-w, mid - 0.02), (w, mid + 0.02)))
    if habit.boxed:
        f = min(0.06, width / 8)
        t = half * 0.7
        marks += [
            rectangle("window", (-w, mid - t), (-w + f, mid + t)),
            rectangle("window", (w - f, mid - t), (w, mid + t)),
        ]
    marks += _sashes(w, d, mid, half, habit, rng)
    if habit.tag:
        words = str(rng.choice(["W1", "12x14", "B3e", "1200x600", "16x12", "F04", "C1515"]))
        marks.append(Text("annotation", (0.0, d + 0.2), float(rng.uniform(0.1, 0.16)), words))
    if rng.random() < 0.03:
        marks.append(Circle("annotation", (0.0, d + 0.5), 0.22))
    return marks, _gap(w, d)


def _sashes(w: float, d: float, mid: float, half: float, habit: PaneHabit, rng: np.random.Generator) -> list[Mark]:
    """Posts between panes, and a sill."""
    marks: list[Mark] = []
    if habit.sashes:
        count = max(2, round(w / 0.75 * habit.sashes))
        for x in np.linspace(-w, w, count + 1)[1:-1]:
            reach = half * float(rng.choice([0.5, 1.0]))
            marks.append(Line("window", (float(x), mid - reach), (float(x), mid + reach)))
            if habit.boxed:
                marks.append(Line("window", (float(x) + 0.05, mid - reach), (float(x) + 0.05, mid + reach)))
    if habit.sill:
        out, over = d + habit.sill * 2 * d, float(rng.uniform(0.0, 0.08))
        marks += path("window", (-w - over, d), (-w - over, out), (w + over, out), (w + over, d))
    return marks

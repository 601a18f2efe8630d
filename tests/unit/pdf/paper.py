"""A page for tests of its scale: drawn in metres, it holds millimetres of paper, at a scale, turned at will."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.drafting.meaning import classify
from pipelines.linework import Linework, Origin, Texts
from pipelines.pdf.scale import measure
from tests.unit.drafting.drawn import Board, Point

if TYPE_CHECKING:
    from pipelines.report import ScaleReport


@dataclass
class Page:
    """Metres go in, a page of millimetres comes out."""

    ratio: float = 100.0
    turn: float = 0.0  #: radians
    size: tuple[float, float] = (594.0, 420.0)
    letters: float = 2.5  #: mm
    board: Board = field(default_factory=Board)
    words: list[tuple[Point, float, float, float, str]] = field(default_factory=list)

    def at(self, point: Point) -> Point:
        """Metres to millimetres of paper."""
        x, y = (each * 1000 / self.ratio for each in point)
        c, s = math.cos(self.turn), math.sin(self.turn)
        return 60 + c * x - s * y, 60 + s * x + c * y

    def line(self, start: Point, end: Point, *, origin: Origin = Origin.LINE) -> None:
        self.board.line(self.at(start), self.at(end), "", origin)

    def text(self, middle: Point, words: str, *, angle: float = 0.0, height: float | None = None) -> None:
        """Words around a point in metres; ``height`` in millimetres."""
        tall = height or self.letters
        self.words.append((self.at(middle), angle + self.turn, tall, 0.6 * tall * len(words), words))

    def dimension(self, first: Point, second: Point, words: str, *, style: str = "tick") -> None:
        """A dimension line with its number; ``style`` is 'tick', 'arrow', 'broken', 'over' or 'chain'."""
        length, angle = math.dist(first, second), math.atan2(second[1] - first[1], second[0] - first[0])
        u = (math.cos(angle), math.sin(angle))
        n = (-u[1], u[0])
        mm = self.ratio / 1000  # a millimetre of paper in metres
        middle = ((first[0] + second[0]) / 2, (first[1] + second[1]) / 2)
        beside = 0.0 if style == "broken" else 1.0 * self.letters * mm
        self.text((middle[0] + n[0] * beside, middle[1] + n[1] * beside), words, angle=angle)
        if style == "broken":
            half = (0.3 * len(words) + 0.4) * self.letters * mm
            for foot, way in ((first, 1), (second, -1)):
                reach = length / 2 - half
                self.line(foot, (foot[0] + u[0] * reach * way, foot[1] + u[1] * reach * way))
        elif style != "chain":
            out = 1.5 * mm if style == "over" else 0.0
            self.line((first[0] - u[0] * out, first[1] - u[1] * out), (second[0] + u[0] * out, second[1] + u[1] * out))
        for x, y in (first, second):
            self.line((x - n[0] * 4 * mm, y - n[1] * 4 * mm), (x + n[0] * 1.5 * mm, y + n[1] * 1.5 * mm))
            if style != "arrow":
                d = (u[0] + n[0]) * mm, (u[1] + n[1]) * mm
                self.line((x - d[0], y - d[1]), (x + d[0], y + d[1]))

    def door(self, hinge: Point, width: float = 0.9, *, leaf: bool = True) -> None:
        tip = (hinge[0], hinge[1] + width)
        if leaf:
            self.line(hinge, tip)
        self.board.arc(self.at(hinge), width * 1000 / self.ratio, self.turn, math.pi / 2, "")

    def room(self, low: Point, high: Point, wall: float = 0.2) -> None:
        """Four walls as double lines."""
        for t in (0.0, wall):
            a, b = (low[0] + t, low[1] + t), (high[0] - t, high[1] - t)
            corners = [a, (b[0], a[1]), b, (a[0], b[1])]
            for k in range(4):
                self.line(corners[k], corners[(k + 1) % 4])

    def sheet(self) -> Linework:
        """The rows of the page."""
        count = len(self.words)
        none = np.full(count, -1, np.int32)
        center = np.asarray([row[0] for row in self.words], float).reshape(-1, 2)
        texts = Texts(
            position=center,
            center=center,
            height=np.asarray([row[2] for row in self.words], float),
            width=np.asarray([row[3] for row in self.words], float),
            rotation=np.asarray([row[1] for row in self.words], float),
            text=tuple(row[4] for row in self.words),
            layer=np.zeros(count, np.int32),
            origin=np.full(count, Origin.TEXT, np.int32),
            source=none,
            instance=none,
        )
        self.board.layer("")
        return replace(self.board.sheet(), texts=texts)

    def measured(
        self, *, explicit: float | None = None, regions: np.ndarray | None = None, slack: float = 0.0
    ) -> ScaleReport:
        sheet = self.sheet()
        return measure(sheet, classify(sheet), page=self.size, explicit=explicit, regions=regions, slack=slack)


def flat(page: Page) -> None:
    """A flat of two rooms with three doors of different widths."""
    page.room((0, 0), (9, 6))
    page.line((5, 0.2), (5, 5.8))
    page.line((5.1, 0.2), (5.1, 5.8))
    page.door((1, 0.2), 0.9)
    page.door((5.1, 2), 0.8)
    page.door((6, 0.2), 0.8)


def number(length: float, unit: str) -> str:
    """A length as an office writes it."""
    if unit == "ft":
        feet, rest = divmod(round(length / 0.0254 * 8), 96)
        inches, part = divmod(rest, 8)
        fraction = ("", " 1/8", " 1/4", " 3/8", " 1/2", " 5/8", " 3/4", " 7/8")[part]
        return f"{feet}'-{inches}{fraction}\""
    return {"mm": f"{length * 1000:.0f}", "cm": f"{length * 100:.0f}", "m": f"{length:.2f}", "m,": f"{length:.3f}"}[
        unit
    ]

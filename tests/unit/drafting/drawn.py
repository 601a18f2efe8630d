"""A small drawing board for tests: lines, arcs, blocks and texts put down by hand become a ``Linework``."""

import itertools
from dataclasses import dataclass, field

import numpy as np

from pipelines.linework import (
    Arcs,
    Areas,
    Dimensions,
    Faces,
    Instances,
    Layer,
    Linework,
    Origin,
    Ragged,
    Strokes,
    Texts,
)

Point = tuple[float, float]


@dataclass
class Board:
    """Puts rows down; ``sheet`` makes the tables."""

    scale: float = 1.0  #: all that is drawn is multiplied by it
    shift: Point = (0.0, 0.0)  #: then moved by it
    layers: list[str] = field(default_factory=list)
    strokes: list[tuple[Point, Point, int, int, int, int]] = field(default_factory=list)
    pens: list[tuple[float, float, bool, int, int]] = field(
        default_factory=list
    )  #: width, thickness, dashed, arc, path
    arcs: list[tuple[Point, float, float, float, int, int, int]] = field(default_factory=list)
    areas: list[tuple[list[Point], int, int, int, bool]] = field(default_factory=list)
    texts: list[tuple[Point, float, str, int, int]] = field(default_factory=list)
    dimensions: list[tuple[Point, Point, str, int]] = field(default_factory=list)
    instances: list[tuple[str, int, int]] = field(default_factory=list)
    faces: list[tuple[list[tuple[float, float, float]], int, int]] = field(default_factory=list)
    inside: int = -1  #: the block reference that is being drawn
    sources: int = 0

    def at(self, point: Point) -> Point:
        return point[0] * self.scale + self.shift[0], point[1] * self.scale + self.shift[1]

    def layer(self, name: str) -> int:
        if name not in self.layers:
            self.layers.append(name)
        return self.layers.index(name)

    def line(
        self,
        start: Point,
        end: Point,
        layer: str = "0",
        origin: Origin = Origin.LINE,
        *,
        width: float = 0.0,
        thickness: float = 0.0,
        dashed: bool = False,
        arc: int = -1,
        path: int = -1,
    ) -> None:
        self.strokes.append((self.at(start), self.at(end), self.layer(layer), origin, self.sources, self.inside))
        self.pens.append((width * self.scale, thickness * self.scale, dashed, arc, path))
        self.sources += 1

    def path(self, points: list[Point], layer: str = "0", *, closed: bool = False, width: float = 0.0) -> None:
        """A polyline; a closed one is an unfilled area too."""
        number = len(self.strokes)
        for a, b in itertools.pairwise([*points, points[0]] if closed else points):
            self.line(a, b, layer, Origin.POLYLINE, width=width, path=number)
        if closed:
            self.area(points, layer, filled=False)

    def face(self, points: list[tuple[float, float, float]], layer: str = "0") -> None:
        self.faces.append(([(*self.at((x, y)), z * self.scale) for x, y, z in points], self.layer(layer), self.sources))
        self.sources += 1

    def box(self, low: Point, high: Point, layer: str = "0") -> None:
        corners = [low, (high[0], low[1]), high, (low[0], high[1])]
        for k in range(4):
            self.line(corners[k], corners[(k + 1) % 4], layer)

    def room(self, low: Point, high: Point, layer: str = "A-WALL", thickness: float = 0.2) -> None:
        """Four walls as double lines."""
        self.box(low, high, layer)
        t = thickness
        self.box((low[0] + t, low[1] + t), (high[0] - t, high[1] - t), layer)

    def arc(self, center: Point, radius: float, start: float, sweep: float, layer: str = "0") -> None:
        self.arcs.append(
            (self.at(center), radius * self.scale, start, sweep, self.layer(layer), self.sources, self.inside)
        )
        turns = np.linspace(start, start + sweep, max(3, int(sweep * 8) + 1))
        points = [(center[0] + radius * np.cos(a), center[1] + radius * np.sin(a)) for a in turns]
        for a, b in itertools.pairwise(points):
            self.line(a, b, layer, Origin.ARC, arc=len(self.arcs) - 1)

    def door(self, hinge: Point, width: float = 0.9, layer: str = "A-DOOR") -> None:
        self.line(hinge, (hinge[0], hinge[1] + width), layer)
        self.arc(hinge, width, 0.0, np.pi / 2, layer)

    def area(self, points: list[Point], layer: str = "0", *, filled: bool = True) -> None:
        self.areas.append(([self.at(p) for p in points], self.layer(layer), self.sources, self.inside, filled))
        self.sources += 1

    def text(self, point: Point, text: str, height: float = 0.2, layer: str = "A-TEXT") -> None:
        self.texts.append((self.at(point), height * self.scale, text, self.layer(layer), self.sources))
        self.sources += 1

    def dimension(self, first: Point, second: Point, text: str = "", layer: str = "A-DIMS") -> None:
        self.dimensions.append((self.at(first), self.at(second), text, self.layer(layer)))

    def insert(self, block: str, layer: str = "0", parent: int = -1) -> int:
        """Begin a block reference: what follows is inside it until ``inside`` is set again."""
        self.instances.append((block, self.layer(layer), parent))
        self.inside = len(self.instances) - 1
        return self.inside

    def sheet(self) -> Linework:
        strokes = self._strokes()
        return Linework(
            layers=tuple(Layer(name=name, plain=name) for name in self.layers),
            handles=tuple(f"{k:X}" for k in range(self.sources)),
            strokes=strokes,
            arcs=self._arcs(),
            areas=self._areas(),
            texts=self._texts(),
            dimensions=self._dimensions(),
            instances=self._instances(strokes),
            faces=self._faces(),
        )

    def _strokes(self) -> Strokes:
        n = len(self.strokes)
        zero = np.zeros(n)
        column = [np.asarray([row[k] for row in self.strokes], np.int32) for k in range(2, 6)]
        return Strokes(
            start=np.asarray([row[0] for row in self.strokes], float).reshape(-1, 2),
            end=np.asarray([row[1] for row in self.strokes], float).reshape(-1, 2),
            z=zero,
            layer=column[0],
            color=np.full(n, 7, np.int32),
            weight=zero,
            width=np.asarray([pen[0] for pen in self.pens], float),
            thickness=np.asarray([pen[1] for pen in self.pens], float),
            dashed=np.asarray([pen[2] for pen in self.pens], np.bool_),
            origin=column[1],
            source=column[2],
            arc=np.asarray([pen[3] for pen in self.pens], np.int32),
            path=np.asarray([pen[4] for pen in self.pens], np.int32),
            instance=column[3],
        )

    def _faces(self) -> Faces:
        n = len(self.faces)
        points = np.asarray([p for row in self.faces for p in row[0]], float).reshape(-1, 3)
        return Faces(
            rings=Ragged(points, np.append(0, np.cumsum([len(row[0]) for row in self.faces])).astype(np.int64)),
            layer=np.asarray([row[1] for row in self.faces], np.int32),
            color=np.full(n, 7, np.int32),
            source=np.asarray([row[2] for row in self.faces], np.int32),
            instance=np.full(n, -1, np.int32),
        )

    def _arcs(self) -> Arcs:
        return Arcs(
            center=np.asarray([row[0] for row in self.arcs], float).reshape(-1, 2),
            radius=np.asarray([row[1] for row in self.arcs], float),
            start=np.asarray([row[2] for row in self.arcs], float),
            sweep=np.asarray([row[3] for row in self.arcs], float),
            layer=np.asarray([row[4] for row in self.arcs], np.int32),
            source=np.asarray([row[5] for row in self.arcs], np.int32),
            instance=np.asarray([row[6] for row in self.arcs], np.int32),
        )

    def _areas(self) -> Areas:
        n = len(self.areas)
        points = np.asarray([p for row in self.areas for p in row[0]], float).reshape(-1, 2)
        filled = np.asarray([row[4] for row in self.areas], np.bool_)
        return Areas(
            rings=Ragged(points, np.append(0, np.cumsum([len(row[0]) for row in self.areas])).astype(np.int64)),
            region=np.arange(n, dtype=np.int32),
            filled=filled,
            solid=filled,
            layer=np.asarray([row[1] for row in self.areas], np.int32),
            color=np.full(n, 7, np.int32),
            z=np.zeros(n),
            thickness=np.zeros(n),
            origin=np.full(n, Origin.HATCH, np.int32),
            source=np.asarray([row[2] for row in self.areas], np.int32),
            instance=np.asarray([row[3] for row in self.areas], np.int32),
        )

    def _texts(self) -> Texts:
        n = len(self.texts)
        position = np.asarray([row[0] for row in self.texts], float).reshape(-1, 2)
        height = np.asarray([row[1] for row in self.texts], float)
        return Texts(
            position=position,
            center=position,
            height=height,
            width=height,
            rotation=np.zeros(n),
            text=tuple(row[2] for row in self.texts),
            layer=np.asarray([row[3] for row in self.texts], np.int32),
            origin=np.full(n, Origin.TEXT, np.int32),
            source=np.asarray([row[4] for row in self.texts], np.int32),
            instance=np.full(n, -1, np.int32),
        )

    def _dimensions(self) -> Dimensions:
        first = np.asarray([row[0] for row in self.dimensions], float).reshape(-1, 2)
        second = np.asarray([row[1] for row in self.dimensions], float).reshape(-1, 2)
        return Dimensions(
            first=first,
            second=second,
            measured=np.hypot(*(second - first).T),
            text=tuple(row[2] for row in self.dimensions),
            scale=np.ones(len(first)),
            layer=np.asarray([row[3] for row in self.dimensions], np.int32),
            source=np.full(len(first), -1, np.int32),
        )

    def _instances(self, strokes: Strokes) -> Instances:
        n = len(self.instances)
        low, high = np.full((n, 2), np.nan), np.full((n, 2), np.nan)
        parent = np.asarray([row[2] for row in self.instances], np.int32)
        for k in range(n - 1, -1, -1):
            own = [strokes.start[strokes.instance == k], strokes.end[strokes.instance == k]]
            inner = np.flatnonzero(parent == k)
            points = np.concatenate([*own, low[inner], high[inner]])
            points = points[~np.isnan(points).any(axis=1)]
            if len(points):
                low[k], high[k] = points.min(axis=0), points.max(axis=0)
        return Instances(
            block=tuple(row[0] for row in self.instances),
            matrix=np.tile(np.eye(2, 3), (n, 1, 1)),
            z=np.zeros(n),
            layer=np.asarray([row[1] for row in self.instances], np.int32),
            parent=parent,
            low=low,
            high=high,
            source=np.full(n, -1, np.int32),
        )

"""Marks put on paper as pixels: what a sheet looks like once it is printed and scanned cleanly."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pipelines.geometry.flatten import bulge_arcs
from pipelines.synth.sheet import Arc, Circle, Fill, Insert, Line, Mask, Measure, Poly, Text
from pipelines.synth.training.lettering import lettered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.linework import Floats
    from pipelines.synth.sheet import Mark
    from pipelines.synth.training.hand import Hand

#: The canvas is this many times finer than the picture that it becomes.
ZOOM = 2


@dataclass(frozen=True, slots=True)
class View:
    """The part of a sheet that a picture shows: pixel = matrix @ metres + shift, y downwards."""

    matrix: Floats  #: (2, 2)
    shift: Floats  #: (2,)
    size: int  #: pixels, of a square picture

    def pixels(self, points: Floats) -> Floats:
        """(n, 2) sheet metres as pixels."""
        return np.asarray(points @ self.matrix.T + self.shift, dtype=np.float64)

    def metres(self, pixels: Floats) -> Floats:
        """(n, 2) pixels as sheet metres."""
        return np.asarray((pixels - self.shift) @ np.linalg.inv(self.matrix).T, dtype=np.float64)

    @property
    def scale(self) -> float:
        """Pixels per metre, the mean of both directions."""
        return math.sqrt(abs(float(np.linalg.det(self.matrix))))


def curve(center: tuple[float, float], radius: float, start: float, end: float) -> Floats:
    """Points of an arc, counter-clockwise from ``start`` to ``end``, radians."""
    sweep = (end - start) % (2 * math.pi) or 2 * math.pi
    t = start + np.linspace(0.0, sweep, max(4, round(sweep / 0.12)))
    return np.column_stack([center[0] + radius * np.cos(t), center[1] + radius * np.sin(t)])


def outline(mark: Poly) -> Floats:
    """Points of a polyline with its bulges as chords."""
    ring = np.array(mark.points, dtype=np.float64)
    if mark.closed:
        ring = np.vstack([ring, ring[:1]])
    if not any(mark.bulges):
        return ring
    bulges = np.zeros(len(ring) - 1)
    bulges[: len(mark.bulges)] = mark.bulges[: len(bulges)]
    found = [ring[:1]]
    for a, b, bulge in zip(ring[:-1], ring[1:], bulges, strict=True):
        if abs(bulge) < 1e-6:
            found.append(b[None])
            continue
        center, radius, start, sweep = (each[0] for each in bulge_arcs(a[None], b[None], np.array([bulge])))
        t = start + sweep * np.linspace(0.0, 1.0, max(3, round(abs(float(sweep)) / 0.15)))[1:]
        found.append(center + float(radius) * np.column_stack([np.cos(t), np.sin(t)]))
    return np.vstack(found)


class Canvas:
    """A picture in the making."""

    def __init__(self, view: View, hand: Hand) -> None:
        self._view, self._hand = view, hand
        self._side = view.size * ZOOM
        self._image = Image.new("L", (self._side, self._side), 255)
        self._draw = ImageDraw.Draw(self._image)

    def picture(self) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        """(size, size) grey values."""
        return np.asarray(self._image.reduce(ZOOM), dtype=np.uint8)

    def put(self, marks: Iterable[Mark]) -> None:
        """Draw marks, one after the other."""
        for mark in marks:
            self._put(mark)

    def _put(self, mark: Mark) -> None:
        match mark:
            case Line():
                self._stroke(mark.layer, np.array([mark.start, mark.end]), dashed=mark.dashed)
            case Poly():
                self._stroke(mark.layer, outline(mark), wide=mark.width)
            case Arc():
                self._stroke(mark.layer, curve(mark.center, mark.radius, mark.start, mark.end))
            case Circle():
                self._stroke(mark.layer, curve(mark.center, mark.radius, 0.0, 2 * math.pi))
            case Fill():
                self._fill(mark)
            case Mask():
                self._draw.polygon(self._spots(np.array(mark.ring)), fill=255)
            case Text():
                self._text(mark)
            case Measure():
                self.put(self._hand.measured(mark))
            case Insert():
                raise NotImplementedError("blocks are drawn as loose marks")

    def _spots(self, points: Floats) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in self._view.pixels(points) * ZOOM]

    def _away(self, pixels: Floats, margin: float) -> bool:
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        return bool((high < -margin).any() or (low > self._view.size + margin).any())

    def _stroke(self, layer: str, points: Floats, *, dashed: bool = False, wide: float = 0.0) -> None:
        pen = self._hand.pen(layer)
        pixels = self._view.pixels(points)
        drawn = wide * self._view.scale if wide else pen.width
        if self._away(pixels, 4 + drawn):
            return
        width = max(1, round(drawn * ZOOM))
        grey = round(pen.grey)
        if not (dashed or pen.dash):
            self._draw.line([(float(x), float(y)) for x, y in pixels * ZOOM], fill=grey, width=width, joint="curve")
            return
        dash = pen.dash or self._hand.dash
        for a, b in _dashes(pixels, dash):
            self._draw.line([(a[0] * ZOOM, a[1] * ZOOM), (b[0] * ZOOM, b[1] * ZOOM)], fill=grey, width=width)

    def _fill(self, mark: Fill) -> None:
        rings = [self._view.pixels(np.array(ring)) for ring in mark.rings]
        if self._away(rings[0], 2):
            return
        shape = Image.new("1", (self._side, self._side), 0)
        draw = ImageDraw.Draw(shape)
        for k, ring in enumerate(rings):
            draw.polygon([(float(x), float(y)) for x, y in ring * ZOOM], fill=int(k == 0))
        pen = self._hand.pen(mark.layer)
        if mark.pattern == "SOLID":
            self._image.paste(round(pen.grey), (0, 0), shape)
            return
        if mark.pattern == "GREY":
            self._image.paste(self._hand.tone, (0, 0), shape)
            return
        low = np.clip(np.floor(rings[0].min(axis=0) * ZOOM).astype(int), 0, self._side)
        high = np.clip(np.ceil(rings[0].max(axis=0) * ZOOM).astype(int) + 1, 0, self._side)
        if (high <= low).any():
            return
        x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
        at = self._view.metres(np.column_stack([x.ravel(), y.ravel()]) / ZOOM).reshape(*x.shape, 2)
        inked = self._hand.hatched(mark.pattern, at, mark.scale, pen.width / self._view.scale)
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        inked &= np.asarray(shape.crop(box), dtype=np.bool_)
        self._image.paste(round(pen.grey), box[:2], Image.fromarray((inked * 255).astype(np.uint8)))

    def _text(self, mark: Text) -> None:
        pixels = self._view.pixels(np.array([mark.at]))[0] * ZOOM
        along = self._view.matrix @ np.array([math.cos(mark.rotation), math.sin(mark.rotation)])
        height = mark.height * self._view.scale * ZOOM * self._hand.letters
        if height < 3 or self._away(pixels[None] / ZOOM, 12 * height / ZOOM):
            return
        words = lettered(mark.words, self._hand.face, min(height, 120), math.atan2(-float(along[1]), float(along[0])))
        if words is None:
            return
        if mark.anchor == "left":
            unit = along / max(float(np.hypot(*along)), 1e-9)
            pixels = pixels + unit * len(mark.words) * 0.3 * height
        corner = (round(float(pixels[0]) - words.width / 2), round(float(pixels[1]) - words.height / 2))
        self._image.paste(round(self._hand.pen(mark.layer).grey), corner, words)


def _dashes(pixels: Floats, dash: tuple[float, float]) -> Iterable[tuple[Floats, Floats]]:
    """The dashes of a line through pixels: so many drawn, so many left out."""
    at = 0.0
    period = sum(dash)
    for a, b in itertools.pairwise(pixels):
        length = float(np.hypot(*(b - a)))
        if length < 1e-6 or length > 20_000:
            continue
        for k in range(int(at // period), int((at + length) // period) + 1):
            low, high = max(k * period - at, 0.0), min(k * period + dash[0] - at, length)
            if high > low:
                yield a + (b - a) * (low / length), a + (b - a) * (high / length)
        at += length

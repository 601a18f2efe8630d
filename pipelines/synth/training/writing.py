"""Lines of writing as strips of pixels, with what stands there: what the reader of numbers learns from.

Sheets full of numbers and words are lettered in fonts of the system and in strokes of a pen, with lines beside and
through them as on drawings, worn as scans are, and cut out about as the program finds them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipelines.pdf.legible.alphabet import CHARACTERS, OTHER, strip
from pipelines.pdf.numerals.forms import hands
from pipelines.synth.paper.letters import laid
from pipelines.synth.pixels import degrade, draw_wear
from pipelines.synth.training.lettering import faces

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: Side of a sheet, pixels; so much finer is it drawn at first.
SIDE, FINER = 448, 3
#: Height of digits, pixels.
LOWEST, HIGHEST = 6.0, 24.0
#: Words that stand on drawings beside numbers.
_WORDS = (
    "SCALE", "Scale", "M", "Bedroom", "LIVING ROOM", "Kitchen", "Hall", "UP", "DN", "D", "W", "WC", "Bath", "FFL",
    "SECTION", "PLAN", "GROUND FLOOR", "A", "B", "SF", "DATE", "No.", "REV", "TILED", "SEE DETAIL", "Closet", "EL.",
    "Salon", "Küche", "Chambre", "Dormitorio", "Wohnen", "Sheet", "Drawn by", "OPEN", "DUCT", "typ", "H", "R", "LOO",
)  # fmt: skip
_KOREAN = ("축척", "침실", "거실", "주방", "욕실", "평면도", "현관", "발코니", "도면번호")
#: Letters are one class, however many follow each other.
_OTHERS = re.compile(rf"[^{re.escape(CHARACTERS.replace(OTHER, '').replace('m', ''))}]+")
_UNIT = re.compile(r"^([\d.,]+) ?(mm|m)$")


@dataclass(frozen=True, slots=True)
class Sample:
    """A strip, and what is written on it."""

    strip: NDArray[np.float32]  #: (HIGH, w), 0 paper to 1 ink
    text: str  #: in ``CHARACTERS``


def samples(seed: int) -> list[Sample]:
    """The strips of one sheet, the same for the same seed and fonts."""
    rng = np.random.default_rng([seed, 77])
    height = float(np.exp(rng.uniform(math.log(LOWEST), math.log(HIGHEST))))
    sheet = Image.new("L", (SIDE * FINER, SIDE * FINER), 255)
    pen = ImageDraw.Draw(sheet)
    placed: list[tuple[tuple[float, float, float, float], str]] = []
    y = float(rng.uniform(0.6, 1.2)) * height
    while y < SIDE - 2 * height:
        x = float(rng.uniform(0.3, 3)) * height
        while x < SIDE - 3 * height:
            text, tall = _text(rng), height * float(rng.uniform(0.85, 1.15))
            box = _lettered(sheet, text, (x, y), tall, rng)
            if box is None or box[2] > SIDE - height:
                break
            placed.append((box, _classes(text)))
            _lines(pen, box, rng)
            x = box[2] + float(rng.uniform(1.2, 3.5)) * height
        y += height * float(rng.uniform(2.0, 3.2))
    worn = _worn(sheet, height, rng)
    return [_cut(worn, box, text, rng) for box, text in placed]


def _text(rng: np.random.Generator) -> str:
    """What is written: mostly lengths, as offices write them."""
    kind = int(rng.choice(9, p=[0.2, 0.1, 0.13, 0.2, 0.07, 0.1, 0.08, 0.05, 0.07]))
    metres = float(np.exp(rng.uniform(math.log(0.08), math.log(30))))
    match kind:
        case 0:
            step = int(rng.choice([1, 5, 10, 50, 100]))
            whole = max(round(metres * 1000 / step) * step, 10)
            said = f"{whole:,}" if rng.random() < 0.15 else str(whole)
        case 1:
            said = str(max(round(metres * 100), 10))
        case 2:
            said = f"{metres:.{int(rng.choice([1, 2, 2, 2, 2, 3]))}f}"
            said = said.replace(".", ",") if rng.random() < 0.3 else said
            said += str(rng.choice(["", "", "", "", " m", "m"]))
        case 3:
            said = _feet(metres, rng)
        case 4:
            said = _scale(rng)
        case 5:
            said = str(rng.choice(_WORDS))
        case 6:
            said = f"{metres * 4:.1f} {rng.choice(['m²', 'm2', 'SF', 'sqm', '㎡', '%'])}"
        case 7:
            said = str(rng.choice(_KOREAN)) if rng.random() < 0.5 else f"{rng.choice(['+', '±', 'Ø'])}{metres:.2f}"
        case _:
            head = str(rng.choice(["D", "W", "A-", "S", "R", "FD", "", "No. "]))
            said = head + "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(1, 4))))
    return said


def _scale(rng: np.random.Generator) -> str:
    ratio = rng.choice([20, 25, 50, 75, 100, 100, 125, 150, 200, 250, 500])
    said = f"1{rng.choice([':', ':', ':', ' : ', '/'])}{ratio}"
    label = str(rng.choice(["", "", "SCALE ", "Scale: ", "M ", "축척 ", "Scale = "]))
    paper = str(rng.choice(["", "", "", " @A1", " @ A3", " (A3)"]))
    return label + said + paper if rng.random() < 0.8 else f'{rng.choice(["1/4", "1/8", "3/16", "1/2"])}" = 1\'-0"'


def _feet(metres: float, rng: np.random.Generator) -> str:
    quarters = round(metres / 0.0254 * 4)
    feet, rest = divmod(quarters, 48)
    inches, part = divmod(rest, 4)
    dash = str(rng.choice(["-", "-", "-", " ", " - ", ""]))
    said = f"{feet}'{dash}{inches}{('', ' 1/4', ' 1/2', ' 3/4')[part]}\""
    # Rows break where words stand far apart.
    pieces = re.findall(r"-?[^ -]+", said)
    return str(rng.choice(pieces)) if rng.random() < 0.25 else said


def _classes(text: str) -> str:
    """A text in the characters that the reader knows."""
    unit = _UNIT.match(text)
    if unit is not None:
        return text
    return re.sub(rf"\{OTHER}( ?\{OTHER})+", OTHER, _OTHERS.sub(OTHER, text)).strip()


def _lettered(
    sheet: Image.Image, text: str, at: tuple[float, float], height: float, rng: np.random.Generator
) -> tuple[float, float, float, float] | None:
    """Write on a sheet from an upper left corner on; the box of the digits in pixels as they will be."""
    plain = text.isascii() and not any(letter.islower() for letter in text)
    if plain and rng.random() < 0.3:
        return _penned(sheet, text, at, height, rng)
    name = str(rng.choice(list(faces())))
    path = faces()[name if text.isascii() or "Nanum" in name else _east(rng)]
    font = _font(path, height)
    pen = ImageDraw.Draw(sheet)
    x, y = at[0] * FINER, at[1] * FINER
    _, top, _, bottom = pen.textbbox((0, 0), "0" if any(letter.isdigit() for letter in text) else text, font=font)
    left, _, right, _ = pen.textbbox((0, 0), text, font=font)
    if right - left < 3 or x + right > sheet.width:
        return None
    pen.text((x - left, y - top), text, fill=int(rng.choice([0, 0, 0, 60])), font=font)
    return (x / FINER, y / FINER, (x + right - left) / FINER, (y + bottom - top) / FINER)


def _east(rng: np.random.Generator) -> str:
    known = [name for name in faces() if "Nanum" in name]
    return str(rng.choice(known)) if known else next(iter(faces()))


def _font(path: Path, height: float) -> ImageFont.FreeTypeFont:
    """A font whose digits are so high, in pixels as they will be."""
    trial = ImageFont.truetype(str(path), 100)
    _, top, _, bottom = trial.getbbox("0")
    return ImageFont.truetype(str(path), max(6, round(100 * height * FINER / max(bottom - top, 1))))


def _penned(
    sheet: Image.Image, text: str, at: tuple[float, float], height: float, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """The same in strokes of a pen, as plotters write."""
    chains, wide = laid(text)
    unit = height * FINER / 6
    narrow, lean = float(rng.uniform(0.7, 1.15)), float(rng.choice([0.0, 0.0, 0.2]))
    x0, y0 = at[0] * FINER, at[1] * FINER
    broad = max(2, round(height * FINER * rng.uniform(0.06, 0.17)))
    pen = ImageDraw.Draw(sheet)
    if rng.random() < 0.6:
        chains = _other_hand(text, chains, rng)
    for chain in chains:
        points = [(x0 + (x + lean * y) * unit * narrow, y0 + (6 - y) * unit) for x, y in chain]
        pen.line(points, fill=0, width=broad, joint="curve")
        for px, py in (points[0], points[-1]):
            pen.ellipse((px - broad / 2, py - broad / 2, px + broad / 2, py + broad / 2), fill=0)
    return at[0], at[1], at[0] + (wide * narrow + lean * 6) * unit / FINER, at[1] + height


def _other_hand(
    text: str, chains: list[tuple[tuple[float, float], ...]], rng: np.random.Generator
) -> list[tuple[tuple[float, float], ...]]:
    """Digits of another pen's font, where the font of strokes has its own."""
    hand = int(rng.integers(8))
    result = []
    at = 0.0
    for character in text:
        own, step = laid(character)[0], laid(character + "0")[1] - 4.0
        if character.isdigit():
            forms = hands(character)
            own = [tuple((x * 4, y * 6) for x, y in chain) for chain in forms[hand % len(forms)]]
        result += [tuple((x + at, y) for x, y in chain) for chain in own]
        at += step
    return result or chains


def _lines(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """Lines of the drawing around a number: its dimension line, ticks, lines across."""
    left, top, right, bottom = (each * FINER for each in box)
    tall = bottom - top
    broad = max(1, round(FINER * rng.uniform(0.3, 1.2)))
    chance = rng.random()
    if chance < 0.55:
        away = float(rng.uniform(0.12, 0.9)) * tall
        y = bottom + away if rng.random() < 0.9 else top - away
        reach = float(rng.uniform(0.3, 4)) * tall
        pen.line([(left - reach, y), (right + reach, y)], fill=0, width=broad)
        if rng.random() < 0.6:
            for x in (left - min(reach, 1.2 * tall), right + min(reach, 1.2 * tall)):
                pen.line([(x, y - float(rng.uniform(0.3, 1.6)) * tall), (x, y + 0.6 * tall)], fill=0, width=broad)
    elif chance < 0.65:
        # The line stops at the number.
        y, gap = (top + bottom) / 2, 0.55 * tall
        pen.line([(left - gap - tall, y), (left - gap, y)], fill=0, width=broad)
        pen.line([(right + gap, y), (right + gap + tall, y)], fill=0, width=broad)
    elif chance < 0.71:
        x = float(rng.uniform(left, right))
        pen.line([(x, top - 2 * tall), (x, bottom + 2 * tall)], fill=0, width=max(1, broad // 2))
    elif chance < 0.76:
        x = float(rng.choice([left - 0.3 * tall, right + 0.3 * tall]))
        pen.line([(x, top - tall), (x, bottom + tall)], fill=0, width=broad)


def _worn(sheet: Image.Image, height: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The sheet as it comes from a scanner; where things are changes by no more than parts of a pixel."""
    clean = np.asarray(sheet.resize((SIDE, SIDE), Image.Resampling.BOX))
    # Small letters are legible only where little happened to them.
    much = float(rng.uniform(0, 1)) ** 1.5 * min(1.0, height / 11)
    wear = draw_wear(rng, strength=much)
    wear = replace(wear, turn=0.0, skew=0.0, perspective=0.0, stamps=0, stains=0, folds=0)
    if wear.ink < 0:
        wear = replace(wear, ink=0.6 * wear.ink)
    worn = degrade(clean, rng, wear).image
    if rng.random() < 0.5:  # straightened afterwards
        worn = np.asarray(Image.fromarray(worn).filter(ImageFilter.GaussianBlur(float(rng.uniform(0.2, 0.55)))))
    return np.asarray(worn, dtype=np.uint8)


def _cut(
    worn: NDArray[np.uint8], box: tuple[float, float, float, float], text: str, rng: np.random.Generator
) -> Sample:
    left, top, right, bottom = box
    tall = bottom - top
    shift = rng.normal(0, 0.05 * tall + 0.25, 4)
    found = (left - shift[0], top - shift[1], right + shift[2], bottom + shift[3])
    cut = strip(worn, found)
    wide = 2 * round(cut.shape[1] * float(np.exp(rng.normal(0, 0.12))) / 2)
    if wide < 20:
        return Sample(cut, text)
    stretched = Image.fromarray((cut * 255).astype(np.uint8)).resize((wide, cut.shape[0]), Image.Resampling.BILINEAR)
    return Sample(np.asarray(stretched, dtype=np.float32) / np.float32(255), text)

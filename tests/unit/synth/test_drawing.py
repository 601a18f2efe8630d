import dataclasses
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ezdxf.document import Drawing as Document
from ezdxf.entities.mtext import MText
from ezdxf.filemanagement import readfile
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.options import UnitName
from pipelines.synth.building import build
from pipelines.synth.draw import drawn, random_drawing
from pipelines.synth.hands import BY_KEY, CODECS, CONVENTIONS, ROLES, ROOMS, TITLES, Convention
from pipelines.synth.layout import Layout
from pipelines.synth.style import DoorStyle, Style, WallStyle, WindowStyle, draw_style


@pytest.fixture(scope="module")
def flat() -> Layout:
    return build(5001, "flat")


def opened(data: bytes, encoding: str | None = None) -> Document:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawing.dxf"
        path.write_bytes(data)
        return readfile(path, encoding)


def words(doc: Document) -> set[str]:
    found = {text.dxf.text for text in doc.modelspace().query("TEXT")}
    return found | {line for text in doc.modelspace() if isinstance(text, MText) for line in text.text.split("\\P")}


@given(st.integers(0, 3000))
@settings(max_examples=12, deadline=None)
def test_drawings_are_read_back_without_a_complaint(seed: int) -> None:
    drawing = random_drawing(seed)
    doc = opened(drawing.data, drawing.style.encoding if not drawing.style.binary else None)
    assert not doc.audit().errors
    assert sum(len(block) for block in doc.blocks) > 30  # the model space is one; a plan may be a block of its own


def test_a_seed_gives_the_same_bytes() -> None:
    assert random_drawing(11).data == random_drawing(11).data
    assert random_drawing(11).data != random_drawing(12).data


def test_bytes_do_not_depend_on_the_order_of_sets() -> None:
    code = "import zlib; from pipelines.synth.draw import random_drawing; print(zlib.crc32(random_drawing(3).data))"
    checksums = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(checksums) == 1


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.key)
def test_layer_and_room_names_survive_their_encoding(convention: Convention, flat: Layout) -> None:
    codec = CODECS.get(convention.language, "cp1252")
    for encoding, version in ((codec, "R2000"), ("utf-8", "R2010")):
        style = Style(convention=convention, encoding=encoding, version=version)
        doc = opened(drawn(flat, style).data)
        assert convention.layer("wall") in doc.layers
        assert ROOMS[convention.language]["kitchen"] in words(doc)
        assert TITLES[convention.language][0] in words(doc)


def test_cp949_without_a_code_page_is_written_as_cp949(flat: Layout) -> None:
    data = drawn(flat, Style(convention=BY_KEY["korean"], version="R2000", encoding="cp949", code_page=False)).data
    assert b"DWGCODEPAGE" not in data
    assert "벽체".encode("cp949") in data


@pytest.mark.parametrize("version", ["R12", "R2000", "R2010", "R2013", "R2018"])
@pytest.mark.parametrize("binary", [False, True])
def test_every_version_is_written(version: str, binary: bool, flat: Layout) -> None:
    encoding = "cp1252" if version in ("R12", "R2000") else "utf-8"
    style = Style(convention=BY_KEY["aia"], version=version, binary=binary, encoding=encoding, furniture=False)
    data = drawn(flat, style).data
    assert data.startswith(b"AutoCAD Binary DXF") is binary
    assert len(opened(data).modelspace().query("LINE")) > 50


@pytest.mark.parametrize("unit", [name for name in UnitName if name != UnitName.AUTO])
def test_a_drawing_is_as_large_as_its_unit_and_offset_say(unit: UnitName, flat: Layout) -> None:
    style = Style(convention=BY_KEY["aia"], unit=unit, offset=(1000.0, -500.0), dimensions=False, furniture=False)
    doc = opened(drawn(flat, style).data)
    points = np.array([p for line in doc.modelspace().query("LINE") for p in (line.dxf.start, line.dxf.end)])[:, :2]
    low = (points.min(axis=0) - style.offset) * unit.metres
    size = (points.max(axis=0) - points.min(axis=0)) * unit.metres
    assert low == pytest.approx([0, 0], abs=1e-6)
    assert (size > 5).all()
    assert (size < 20).all()


def styles() -> Iterator[Style]:
    base = Style(convention=BY_KEY["english"])
    yield from (dataclasses.replace(base, walls=walls) for walls in WallStyle)
    yield from (
        dataclasses.replace(base, doors=doors, door_blocks=blocks) for doors in DoorStyle for blocks in (False, True)
    )
    yield from (dataclasses.replace(base, windows=windows, window_blocks=False) for windows in WindowStyle)


@pytest.mark.parametrize(
    "style", list(styles()), ids=lambda style: f"{style.walls}-{style.doors}-{style.windows}-{style.door_blocks}"
)
def test_every_hand_draws_a_different_drawing(style: Style, flat: Layout) -> None:
    plain = Style(convention=BY_KEY["english"])
    doc = opened(drawn(flat, style).data)
    assert not doc.audit().errors
    assert style == plain or drawn(flat, style).data != drawn(flat, plain).data


def test_conventions_name_every_role_in_a_known_language() -> None:
    assert len({convention.key for convention in CONVENTIONS}) == len(CONVENTIONS)
    for convention in CONVENTIONS:
        assert len(convention.names) == len(ROLES)
        assert all(convention.names)
        assert convention.language in ROOMS
        assert convention.language in TITLES


def test_old_encodings_hold_all_that_their_languages_write() -> None:
    for convention in CONVENTIONS:
        codec = CODECS.get(convention.language, "cp1252")
        written = [*convention.names, *ROOMS[convention.language].values(), *TITLES[convention.language]]
        assert all(text.encode(codec).decode(codec) == text for text in written)


def test_random_hands_differ_in_every_choice() -> None:
    drawn_styles = [draw_style(np.random.default_rng(seed), imperial=seed % 4 == 0) for seed in range(300)]
    for field in dataclasses.fields(Style):
        if field.name not in ("letters", "rounded", "chains"):  # the last two are choices of plots
            assert len({getattr(style, field.name) for style in drawn_styles}) > 1, field.name
    assert {style.walls for style in drawn_styles} == set(WallStyle)
    assert {style.convention for style in drawn_styles} == set(CONVENTIONS)


def test_hidden_layers_are_off_or_frozen(flat: Layout) -> None:
    doc = opened(drawn(flat, Style(convention=BY_KEY["aia"], rubbish=True)).data)
    hidden = [layer for layer in doc.layers if layer.is_off() or layer.is_frozen()]
    assert {"WALL-OLD", "_temp"} <= {layer.dxf.name for layer in hidden}


def test_dimensions_are_rendered_and_measure_the_plan(flat: Layout) -> None:
    doc = opened(drawn(flat, Style(convention=BY_KEY["aia"])).data)
    dimensions = list(doc.modelspace().query("DIMENSION"))
    assert dimensions
    assert all(len(doc.blocks.get(dimension.dxf.geometry)) for dimension in dimensions)

"""Names and texts come out as they were written, whatever the header says and however the file is damaged."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dxf.encoding import judge, sniff
from pipelines.dxf.expand import expand
from pipelines.dxf.parser import read
from pipelines.dxf.tags import unescaped
from tests.unit.dxf.drawings import document
from tests.unit.dxf.tagged import header, insert, line, pairs, r12, section
from tests.unit.dxf.wordlists import WORDS

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = list(WORDS)
#: The code page as the program of that country writes it.
DECLARED = {
    "cp949": "ANSI_949", "cp932": "ANSI_932", "gbk": "ANSI_936", "cp950": "ANSI_950", "cp1251": "ANSI_1251",
    "cp1252": "ANSI_1252", "cp1254": "ANSI_1254",
}  # fmt: skip


def plan(words: tuple[str, ...], version: str, codepage: str) -> str:
    """A drawing with a layer, a text and a block for every word."""
    page = (9, "$DWGCODEPAGE", 3, codepage) if codepage else ()
    layers = "".join(pairs(0, "LAYER", 2, word, 70, 0, 62, 7, 6, "CONTINUOUS") for word in words)
    table = section("TABLES", pairs(0, "TABLE", 2, "LAYER", 70, len(words)) + layers + pairs(0, "ENDTAB"))
    blocks = "".join(
        pairs(0, "BLOCK", 8, "0", 2, word, 70, 0, 10, 0.0, 20, 0.0, 30, 0.0, 3, word)
        + line()
        + pairs(0, "ENDBLK", 8, "0")
        for word in words
    )
    body = "".join(
        line(layer=word) + insert(word) + pairs(0, "TEXT", 8, word, 10, 1.0, 20, 1.0, 40, 2.5, 1, word)
        for word in words
    )
    return header(version, *page) + table + section("BLOCKS", blocks) + section("ENTITIES", body) + pairs(0, "EOF")


def assert_reads(path: Path, words: tuple[str, ...]) -> None:
    drawing, _ = read(path)
    sheet, _ = expand(drawing)
    assert {layer.name for layer in sheet.layers} >= set(words)
    assert sorted(sheet.texts.text) == sorted(words)
    assert set(sheet.instances.block) == set(words)


@pytest.mark.parametrize("declares", ["right", "silent", "wrong"])
@pytest.mark.parametrize("version", ["AC1009", "AC1015", "AC1018", "AC1032"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_read_as_written(language: str, version: str, declares: str, tmp_path: Path) -> None:
    encoding, words = WORDS[language]
    page = {"right": DECLARED[encoding], "silent": "", "wrong": "ANSI_1252"}[declares]
    path = tmp_path / "plan.dxf"
    path.write_bytes(plan(words, version, page).encode(encoding))
    assert_reads(path, words)


@pytest.mark.parametrize("version", ["AC1009", "AC1015", "AC1032"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_utf_8_is_read_whatever_is_declared(language: str, version: str, tmp_path: Path) -> None:
    _, words = WORDS[language]
    path = tmp_path / "plan.dxf"
    path.write_bytes(plan(words, version, "ANSI_949").encode("utf-8"))
    assert_reads(path, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_file_keeps_its_words(language: str, tmp_path: Path) -> None:
    encoding, words = WORDS[language]
    text = plan(words, "AC1015", "ANSI_1252").removesuffix(pairs(0, "EOF")) + "out of step\n"
    path = tmp_path / "plan.dxf"
    path.write_bytes(text.encode(encoding))
    assert read(path)[1].reader == "ezdxf-recover"
    assert_reads(path, words)


@pytest.mark.parametrize("version", ["R12", "R2000", "R2018"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_binary_files_keep_their_words(language: str, version: str, tmp_path: Path) -> None:
    encoding, words = WORDS[language]
    words = tuple(word for word in words if "/" not in word)  # which ezdxf does not write
    made = document(version)
    made.encoding = encoding
    for word in words:
        made.layers.add(word)
        made.modelspace().add_line((0, 0), (1, 1), dxfattribs={"layer": word})
        made.modelspace().add_text(word, dxfattribs={"height": 1.0})
    path = tmp_path / "plan.dxf"
    made.saveas(path, fmt="bin")
    if version != "R2018":
        raw = path.read_bytes()
        assert words[0].encode(encoding) in raw
        path.write_bytes(raw.replace(DECLARED[encoding].encode("ascii"), b"ANSI_1252"))
    drawing, report = read(path)
    assert report.reader == "ezdxf"
    assert {row.layer.name for row in drawing.layers} >= set(words)
    assert sorted(drawing.words.text) == sorted(words)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(data=st.data())
def test_a_few_words_are_enough(language: str, data: st.DataObject) -> None:
    encoding, words = WORDS[language]
    foreign = [word for word in words if not word.isascii()]
    chosen = data.draw(st.lists(st.sampled_from(foreign), min_size=3, max_size=12, unique=True))
    declared = data.draw(st.sampled_from([None, "cp1252", encoding]))
    raw = [word.encode(encoding) for word in chosen]
    found = judge(raw, declared)
    assert [word.decode(found) for word in raw] == chosen


def test_most_single_words_are_enough_and_korean_walls_always() -> None:
    right = total = 0
    for encoding, words in WORDS.values():
        for word in words:
            raw = word.encode(encoding)
            right += raw.decode(judge([raw], None), "replace") == word
            total += 1
    assert right >= 0.97 * total
    for word in ("벽", "벽체", "외벽", "내벽", "구조벽"):
        assert judge([word.encode("cp949")], "cp1252") == "cp949"


def test_words_among_megabytes_of_numbers_are_found(tmp_path: Path) -> None:
    shuffled = random.Random(0)
    lines = "".join(line(shuffled.random(), shuffled.random()) for _ in range(2_000))
    path = tmp_path / "plan.dxf"
    path.write_bytes(r12(lines + line(layer="벽체") + lines).encode("cp949"))
    found = sniff(path, version="AC1009", binary=False)
    assert (found.name, found.method) == ("cp949", "sniffed")


def test_the_header_is_believed_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.dxf"
    path.write_bytes(plan(("Maße", "Möbel"), "AC1015", "ANSI_1252").encode("cp1252"))
    found = sniff(path, version="AC1015", binary=False)
    assert (found.name, found.declared, found.method) == ("cp1252", "cp1252", "header")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\U+BCBD\U+CCB4", "벽체"),
        (r"A-\U+58C1", "A-壁"),
        (r"15 m\U+00B2", "15 m²"),
        (r"\M+3BAAE", "벽"),
        (r"\M+195C7A", "壁A"),
        (r"\U+12", r"\U+12"),
        ("plain", "plain"),
    ],
)
def test_escapes_are_the_characters_they_stand_for(written: str, meant: str) -> None:
    assert unescaped(written) == meant


def test_escaped_layers_and_texts_are_read(tmp_path: Path) -> None:
    layer = r"\U+BCBD\U+CCB4"
    text = pairs(0, "TEXT", 8, layer, 10, 0.0, 20, 0.0, 40, 2.5, 1, r"\U+AC70\U+C2E4")
    path = tmp_path / "plan.dxf"
    path.write_text(r12(line(layer=layer) + text))
    drawing, _ = read(path)
    assert drawing.words.text == ("거실",)
    assert drawing.layers[drawing.lines.common.layer[0]].layer.name == "벽체"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("%%c200", "Ø200"),
        ("45%%d", "45°"),
        ("%%p0.00", "±0.00"),
        ("%%uKITCHEN%%u", "KITCHEN"),
        ("15.2 m^2", "15.2 m^2"),
        ("a^Ib", "a b"),
    ],
)
def test_codes_in_text_are_the_signs_they_stand_for(written: str, meant: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.dxf"
    path.write_text(r12(pairs(0, "TEXT", 8, "0", 10, 0.0, 20, 0.0, 40, 2.5, 1, written)))
    drawing, _ = read(path)
    assert drawing.words.text == (meant,)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"{\fArial|b1|i0|c129;거실}", "거실"),
        (r"BED ROOM\P12.5 m{\H0.7x;\S2^;}", "BED ROOM\n12.5 m2"),
        (r"\A1;\C3;LIVING\~ROOM", "LIVING ROOM"),
        (r"\pxqc;{\LKITCHEN\l}", "KITCHEN"),
        (r"open \{brace\} and \\ slash", "open {brace} and \\ slash"),
    ],
)
def test_formatting_is_taken_out_of_mtext(written: str, meant: str, tmp_path: Path) -> None:
    made = document()
    made.modelspace().add_mtext(written)
    path = tmp_path / "plan.dxf"
    made.saveas(path)
    drawing, _ = read(path)
    assert [text.replace(" \n", "\n") for text in drawing.words.text] == [meant]

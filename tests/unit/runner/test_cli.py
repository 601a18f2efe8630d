from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from runner import __version__
from runner.cli import USAGE, LazyGroup, main
from runner.cli.convert import DURATION, SIZE, Amount

ROOT = Path(__file__).parents[3]
HEAVY = {"pydantic", "numpy", "ezdxf", "shapely", "PIL", "runner.job"}


def imported(*arguments: str) -> set[str]:
    """The heavy modules that the command has imported at its end."""
    code = f"import sys; from runner.cli import main; main({list(arguments)}); print('\\n' + '\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return HEAVY & set(done.stdout.splitlines())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["convert", "--help"], ["convert"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert imported(*arguments) == set()


def test_the_parent_of_a_conversion_knows_nothing_of_drawings(tmp_path: Path) -> None:
    (tmp_path / "bad.dxf").write_text("rubbish")
    assert imported("convert", str(tmp_path / "bad.dxf")) == {"pydantic", "runner.job"}


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"cad-runner {__version__}\n"


@pytest.mark.parametrize("name", LazyGroup.commands_by_name)
def test_the_list_of_commands_says_of_each_what_it_says_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: cad-runner {name} ")
    assert "\b" not in out
    assert main(["--help"]) == 0
    assert re.search(
        rf"^  {name} +{re.escape(LazyGroup.commands_by_name[name])}$", capsys.readouterr().out, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Usage"),
        (["nonsense"], "No such command"),
        (["convert"], "Missing argument"),
        (["convert", "a.dxf", "--units", "yard"], "'auto', 'mm', 'cm', 'm', 'in', 'ft'"),
        (["convert", "a.dxf", "--memory", "much"], "'much' is no size"),
        (["convert", "a.dxf", "--memory", "0"], "--memory"),
        (["convert", "a.dxf", "--time", "0"], "--time"),
        (["convert", "a.dxf", "--time", "nan"], "--time"),
        (["convert", "a.dxf", "--jobs", "0"], "--jobs"),
        (["convert", "a.dxf", "--wall-height", "nan"], "--wall-height"),
        (["convert", "a.dxf", "--extrude", "-1"], "--extrude"),
        (["convert", "a.dxf", "b.dxf", "-o", "x.glb"], "Name a folder"),
        (["schema", "nonsense"], "'message', 'event'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(arguments) == USAGE
    assert words in "".join(capsys.readouterr())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "text", "amount"),
    [
        (SIZE, "800M", 800 << 20),
        (SIZE, "2.5G", 5 << 29),
        (SIZE, "4GiB", 4 << 30),
        (SIZE, "1000", 1000),
        (SIZE, " 64 kb ", 64 << 10),
        (DURATION, "90", 90),
        (DURATION, "0.5s", 0.5),
        (DURATION, "10m", 600),
        (DURATION, "1.5h", 5400),
    ],
)
def test_amounts(kind: Amount, text: str, amount: float) -> None:
    assert kind.convert(text, None, None) == amount


@pytest.mark.parametrize("what", ["message", "event", "plan", "report"])
def test_schemas_are_printed(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", what]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"].startswith(f"urn:cad-runner:{what}:")


def test_the_doctor_converts_a_drawing_and_finds_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "BAD" not in out
    assert re.search(r"^ok  conversion +a drawing became .*report.json, model.glb in", out, re.MULTILINE)


def test_the_doctor_finds_what_is_wrong_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("runner.cli.doctor._LIBRARIES", ("click", "no-such-library"))
    monkeypatch.setattr("runner.cli.doctor._LEAST_ROOM", 1 << 80)
    monkeypatch.setattr("runner.cli.doctor._SCRIPTS", {"Private": "\ue000"})
    monkeypatch.setattr("runner.cli.doctor.PIPELINE", "no_such_module:convert")
    assert main(["doctor"]) == 75
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("BAD")] == [
        "no-such-library",
        "temporary",
        "conversion",
    ]
    assert [line.split()[1:3] for line in lines if line.startswith("--")] == [["fonts", "none"]]
    assert len(lines) == 8 + 4

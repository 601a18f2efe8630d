from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from runner import __version__
from runner.cli import USAGE, LazyGroup, doctor, main
from runner.cli.wishes import DURATION, SCALE, SIZE, Amount

ROOT = Path(__file__).parents[3]
HEAVY = {"pydantic", "pika", "psycopg", "botocore", "numpy", "ezdxf", "shapely", "PIL", "runner.job"}


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
        (["convert", "a.pdf", "--scale", "large"], 'write it as 1:100, 100 or 1/4"=1\'-0"'),
        (["convert", "a.pdf", "--scale", "0.01"], "1:10 to 1:10000"),
        (["convert", "a.pdf", "--page", "0"], "--page"),
        (["convert", "a.pdf", "--page", "100001"], "--page"),
        (["convert", "a.pdf", "--model", "no-such-file.onnx"], "no-such-file.onnx"),
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
        (SCALE, "1:100", 100),
        (SCALE, '1/4"=1\'-0"', 48),
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


def test_the_doctor_takes_the_onnxruntime_of_gpus_for_onnxruntime(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def version(name: str) -> str:
        if name == "onnxruntime":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.26.0"

    monkeypatch.setattr("importlib.metadata.version", version)
    main(["doctor"])
    assert re.search(r"^ok  onnxruntime +1\.26\.0 \(onnxruntime-gpu\)$", capsys.readouterr().out, re.MULTILINE)


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
    assert len(lines) == 9 + 4


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"USE_GPU": "yes"}, "BAD detector +USE_GPU is set, but"),
        ({"YOLO_MODEL_PATH": "absent.onnx"}, "BAD detector +YOLO_MODEL_PATH: there is no file 'absent.onnx'"),
        ({}, r"ok  detector +detector\.onnx, ONNX Runtime"),
    ],
)
def test_the_doctor_tries_the_detector_as_it_is_set(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = doctor.detector()
    mark = "BAD" if found.bad else "ok "
    assert re.match(said, f"{mark} {found.what} {found.state}")
    assert bool(found.remedy) == found.bad


def completed(words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a shell is told when it asks how to go on after ``words``."""
    asked = {"_CAD_RUNNER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    return subprocess.run(
        [sys.executable, *environment.pop("FLAGS", "").split(), "-m", "runner"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | asked | environment,
    )


@pytest.mark.parametrize("words", ["cad-runner ", "cad-runner w", "cad-runner --h"])
def test_the_name_of_a_command_is_completed_without_importing_any(words: str) -> None:
    done = completed(words, FLAGS="-X importtime")
    last = words.rsplit(" ", maxsplit=1)[-1]
    expected = {"": set(LazyGroup.commands_by_name), "w": {"work"}, "--h": {"--help"}}[last]
    assert {line.split(",")[1] for line in done.stdout.splitlines()} == expected
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "runner.cli" in modules
    assert not modules & HEAVY
    assert not {name for name in modules if name.startswith("runner.cli.")}


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not there")
def test_bash_completes_a_command_and_its_options(tmp_path: Path) -> None:
    program = tmp_path / "cad-runner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m runner "$@"\n')
    program.chmod(0o755)
    script = """
        eval "$(cad-runner completion bash)"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        complete -p cad-runner | grep -q '_cad_runner_completion' || exit 1
        _cad_runner_completion "$1"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def replies(*words: str) -> list[str]:
        done = subprocess.run(
            ["bash", "-c", script, "bash", "cad-runner", *words],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        return done.stdout.split()

    assert replies("conv") == ["convert"]
    assert "--units" in replies("convert", "--u")
    assert replies("completion", "f") == ["fish"]


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o"), ("zsh", "#compdef cad-runner"), ("fish", "--command cad-runner")]
)
def test_each_shell_has_its_script(shell: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert word in capsys.readouterr().out

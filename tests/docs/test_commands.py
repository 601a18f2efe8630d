"""Every command of ours that the documents show is run, as it stands there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from tests.integration.place import Place

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "examples/README.md", "docs/howto/pdf.md")]
#: What a page calls the command, and where the drawings that it speaks of come from.
COMMAND = ".venv/bin/cad-runner"
DRAWINGS = {"plan.dxf": ROOT / "examples" / "flat.dxf", "plan.pdf": ROOT / "examples" / "flat.pdf"}


def shown() -> list[tuple[str, str]]:
    """Page and command line of every console block."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            lines = (line.split("  #")[0].split(" #")[0].strip() for line in block.splitlines())
            found += [(page.name, line) for line in lines if line]
    return found


CONVERT = [each for each in shown() if each[1].startswith(f"{COMMAND} convert")]


@pytest.mark.parametrize(("page", "line"), CONVERT)
def test_a_command_of_the_documents_works(page: str, line: str, tmp_path: Path) -> None:
    for name, drawing in DRAWINGS.items():
        shutil.copy(drawing, tmp_path / name)
    scanned(tmp_path / "scan.png")
    words = [sys.executable, "-m", "runner", *shlex.split(line.removeprefix(COMMAND))]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, f"{page}: {done.stderr}"
    models = list(tmp_path.glob("*.glb"))
    assert models
    assert all(model.read_bytes().startswith(b"glTF") for model in models)


def scanned(path: Path) -> None:
    """The scan in examples/ as a picture file."""
    with pymupdf.open(ROOT / "examples" / "flat-scan.pdf") as document:
        document[0].get_pixmap(dpi=150, colorspace="gray").save(path)


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": "/tmp"}


def test_the_commands_of_the_service_make_a_model(place: Place) -> None:
    """What the README shows between ``make up`` and ``make down``, against servers of the test's own."""
    lines = [line.removeprefix(COMMAND) for page, line in shown() if page == "README.md" and line.startswith(COMMAND)]
    work, publish, status = (shlex.split(line) for line in lines if not line.startswith(" convert"))
    assert work.pop() == "&"
    folder = place.folder / "checkout"
    (folder / "build").mkdir(parents=True)
    shutil.copytree(ROOT / "examples", folder / "examples")
    settings = place.environment(PYTHONPATH=str(ROOT))
    with subprocess.Popen([sys.executable, "-m", "runner", *work], env=settings, cwd=folder) as runner:
        try:
            for words in (publish, status):
                done = subprocess.run(
                    [sys.executable, "-m", "runner", *words], env=settings, cwd=folder, text=True, capture_output=True,
                    check=False, timeout=100,
                )  # fmt: skip
                assert done.returncode == 0, done.stderr
        finally:
            runner.terminate()
    assert runner.returncode == 0
    assert (folder / "build" / "flat.glb").read_bytes().startswith(b"glTF")


def test_the_pages_show_commands() -> None:
    assert len(CONVERT) >= 2


@pytest.mark.parametrize("target", sorted({line.split()[1] for _, line in shown() if line.startswith("make ")}))
def test_a_target_of_the_documents_is_one(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.* ## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target

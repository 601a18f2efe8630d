from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from runner.sandbox.desk import Desk, sweep

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def aged(desk: Path) -> Path:
    """Make a desk look older than a moment."""
    past = time.time() - 3600
    os.utime(desk / ".lock", (past, past))
    return desk


def abandoned(folder: Path, name: str) -> Path:
    """A desk as a process that was killed leaves it."""
    desk = folder / name
    (desk / "out").mkdir(parents=True)
    (desk / "out" / "model.glb").write_bytes(b"half")
    (desk / ".lock").touch()
    return aged(desk)


def test_a_desk_is_gone_when_it_is_cleared() -> None:
    desk = Desk()
    (desk.path / "drawing").write_text("x")
    desk.clear()
    desk.clear()
    assert not desk.path.exists()


def test_what_a_killed_process_left_is_swept(scratch: Path) -> None:
    left = abandoned(scratch, "cad-runner-dead")
    assert sweep() == 1
    assert not left.exists()


def test_a_desk_in_use_is_not_swept() -> None:
    desk = Desk()
    aged(desk.path)
    assert sweep() == 0
    assert desk.path.exists()
    desk.clear()


def test_a_new_desk_is_not_swept_since_its_lock_may_be_on_its_way(scratch: Path) -> None:
    left = abandoned(scratch, "cad-runner-new")
    (left / ".lock").touch()
    assert sweep() == 0
    assert left.exists()


def test_folders_of_others_are_not_touched(scratch: Path) -> None:
    (scratch / "cad-runner-notes").mkdir()
    abandoned(scratch, "somebody-elses")
    assert sweep() == 0
    assert (scratch / "cad-runner-notes").exists()

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from runner.errors import ChildCrashed, MemoryLimit, RunnerError
from runner.sandbox import cgroup
from runner.sandbox.process import Child

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("text", "size"), [("1048576\n", 1 << 20), ("max\n", MACHINE), (f"{1 << 60}\n", MACHINE)])
def test_a_container_may_have_less_than_the_machine(root: Path, text: str, size: int) -> None:
    (root / "memory.max").write_text(text)
    assert cgroup.memory() == size


def test_older_nodes_have_other_files(root: Path) -> None:
    (root / "memory").mkdir()
    (root / "memory" / "memory.limit_in_bytes").write_text("1048576\n")
    (root / "memory" / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")
    assert (cgroup.memory(), cgroup.oom_kills()) == (1 << 20, 3)


def test_a_machine_without_control_groups_has_all_its_memory_and_kills_nobody() -> None:
    assert (cgroup.memory(), cgroup.oom_kills()) == (MACHINE, 0)


def test_kills_for_want_of_memory_are_counted(root: Path) -> None:
    (root / "memory.events").write_text("low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n")
    assert cgroup.oom_kills() == 5


@pytest.mark.parametrize(("kills", "error"), [(0, ChildCrashed), (1, MemoryLimit)])
def test_a_child_killed_for_want_of_memory_has_met_a_limit(root: Path, kills: int, error: type[RunnerError]) -> None:
    (root / "memory.events").write_text("oom_kill 7\n")
    child = Child("tests.unit.runner.fakes:is_killed")
    (root / "memory.events").write_text(f"oom_kill {7 + kills}\n")
    try:
        with pytest.raises(error):
            child.run(child.desk, child.desk, {}, lambda _stage, _share: None)
    finally:
        child.close()

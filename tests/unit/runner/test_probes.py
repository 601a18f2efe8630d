"""What Kubernetes is told."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from runner import probes as module
from runner.probes import Probes

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def asked(probes: Probes, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{probes.port}{path}") as answer:
            assert answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_files_tell(tmp_path: Path) -> None:
    folder = tmp_path / "probes"
    with Probes(folder) as probes:
        assert (folder / "live").exists()
        assert not (folder / "ready").exists()
        probes.ready = True
        assert (folder / "ready").exists()
    assert not (folder / "ready").exists()


def test_a_runner_is_not_ready_because_the_one_before_was(tmp_path: Path) -> None:
    (tmp_path / "ready").touch()
    with Probes(tmp_path) as probes:
        assert not probes.ready
        assert not (tmp_path / "ready").exists()


def test_http_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    with Probes(port=0, host="127.0.0.1") as probes:
        assert (asked(probes, "/ready"), asked(probes, "/live"), asked(probes, "/else")) == (503, 200, 404)
        probes.ready = True
        assert asked(probes, "/ready") == 200
        monkeypatch.setattr(module, "LIVE_SECONDS", 0.0)
        assert asked(probes, "/live") == 503


def test_a_sign_of_life_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT_SECONDS", 0.0)
    with Probes(tmp_path) as probes:
        (tmp_path / "live").unlink()
        probes.beat()
        assert (tmp_path / "live").exists()

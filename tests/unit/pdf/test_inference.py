from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipelines.pdf import inference

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.onnx"):
        inference.load(tmp_path / "absent.onnx")


def test_what_is_no_network_says_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.onnx"
    path.write_bytes(b"Dear Sir or Madam")
    with pytest.raises(ValueError, match=r"letter\.onnx is no network"):
        inference.load(path)


def test_the_runtime_is_imported_with_the_first_network_only() -> None:
    code = "import sys, pipelines.pdf.inference; print('onnxruntime' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("quota", "allowed"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", 8), ("", 8)])
def test_a_container_uses_no_more_processors_than_it_may(
    quota: str, allowed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(quota, encoding="ascii")
    monkeypatch.setattr(inference, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))

    assert inference.processors() == allowed

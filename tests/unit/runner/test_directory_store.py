"""What a folder as an object store does beyond the suite of ``tests/contract``."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from runner.errors import RunnerError, SourceUnreadable, StoreUnavailable
from runner.local.objects import DirectoryStore

LIMIT = 10_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    (tmp_path / "secret").write_text("hush")
    return folder


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def refusal(store: DirectoryStore, key: str, target: Path) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        store.download(key, target, limit=LIMIT)
    assert not target.exists()
    return caught.value


@pytest.mark.parametrize("key", ["../secret", "a/../../secret", "/etc/passwd", "a\0b", ".", ""])
def test_no_key_leads_out_of_the_folder(root: Path, tmp_path: Path, key: str) -> None:
    assert isinstance(refusal(DirectoryStore(root), key, tmp_path / "got"), SourceUnreadable)


@pytest.mark.parametrize("key", ["link", "folder/secret"])
def test_no_link_leads_out_of_the_folder(root: Path, tmp_path: Path, key: str) -> None:
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    store = DirectoryStore(root)
    assert isinstance(refusal(store, key, tmp_path / "got"), SourceUnreadable)
    with pytest.raises(SourceUnreadable):
        store.upload("folder/new", tmp_path / "secret", content_type="x/y")
    assert not (tmp_path / "new").exists()


def test_what_is_no_regular_file_is_not_opened(root: Path, tmp_path: Path) -> None:
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "sock"))
        store = DirectoryStore(root)
        for key, words in {"fifo": "no regular file", "folder": "a folder", "sock": "can't be read"}.items():
            error = refusal(store, key, tmp_path / "got")
            assert isinstance(error, SourceUnreadable)
            assert words in error.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_says_so(root: Path, tmp_path: Path) -> None:
    (root / "locked").write_text("x")
    (root / "locked").chmod(0)
    assert "permission denied" in refusal(DirectoryStore(root), "locked", tmp_path / "got").message


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file whose reading fails")
def test_a_file_that_fails_while_it_is_read_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="/proc/self/mem can't be read: input/output error"):
        DirectoryStore(root, {"mem": Path("/proc/self/mem")}).download("mem", tmp_path / "got", limit=LIMIT)


def test_a_name_that_no_file_can_have_is_unreadable(root: Path, tmp_path: Path) -> None:
    assert isinstance(refusal(DirectoryStore(root), "x" * 300, tmp_path / "got"), SourceUnreadable)


def test_a_place_that_can_not_be_written_says_where_and_leaves_nothing(root: Path, tmp_path: Path) -> None:
    (root / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable) as caught:
        DirectoryStore(root).upload("file/model.glb", tmp_path / "secret", content_type="x/y")
    assert caught.value.reason == "output_not_writable"
    assert str(root / "file/model.glb") in caught.value.message
    assert names(root) == ["file"]


def test_a_folder_in_the_way_leaves_nothing_behind(root: Path, tmp_path: Path) -> None:
    (root / "model.glb").mkdir()
    with pytest.raises(StoreUnavailable):
        DirectoryStore(root).upload("model.glb", tmp_path / "secret", content_type="x/y")
    assert names(root) == ["model.glb"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_says_so(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda path, mode: opened(Path("/dev/full") if mode == "xb" else path, mode[:1].replace("x", "w") + "b"),
    )
    (tmp_path / "big").write_bytes(b"x" * 100_000)
    with pytest.raises(StoreUnavailable) as caught:
        DirectoryStore(root).upload("model.glb", tmp_path / "big", content_type="x/y")
    assert caught.value.reason == "disk_full"


def test_a_key_may_have_a_place_of_its_own(root: Path, tmp_path: Path) -> None:
    store = DirectoryStore(root, {"out/model.glb": tmp_path / "models" / "plan.glb"})
    store.upload("out/model.glb", tmp_path / "secret", content_type="model/gltf-binary")
    assert (tmp_path / "models" / "plan.glb").read_text() == "hush"
    assert names(root) == []

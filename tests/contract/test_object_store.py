"""What every object store has to do, whatever is behind it.

An implementation joins by a fixture in ``STORES`` that gives a fresh, empty store.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

import pytest

from runner.errors import SourceMissing, SourceTooLarge
from runner.local.objects import DirectoryStore
from runner.protocols import Stored
from runner.s3 import S3Store

if TYPE_CHECKING:
    from pathlib import Path

    from runner.protocols import ObjectStore

STORES = ["directory", "places", "s3"]
LIMIT = 10_000_000


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """A fresh store."""
    if request.param == "s3":
        settings = request.getfixturevalue("s3_settings")
        return S3Store(
            bucket=settings["MINIO_BUCKET"],
            endpoint=settings["MINIO_ENDPOINT"],
            access_key=settings["MINIO_ACCESS_KEY"],
            secret_key=settings["MINIO_SECRET_KEY"],
        )
    if request.param == "directory":
        return DirectoryStore(tmp_path / "store")
    return DirectoryStore(tmp_path / "store", {"a/b.glb": tmp_path / "elsewhere" / "model.glb"})


def put(store: ObjectStore, key: str, data: bytes, folder: Path) -> Stored:
    source = folder / "upload"
    source.write_bytes(data)
    return store.upload(key, source, content_type="model/gltf-binary")


def get(store: ObjectStore, key: str, folder: Path) -> bytes:
    target = folder / "download"
    target.unlink(missing_ok=True)
    store.download(key, target, limit=LIMIT)
    return target.read_bytes()


def test_what_was_uploaded_is_downloaded(store: ObjectStore, tmp_path: Path) -> None:
    data = bytes(range(256)) * 20_000
    up = put(store, "a/b.glb", data, tmp_path)
    down = store.download("a/b.glb", tmp_path / "download", limit=LIMIT)
    assert (tmp_path / "download").read_bytes() == data
    checksum = "sha256:" + hashlib.sha256(data).hexdigest()
    assert up == Stored(key="a/b.glb", size=len(data), checksum=checksum, content_type="model/gltf-binary")
    assert (down.key, down.size, down.checksum) == ("a/b.glb", len(data), checksum)
    assert store.find("a/b.glb") == up


@pytest.mark.parametrize("data", [b"", b"x"])
def test_small_objects_are_objects(store: ObjectStore, tmp_path: Path, data: bytes) -> None:
    put(store, "a/b.glb", data, tmp_path)
    assert get(store, "a/b.glb", tmp_path) == data


@pytest.mark.parametrize("key", ["벽체/평면 1.dxf", "a b/c+d%20e&f.dxf", "deep/" * 20 + "x", ".hidden", "a..b", "a:b"])
def test_keys_may_be_in_any_language(store: ObjectStore, tmp_path: Path, key: str) -> None:
    put(store, key, b"data", tmp_path)
    assert get(store, key, tmp_path) == b"data"


def test_a_second_upload_replaces_the_first(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b.glb", b"long before", tmp_path)
    put(store, "a/b.glb", b"after", tmp_path)
    assert get(store, "a/b.glb", tmp_path) == b"after"


@pytest.mark.parametrize("key", ["nothing", "no/thing/at/all", "a", "a/b.glb/c"])
def test_what_is_not_there_is_missing(store: ObjectStore, tmp_path: Path, key: str) -> None:
    put(store, "a/c.glb", b"data", tmp_path)
    if key != "a":
        with pytest.raises(SourceMissing):
            store.download(key, tmp_path / "download", limit=LIMIT)
    assert store.find(key) is None
    assert not (tmp_path / "download").exists()


def test_more_than_the_limit_is_too_large(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b.glb", b"x" * 101, tmp_path)
    with pytest.raises(SourceTooLarge):
        store.download("a/b.glb", tmp_path / "download", limit=100)
    assert not (tmp_path / "download").exists()
    store.download("a/b.glb", tmp_path / "download", limit=101)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b.glb", b"data", tmp_path)
    store.delete("a/b.glb")
    store.delete("a/b.glb")
    store.delete("never/was")
    assert store.find("a/b.glb") is None


def test_there_is_a_sign_of_life_while_bytes_flow(store: ObjectStore, tmp_path: Path) -> None:
    beats: list[str] = []
    (tmp_path / "upload").write_bytes(b"x" * 5_000_000)
    store.upload("a/b.glb", tmp_path / "upload", content_type="x/y", beat=lambda: beats.append("up"))
    store.download("a/b.glb", tmp_path / "download", limit=LIMIT, beat=lambda: beats.append("down"))
    assert set(beats) == {"up", "down"}


class Halt(Exception):
    """Raised by a beat."""


def halt() -> None:
    raise Halt


def test_a_beat_may_end_a_transfer_and_nothing_half_is_seen(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b.glb", b"before", tmp_path)
    (tmp_path / "upload").write_bytes(b"x" * 5_000_000)
    with pytest.raises(Halt):
        store.upload("a/b.glb", tmp_path / "upload", content_type="x/y", beat=halt)
    assert get(store, "a/b.glb", tmp_path) == b"before"


def test_a_reader_never_sees_a_part(store: ObjectStore, tmp_path: Path) -> None:
    versions = {bytes([n]) * 300_000 for n in range(20)}
    put(store, "a/b.glb", min(versions), tmp_path)

    def writes() -> None:
        for data in sorted(versions):
            put(store, "a/b.glb", data, tmp_path)

    writer = threading.Thread(target=writes)
    writer.start()
    seen = set()
    while writer.is_alive():
        seen.add(get(store, "a/b.glb", tmp_path))
    writer.join()
    assert seen <= versions


def test_the_bucket_has_a_name(store: ObjectStore) -> None:
    assert store.bucket

"""The S3 adapter, over a network that fails in every way that networks do."""

from __future__ import annotations

import errno
import hashlib
import io
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from runner import s3
from runner.errors import LocalDiskFull, SourceMissing, SourceTooLarge, SourceUnreadable, StoreUnavailable
from runner.protocols import Stored
from runner.s3 import PART, Patience, S3Store, Tls
from tests.services.buckets import client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.services.finding import Keeper, Service
    from tests.services.proxy import Proxy

LIMIT = 1 << 30
QUICK = Patience(connect=1.0, answer=1.0, attempts=2)
GLB = "model/gltf-binary"
Between = tuple[S3Store, "Proxy"]


def store_of(settings: dict[str, str], **changes: Any) -> S3Store:
    return S3Store(
        **{
            "bucket": settings["MINIO_BUCKET"],
            "endpoint": settings["MINIO_ENDPOINT"],
            "access_key": settings["MINIO_ACCESS_KEY"],
            "secret_key": settings["MINIO_SECRET_KEY"],
            "patience": QUICK,
            **changes,
        }
    )


@pytest.fixture
def store(s3_settings: dict[str, str]) -> S3Store:
    """A store that is empty and well."""
    return store_of(s3_settings)


@pytest.fixture
def between(s3_settings: dict[str, str], proxy: Callable[[str], tuple[str, Proxy]]) -> Between:
    """The same store through a proxy."""
    url, each = proxy(s3_settings["MINIO_ENDPOINT"])
    return store_of(s3_settings, endpoint=url), each


def put(store: S3Store, data: bytes, folder: Path, key: str = "a/plan.dxf") -> Stored:
    (folder / "source").write_bytes(data)
    return store.upload(key, folder / "source", content_type=GLB)


def sized(path: Path, size: int) -> str:
    """Write a file; its checksum."""
    digest, block = hashlib.sha256(), bytes(range(256)) * 4096
    with path.open("wb") as file:
        for start in range(0, size, len(block)):
            piece = block[: size - start]
            file.write(piece)
            digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 5])
def test_files_around_the_size_of_a_part_arrive_whole(store: S3Store, tmp_path: Path, size: int) -> None:
    checksum = sized(tmp_path / "source", size)
    stored = store.upload("a/b", tmp_path / "source", content_type=GLB)
    assert stored == Stored(key="a/b", size=size, checksum=checksum, content_type=GLB)
    assert store.find("a/b") == stored
    assert store.download("a/b", tmp_path / "target", limit=LIMIT) == stored
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes()


def test_objects_of_others_have_a_checksum_too(store: S3Store, s3_settings: dict[str, str], tmp_path: Path) -> None:
    client(s3_settings).put_object(Bucket=store.bucket, Key="a/b", Body=b"data", ContentType="image/vnd.dxf")
    checksum = "sha256:" + hashlib.sha256(b"data").hexdigest()
    stored = Stored(key="a/b", size=4, checksum=checksum, content_type="image/vnd.dxf")
    assert store.find("a/b") == stored
    assert store.download("a/b", tmp_path / "target", limit=LIMIT) == stored


def test_what_is_stored_compressed_is_downloaded_as_it_is_stored(
    store: S3Store, s3_settings: dict[str, str], tmp_path: Path
) -> None:
    client(s3_settings).put_object(Bucket=store.bucket, Key="a/b", Body=b"\x1f\x8bnot", ContentEncoding="gzip")
    store.download("a/b", tmp_path / "target", limit=LIMIT)
    assert (tmp_path / "target").read_bytes() == b"\x1f\x8bnot"


def test_a_folder_is_no_drawing(store: S3Store, tmp_path: Path) -> None:
    put(store, b"x", tmp_path, "folder/plan.dxf")
    with pytest.raises(SourceUnreadable, match="is a folder"):
        store.download("folder", tmp_path / "target", limit=LIMIT)
    with pytest.raises(SourceMissing):
        store.download("fold", tmp_path / "target", limit=LIMIT)


@pytest.mark.parametrize("key", ["folder/", "/etc/passwd", "../plan.dxf", "a\x00b"])
def test_what_can_be_no_key_is_not_asked_for(between: Between, tmp_path: Path, key: str) -> None:
    store, proxy = between
    with pytest.raises(SourceUnreadable):
        store.download(key, tmp_path / "target", limit=LIMIT)
    assert proxy.connections == 0


def test_more_than_the_limit_is_not_read(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    sized(tmp_path / "source", PART)
    store.upload("a/b", tmp_path / "source", content_type=GLB)
    before = proxy.received
    # So slow that reading it all would take an hour.
    proxy.throttle(5_000)
    with pytest.raises(SourceTooLarge):
        store.download("a/b", tmp_path / "target", limit=PART - 1)
    assert proxy.received - before < PART // 4


def test_a_bucket_that_is_not_there_is_an_outage(s3_settings: dict[str, str], tmp_path: Path) -> None:
    store = store_of(s3_settings, bucket="nowhere-at-all")
    (tmp_path / "source").write_bytes(b"x")
    for call in (
        store.check,
        lambda: store.download("a", tmp_path / "target", limit=LIMIT),
        lambda: store.upload("a", tmp_path / "source", content_type=GLB),
    ):
        with pytest.raises(StoreUnavailable) as caught:
            call()
        assert caught.value.reason == "bucket_missing"
        assert "MINIO_BUCKET" in caught.value.advice


def test_a_bucket_that_is_there_is_well(store: S3Store) -> None:
    store.check()


def broken(store: S3Store, folder: Path) -> StoreUnavailable:
    """The error by which a download fails; nothing of it stays."""
    with pytest.raises(StoreUnavailable) as caught:
        store.download("a/plan.dxf", folder / "target", limit=LIMIT)
    assert not (folder / "target").exists()
    return caught.value


def test_a_store_that_refuses_connections_is_down_until_it_is_back(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    put(store, b"data", tmp_path)
    proxy.refuse()
    broken(store, tmp_path)
    with pytest.raises(StoreUnavailable):
        put(store, b"other", tmp_path)
    with pytest.raises(StoreUnavailable):
        store.find("a/plan.dxf")
    with pytest.raises(StoreUnavailable):
        store.delete("a/plan.dxf")
    proxy.heal()
    store.download("a/plan.dxf", tmp_path / "target", limit=LIMIT)
    assert (tmp_path / "target").read_bytes() == b"data"


def test_one_cut_between_requests_is_not_even_noticed(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    put(store, b"data", tmp_path)
    proxy.cut()
    assert store.find("a/plan.dxf")


@pytest.mark.parametrize("fault", ["truncate", "break_after"])
def test_a_download_that_is_cut_in_the_middle_leaves_nothing(between: Between, tmp_path: Path, fault: str) -> None:
    store, proxy = between
    put(store, b"x" * 2_000_000, tmp_path)
    getattr(proxy, fault)(1_000_000)
    assert "broke off" in broken(store, tmp_path).message
    proxy.heal()
    assert store.download("a/plan.dxf", tmp_path / "target", limit=LIMIT).size == 2_000_000


def test_a_store_that_falls_silent_is_down(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    put(store, b"data", tmp_path)
    proxy.silence()
    broken(store, tmp_path)


def test_a_store_that_trickles_is_down(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    put(store, b"x" * 1_000_000, tmp_path)
    proxy.throttle(30_000)
    assert "took over 1 s" in broken(store, tmp_path).message


def test_an_upload_that_is_cut_leaves_the_old_object(between: Between, tmp_path: Path) -> None:
    store, proxy = between
    put(store, b"before", tmp_path)
    sized(tmp_path / "source", 3 * PART)

    def down() -> None:
        if proxy.sent > PART * 3 // 2:
            proxy.refuse()

    with pytest.raises(StoreUnavailable):
        store.upload("a/plan.dxf", tmp_path / "source", content_type=GLB, beat=down)
    proxy.heal()
    found = store.find("a/plan.dxf")
    assert found
    assert found.size == 6


def test_an_upload_that_is_ended_leaves_no_parts_behind(
    between: Between, s3_settings: dict[str, str], tmp_path: Path
) -> None:
    store, proxy = between
    sized(tmp_path / "source", 3 * PART)

    def ends() -> None:
        if proxy.sent > PART * 3 // 2:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store.upload("a/plan.dxf", tmp_path / "source", content_type=GLB, beat=ends)
    assert proxy.sent > PART * 3 // 2
    assert not client(s3_settings).list_multipart_uploads(Bucket=store.bucket).get("Uploads")


def fails_after(count: int) -> Callable[[], None]:
    beats = iter(range(count))

    def beat() -> None:
        if next(beats, None) is None:
            raise RuntimeError

    return beat


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_beat_ends_an_upload_at_once_and_is_no_failure_of_the_store(
    between: Between, tmp_path: Path, after: int
) -> None:
    store, proxy = between
    (tmp_path / "source").write_bytes(b"x" * 4_000_000)
    with pytest.raises(RuntimeError):
        store.upload("a/b", tmp_path / "source", content_type=GLB, beat=fails_after(after))
    assert proxy.connections <= 1
    assert store.find("a/b") is None


def test_a_beat_ends_a_download_and_leaves_nothing(store: S3Store, tmp_path: Path) -> None:
    put(store, b"x" * 1_000_000, tmp_path)
    with pytest.raises(RuntimeError):
        store.download("a/plan.dxf", tmp_path / "target", limit=LIMIT, beat=fails_after(3))
    assert not (tmp_path / "target").exists()


def test_a_file_that_is_there_is_not_overwritten(store: S3Store, tmp_path: Path) -> None:
    put(store, b"data", tmp_path)
    (tmp_path / "target").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        store.download("a/plan.dxf", tmp_path / "target", limit=LIMIT)
    assert (tmp_path / "target").read_bytes() == b"mine"


def test_a_full_disk_is_called_that(store: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, b"data", tmp_path)

    class Full(io.BytesIO):
        def write(self, _data: Any) -> int:
            raise OSError(errno.ENOSPC, "full")

    original = s3._written

    @contextmanager
    def full(target: Path) -> Iterator[BinaryIO]:
        with original(target):
            yield Full()

    monkeypatch.setattr(s3, "_written", full)
    with pytest.raises(LocalDiskFull):
        store.download("a/plan.dxf", tmp_path / "target", limit=LIMIT)
    assert not (tmp_path / "target").exists()


def test_a_store_that_restarts_is_waited_for_by_nobody_and_found_again(
    own: Callable[[str], tuple[Service, Keeper]], tmp_path: Path
) -> None:
    server, keeper = own("s3")
    settings = {**server.settings, "MINIO_BUCKET": "files"}
    client(settings).create_bucket(Bucket="files")
    store = store_of(settings)
    put(store, b"data", tmp_path)
    keeper.stop()
    broken(store, tmp_path)
    keeper.start()
    # moto has forgotten the bucket; another store would have kept it.
    if "moto" in server.how:
        client(settings).create_bucket(Bucket="files")
    put(store, b"data", tmp_path)
    assert store.find("a/plan.dxf")


class Scripted(ThreadingHTTPServer):
    """A store that gives one answer to everything."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.status, self.code, self.asked = status, code, 0


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Scripted

    def do_GET(self) -> None:
        self.server.asked += 1
        body = f"<Error><Code>{self.server.code}</Code><Message>Said so</Message></Error>".encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "code", "error", "reason", "says"),
    [
        (500, "InternalError", StoreUnavailable, "store_unavailable", "500 InternalError"),
        (503, "SlowDown", StoreUnavailable, "store_unavailable", "503 SlowDown"),
        (403, "AccessDenied", StoreUnavailable, "store_forbidden", "delete and list"),
        (403, "InvalidAccessKeyId", StoreUnavailable, "store_forbidden", "MINIO_ACCESS_KEY"),
        (403, "SignatureDoesNotMatch", StoreUnavailable, "store_forbidden", "MINIO_SECRET_KEY"),
        (403, "RequestTimeTooSkewed", StoreUnavailable, "store_forbidden", "clock"),
        (403, "InvalidObjectState", SourceUnreadable, "source_unreadable", "archived"),
        (404, "NoSuchBucket", StoreUnavailable, "bucket_missing", "MINIO_BUCKET"),
        (404, "NoSuchKey", SourceMissing, "source_missing", "no object"),
        (400, "KeyTooLongError", SourceUnreadable, "source_unreadable", "Said so"),
        (418, "Teapot", StoreUnavailable, "store_unavailable", "418 Teapot"),
    ],
)
def test_every_answer_has_its_error(
    tmp_path: Path, status: int, code: str, error: type[Exception], reason: str, says: str
) -> None:
    with Scripted(status, code) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        store = S3Store(
            bucket="b",
            endpoint=f"http://127.0.0.1:{server.server_port}",
            access_key="a",
            secret_key="very-secret",
            patience=QUICK,
        )
        with pytest.raises(error) as caught:
            store.download("k", tmp_path / "target", limit=LIMIT)
        server.shutdown()
        thread.join()
    assert isinstance(caught.value, StoreUnavailable | SourceUnreadable | SourceMissing)
    assert caught.value.reason == reason
    assert says in f"{caught.value.message} {caught.value.advice}"
    # A store that hiccups is asked again, and no more often than that.
    assert server.asked == (QUICK.attempts if status >= 500 else 1 + (code == "NoSuchKey"))
    assert not (tmp_path / "target").exists()


def test_without_keys_the_remedy_names_them(
    s3_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(StoreUnavailable) as caught:
        store_of(s3_settings, access_key=None, secret_key=None).check()
    assert "MINIO_ACCESS_KEY" in caught.value.advice


HUGE = """
import resource, sys
from pathlib import Path
from runner.s3 import S3Store

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

endpoint, bucket, access_key, secret_key, source, target = sys.argv[1:]
store = S3Store(bucket=bucket, endpoint=endpoint, access_key=access_key, secret_key=secret_key)
store.check()
before = peak()
up = store.upload("huge", Path(source), content_type="image/vnd.dxf")
down = store.download("huge", Path(target), limit=500_000_000)
assert up.checksum == down.checksum
print(down.size, peak() - before)
"""


def test_half_a_gigabyte_passes_through_and_memory_stays_flat(s3_settings: dict[str, str], tmp_path: Path) -> None:
    with (tmp_path / "source").open("wb") as file:
        file.truncate(500_000_000)
    arguments = [
        s3_settings[name] for name in ("MINIO_ENDPOINT", "MINIO_BUCKET", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY")
    ]
    command = [sys.executable, "-c", HUGE, *arguments, str(tmp_path / "source"), str(tmp_path / "target")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    size, growth = map(int, done.stdout.split())
    (tmp_path / "target").unlink()
    assert size == 500_000_000
    assert growth < 30 << 20


def test_secrets_are_not_shown(store: S3Store) -> None:
    assert store.secret_key
    assert store.secret_key not in repr(replace(store, tls=Tls(verify=False)))

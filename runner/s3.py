"""Objects in a bucket of any store that speaks S3; the only module that knows botocore.

That is the half of boto3 that talks to the store; what the other half adds takes a tenth of a second at every start.

Nothing is asked of the store but what all of them have: single and multipart uploads, user metadata, signatures that
cover the bytes. An object's SHA-256 is kept in its metadata, since what stores call a checksum or ETag differs.
"""

from __future__ import annotations

import errno
import hashlib
import io
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, CredentialRetrievalError, NoCredentialsError, SSLError
from botocore.session import Session

from runner.contract import key_fault
from runner.errors import LocalDiskFull, SourceMissing, SourceTooLarge, SourceUnreadable, StoreUnavailable
from runner.protocols import Stored, idle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from botocore.response import StreamingBody
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

    from runner.errors import RunnerError

#: Larger files go up in parts of this size; 10,000 parts are allowed.
PART = 16 << 20
CHECKSUM = "cad-runner-sha256"
_CHUNK = 1 << 16
_REGION = "us-east-1"
_UNTYPED = "binary/octet-stream"  #: what S3 calls an object that nobody gave a type; some stores say nothing
_FULL = (errno.ENOSPC, errno.EDQUOT)
_KEYS = "Check MINIO_ACCESS_KEY and MINIO_SECRET_KEY."
_TLS = (
    "Name the certificates to trust in CAD_RUNNER_MINIO_TLS_CA, and our own in CAD_RUNNER_MINIO_TLS_CERT if the store"
    " asks for one."
)
_REMEDIES = {
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "RequestTimeTooSkewed": "Set the clock of this machine, or of the store.",
    "NoSuchBucket": "Create the bucket, or name another one in MINIO_BUCKET.",
    "XMinioStorageFull": "Make room in the object store.",
}
_FORBIDDEN = (
    "Let the access key read, write, delete and list in the bucket. Without the right to list, stores answer so for"
    " objects that are missing, too."
)
#: What stores call a key that they will never have.
_IMPOSSIBLE = ("KeyTooLongError", "XMinioInvalidObjectName", "InvalidObjectName")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the store may take, in seconds."""

    connect: float = 5.0
    answer: float = 20.0  #: for the head of an answer, and for every 64 KiB of its body
    attempts: int = 3  #: at each request, since stores hiccup; what lasts longer is an outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the store proves who it is, and we do."""

    ca: Path | None = None  #: certificates to trust in place of the system's
    certificate: Path | None = None  #: our own
    key: Path | None = None  #: of our own certificate, where it is a file of its own
    verify: bool = True


@dataclass(slots=True)
class S3Store:
    """The objects of one bucket; may be used from several threads."""

    bucket: str
    endpoint: str | None = None  #: URL; None for Amazon's own
    access_key: str | None = None  #: without one, whatever botocore finds: a role, a profile
    secret_key: str | None = field(default=None, repr=False)
    region: str = _REGION
    path_style: bool = True  #: whether the bucket is in the path of a URL, and not in its host's name
    tls: Tls = field(default_factory=Tls)
    patience: Patience = field(default_factory=Patience)
    _made: S3Client | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def check(self) -> None:
        """Ask for the bucket. Raises ``StoreUnavailable``."""
        with self._named():
            self._client.head_bucket(Bucket=self.bucket)

    def download(self, key: str, target: Path, *, limit: int, beat: Callable[[], None] = idle) -> Stored:
        """Write an object to ``target``; see ``ObjectStore``. What was written of it goes where that fails."""
        with self._opened(key) as (body, size, content_type):
            if size > limit:
                raise SourceTooLarge(f"The drawing has {size} bytes; {limit} are allowed.")
            digest, done = hashlib.sha256(), 0
            with _written(target) as file:
                for chunk in self._chunks(body):
                    done += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
                    beat()
            if done != size:
                target.unlink()
                raise StoreUnavailable(f"The object store broke off after {done} of {size} bytes.")
        return Stored(key=key, size=size, checksum=f"sha256:{digest.hexdigest()}", content_type=content_type)

    def upload(self, key: str, source: Path, *, content_type: str, beat: Callable[[], None] = idle) -> Stored:
        """Store a file; see ``ObjectStore``. It is read twice: its checksum goes ahead of it."""
        with source.open("rb") as file, self._named(key):
            digest, size = _digest(file, beat)
            metadata = {CHECKSUM: digest}
            try:
                if size <= PART:
                    body = _part(file, 0, size, beat)
                    self._client.put_object(
                        Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, Metadata=metadata
                    )
                else:
                    upload = self._client.create_multipart_upload(
                        Bucket=self.bucket, Key=key, ContentType=content_type, Metadata=metadata
                    )["UploadId"]
                    self._upload_parts(key, upload, file, size, beat)
            except _Ended as ended:
                raise ended.reason from None
        return Stored(key=key, size=size, checksum=f"sha256:{digest}", content_type=content_type)

    def find(self, key: str) -> Stored | None:
        """What is stored under ``key``; read whole for its checksum where others stored it."""
        try:
            with self._named(key):
                head = self._client.head_object(Bucket=self.bucket, Key=key)
            digest = head["Metadata"].get(CHECKSUM) or self._read_for_digest(key)
        except (SourceMissing, SourceUnreadable):
            return None
        return Stored(
            key=key,
            size=_size(head),
            checksum=f"sha256:{digest}",
            content_type=head.get("ContentType", "binary/octet-stream"),
        )

    def delete(self, key: str) -> None:
        """Remove an object."""
        with suppress(SourceMissing), self._named(key):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    @property
    def _client(self) -> S3Client:
        """The client, made when it is first needed: that takes a while."""
        with self._lock:
            if self._made is None:
                self._made = self._connected()
            return self._made

    def _connected(self) -> S3Client:
        tls, certificate = self.tls, None
        if tls.certificate is not None:
            certificate = (str(tls.certificate), str(tls.key or tls.certificate))
        config = Config(
            connect_timeout=self.patience.connect,
            read_timeout=self.patience.answer,
            retries={"mode": "standard", "total_max_attempts": self.patience.attempts},
            # The signature covers the bytes over TLS as well: every store checks that, and no two the same checksums.
            s3={"addressing_style": "path" if self.path_style else "virtual", "payload_signing_enabled": True},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            client_cert=certificate,
        )
        client = Session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            verify=str(tls.ca) if tls.verify and tls.ca is not None else tls.verify,
            config=config,
        )
        return cast("S3Client", client)

    @contextmanager
    def _opened(self, key: str) -> Iterator[tuple[StreamingBody, int, str]]:
        """The body of an object, its size, and its content type."""
        if fault := key_fault(key):
            raise SourceUnreadable(f"The key {key!r} {fault}.")
        with self._named(key):
            try:
                answer = self._client.get_object(Bucket=self.bucket, Key=key)
            except ClientError as error:
                if _code(error) == "NoSuchKey" and self._is_folder(key):
                    raise SourceUnreadable(f"{key!r} is a folder.") from None
                raise
        with closing(answer["Body"]) as body:
            yield body, _size(answer), answer.get("ContentType", "binary/octet-stream")

    def _is_folder(self, key: str) -> bool:
        with suppress(ClientError):
            found = self._client.list_objects_v2(Bucket=self.bucket, Prefix=f"{key}/", MaxKeys=1)
            return found["KeyCount"] > 0
        return False

    def _chunks(self, body: StreamingBody) -> Iterator[bytes]:
        """What is left of a body. Raises ``StoreUnavailable`` where it is cut, or comes too slowly."""
        while True:
            begin = time.monotonic()
            try:
                chunk = body.read(_CHUNK)
            except Exception as error:  # noqa: BLE001  those of the libraries below botocore come through as they are
                raise StoreUnavailable(f"The object store broke off: {error}.") from None
            if not chunk:
                return
            if time.monotonic() - begin > self.patience.answer:
                raise StoreUnavailable(f"The object store took over {self.patience.answer:g} s for {len(chunk)} bytes.")
            yield chunk

    def _read_for_digest(self, key: str) -> str:
        digest = hashlib.sha256()
        with self._opened(key) as (body, _size, _content_type):
            for chunk in self._chunks(body):
                digest.update(chunk)
        return digest.hexdigest()

    def _upload_parts(self, key: str, upload: str, file: BinaryIO, size: int, beat: Callable[[], None]) -> None:
        """Upload a file in parts, which become an object all at once, or none."""
        try:
            parts: list[CompletedPartTypeDef] = []
            for number, start in enumerate(range(0, size, PART), 1):
                body = _part(file, start, min(PART, size - start), beat)
                answer = self._client.upload_part(
                    Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=body
                )
                parts.append({"PartNumber": number, "ETag": answer["ETag"]})
            self._client.complete_multipart_upload(
                Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except BaseException:
            # What is left where this fails too is for the bucket's own rule on incomplete uploads.
            with suppress(BotoCoreError, ClientError):
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
            raise

    @contextmanager
    def _named(self, key: str = "") -> Iterator[None]:
        """Turn botocore's errors into ours."""
        try:
            yield
        except ClientError as error:
            raise self._refused(error, key) from None
        except SSLError as error:
            raise StoreUnavailable(f"TLS with the object store failed: {error}", remedy=_TLS) from None
        except CredentialRetrievalError as error:
            raise StoreUnavailable(f"This machine gives no keys of the object store: {error}", remedy=_KEYS) from None
        except NoCredentialsError:
            raise StoreUnavailable("There are no keys of the object store.", remedy=_KEYS) from None
        except BotoCoreError as error:
            raise StoreUnavailable(f"The object store can't be reached: {error}") from None

    def _refused(self, error: ClientError, key: str) -> RunnerError:
        """The error that an answer of the store is."""
        code, status = _code(error), error.response["ResponseMetadata"]["HTTPStatusCode"]
        text = error.response["Error"].get("Message", "")
        if code == "InvalidObjectState":
            return SourceUnreadable(f"{key!r} is archived.", remedy="Restore the object, and publish the job again.")
        if code in _IMPOSSIBLE:
            return SourceUnreadable(f"The object store takes no key like {key!r}: {text}")
        if code == "NoSuchBucket" or (status == 404 and not key):
            text = f"There is no bucket {self.bucket!r} in the object store."
            return StoreUnavailable(text, code="bucket_missing", remedy=_REMEDIES["NoSuchBucket"])
        if code in ("NoSuchKey", "404"):
            return SourceMissing(f"There is no object {key!r} in the bucket {self.bucket!r}.")
        remedy = _REMEDIES.get(code) or (_FORBIDDEN if status == 403 else None)
        said = f"The object store answered {status} {code}".removesuffix(f" {status}")
        return StoreUnavailable(
            f"{said}: {text}" if text else f"{said}.", code="store_forbidden" if status == 403 else None, remedy=remedy
        )


class _Ended(BaseException):
    """A beat ended the transfer. No ``Exception``: botocore would take it for a broken connection and try again."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(reason)
        self.reason = reason


class _Part(io.RawIOBase):
    """A part of a file, as a file; each read is a sign of life."""

    def __init__(self, file: BinaryIO, start: int, size: int, beat: Callable[[], None]) -> None:
        super().__init__()
        self._file, self._start, self._size, self._beat = file, start, size, beat
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            self._beat()
        except Exception as reason:  # noqa: BLE001  whatever it is, it has to get through botocore
            raise _Ended(reason) from None
        left = max(0, self._size - self._at)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data


def _part(file: BinaryIO, start: int, size: int, beat: Callable[[], None]) -> BinaryIO:
    return cast("BinaryIO", _Part(file, start, size, beat))


@contextmanager
def _written(target: Path) -> Iterator[BinaryIO]:
    """A new file, which goes where it does not get whole."""
    with target.open("xb") as file:
        try:
            yield file
            file.flush()
        except BaseException as error:
            target.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise LocalDiskFull(f"No space is left in {target.parent}.") from None
            raise


def _size(answer: Mapping[str, Any]) -> int:
    """The size that an answer's head tells. Raises ``StoreUnavailable`` where the connection broke within the head."""
    if "ContentLength" not in answer:
        raise StoreUnavailable("The object store broke off within the head of its answer.")
    return int(answer["ContentLength"])


def _digest(file: BinaryIO, beat: Callable[[], None]) -> tuple[str, int]:
    """SHA-256 of a file in hexadecimal digits, and its size."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
        beat()
    return digest.hexdigest(), size


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", ""))

"""What can be set, in groups: for each part that a runner talks to, and for its work.

A field's name in the environment is what its ``Name`` says, else ``CAD_RUNNER_``, the group's prefix and the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote, urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from runner.amounts import DURATION, SIZE

PREFIX = "CAD_RUNNER_"


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a setting that is part of the contract with those who deploy."""

    name: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a value looks like, in a word."""

    name: str


def _seconds(value: Any) -> Any:
    return DURATION.read(value) if isinstance(value, str) else value


def _bytes(value: Any) -> Any:
    return int(SIZE.read(value)) if isinstance(value, str) else value


def _numbers(value: Any) -> Any:
    return tuple(int(DURATION.read(each)) for each in value.split(",")) if isinstance(value, str) else value


def _kind(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"there is no file {str(path)!r}; mount it, or correct the path.")
    return path


@dataclass(frozen=True, slots=True)
class Address:
    """Checks a URL, without ever saying it: it may hold a password."""

    schemes: tuple[str, ...]
    example: str

    def __call__(self, value: Any) -> Any:
        """The same, if it is one."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        try:
            parts = urlsplit(text)
            whole = parts.scheme in self.schemes and parts.hostname and (parts.port or 1) > 0
        except ValueError:
            whole = False
        if not whole:
            raise ValueError(
                f"is no address; write it as {self.example}, with @, / and : in a password as %40, %2F, %3A."
            )
        return value


Seconds = Annotated[float, BeforeValidator(_seconds), Form("duration")]
Bytes = Annotated[int, BeforeValidator(_bytes), Form("size")]
File = Annotated[Path, AfterValidator(_file), Form("file")]
Flag = Annotated[bool, Form("yes or no")]
_AMQP = Address(("amqp", "amqps"), "amqp://USER:PASSWORD@HOST:5672/VHOST")
_SQL = Address(("postgresql", "postgres"), "postgresql://USER:PASSWORD@HOST:5432/cadviewer")
_HTTP = Address(("http", "https"), "http://HOST:PORT")


def _endpoint(value: Any) -> Any:
    """MinIO's own clients leave the scheme out."""
    return f"http://{value}" if isinstance(value, str) and "://" not in value else value


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: ClassVar[str]
    prefix: ClassVar[str] = ""  #: of its own names, after ``CAD_RUNNER_``


class _Secured(Group):
    """Something that may be reached over TLS."""

    tls_ca: File | None = Field(default=None, description="Certificates to trust in place of the system's (PEM).")
    tls_cert: File | None = Field(
        default=None, description="Certificate of the runner, where the server asks for one (PEM)."
    )
    tls_key: File | None = Field(default=None, description="Its key, where that is not in the same file (PEM).")
    tls_verify: Flag = Field(
        default=True, description="Whether the server has to prove who it is. No is for trials alone."
    )

    @model_validator(mode="after")
    def _key_of_something(self) -> _Secured:
        if self.tls_key and not self.tls_cert:
            prefix = f"{PREFIX}{self.prefix}TLS_"
            raise ValueError(f"{prefix}KEY is set without {prefix}CERT; set both, or neither.")
        return self


class Broker(_Secured):
    """RabbitMQ."""

    title = "RabbitMQ"
    prefix = "RABBITMQ_"

    url: Annotated[SecretStr, Name("RABBITMQ_URL"), AfterValidator(_AMQP), Form("URL")] = Field(
        description="Address of the broker; amqps:// for TLS.", examples=["amqp://cad@rabbitmq:5672/%2F"]
    )
    password: Annotated[SecretStr | None, Name("RABBITMQ_PASSWORD"), Form("text")] = Field(
        default=None, description="Password, in place of the one in the address."
    )
    management_url: Annotated[
        SecretStr | None, Name("RABBITMQ_MANAGEMENT_URL"), AfterValidator(lambda url: url and _HTTP(url)), Form("URL")
    ] = Field(default=None, description="Address of the broker's HTTP API; only `topology` and `doctor` use it.")
    heartbeat: Seconds = Field(
        default=30,
        ge=5,
        le=600,
        description="The broker and the runner give each other up after about twice this silence.",
    )
    timeout: Seconds = Field(default=10, ge=0.1, le=300, description="How long connecting may take.")


class Database(_Secured):
    """PostgreSQL."""

    title = "PostgreSQL"
    prefix = "DATABASE_"

    url: Annotated[SecretStr, Name("DATABASE_URL"), AfterValidator(_SQL), Form("URL")] = Field(
        description="Address of the database; libpq's parameters may follow a question mark.",
        examples=["postgresql://cad@postgres:5432/cadviewer"],
    )
    password: Annotated[SecretStr | None, Name("DATABASE_PASSWORD"), Form("text")] = Field(
        default=None, description="Password, in place of the one in the address."
    )
    timeout: Seconds = Field(default=5, ge=1, le=300, description="How long connecting may take.")
    statement_timeout: Seconds = Field(default=15, ge=1, le=300, description="How long a statement may take.")

    @property
    def address(self) -> SecretStr:
        """The address with what is set for TLS, as libpq takes it."""
        url = self.url.get_secret_value()
        wanted = {"sslrootcert": self.tls_ca, "sslcert": self.tls_cert, "sslkey": self.tls_key or self.tls_cert}
        options = {name: str(path) for name, path in wanted.items() if path is not None}
        if options and "sslmode=" not in url:
            options["sslmode"] = "verify-full" if self.tls_verify else "require"
        if not self.tls_verify:
            options.pop("sslrootcert", None)  # libpq verifies by it whatever the mode
        return SecretStr(f"{url}{'&' if '?' in url else '?'}{urlencode(options, quote_via=quote)}" if options else url)


class Store(_Secured):
    """The object store."""

    title = "Object store"
    prefix = "MINIO_"

    endpoint: Annotated[str, Name("MINIO_ENDPOINT"), BeforeValidator(_endpoint), AfterValidator(_HTTP), Form("URL")] = (
        Field(
            description="Address of the store: MinIO, or any other that speaks S3. Without a scheme it is http://.",
            examples=["http://minio:9000"],
        )
    )
    access_key: Annotated[str | None, Name("MINIO_ACCESS_KEY"), Form("text")] = Field(
        default=None,
        description="Access key. Without one, the runner takes what its machine gives it: a role, a profile.",
        examples=["cad"],
    )
    secret_key: Annotated[SecretStr | None, Name("MINIO_SECRET_KEY"), Form("text")] = Field(
        default=None, description="Its secret key."
    )
    bucket: Annotated[str, Name("MINIO_BUCKET"), Form("text")] = Field(
        default="cad-files", min_length=1, description="Bucket of the drawings and of the results."
    )
    region: Annotated[str, Form("text")] = Field(
        default="us-east-1", description="Region that requests are signed for."
    )
    path_style: Flag = Field(
        default=True, description="Whether the bucket is in the path of a URL; otherwise it is in the host's name."
    )
    timeout: Seconds = Field(default=20, ge=0.1, le=300, description="How long an answer, or 64 KiB of one, may take.")

    @model_validator(mode="after")
    def _keys_come_in_pairs(self) -> Store:
        if (self.access_key is None) != (self.secret_key is None):
            raise ValueError("MINIO_ACCESS_KEY and MINIO_SECRET_KEY come together; set both, or neither.")
        return self


class Work(Group):
    """How a runner works."""

    title = "Work"

    kind: Annotated[Literal["dxf", "pdf"], Name("WORKER_TYPE"), BeforeValidator(_kind), Form("dxf or pdf")] = Field(
        default="dxf", description="What the runner converts, and so which queue it serves."
    )
    model_path: Annotated[File | None, Name("YOLO_MODEL_PATH"), Form("file")] = Field(
        default=None,
        description="Weights of the detector: `.onnx`, or `.pt` with the extra `gpu`. By default its own.",
    )
    use_gpu: Annotated[bool, Name("USE_GPU"), Form("yes or no")] = Field(
        default=False, description="Whether the detector runs on a GPU. A runner of PDF that has none does not start."
    )
    largest_source: Bytes = Field(
        default=500_000_000, ge=1, description="Larger drawings are refused (`source_too_large`)."
    )
    soft_time_limit: Seconds = Field(default=540, ge=1, description="A conversion that takes longer is asked to stop.")
    hard_time_limit: Seconds = Field(default=600, ge=1, description="One that takes even longer is killed.")
    memory_limit: Bytes | None = Field(
        default=None, ge=1 << 26, description="Memory of a conversion. By default 80 % of what the container may have."
    )
    lease: Seconds = Field(
        default=120,
        ge=10,
        le=86400,
        description="A job whose runner was silent for so long is taken over by another one.",
    )
    retry_delays: Annotated[tuple[int, ...], BeforeValidator(_numbers), Form("durations")] = Field(
        default=(60, 180, 360),
        min_length=1,
        description="Pauses before each further attempt. Each has a queue: run `topology apply` after a change.",
    )
    circuit_failures: Annotated[int, Form("number")] = Field(
        default=5, ge=1, description="After so many failures in a row, a store or database is spared."
    )
    circuit_pause: Seconds = Field(default=60, ge=1, description="For so long; then one runner tries it.")
    wait: Seconds = Field(default=5, ge=0.1, description="How long `work --once` waits for a message before it ends.")
    grace_period: Seconds = Field(
        default=660,
        ge=1,
        description="How long a runner that is told to stop may finish its drawing. Kubernetes has to wait longer.",
    )
    probe_folder: Annotated[Path | None, Form("folder")] = Field(
        default=None, description="Where the files `ready` and `live` are kept, for probes."
    )
    probe_port: Annotated[int | None, Form("number")] = Field(
        default=None, ge=1, le=65535, description="Where /ready and /live answer over HTTP, for probes."
    )

    @model_validator(mode="after")
    def _hard_is_harder(self) -> Work:
        if self.hard_time_limit <= self.soft_time_limit:
            raise ValueError(
                f"{PREFIX}HARD_TIME_LIMIT ({self.hard_time_limit:g} s) has to be more than {PREFIX}SOFT_TIME_LIMIT"
                f" ({self.soft_time_limit:g} s); raise the one, or lower the other."
            )
        return self


class Retention(Group):
    """How long things are kept; `sweep` deletes what is older."""

    title = "Retention"

    keep_jobs: Seconds = Field(default=90 * 86400, ge=3600, description="Rows of jobs that are settled.")
    keep_results: Seconds | None = Field(
        default=None, ge=3600, description="Models and pictures. Without it, for ever."
    )


class Logs(Group):
    """What a runner says."""

    title = "Logs and traces"

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(_kind), Form("debug, info, warning or error")
    ] = Field(default="info", description="The least that is logged.")
    log_format: Annotated[Literal["auto", "json", "text"], BeforeValidator(_kind), Form("auto, json or text")] = Field(
        default="auto", description="How: auto is text on a terminal and JSON elsewhere."
    )
    otlp_endpoint: Annotated[str | None, AfterValidator(lambda url: url and _HTTP(url)), Form("URL")] = Field(
        default=None, description="Collector of traces: OTLP over HTTP, http://HOST:4318. Needs the extra `otel`."
    )

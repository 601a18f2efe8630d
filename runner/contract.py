"""The contract with the backend: the message that it publishes, and the events that it receives.

``cad-runner schema`` prints both as JSON Schema. A field never changes its meaning within a version; new optional
fields may come, so readers ignore what they do not know.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
)

from pipelines.options import UnitName
from runner.amounts import SCALE
from runner.errors import InvalidMessage

VERSION = 1
#: A message is an address, not a drawing: more bytes than this are refused unread.
LARGEST_MESSAGE = 256_000
SOURCE = "/cad-runner"


def _whole(value: Any) -> Any:
    """To JSON, 1 and 1.0 are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scale(value: Any) -> Any:
    return SCALE.read(value) if isinstance(value, str) else value


Bytes = Annotated[int, Field(ge=0), BeforeValidator(_whole)]
Page = Annotated[int, Field(ge=1, le=100_000), BeforeValidator(_whole)]
Scale = Annotated[
    float,
    Field(ge=SCALE.least, le=SCALE.most, allow_inf_nan=False),
    BeforeValidator(_scale),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": SCALE.least, "maximum": SCALE.most},
                {"type": "string", "pattern": SCALE.pattern},
            ]
        }
    ),
]
Height = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
JobId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
Checksum = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
#: What ``key_fault`` says in words, for the schema: no regular expression of pydantic's can look ahead.
_KEY_PATTERN = r"^(?![\s\S]*[\x00-\x1f\x7f\\])(?!/)(?!.*://)(?!(.*/)?\.{0,2}(/|$)).+$"
ObjectKey = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024),
    WithJsonSchema({"type": "string", "maxLength": 1024, "pattern": _KEY_PATTERN}),
]


class JobOptions(BaseModel):
    """How to convert, and what to store beside ``model.glb``. Lengths in metres."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: UnitName = Field(default=UnitName.AUTO, description="Unit of the drawing; auto infers it.")
    page: Page | None = Field(
        default=None, description="Page of a PDF, from 1. Without it, every page that shows a plan."
    )
    scale: Scale | None = Field(
        default=None,
        description="Scale of a PDF or picture: 100 or '1:100'. Without it, the drawing itself tells.",
        examples=["1:100", 100, '1/4"=1\'-0"'],
    )
    wall_height: Height = Field(default=2.7, description="Height of walls.")
    door_head: Height = Field(default=2.1, description="Height of doors, where the drawing does not say.")
    window_sill: float = Field(default=0.9, ge=0, le=100, allow_inf_nan=False, description="Height of window sills.")
    window_head: Height = Field(default=2.1, description="Height of the upper edge of windows.")
    slab_thickness: Height = Field(default=0.2, description="Thickness of floor slabs.")
    extrude: Height | None = Field(default=None, description="Height of closed profiles in a drawing without walls.")
    preview: bool = Field(default=True, description="Store preview.png, a picture of the model.")
    overlay: bool = Field(default=True, description="Store overlay.png, what was recognised over the drawing.")
    plan: bool = Field(default=True, description="Store plan.geojson, the floor plan for machines.")
    report: bool = Field(default=True, description="Store report.json, what was read, inferred and made.")


class JobMessage(BaseModel):
    """One job: one drawing to convert. The least is ``{"job_id": ..., "file_path": ...}``."""

    model_config = ConfigDict(extra="ignore", frozen=True, title="JobMessage")

    version: Literal[1] = Field(default=1, description="Version of this contract.")
    job_id: JobId = Field(description="Idempotency key: the same id and content give one result.")
    file_path: ObjectKey = Field(
        description="Key of the drawing in the object store: relative, no '..', no scheme, no backslash.",
        examples=["uploads/2024/plan.dxf"],
    )
    bucket: str | None = Field(default=None, description="Bucket of the drawing; has to be the runner's own.")
    checksum: Checksum | None = Field(default=None, description="Checksum of the drawing, compared after the download.")
    size: Bytes | None = Field(default=None, description="Bytes of the drawing.")
    options: JobOptions = Field(default_factory=JobOptions, description="How to convert.")
    target_prefix: ObjectKey | None = Field(default=None, description="Where it goes; 'results/JOB_ID' by default.")
    created_at: AwareDatetime | None = Field(
        default=None, description="When the job was made, with its offset from UTC or Z."
    )
    tenant: str | None = Field(default=None, max_length=128, description="Whose job it is; passed on, not interpreted.")
    traceparent: str | None = Field(default=None, max_length=128, description="W3C trace context, passed on.")

    @field_validator("version", mode="before")
    @classmethod
    def _is_number(cls, version: Any) -> Any:
        if isinstance(version, bool):  # to Python, True is 1
            raise ValueError("has to be 1")  # noqa: TRY004  pydantic takes no TypeError for a fault
        return version

    @field_validator("file_path", "target_prefix")
    @classmethod
    def _is_key(cls, key: str | None) -> str | None:
        if key is not None and (fault := key_fault(key)):
            raise ValueError(fault)
        return key

    @property
    def prefix(self) -> str:
        """Where the result goes."""
        return self.target_prefix or f"results/{self.job_id}"

    @property
    def fingerprint(self) -> str:
        """The same for two messages that ask for the same."""
        asked = self.model_dump(mode="json", include={"file_path", "checksum", "options", "target_prefix"})
        for later in ("page", "scale"):  # a message has to keep its fingerprint when options are added
            if asked["options"][later] is None:
                del asked["options"][later]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def key_fault(key: str) -> str | None:
    """What makes ``key`` no key of an object; None where it is one."""
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in key):
        return "contains a control character"
    if key.startswith("/"):
        return "is an absolute path"
    if "\\" in key:
        return "contains a backslash"
    if "://" in key:
        return "contains a scheme"
    if any(part in ("", ".", "..") for part in key.split("/")):
        return "contains an empty part, '.' or '..'"
    return None


def parse(body: bytes) -> JobMessage:
    """The job of a message. Raises ``InvalidMessage`` with all that is wrong with it, in one sentence."""
    if len(body) > LARGEST_MESSAGE:
        raise InvalidMessage(f"The message has {len(body)} bytes; more than {LARGEST_MESSAGE} are no job.")
    try:
        return JobMessage.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise InvalidMessage(f"The message is invalid: {_faults(error)}.") from None


def _faults(error: ValidationError) -> str:
    """Up to five faults, without the values: they may be large, or secret."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [": ".join(filter(None, (".".join(map(str, each["loc"])), each["msg"].rstrip(".")))) for each in faults[:5]]
    more = len(faults) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


class EventFile(BaseModel):
    """One file of a result."""

    name: str
    path: str = Field(description="Key in the object store.")
    size: int
    checksum: Checksum
    content_type: str


class EventError(BaseModel):
    """Why a job failed."""

    code: str = Field(description="Stable; see the list of codes.")
    message: str = Field(description="What is wrong.")
    remedy: str = Field(description="What to do.")


Status = Literal["running", "completed", "failed", "dead"]


class EventData(BaseModel):
    """What happened to a job."""

    job_id: str
    status: Status
    attempt: int
    result_path: str | None = Field(default=None, description="Key of model.glb; set where status is completed.")
    files: tuple[EventFile, ...] = ()
    summary: dict[str, Any] | None = Field(default=None, description="Counts and areas of the model.")
    error: EventError | None = None
    stage: str | None = Field(default=None, description="What the runner does just now.")
    progress: float | None = Field(default=None, ge=0, le=1)
    tenant: str | None = None


EventType = Literal["job.started", "job.progress", "job.completed", "job.failed", "job.dead"]


class ResultEvent(BaseModel):
    """A CloudEvent 1.0 in structured JSON. Its type is its routing key on the exchange ``events``.

    Delivered at least once: two events with the same ``id`` are the same event.
    """

    model_config = ConfigDict(frozen=True, title="ResultEvent")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str = SOURCE
    type: EventType
    subject: str = Field(description="The job_id.")
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | None = Field(default=None, description="Extension: W3C trace context of the message.")
    data: EventData

    def to_json(self) -> bytes:
        """The event as it is published: CloudEvents does not allow attributes that are null."""
        return self.model_dump_json(exclude_none=True).encode()


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one side of the contract."""
    outgoing = model is ResultEvent
    name = f"urn:cad-runner:{'event' if outgoing else 'message'}:{VERSION}"
    body = model.model_json_schema(mode="serialization" if outgoing else "validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": name, **body}

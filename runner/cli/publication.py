"""What ``cad-runner publish`` does with its drawings."""

from __future__ import annotations

import json
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from runner.amqp.courier import AmqpCourier
from runner.amqp.news import News
from runner.cli import AGAIN, DATA
from runner.cli.display import Display, described, printable
from runner.contract import JobMessage
from runner.errors import Outage, RunnerError, SourceMissing
from runner.formats import media_type, routing_key

if TYPE_CHECKING:
    from pathlib import Path

    from runner.amqp.connection import Broker
    from runner.amqp.topology import Topology
    from runner.cli.targets import Order
    from runner.contract import JobOptions
    from runner.protocols import ObjectStore

#: By the name, where the first bytes say nothing: the runner says what is wrong with them.
_KEYS = {".dxf": "dxf", ".pdf": "pdf"}
_LARGEST_RESULT = 1 << 40


@dataclass(frozen=True, slots=True)
class _Followed:
    """A job that is on its way."""

    order: Order
    begin: float


class Publication:
    """One run of the command."""

    def __init__(
        self,
        broker: Broker,
        store: ObjectStore,
        topology: Topology,
        options: JobOptions,
        *,
        tenant: str | None,
        plain: bool,
    ) -> None:
        self._store, self._options, self._tenant, self._plain = store, options, tenant, plain
        self._kinds = topology.kinds
        self._courier, self._news = AmqpCourier(broker, topology), News(broker)
        self._waiting: dict[str, _Followed] = {}
        self._display = Display(1, results=sys.stdout, notes=sys.stderr)
        self.code = 0  #: exit code so far

    def listen(self) -> None:
        """Hear what becomes of the jobs, from before the first is published."""
        self._news.listen()

    def publish(self, order: Order, job_id: str | None) -> None:
        """Upload a drawing and publish its job. Raises ``Outage``."""
        source = order.source
        kind = routing_key(source) or _KEYS.get(source.suffix.lower())
        if kind is None or kind not in self._kinds:
            self._say(source, error="is no drawing of a known kind: neither a DXF nor a PDF, nor a PNG, JPEG or TIFF.")
            self.code = max(self.code, DATA)
            return
        name = job_id or uuid.uuid4().hex
        key = f"uploads/{name}/{printable(source.name).replace(chr(92), '_')}"
        stored = self._store.upload(key, source, content_type=media_type(source.name))
        message = JobMessage(
            job_id=name,
            file_path=key,
            checksum=stored.checksum,
            size=stored.size,
            options=self._options,
            created_at=datetime.now(UTC),
            tenant=self._tenant,
        )
        self._waiting[name] = _Followed(order, time.monotonic())
        self._courier.send(kind, name, message.model_dump_json(exclude_none=True))
        if not self._plain:
            click.echo(f"{printable(str(source))}: published as {name}", err=True)
        else:
            self._print(event="published", job_id=name, file=str(source), file_path=key)

    def followed(self) -> int:
        """Wait until all jobs are settled, and download what they made; the exit code. Raises ``Outage``."""
        self._display = Display(max(1, len(self._waiting)), results=sys.stdout, notes=sys.stderr)
        try:
            while self._waiting:
                for event in self._news.heard(1.0):
                    self._hear(event["type"], event.get("data", {}))
        except Outage:
            self._display.close()
            names = " ".join(self._waiting)
            click.echo(f"The jobs go on without us; `cad-runner jobs show` tells of them: {names}", err=True)
            raise
        finally:
            self._display.close()
        return self.code

    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        job = self._waiting.get(data.get("job_id", ""))
        if job is None:
            return
        source = str(job.order.source)
        if kind == "job.progress":
            if self._plain:
                self._print(event=kind, **data)
            else:
                self._display.progress(source, data.get("stage", ""), data.get("progress", 0.0))
        elif kind in ("job.completed", "job.failed", "job.dead"):
            del self._waiting[data["job_id"]]
            self._display.close()
            if kind == "job.completed":
                self._complete(job, data)
            else:
                error = data.get("error", {})
                self.code = max(self.code, DATA if kind == "job.failed" else AGAIN)
                words = " ".join(str(error.get(name, "")) for name in ("message", "remedy"))
                self._say(job.order.source, error=f"{error.get('code')}: {words}", event=kind, data=data)

    def _complete(self, job: _Followed, data: dict[str, Any]) -> None:
        """Download a result, the model last."""
        places = job.order.files
        try:
            for file in sorted(data["files"], key=lambda each: str(each["name"]).endswith(".glb")):
                if file["name"] in places:
                    self._fetch(file["path"], places[file["name"]])
        except RunnerError as error:
            self.code = max(self.code, AGAIN)
            self._say(
                job.order.source, error=f"{error.reason}: {error.message} {error.advice}", event="lost", data=data
            )
            return
        if self._plain:
            self._print(event="job.completed", model=str(job.order.model), **data)
        else:
            figures = {"storeys": 0, "walls": 0, "doors": 0, "windows": 0, "rooms": 0, "area": 0.0, "bytes": 0}
            summary = figures | {"method": "model"} | (data.get("summary") or {})
            seconds = time.monotonic() - job.begin
            name, model = printable(str(job.order.source)), printable(str(job.order.model))
            click.echo(f"{name} -> {model}: {described(summary)}, {seconds:.1f} s")

    def _fetch(self, key: str, target: Path) -> None:
        """Download an object; nobody ever sees a part of it."""
        part = target.with_name(f".{target.name}.part")
        try:
            self._store.download(key, part, limit=_LARGEST_RESULT)
            part.replace(target)
        except SourceMissing:
            raise SourceMissing(f"The result {PurePath(key).name} is gone from the store.") from None
        finally:
            part.unlink(missing_ok=True)

    def _say(self, source: Path, *, error: str, event: str = "refused", data: dict[str, Any] | None = None) -> None:
        if self._plain:
            self._print(event=event, file=str(source), error=error, data=data)
        else:
            click.echo(" ".join(printable(f"{source}: {error}").split()), err=True)

    def _print(self, **fields: Any) -> None:
        click.echo(json.dumps({name: each for name, each in fields.items() if each is not None}, ensure_ascii=False))

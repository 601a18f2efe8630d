"""Makes adapters of settings. Each imports its client when asked for: no command pays for what it does not use."""

# ruff: noqa: PLC0415  see above

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runner.errors import WrongSetting
from runner.settings import groups
from runner.settings.reading import name_of, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.amqp.connection import Broker
    from runner.amqp.courier import AmqpCourier
    from runner.amqp.management import Management
    from runner.amqp.topology import Topology
    from runner.postgres.database import Database
    from runner.s3 import S3Store
    from runner.sandbox.converter import Converter
    from runner.sandbox.trial import Trial
    from runner.traces import Traces

#: The share of the memory of a container that a conversion may have.
_MEMORY_SHARE = 0.8


def broker(settings: groups.Broker | None = None) -> Broker:
    """The broker. Raises ``WrongSetting``."""
    from runner.amqp.connection import Broker, Patience, Tls

    settings = settings or read(groups.Broker)
    return Broker(
        settings.url.get_secret_value(),
        password=settings.password.get_secret_value() if settings.password else None,
        tls=Tls(ca=settings.tls_ca, certificate=settings.tls_cert, key=settings.tls_key, verify=settings.tls_verify),
        patience=Patience(heartbeat=round(settings.heartbeat), connect=settings.timeout),
    )


def management(broker: Broker, settings: groups.Broker | None = None) -> Management | None:
    """The HTTP API of the broker, where its address is set: for the broker's own virtual host and user."""
    from runner.amqp.management import Management

    settings = settings or read(groups.Broker)
    if settings.management_url is None:
        return None
    user, password, vhost = broker.account
    return Management(settings.management_url.get_secret_value(), vhost, user, password, broker.tls)


def topology(settings: groups.Work | None = None) -> Topology:
    """The exchanges and queues."""
    from runner.amqp.topology import Topology

    return Topology(delays=(settings or read(groups.Work)).retry_delays)


def courier(broker: Broker, settings: groups.Work | None = None) -> AmqpCourier:
    """Where jobs are published. Counts messages that are held, too, where the broker's HTTP API is set."""
    from runner.amqp.courier import AmqpCourier

    return AmqpCourier(broker, topology(settings), management(broker))


def database(settings: groups.Database | None = None) -> Database:
    """The database. Raises ``WrongSetting``."""
    from runner.postgres.database import Database, Patience

    settings = settings or read(groups.Database)
    return Database(
        settings.address.get_secret_value(),
        password=settings.password.get_secret_value() if settings.password else None,
        patience=Patience(connect=round(settings.timeout), statement=settings.statement_timeout),
    )


def store(settings: groups.Store | None = None) -> S3Store:
    """The object store. Raises ``WrongSetting``."""
    from runner.s3 import Patience, S3Store, Tls

    settings = settings or read(groups.Store)
    return S3Store(
        settings.bucket,
        endpoint=settings.endpoint,
        access_key=settings.access_key,
        secret_key=settings.secret_key.get_secret_value() if settings.secret_key else None,
        region=settings.region,
        path_style=settings.path_style,
        tls=Tls(ca=settings.tls_ca, certificate=settings.tls_cert, key=settings.tls_key, verify=settings.tls_verify),
        patience=Patience(answer=settings.timeout),
    )


def traces(settings: groups.Logs) -> Traces | None:
    """What sends traces, where they are asked for. Raises ``WrongSetting`` where it is not installed."""
    if settings.otlp_endpoint is None:
        return None
    try:
        from runner.traces import Traces
    except ModuleNotFoundError as error:
        name = name_of(groups.Logs, "otlp_endpoint")
        raise WrongSetting(
            f"{name} is set, but {error.name} is not installed; install cad-runner[otel], or unset {name}."
        ) from None
    return Traces(settings.otlp_endpoint)


def converters(settings: groups.Work, pipeline: str) -> Callable[[], Converter]:
    """Starts converting processes, with the limits, the weights and the GPU that are set."""
    from runner.sandbox import cgroup
    from runner.sandbox.converter import Limits, Setting
    from runner.sandbox.process import Child

    limits = Limits(
        soft_seconds=settings.soft_time_limit,
        hard_seconds=settings.hard_time_limit,
        memory=settings.memory_limit or int(cgroup.memory() * _MEMORY_SHARE),
    )
    return partial(Child, pipeline, limits, Setting(kind=settings.kind, options=own(settings)))


def own(settings: groups.Work) -> dict[str, str | bool]:
    """The options of a conversion that are the runner's: which weights, and whether there is a GPU."""
    model: dict[str, str | bool] = {"model": str(settings.model_path.absolute())} if settings.model_path else {}
    return model | ({"gpu": True} if settings.use_gpu else {})


def trial(settings: groups.Work) -> Trial | None:
    """The detector, being tried; None where nobody asks for another than comes with the program."""
    from runner.sandbox.trial import Trial

    asked = own(settings)
    return Trial(asked) if asked and settings.kind == "pdf" else None

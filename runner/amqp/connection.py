"""One connection to the broker, made when it is needed and made anew when it was lost.

It belongs to the thread that uses it (pika's connections know no other way), and lives only while it is served: a
heartbeat is answered within ``publish``, ``wait`` and ``serve``, so whoever works on something long calls ``serve``
every few seconds.

Publishing has a channel of its own. A channel that breaks, as one does that publishes to an exchange that isn't
there, gives back every message that was taken over it.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pika
from pika import exceptions

from runner import __version__
from runner.errors import BrokerUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pika.adapters.blocking_connection import BlockingChannel

_APPLY = "Run `cad-runner topology apply`."
#: Everything by which pika says that the broker is not there, or says no.
_FAULTS = (exceptions.AMQPError, OSError)
_SERVE_SECONDS = 0.5
# It logs every fault as an error before it raises it, and whether that is one is for us to say.
logging.getLogger("pika").setLevel(logging.CRITICAL)


class QueueMissing(BrokerUnavailable):
    """A queue or an exchange is not there."""

    remedy = _APPLY


class Unequal(BrokerUnavailable):
    """A queue or an exchange is there, but was declared otherwise."""

    remedy = "Run `cad-runner topology diff`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the broker may take, in seconds."""

    heartbeat: int = 30  #: without a sign of life for about twice as long, each side gives the other up
    connect: float = 10.0
    blocked: float = 60.0  #: for a broker that takes nothing because its memory or disk is full


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the broker proves who it is, and we do."""

    ca: Path | None = None  #: certificates to trust in place of the system's
    certificate: Path | None = None  #: our own
    key: Path | None = None  #: of our own certificate, where it is a file of its own
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """The same for the standard library. Raises ``BrokerUnavailable`` where a file is no certificate."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            raise BrokerUnavailable(
                f"A certificate for the broker can't be read: {error}.",
                remedy="Check the files that CAD_RUNNER_RABBITMQ_TLS_CA, _CERT and _KEY name.",
            ) from None
        if not self.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


@dataclass(slots=True)
class Broker:
    """The broker at an address."""

    address: str = field(repr=False)  #: URL, amqp:// or amqps://; may hold the password
    password: str | None = field(default=None, repr=False)  #: in place of the one in the address
    tls: Tls = field(default_factory=Tls)  #: for amqps://
    patience: Patience = field(default_factory=Patience)
    name: str = "cad-runner"  #: how the broker's own lists call us
    _connection: pika.BlockingConnection | None = field(default=None, init=False, repr=False)
    _outgoing: BlockingChannel | None = field(default=None, init=False, repr=False)
    _blocked: bool = field(default=False, init=False)
    _served: float = field(default=0.0, init=False, repr=False)
    _thread: int = field(default_factory=threading.get_ident, init=False, repr=False)

    @property
    def account(self) -> tuple[str, str, str]:
        """User, password and virtual host. Raises ``BrokerUnavailable`` where the address makes no sense."""
        parameters = self._parameters()
        assert isinstance(parameters.credentials, pika.PlainCredentials)
        return parameters.credentials.username, parameters.credentials.password, parameters.virtual_host

    @property
    def connected(self) -> bool:
        """Whether the connection holds, as far as is known."""
        return self._connection is not None and bool(self._connection.is_open)

    @property
    def blocked(self) -> bool:
        """Whether the broker takes no messages just now."""
        return self.connected and self._blocked

    def channel(self) -> BlockingChannel:
        """A new channel, over a new connection where there is none. Raises ``BrokerUnavailable``."""
        with self.asking():
            return self._open().channel()

    def publish(
        self, exchange: str, key: str, body: bytes, properties: pika.BasicProperties, *, mandatory: bool = True
    ) -> None:
        """Publish a message, and wait until the broker has it safe. Raises ``BrokerUnavailable``.

        A ``mandatory`` message has to reach a queue: where it reaches none, ``QueueMissing`` is raised.
        """
        with self.asking():
            self._out().basic_publish(exchange, key, body, properties, mandatory=mandatory)

    def wait(self, seconds: float) -> None:
        """Let the broker speak for some seconds at most; less where it has said something. Raises as ``publish``."""
        with self.asking():
            # Looked at first, as ``_open`` does, it would have spoken by then, and this would wait in vain.
            (self._connection or self._open()).process_data_events(seconds)

    def serve(self) -> None:
        """Answer a heartbeat if one is due, in no time. Raises nothing: that the broker is gone is found out later."""
        # Another thread has no business here, and a transfer may tell of its progress from one.
        if threading.get_ident() != self._thread or time.monotonic() < self._served + _SERVE_SECONDS:
            return
        self._served = time.monotonic()
        if self.connected:
            with suppress(BrokerUnavailable):
                self.wait(0)

    def close(self) -> bool:
        """Hang up; whether the broker has heard all that it was told. A later call connects anew."""
        connection, self._connection, self._outgoing = self._connection, None, None
        try:
            if connection is not None:
                connection.close()
        except _FAULTS:
            return False
        return connection is not None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around whatever is asked of the broker: its faults leave as ``BrokerUnavailable``."""
        try:
            yield
        except exceptions.ChannelClosedByBroker as error:
            raise _refused(error) from None
        except exceptions.UnroutableError as error:
            key = error.messages[0].method.routing_key if error.messages else "?"
            raise QueueMissing(f"No queue takes messages with the routing key {key!r}.") from None
        except exceptions.NackError:
            raise BrokerUnavailable("The broker could not keep a message safe.") from None
        except _FAULTS as error:
            if not self.connected:
                self._forget()
            raise BrokerUnavailable(f"The connection to the broker failed: {_words(error)}.") from None

    def _open(self) -> pika.BlockingConnection:
        """The connection, looked at before it is used: a broker that went has said so by now."""
        if self._connection is None or not _alive(self._connection):
            self._forget()
            connection = pika.BlockingConnection(self._parameters())
            connection.add_on_connection_blocked_callback(lambda *_: self._mark(blocked=True))
            connection.add_on_connection_unblocked_callback(lambda *_: self._mark(blocked=False))
            self._connection = connection
        return self._connection

    def _out(self) -> BlockingChannel:
        """The channel for publishing; the broker confirms what goes over it."""
        connection = self._open()
        if self._outgoing is None or not self._outgoing.is_open:
            self._outgoing = connection.channel()
            self._outgoing.confirm_delivery()
        return self._outgoing

    def _mark(self, *, blocked: bool) -> None:
        self._blocked = blocked

    def _forget(self) -> None:
        """Drop a connection that is lost."""
        if self._connection is not None:
            with suppress(*_FAULTS):
                self._connection.close()
        self._connection = self._outgoing = None
        self._blocked = False

    def _parameters(self) -> pika.URLParameters:
        """The address with what we want of a connection, where it does not say otherwise."""
        try:
            parameters = pika.URLParameters(self.address)
        except (ValueError, TypeError, KeyError, AttributeError):
            # What pika says here quotes the address, and with it the password.
            raise BrokerUnavailable(
                "The address of the broker can't be understood.",
                remedy="Write it as amqp://USER@HOST:5672/VHOST, with signs such as @ or / in it as %40 or %2F.",
            ) from None
        asked = self.address.partition("?")[2]
        for option, value in (
            ("heartbeat", self.patience.heartbeat),
            ("blocked_connection_timeout", self.patience.blocked),
            ("socket_timeout", self.patience.connect),
            ("stack_timeout", self.patience.connect + 5),
        ):
            if f"{option}=" not in asked:
                setattr(parameters, option, value)
        if self.password is not None and isinstance(parameters.credentials, pika.PlainCredentials):
            parameters.credentials = pika.PlainCredentials(parameters.credentials.username, self.password)
        if parameters.ssl_options is not None:
            parameters.ssl_options = pika.SSLOptions(self.tls.context(), parameters.host)
        parameters.client_properties = {"connection_name": f"{self.name} {__version__}"}
        return parameters


def _alive(connection: pika.BlockingConnection) -> bool:
    """Whether the connection holds, as far as can be seen without asking."""
    try:
        connection.process_data_events(0)
    except _FAULTS:
        return False
    return bool(connection.is_open)


def _refused(error: exceptions.ChannelClosedByBroker) -> BrokerUnavailable:
    """What it means that the broker closed a channel."""
    text = error.reply_text
    match error.reply_code:
        case 404:
            return QueueMissing(f"The broker says: {text}.")
        case 406 if "inequivalent" in text:
            return Unequal(f"The broker says: {text}.")
        case 403:
            return BrokerUnavailable(
                f"The broker refuses: {text}.", remedy="Grant the user what docs/howto/rabbitmq.md lists."
            )
        case _:
            return BrokerUnavailable(f"The broker says: {text}.")


def _words(error: Exception) -> str:
    """What an error says, or where it says nothing, what it is."""
    return " ".join(str(error).split()).rstrip(".") or repr(error).rstrip(".")

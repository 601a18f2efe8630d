"""A TCP proxy that does to connections what networks do: cut them, delay them, starve them, refuse them.

It stands between a client and a server, and passes bytes on until a test says otherwise::

    with Proxy("127.0.0.1", 5672) as proxy:
        client.connect("127.0.0.1", proxy.port)
        proxy.cut()

Each fault holds for connections that are open and for new ones, until ``heal``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine

HOST = "127.0.0.1"
_CHUNK = 1 << 14
#: Makes closing a socket send a reset.
_RESET = struct.pack("ii", 1, 0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the network."""

    refuses: bool = False  #: new connections are closed at once
    silent: bool = False  #: nothing passes, nothing is closed
    delay: float = 0.0  #: seconds before each piece passes
    rate: float | None = None  #: bytes a second from the server
    answer: int | None = None  #: bytes from the server, after which each connection is closed in an orderly way
    reset: int | None = None  #: the same, but with a reset


class Proxy:
    """A proxy to one server, in a thread of its own.

    With ``tls`` it speaks TLS to the client, and plainly to the server; ``asked`` are the bytes by which a client asks
    for it beforehand, as PostgreSQL's do. It listens at the address ``at`` of this machine.
    """

    def __init__(
        self, host: str, port: int, *, tls: ssl.SSLContext | None = None, asked: bytes = b"", at: str = HOST
    ) -> None:
        self._target = (host, port)
        self._at = at
        self._tls, self._asked = tls, asked
        self._faults = Faults()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self.connections = 0  #: taken so far
        self.sent = 0  #: bytes to the server that were passed on
        self.received = 0  #: bytes from the server that were passed on

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._call(
            asyncio.start_server(self._serve, self._at, 0, ssl=None if self._asked else self._tls)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self.cut()
        self._call(self._ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection that is open."""
        self._call(self._cut())

    def refuse(self) -> None:
        """Reset every connection, and take no new one: the server is down."""
        self._faults = replace(self._faults, refuses=True)
        self.cut()

    def silence(self) -> None:
        """Let nothing pass, and close nothing: a cable is pulled."""
        self._faults = replace(self._faults, silent=True)

    def delay(self, seconds: float) -> None:
        """Hold back every piece for some seconds."""
        self._faults = replace(self._faults, delay=seconds)

    def throttle(self, rate: float) -> None:
        """Let pass so many bytes a second from the server."""
        self._faults = replace(self._faults, rate=rate)

    def truncate(self, answer: int) -> None:
        """Close each connection in an orderly way after so many bytes from the server."""
        self._faults = replace(self._faults, answer=answer)

    def break_after(self, answer: int) -> None:
        """Reset each connection after so many bytes from the server."""
        self._faults = replace(self._faults, reset=answer)

    def heal(self) -> None:
        """Let everything pass again."""
        self._faults = Faults()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _cut(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _ended(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._faults.refuses:
            _reset(writer)
            return
        try:
            if self._tls and self._asked:
                await self._agree(reader, writer, self._tls)
            outward = await asyncio.open_connection(*self._target)
        except (OSError, asyncio.IncompleteReadError):
            _reset(writer)
            return
        writers = {writer, outward[1]}
        self._open |= writers
        both = [
            asyncio.ensure_future(self._pass_on(reader, outward[1], from_server=False)),
            asyncio.ensure_future(self._pass_on(outward[0], writer, from_server=True)),
        ]
        self._tasks.update(both)
        try:
            # Whichever side closes, the other one is closed too.
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            self._tasks.difference_update(both)
            self._open -= writers
            for each in writers:
                each.close()

    async def _agree(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> None:
        """Begin TLS as the client asks. Raises ``OSError`` where it can't be agreed on."""
        if await reader.readexactly(len(self._asked)) != self._asked:
            raise OSError("no TLS was asked for")
        writer.write(b"S")
        await writer.start_tls(tls)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_server: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                while self._faults.silent:  # noqa: ASYNC110  the fault is set by another thread
                    await asyncio.sleep(0.05)
                faults = self._faults
                await asyncio.sleep(faults.delay)
                if not from_server:
                    self.sent += len(data)
                    writer.write(data)
                    await writer.drain()
                    continue
                end = min((end for end in (faults.answer, faults.reset) if end is not None), default=None)
                await self._answer(data if end is None else data[: max(0, end - passed)], writer, faults.rate)
                passed += len(data)
                if end is not None and passed >= end:
                    if end == faults.reset:
                        _reset(writer)
                    return

    async def _answer(self, data: bytes, writer: asyncio.StreamWriter, rate: float | None) -> None:
        """Pass on what a server said, in small pieces where it has to be slow."""
        size = len(data) if rate is None else max(1, int(rate / 20))
        for start in range(0, len(data), size or 1):
            piece = data[start : start + size]
            await asyncio.sleep(len(piece) / rate if rate else 0)
            self.received += len(piece)
            writer.write(piece)
            await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    line = writer.get_extra_info("socket")  # gone where TLS was refused
    with contextlib.suppress(OSError):
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()

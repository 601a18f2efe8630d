"""Takes messages and has their jobs done, one at a time: one and no more, or until it is asked to stop.

Knows neither the broker nor the database, only what they are asked for; ``runner.cli.work`` puts them together.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from runner.errors import BrokerUnavailable, LocalDiskFull
from runner.job import process
from runner.outcome import Failure, Released

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.outcome import Outcome
    from runner.parts import Parts
    from runner.probes import Probes
    from runner.protocols import Delivery
    from runner.sandbox.converter import Converter

SETTLED, AGAIN = 0, 75  #: exit codes: the message is settled, or there was none; it is not, and comes back
_SLICE_SECONDS = 1.0
#: How long to wait for a broker that is gone: longer each time, up to the last.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


class Letter(Protocol):
    """A message that is held until it is settled."""

    @property
    def delivery(self) -> Delivery:
        """What it says."""
        ...

    @property
    def redelivered(self) -> bool:
        """Whether it may have been delivered before."""
        ...


L = TypeVar("L", bound=Letter)


class Mailbox(Protocol[L]):
    """Where messages come from; each method but ``close`` raises ``BrokerUnavailable``."""

    def take(self, seconds: float) -> L | None:
        """The next message; None where none comes within ``seconds``."""
        ...

    def hush(self) -> None:
        """Take no more messages."""
        ...

    def settle(self, letter: L, outcome: Outcome, /) -> bool:
        """Do with a message what its outcome asks for; whether it is settled, and not given back."""
        ...

    def close(self) -> bool:
        """Hang up; whether the other side has heard all that it was told."""
        ...


class Stop:
    """Whether the runner is asked to stop, and whether it may still end what it does. A handler of signals.

    Asked once, there are ``grace`` seconds for the work in hand; asked again, there are none.
    """

    def __init__(self, grace: float = 0.0) -> None:
        self._grace = grace
        self._deadline = float("inf")

    def __call__(self, _signal: int = 0, _frame: object = None) -> None:
        """Ask it to stop."""
        now = time.monotonic()
        self._deadline = now if self.asked() else now + self._grace

    def asked(self) -> bool:
        """Whether nothing new is begun."""
        return self._deadline < float("inf")

    def due(self) -> bool:
        """Whether what was begun is to be given up."""
        return time.monotonic() >= self._deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of a message."""

    letter: Letter
    outcome: Outcome
    seconds: float  #: from its arrival until it was settled
    settled: bool
    unsettled: str | None = None  #: why it could not be


@dataclass(slots=True, kw_only=True)
class Worker(Generic[L]):
    """Does the jobs of one mailbox."""

    mailbox: Mailbox[L]
    start: Callable[[], Converter]  #: gets a converter ready
    parts: Parts
    stop: Stop
    probes: Probes
    ended: Callable[[Ended], None]  #: told of each message
    troubled: Callable[[str, Failure], None]  #: told of what befalls the runner itself
    _failures: int = field(default=0, init=False)  #: of the broker, in a row

    def once(self, seconds: float) -> int:
        """Take one message, waiting for it for some seconds, and settle it; the exit code.

        Ready means that the message is held: so many more runners are needed as there are messages left.
        """
        try:
            letter = self._first(seconds)
            if letter is None:
                self.mailbox.close()
                return SETTLED
            self.probes.ready = True
            self.mailbox.hush()
        except BrokerUnavailable as error:
            self.troubled("no message could be taken", Failure.of(error))
            self.mailbox.close()
            return AGAIN
        settled = self._done(letter, None).settled
        # The last acknowledgement is on its way until the broker has said goodbye.
        return SETTLED if self.mailbox.close() and settled else AGAIN

    def forever(self) -> int:
        """Take one message after the other until asked to stop; the exit code.

        The next converter gets ready while one works. Ready means that messages are listened for.
        """
        spare: Converter | None = None
        code = SETTLED
        try:
            while not self.stop.asked():
                spare = spare if spare is not None and spare.alive() else self._started()
                letter = self._next()
                if letter is None:
                    continue
                converter, spare = spare, None
                if not self.stop.asked():
                    spare = self._started()
                end = self._done(letter, converter)
                code = SETTLED if end.settled else AGAIN
                if not end.settled and not self.stop.asked() and not self._may_go_on(end):
                    break
        finally:
            self.probes.ready = False
            if spare is not None:
                spare.close()
        self.mailbox.close()
        return code

    def _first(self, seconds: float) -> L | None:
        """The message that comes within ``seconds``, unless there is a stop before."""
        deadline = time.monotonic() + seconds
        while not self.stop.asked():
            self.probes.beat()
            left = deadline - time.monotonic()
            if (letter := self.mailbox.take(max(0.0, min(left, _SLICE_SECONDS)))) is not None or left <= 0:
                return letter
        return None

    def _next(self) -> L | None:
        """The next message, if one comes soon; a broker that is gone is waited for."""
        self.probes.beat()
        try:
            letter = self.mailbox.take(_SLICE_SECONDS)
        except BrokerUnavailable as error:
            self.probes.ready = False
            if not self._failures:
                self.troubled("waiting for the broker", Failure.of(error))
            self._pause()
            return None
        self._failures = 0
        self.probes.ready = True
        return letter

    def _may_go_on(self, end: Ended) -> bool:
        """Whether the next message may fare better than one that was given back.

        A fault of the runner's own is better off with a process made anew, and later.
        """
        if isinstance(end.outcome, Released) and end.outcome.failure.code != BrokerUnavailable.code:
            return False
        self._pause()
        return True

    def _pause(self) -> None:
        """Wait longer each time, and no longer than until asked to stop."""
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        end = time.monotonic() + pause
        while not self.stop.asked() and (left := end - time.monotonic()) > 0:
            self.probes.beat()
            time.sleep(min(left, _SLICE_SECONDS / 5))

    def _started(self) -> Converter | None:
        try:
            return self.start()
        except OSError as error:
            self.troubled("no converter could be started", Failure.of(_full(error)))
            return None

    def _done(self, letter: L, converter: Converter | None) -> Ended:
        """Have the job of a message done, and settle it."""
        begin = time.monotonic()
        converter = converter if converter is not None and converter.alive() else self._started()
        if converter is None:
            outcome: Outcome = Released(failure=Failure.of(LocalDiskFull("No converter could be started.")), job_id="")
            return self._settled(letter, outcome, begin)
        with closing(converter):
            return self._settled(letter, process(letter.delivery, converter, self.parts), begin)

    def _settled(self, letter: L, outcome: Outcome, begin: float) -> Ended:
        """Settle a message, and tell of it."""
        settled, why = False, None
        try:
            if self.stop.asked():
                # Before the acknowledgement, which would bring the next one.
                self.mailbox.hush()
            settled = self.mailbox.settle(letter, outcome)
        except BrokerUnavailable as error:
            why = error.message
        end = Ended(letter=letter, outcome=outcome, seconds=time.monotonic() - begin, settled=settled, unsettled=why)
        self.ended(end)
        return end


def _full(error: OSError) -> LocalDiskFull:
    return LocalDiskFull(f"No converter could be started: {error}.")

"""Events that are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.contract import ResultEvent


@dataclass(slots=True)
class MemoryEvents:
    """Keeps what is published."""

    published: list[ResultEvent] = field(default_factory=list)
    replies: list[tuple[str, str | None, ResultEvent]] = field(default_factory=list)  #: (reply_to, correlation, event)

    def publish(self, event: ResultEvent, *, reply_to: str | None = None, correlation_id: str | None = None) -> None:
        """Keep an event; see ``Events``."""
        self.published.append(event)
        if reply_to is not None:
            self.replies.append((reply_to, correlation_id, event))

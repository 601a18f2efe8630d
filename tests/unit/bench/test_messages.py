"""What is measured of messages becomes figures, and the figures a section of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench import __main__ as bench
from tests.bench import messages, messages_page, page

if TYPE_CHECKING:
    from pathlib import Path

#: Two messages, as the program notes them: nested steps are shorter than what is around them, and end before it.
ROWS: list[messages.Row] = [
    ("python", 0.0, 0.0, 0.0, 0.0),
    ("imports", 0.1, 0.4, 0.3, 0.3),
    ("assembly", 0.5, 0.1, 0.1, 0.4),
    ("take", 0.6, 0.1, 0.0, 0.4),
    ("child: start", 0.7, 0.01, 0.001, 0.401),
    ("claim", 0.72, 0.04, 0.01, 0.42),
    ("upload", 0.8, 0.02, 0.01, 0.43),
    ("upload", 0.83, 0.02, 0.01, 0.44),
    ("rest", 0.71, 0.003, 0.002, 0.45),
    ("take", 1.0, 1.0, 0.0, 0.45),
    ("take", 2.0, 0.5, 0.0, 0.45),
    ("claim", 2.6, 0.02, 0.002, 0.46),
    ("upload", 2.7, 0.01, 0.004, 0.47),
    ("children", 3.0, 0.0, 1.2, 1.2),
]


def measured(**changes: Any) -> messages.Measured:
    found = messages._messages(ROWS)
    steps = messages._steps(found)
    burst = {"seconds": [0.1, 0.2, 0.3], "wall": 0.5, "steps": steps, "peak": 85_000_000}
    return {
        "servers": {"postgres": "/usr/bin/postgres"},
        "load": 0.1,
        "starts": {"claimed": [0.7, 0.6, 0.9], "lives": [2.0]},
        "jobs": {"told": [1.0], "lives": [1.2], "startup": messages._startup([ROWS]), "steps": steps},
        "leisurely": {"seconds": [0.1], "steps": steps, "children": 0.4},
        "bursts": [burst | {"count": count, "runners": runners} for runners in (1, 2) for count in (1, 10, 50)],
        "memory": {"main": 84_000_000, "child": 170_000_000},
    } | changes


def test_steps_are_told_for_each_message() -> None:
    first, second = messages._messages(ROWS)
    assert [row[0] for row in second] == ["claim", "upload"]
    assert messages._steps([first])["upload"] == pytest.approx((0.04, 0.02, 2))
    assert messages._steps([first, second])["claim"] == pytest.approx((0.03, 0.006, 1))
    assert "take" not in messages._steps([first, second])


def test_moments_of_a_start_are_those_of_the_first_message() -> None:
    startup = messages._startup([ROWS])
    assert startup["the message has come"] == pytest.approx((0.7, 0.4))
    assert startup["the job is claimed"] == pytest.approx((0.76, 0.42))


def test_aims_are_judged() -> None:
    good = messages_page.section(measured(), "")
    slow = messages_page.section(measured(starts={"claimed": [0.9]}, memory={"main": 121e6, "child": 1}), "")
    assert "| 0.70 s | yes |" in good
    assert "**no**" not in good
    assert "| 0.90 s | **no** |" in slow
    assert "| 121 MB | **no** |" in slow


def test_messages_alone_leave_the_rest_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "benchmarks.md"
    monkeypatch.setattr(bench, "MESSAGES", tmp_path / "build" / "messages.json")
    monkeypatch.setattr(messages, "measure", measured)
    monkeypatch.setattr("sys.argv", ["bench", "--messages", "--out", str(out)])
    bench.main()
    alone = out.read_text()
    assert alone.startswith(f"{page.TITLE}\n\n{messages_page.HEAD}\n\n")
    out.write_text(alone.replace(f"{page.TITLE}\n", f"{page.TITLE}\n\n## Stages\n\nfast\n"))
    whole = out.read_text()
    bench.main()
    assert out.read_text() == whole
    monkeypatch.setattr(messages, "measure", lambda: measured(starts={"claimed": [0.123]}))
    bench.main()
    assert out.read_text() == whole.replace("| 0.70 s |", "| 0.12 s |").replace("| 0.60 s |", "| 0.12 s |")

"""What the control group that holds this process says of memory (Linux); all else is a machine without.

Version 2 is asked first, then version 1, which older nodes have.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_LIMITS = ("memory.max", "memory/memory.limit_in_bytes")
_EVENTS = ("memory.events", "memory/memory.oom_control")


def memory() -> int:
    """Bytes that this machine has, or this container may have."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for name in _LIMITS:
        with suppress(OSError, ValueError):  # no such file, or 'max'
            return min(machine, int((ROOT / name).read_text(encoding="ascii")))
    return machine


def oom_kills() -> int:
    """How many processes the kernel has killed in here for want of memory."""
    for path in _EVENTS:
        with suppress(OSError):
            for line in (ROOT / path).read_text(encoding="ascii").splitlines():
                name, _, count = line.partition(" ")
                if name == "oom_kill":
                    return int(count)
    return 0

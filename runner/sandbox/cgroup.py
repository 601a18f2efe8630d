"""What the control group that holds this process says of memory (Linux, cgroup v2); all else is a machine without."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def memory() -> int:
    """Bytes that this machine has, or this container may have."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no such file, or 'max'
        return min(machine, int((ROOT / "memory.max").read_text(encoding="ascii")))
    return machine


def oom_kills() -> int:
    """How many processes the kernel has killed in here for want of memory."""
    with suppress(OSError):
        for line in (ROOT / "memory.events").read_text(encoding="ascii").splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count)
    return 0

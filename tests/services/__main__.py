"""RabbitMQ, PostgreSQL and an S3 store on this machine, without Docker: what ``make up`` and ``make down`` call.

    python -m tests.services install | up | down | status

They are the same private servers that the tests start for themselves. ``install`` gets what is missing from Debian's
packages, as root.
"""

from __future__ import annotations

import sys

from tests.services import local

COMMANDS = {"install": local.install, "up": local.up, "down": local.down, "status": local.status}

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in COMMANDS:
        sys.exit(COMMANDS[sys.argv[1]]())
    sys.exit(__doc__)

"""Write ``.env.example`` and ``docs/config.md``: ``python -m runner.settings``, in the project's folder."""

from __future__ import annotations

from pathlib import Path

from runner.settings import pages

PAGES = {".env.example": pages.env, "docs/config.md": pages.config}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(name).write_text(page(), encoding="utf-8")

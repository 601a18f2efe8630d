"""What one drawing became: the files that ``cad-runner convert`` left, and what they say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: A scale that is less sure is an estimate.
_SURE = 0.8
_DOORS = ("door", "double_door", "sliding_door", "folding_door", "overhead_door")


@dataclass(frozen=True, slots=True)
class Made:
    """A drawing and its model, or the sentence that says why there is none."""

    name: str
    folder: Path  #: holds model.glb, preview.png, overlay.png, plan.geojson and report.json
    seconds: float  #: of the whole command
    error: str = ""
    report: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, name: str, folder: Path, seconds: float) -> Made:
        """A drawing that was converted into ``folder``."""
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return cls(name, folder, seconds, report=report)

    @property
    def drawn(self) -> str:
        """The unit that the drawing is drawn in, or the scale that its paper is drawn at."""
        pages = [page["scale"] for page in self.report.get("read", {}).get("pages", ()) if page["used"]]
        if not pages:
            return f"in {self.report['units']['name']}"
        about = "" if pages[0]["confidence"] >= _SURE else "about "
        return f"at {about}1:{pages[0]['ratio'] or 1000 * pages[0]['metres_per_mm']:.4g}"

    @property
    def storeys(self) -> list[dict[str, Any]]:
        """The report on each storey."""
        return list(self.report["storeys"])

    def total(self, name: str) -> float:
        """A count or measure of all storeys together."""
        return float(sum(storey[name] for storey in self.storeys))

    @property
    def doors(self) -> int:
        """Doors of every kind."""
        return sum(storey["openings"].get(kind, 0) for storey in self.storeys for kind in _DOORS)

    @property
    def windows(self) -> int:
        """Windows."""
        return sum(storey["openings"].get("window", 0) for storey in self.storeys)

    @property
    def warnings(self) -> list[str]:
        """What a person should know before trusting the model."""
        return list(self.report["warnings"])

    def row(self) -> dict[str, str]:
        """The line of the table, by the title of each column."""
        return {
            "drawing": self.name,
            "drawn": self.drawn,
            "storeys": str(len(self.storeys)),
            "walls": f"{self.total('walls'):.0f}",
            "doors": str(self.doors),
            "windows": str(self.windows),
            "rooms": f"{self.total('rooms'):.0f}",
            "area": f"{self.total('room_area'):.1f} m²",
            "model": size(self.report["model"]["bytes"]),
            "time": f"{self.seconds:.1f} s",
            "warnings": str(len(self.warnings) or ""),
        }

    def starts(self) -> list[list[float] | None]:
        """Per storey the middle of its largest room in the model, [x, z]: a good place to begin a walk."""
        plan = json.loads((self.folder / "plan.geojson").read_text(encoding="utf-8"))
        rooms = [each["properties"] for each in plan["features"] if each["properties"]["category"] == "room"]
        found: list[list[float] | None] = []
        for storey in plan["storeys"]:
            own = [room for room in rooms if room["storey"] == storey["id"] and room["anchor"]]
            largest = max(own, key=lambda room: room["area"] or 0.0, default=None)
            found.append([largest["anchor"][0], -largest["anchor"][1]] if largest else None)
        return found


def size(count: int) -> str:
    """Bytes as one reads them."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"

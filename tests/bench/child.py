"""One rival on one file, in a process of its own: ``python -m tests.bench.child RIVAL FILE``.

Prints JSON: of each part of its work the seconds, imports left out, and what the process had held at most by its end;
and the bytes of the model that it made, if it makes one.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Parts = dict[str, tuple[float, int]]  #: seconds, and bytes held at most so far


def _held() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def pipeline(source: Path) -> tuple[Parts, int]:
    """The whole conversion with everything that it can write, stage by stage."""
    from pipelines import overlay, preview  # noqa: F401, PLC0415  imports are left out of every measure
    from pipelines.convert import convert  # noqa: PLC0415
    from pipelines.dxf import parser  # noqa: F401, PLC0415
    from pipelines.options import ConvertOptions  # noqa: PLC0415

    _warm()
    held: dict[str, int] = {}
    running: list[str] = []

    def progress(stage: str, _share: float) -> None:
        if running:
            held[running[-1]] = _held()
        running.append(stage)

    with tempfile.TemporaryDirectory() as folder:
        report = convert(source, Path(folder), ConvertOptions(), progress)
    parts = {stage: (seconds, held.get(stage, _held())) for stage, seconds in report.timings.items()}
    return parts, report.model.bytes


def ezdxf_read(source: Path) -> tuple[Parts, int]:
    """``ezdxf.readfile`` alone."""
    import ezdxf  # noqa: PLC0415

    return _timed(lambda: ezdxf.readfile(source))  # type: ignore[attr-defined]


def ezdxf_flatten(source: Path) -> tuple[Parts, int]:
    """The same, and every entity of the model space as vertices, blocks resolved: what a program must do at least."""
    import ezdxf  # noqa: PLC0415
    from ezdxf import disassemble  # noqa: PLC0415

    def work() -> int:
        entities = disassemble.recursive_decompose(ezdxf.readfile(source).modelspace())  # type: ignore[attr-defined]
        return sum(len(list(each.vertices())) for each in disassemble.to_primitives(entities))

    return _timed(work)


def trimesh_glb(source: Path) -> tuple[Parts, int]:
    """``trimesh.load`` and its GLB: the drawing's lines."""
    import trimesh  # noqa: PLC0415

    def work() -> bytes:
        scene = trimesh.Scene(trimesh.load_path(str(source)))
        return bytes(scene.export(file_type="glb"))  # type: ignore[no-untyped-call]

    return _timed(work)


RIVALS: dict[str, Callable[[Path], tuple[Parts, int]]] = {
    "pipeline": pipeline,
    "ezdxf": ezdxf_read,
    "ezdxf-flatten": ezdxf_flatten,
    "trimesh": trimesh_glb,
}


def _timed(work: Callable[[], object]) -> tuple[Parts, int]:
    _warm()
    begin = time.perf_counter()
    made = work()
    seconds = time.perf_counter() - begin
    return {"all": (seconds, _held())}, len(made) if isinstance(made, bytes) else 0


def _warm() -> None:
    """Import the reader before the clock starts."""
    import ezdxf.addons  # noqa: F401, PLC0415


def main(rival: str, source: str) -> None:
    """Run, and say what it took."""
    warnings.simplefilter("ignore")
    parts, made = RIVALS[rival](Path(source))
    json.dump({"parts": parts, "made": made}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

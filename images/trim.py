"""Takes out of an environment what no runner loads: ``trim.py FOLDER``."""  # noqa: INP001  a script, in no package

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

_UNUSED = (
    # Tests of libraries.
    "numpy/**/tests",
    "shapely/tests",
    # What other programs are built with.
    "numpy/distutils",
    "numpy/f2py",
    "numpy/*/include",
    "pymupdf/mupdf-devel",
    *(f"**/*.{suffix}" for suffix in ("a", "c", "cpp", "h", "hpp", "pxd", "pyi", "pyx")),
    # What networks are made with, and the library for programs in C: the module for Python has it within.
    *(f"onnxruntime/{name}" for name in ("backend", "datasets", "quantization", "tools", "transformers")),
    "onnxruntime/capi/libonnxruntime.so*",
    # What draws drawings to measure by, and trains networks with them.
    "pipelines/synth",
    # What fonts are made with.
    *(f"fontTools/{name}" for name in ("merge", "mtiLib", "qu2cu", "subset", "ufoLib", "voltLib")),
)
#: Of Amazon's services: the store, and what makes keys for it out of a role or a profile.
_SERVICES = {"s3", "signin", "sso", "sso-oidc", "sts"}
#: Compiled with all that a debugger asks for. Libraries that bring others along are left alone: they don't survive it.
_TALKATIVE = ("ezdxf/acc/*.so", "fontTools/**/*.so")


def main(environment: Path) -> None:
    """Trim it."""
    (library,) = environment.glob("lib/python3.*/site-packages")
    unused = chain.from_iterable(library.glob(pattern) for pattern in _UNUSED)
    services = (path for path in (library / "botocore" / "data").iterdir() if path.is_dir())
    for path in [*unused, *(path for path in services if path.name not in _SERVICES)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if strip := shutil.which("strip"):
        talkative = chain.from_iterable(library.glob(pattern) for pattern in _TALKATIVE)
        subprocess.run([strip, "--strip-debug", *map(str, talkative)], check=True)


main(Path(sys.argv[1]))

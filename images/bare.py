"""Leaves of the Python that runs it what programs need: no installer, and its library compiled.

Official images come without compiled files, and on a root that is read-only every start would compile anew.
"""  # noqa: INP001  a script, in no package

from __future__ import annotations

import compileall
import re
import shutil
import site
import sys
import sysconfig
from pathlib import Path

_PACKAGES = ("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack")
_LIBRARY = ("ensurepip", "idlelib", "lib2to3", "turtledemo")
_PROGRAMS = re.compile(r"(pip|wheel|easy_install|idle|2to3)[\d.-]*")


def main() -> None:
    """Take away what installs, compile what is left."""
    library = Path(sysconfig.get_path("stdlib"))
    doomed = [library / name for name in _LIBRARY]
    for place in map(Path, (*site.getsitepackages(), sysconfig.get_path("purelib"))):
        doomed += [place / "distutils-precedence.pth", *(place / name for name in _PACKAGES)]
        doomed += [path for name in _PACKAGES for path in place.glob(f"{name}-*-info")]
    program = Path(sys.executable)
    for place in {Path(sysconfig.get_path("scripts")), program.parent, program.resolve().parent}:
        doomed += [path for path in place.iterdir() if _PROGRAMS.fullmatch(path.name)]
    for path in doomed:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    compileall.compile_dir(library, quiet=1, rx=re.compile("/(site|dist)-packages/|/tests?/|/tkinter/"))


main()

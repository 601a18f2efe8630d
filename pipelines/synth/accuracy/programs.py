"""Programs of others that plot a DXF into a PDF, each with its own habits; those that are not there say so.

ezdxf is imported here, and matplotlib through it, since its drawing add-on is two of these programs, and the way to the
third: Inkscape opens what the add-on writes as SVG.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import subprocess
import warnings
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ezdxf.addons.drawing import config, layout
from ezdxf.addons.drawing.frontend import Frontend
from ezdxf.addons.drawing.properties import LayoutProperties, RenderContext
from ezdxf.addons.drawing.pymupdf import PyMuPdfBackend
from ezdxf.addons.drawing.svg import SVGBackend
from ezdxf.recover import readfile

if TYPE_CHECKING:
    from pathlib import Path

    from ezdxf.addons.drawing.recorder import Recorder
    from ezdxf.document import Drawing

#: Denominator of the scale that is asked of programs that can be asked.
RATIO: Final = 100.0
#: Seconds that a program may take.
PATIENCE: Final = 30
#: Pages of programs that fit a drawing on its page, millimetres wide and high.
_SHEET: Final = (841, 594)
_INCH: Final = 25.4


class Program(StrEnum):
    """A program that plots."""

    PYMUPDF = "ezdxf, PyMuPDF"  #: at 1:100, with layers
    MATPLOTLIB = "ezdxf, matplotlib"  #: fitted to its page, letters as outlines
    INKSCAPE = "Inkscape"  #: at 1:100, from an SVG: one transformation for all
    LIBRECAD = "LibreCAD"  #: fitted to its page, arcs and letters as strokes


class NotPlottedError(Exception):
    """A program did not plot a drawing; the message says why."""


def missing(program: Program) -> str:
    """Why a program can't be asked here, '' where it can."""
    if program is Program.MATPLOTLIB and importlib.util.find_spec("matplotlib") is None:
        return "the package matplotlib is not installed"
    command = {Program.INKSCAPE: "inkscape", Program.LIBRECAD: "librecad"}.get(program)
    return f"`{command}` is not installed" if command and shutil.which(command) is None else ""


def plot(program: Program, source: Path, metres_per_unit: float, folder: Path) -> Path:
    """Have a program plot the modelspace of a DXF into a PDF in ``folder``.

    Raises:
        NotPlottedError: The program failed, or wrote nothing.
    """
    target = folder / f"{source.stem}-{program.name.lower()}.pdf"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _PLOTS[program](source, metres_per_unit * 1000 / RATIO, target)
    except subprocess.TimeoutExpired as error:
        raise NotPlottedError(f"{program}: not done after {PATIENCE} seconds") from error
    except subprocess.CalledProcessError as error:
        raise NotPlottedError(f"{program}: failed with code {error.returncode}") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise NotPlottedError(f"{program}: {type(error).__name__}") from error
    if not target.is_file():
        raise NotPlottedError(f"{program}: no PDF was written")
    return target


def _with_pymupdf(source: Path, scale: float, target: Path) -> None:
    backend = PyMuPdfBackend()
    _draw(_opened(source), backend)
    target.write_bytes(backend.get_pdf_bytes(_page(), settings=layout.Settings(scale=scale, fit_page=False)))


def _with_matplotlib(source: Path, _: float, target: Path) -> None:
    from ezdxf.addons.drawing.matplotlib import qsave  # noqa: PLC0415  # needs a package that may not be there

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    document = _opened(source)
    width = _SHEET[0] / _INCH
    qsave(document.modelspace(), target, bg="#FFFFFF", config=_settings(), size_inches=(width, 0))


def _with_inkscape(source: Path, scale: float, target: Path) -> None:
    backend = SVGBackend()
    _draw(_opened(source), backend)
    drawn = target.with_suffix(".svg")
    drawn.write_text(backend.get_string(_page(), settings=layout.Settings(scale=scale, fit_page=False)), "utf-8")
    _run(["inkscape", str(drawn), f"--export-filename={target}"])


def _with_librecad(source: Path, _: float, target: Path) -> None:
    paper = f"{_SHEET[0]}x{_SHEET[1]}"
    # It names the PDF as the drawing, and where a name is given it forgets the folder.
    _run(["librecad", "dxf2pdf", "-a", "-m", "-p", paper, "-t", str(target.parent), str(source)])
    target.with_name(f"{source.stem}.pdf").replace(target)


_PLOTS: Final = {
    Program.PYMUPDF: _with_pymupdf,
    Program.MATPLOTLIB: _with_matplotlib,
    Program.INKSCAPE: _with_inkscape,
    Program.LIBRECAD: _with_librecad,
}


def _opened(source: Path) -> Drawing:
    document, _ = readfile(source)
    return document


def _settings() -> config.Configuration:
    return config.Configuration(
        background_policy=config.BackgroundPolicy.WHITE, color_policy=config.ColorPolicy.MONOCHROME_LIGHT_BG
    )


def _draw(document: Drawing, backend: Recorder) -> None:
    space = document.modelspace()
    look = LayoutProperties.from_layout(space)
    look.set_colors("#FFFFFF")
    Frontend(RenderContext(document), backend, config=_settings()).draw_layout(space, layout_properties=look)


def _page() -> layout.Page:
    """A page as large as the drawing needs."""
    return layout.Page(0, 0, layout.Units.mm, layout.Margins.all(15), max_width=100_000, max_height=100_000)


def _run(command: list[str]) -> None:
    """Run a program without a screen."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE, env=environment)

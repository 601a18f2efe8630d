"""What can be wrong with a drawing.

    DrawingError                 the drawing can't be used, now or later
    ├── NotThisFormat            not a drawing of the format it is said to be
    │   └── UnsupportedFormat    a format that is known, but not read (DWG, ZIP, R1.4 ...)
    ├── CorruptDrawing           of the right format, but damaged beyond mending
    ├── DrawingTooComplex        within the file's size limit, yet a bomb: nesting, arrays, counts
    └── NothingDrawable          sound, but empty

Every error has a stable ``code``, one sentence on what is wrong and one on what to do. All are permanent: the same
bytes fail again. What may pass (time, memory, a full disk) is judged by whoever runs the conversion.
"""

from __future__ import annotations

from typing import ClassVar


class DrawingError(Exception):
    """The drawing cannot be used."""

    code: ClassVar[str] = "drawing_error"
    remedy: ClassVar[str] = "Open the drawing in a CAD program, check it, and export it again as DXF R2010 or later."

    def __init__(self, message: str, *, remedy: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = remedy or self.remedy
        self.reason = code or self.code  #: the code in force: the class's, or a narrower one


class NotThisFormat(DrawingError):
    """The bytes are not a drawing of the expected format."""

    code = "not_a_drawing"
    remedy = "Send a DXF file; other formats have to be exported as DXF first."


class UnsupportedFormat(NotThisFormat):
    """The bytes are a known format that is not read."""

    code = "unsupported_format"


class CorruptDrawing(DrawingError):
    """The drawing is damaged beyond what can be mended."""

    code = "corrupt_drawing"


class DrawingTooComplex(DrawingError):
    """Expanding the drawing would exceed fixed bounds on nesting or counts."""

    code = "drawing_too_complex"
    remedy = "Purge unused blocks, explode nested references and arrays, and save the drawing again."


class NothingDrawable(DrawingError):
    """There is nothing in the drawing that could become a model."""

    code = "nothing_drawable"
    remedy = "Check that the plan is in model space, on layers that are neither off nor frozen."

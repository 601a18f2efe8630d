"""What can be wrong with a drawing.

    DrawingError                 the drawing can't be used, now or later
    ├── NotThisFormat            not a drawing of the format it is said to be
    │   └── UnsupportedFormat    a format that is known, but not read (DWG, ZIP, R1.4 ...)
    ├── CorruptDrawing           of the right format, but damaged beyond mending
    ├── DrawingTooComplex        within the file's size limit, yet a bomb: nesting, arrays, counts
    └── NothingDrawable          sound, but empty

Every error has a stable ``code``, one sentence on what is wrong and one on what to do. All are permanent: the same
bytes fail again. What may pass (time, memory, a full disk) is judged by whoever runs the conversion. ``CODES`` has
every code that a drawing can be refused with; ``docs/reference/errors.md`` is written from it.
"""

from __future__ import annotations

from typing import ClassVar, Final

#: Code -> what it says. A code is never renamed and never used for another meaning.
CODES: Final[dict[str, str]] = {
    "drawing_error": "The drawing cannot be used, for a reason that has no code of its own.",
    "not_a_drawing": "The bytes are not a drawing.",
    "not_a_dxf": "The bytes are not pairs of group codes and values, as a DXF is.",
    "unsupported_format": "The bytes are another known format: DWG, ZIP, HEIC ..., or not what the routing key says.",
    "unsupported_version": "The DXF is older than R12, or of a version that is not known.",
    "empty_file": "The file has no bytes, or nothing but blanks.",
    "missing_sections": "The DXF has no sections: it is cut off, or was never finished.",
    "corrupt_drawing": "The DXF is damaged beyond what can be mended.",
    "line_too_long": "A line is so long that no DXF would have it.",
    "drawing_too_complex": "The drawing exceeds a bound that has no code of its own.",
    "nesting_too_deep": "Blocks are nested deeper than any drawing needs.",
    "too_many_instances": "References and arrays place blocks more often than can be drawn.",
    "too_many_points": "What is drawn has more points than can be worked on.",
    "model_too_large": "The model would be larger than a GLB file can be.",
    "nothing_drawable": "There is nothing in the drawing that could become a model.",
    "encrypted": "The PDF opens with a password only.",
    "corrupt_pdf": "The bytes begin as a PDF, but hold no document, or one that cannot be read.",
    "no_pages": "The PDF has no pages.",
    "no_such_page": "The PDF has no page of the number that was asked for.",
    "no_drawing": "The pages hold writing only, as a letter or an invoice does.",
    "dynamic_form": "The PDF is a form whose pages are made by the program that opens it.",
    "portfolio": "The PDF is a portfolio: a cover around other files.",
    "content_too_large": "A page of the PDF unpacks to more than any drawing has.",
    "corrupt_picture": "The picture is damaged, or of a kind that is not read.",
    "picture_without_plan": "The picture shows no floor plan: it is blank, writing, or a photo of something else.",
    "picture_too_large": "The picture, or one on the page, has more pixels than can be worked on.",
}


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
    remedy = "Send a DXF, a PDF, or a picture of a plan (PNG, JPEG, TIFF); export other formats as one of these."


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

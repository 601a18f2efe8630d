"""Numbers that are drawn as strokes or outlines, read by their form: dimensions of plots that keep no words.

``glyphs`` finds the shapes and the lines of writing that they stand in, ``forms`` knows digits when it sees them,
``writing`` puts them together. Only numbers are read: they tell the scale of a page, words do not.
"""

from pipelines.pdf.numerals.writing import numerals

__all__ = ["numerals"]

"""What can be read on a picture without a reader of words: numbers, scales, and the lines that numbers measure.

``rows`` finds letters that stand in rows, ``reader`` reads the numbers among them by a small network of this project,
``ruling`` finds straight lines; ``pipelines.pdf.scale`` makes a scale of both.
"""

from pipelines.pdf.legible.look import Legible, look
from pipelines.pdf.legible.reader import load

__all__ = ["Legible", "load", "look"]

"""How large the drawing on a page is in truth: hypotheses from what is written, judged by what is drawn.

``lengths`` (of ``drafting``) reads numbers, ``dimensions`` finds what they measure, ``notes`` reads "1:100", ``known``
compares doors, walls and steps with their usual sizes, ``verdict`` weighs them against each other.
"""

from pipelines.pdf.scale.verdict import legible, measure

__all__ = ["legible", "measure"]

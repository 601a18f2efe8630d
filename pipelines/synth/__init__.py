"""Drawings of known truth: random plausible buildings, drawn in random drafting hands.

Three things are kept apart. A *layout* is the truth, a floor plan in metres. A *style* is how an office draws. A
*sheet* is what the two give: lines, arcs, texts and blocks, still in metres, which ``dxf`` and ``pdf`` write as files.
"""

"""Areas painted with patterns and shadings, as plain fills: an interpreter of paths hands over one tile, or nothing.

PDF 32000-1, 8.7: a pattern is chosen like a colour, by its name before ``scn``; by ``sh`` a shading fills its clip.
What it looks like does not matter here, only where it lies, and that other patterns are others.
"""

from __future__ import annotations

import re
from typing import Final

#: A name, and the operator that makes it the colour of fills, or of strokes.
_CHOSEN: Final = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+(scn|SCN)(?=[\s/\[<(]|$)")
_SHADED: Final = re.compile(rb"/[^\s/\[\]<>(){}%]+\s+sh(?=[\s/\[<(]|$)")
#: Greys that stand for patterns: the first, and by how much each further one is lighter.
_FIRST, _STEP, _MANY = 0.35, 0.01, 30
#: As far as any page reaches, points.
_EVERYWHERE: Final = b" q 0.5 g -99999 -99999 199998 199998 re f Q "


def plain(content: bytes, names: dict[bytes, int]) -> bytes:
    """Content of a page or form whose patterns and shadings are plain greys, one for each name.

    ``names`` are the patterns met so far on the page, with their numbers; new ones are added.
    """

    def grey(found: re.Match[bytes]) -> bytes:
        number = names.setdefault(found[1], len(names))
        operator = b"g" if found[2] == b"scn" else b"G"
        return b" %.2f %s" % (_FIRST + _STEP * (number % _MANY), operator)

    return _SHADED.sub(_EVERYWHERE, _CHOSEN.sub(grey, content))

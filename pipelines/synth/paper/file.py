"""Objects of a PDF file, put together so that the same page gives the same bytes."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field


@dataclass(slots=True)
class Objects:
    """The objects of a file, by number from 1."""

    bodies: list[bytes] = field(default_factory=list)

    def add(self, body: str | bytes) -> int:
        """Add an object; its number."""
        self.bodies.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.bodies)

    def stream(self, data: bytes, entries: str = "", *, packed: bool = True) -> int:
        """Add a stream; its number."""
        if packed:
            data, entries = zlib.compress(data, 6), f"{entries} /Filter /FlateDecode"
        return self.add(f"<< /Length {len(data)} {entries} >>\nstream\n".encode("latin-1") + data + b"\nendstream")

    def linked(self, bodies: tuple[str, ...]) -> int:
        """Add objects of which the first refers to the others as ``@1``, ``@2``; the number of the first."""
        base = len(self.bodies) + 1
        for body in bodies:
            self.add(re.sub(r"@(\d)", lambda found: f"{base + int(found[1])} 0 R", body))
        return base

    def file(self, catalogue: str) -> bytes:
        """The file, its catalogue the last object."""
        root = self.add(catalogue)
        out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        at = []
        for number, body in enumerate(self.bodies, 1):
            at.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        table = len(out)
        out += f"xref\n0 {len(at) + 1}\n0000000000 65535 f \n".encode()
        out += "".join(f"{offset:010d} 00000 n \n" for offset in at).encode()
        out += f"trailer\n<< /Size {len(at) + 1} /Root {root} 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
        return bytes(out)


def string(text: str) -> str:
    """A text string of any script."""
    return f"<feff{text.encode('utf-16-be').hex()}>"

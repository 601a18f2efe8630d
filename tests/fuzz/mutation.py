"""Drawings damaged as transfers, editors and bad exporters damage them: pure, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

#: Values that break readers.
VALUES = (
    b"", b"nan", b"inf", b"-1", b"0", b"1e300", b"-1e300", b"99999999999999999999", b"\xff\xfe\xfd", b"{", b"}", b"*",
    b"1,5", b"0x10", b"AC1009", b"AC9999", b"SECTION", b"ENDSEC", b"EOF", b"LINE", b"INSERT", b"POLYLINE", b"SEQEND",
    b"VERTEX", b"HATCH", b"BLOCK", b"ENDBLK", b"MTEXT", b"\\U+D800", b"^J", b"%%", b"\\S1^2", b"A" * 3000,
)  # fmt: skip

Mutation = tuple[str, int, int, bytes]

mutations: st.SearchStrategy[list[Mutation]] = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "delete", "double", "swap", "value", "code", "bytes"]),
        st.integers(0, 2**31),
        st.integers(0, 2**31),
        st.sampled_from(VALUES) | st.binary(max_size=12),
    ),
    min_size=1,
    max_size=6,
)


def damaged(data: bytes, steps: list[Mutation], *, text: bool) -> bytes:
    """The data after every step; steps on lines are for text."""
    for kind, first, second, value in steps:
        if not data:
            break
        at = first % len(data)
        if kind == "flip":
            data = data[:at] + bytes([data[at] ^ (1 << second % 8)]) + data[at + 1 :]
        elif kind == "cut":
            data = data[: max(at, len(data) // 4)]
        elif kind == "bytes" or not text:
            data = data[:at] + value + data[at + second % 4 :]
        else:
            data = b"\n".join(_lines(data.split(b"\n"), kind, first, second, value))
    return data


def _lines(lines: list[bytes], kind: str, first: int, second: int, value: bytes) -> list[bytes]:
    """Lines after one step."""
    at, other = first % len(lines), second % len(lines)
    if kind == "delete":
        return lines[:at] + lines[at + 1 + second % 3 :]
    if kind == "double":
        return lines[:at] + lines[at : at + 1 + second % 8] * 2 + lines[at + 1 + second % 8 :]
    if kind == "swap":
        lines[at], lines[other] = lines[other], lines[at]
    if kind == "value":
        lines[at | 1 if (at | 1) < len(lines) else at] = value
    if kind == "code":
        lines[at & ~1] = str(second % 1080 - 5).encode("ascii")
    return lines

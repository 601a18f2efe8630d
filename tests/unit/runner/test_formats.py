from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from runner.errors import DrawingRefused
from runner.formats import kind, media_type, require, routing_key

if TYPE_CHECKING:
    from pathlib import Path

DXF = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n"
FILES = {
    "dxf": (DXF, "dxf"),
    "pdf": (b"%PDF-1.4\n", "pdf"),
    "png": (b"\x89PNG\r\n\x1a\n", "pdf"),
    "jpeg": (b"\xff\xd8\xff\xe0", "pdf"),
    "tiff": (b"MM\x00*", "pdf"),
    "zip": (b"PK\x03\x04", None),
    "empty": (b"", None),
}


@pytest.mark.parametrize(("content", "key"), FILES.values(), ids=FILES)
def test_the_first_bytes_choose_the_routing_key_whatever_the_name(
    content: bytes, key: str | None, tmp_path: Path
) -> None:
    drawing = tmp_path / "drawing.doc"
    drawing.write_bytes(content)
    assert routing_key(drawing) == key
    for came in ("dxf", "pdf"):
        if key in (came, None):
            require(drawing, came)
        else:
            with pytest.raises(DrawingRefused, match=f"routing key '{came}'") as caught:
                require(drawing, came)
            assert caught.value.reason == "unsupported_format"
            assert f"'{key}'" in caught.value.advice


def test_what_can_not_be_read_has_no_kind_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("pipe", "link", "nothing", "."):
        assert kind(tmp_path / name) is None


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a/plan.DXF", "image/vnd.dxf"),
        ("sheets.pdf", "application/pdf"),
        ("scan.jpg", "image/jpeg"),
        ("scan.tif", "image/tiff"),
        ("model.glb", "model/gltf-binary"),
        ("plan.geojson", "application/geo+json"),
        ("readme.txt", "text/plain"),
        ("plan", "application/octet-stream"),
    ],
)
def test_a_name_tells_the_media_type(name: str, media: str) -> None:
    assert media_type(name) == media

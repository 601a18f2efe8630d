import hashlib
import json
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from pipelines import gltf
from pipelines.build import build
from pipelines.errors import DrawingError
from pipelines.options import ConvertOptions
from pipelines.plan import FloorPlan
from pipelines.scene import Json, Lines, Material, Mesh, Node, Scene
from pipelines.synth import building as synth
from pipelines.understand import understand
from tests.unit import sample
from tests.unit.building import made
from tests.validator.khronos import issues

OPTIONS = ConvertOptions()
DRAWINGS = sorted(Path("../shared/data/dxf").glob("*.dxf"))
WHITE, GLASS = Material("white", (1.0, 1.0, 1.0, 1.0)), Material("glass", (0.5, 0.6, 0.7, 0.25), roughness=0.1)
INK = Material("ink", (0.1, 0.1, 0.1, 1.0), unlit=True)


def triangle(material: Material = WHITE, count: int = 1, offset: float = 0.0) -> Mesh:
    """``count`` triangles of their own vertices."""
    corners = np.tile(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], dtype=np.float32), (count, 1)) + np.float32(offset)
    normals = np.tile(np.array([[0, 0, 1]], dtype=np.float32), (3 * count, 1))
    return Mesh(corners, normals, np.arange(3 * count, dtype=np.uint32).reshape(-1, 3), material)


def stroke() -> Lines:
    return Lines(np.array([[0, 0, 0], [2, 0, 0]], dtype=np.float32), np.array([[0, 1]], dtype=np.uint32), INK)


def scene(*nodes: Node) -> Scene:
    return Scene("model", nodes, {"origin": [1.0, 2.0]})


def document(data: bytes) -> dict[str, Any]:
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length])  # type: ignore[no-any-return]


def test_the_container_is_a_glb() -> None:
    data = gltf.write(scene(Node("a", parts=(triangle(),))))
    magic, version, total, length, kind = struct.unpack_from("<4sIII4s", data)
    size, binary = struct.unpack_from("<I4s", data, 20 + length)

    assert (magic, version, kind, binary) == (b"glTF", 2, b"JSON", b"BIN\0")
    assert total == len(data) == 28 + length + size
    assert length % 4 == size % 4 == 0
    assert document(data)["buffers"] == [{"byteLength": size}]


def test_a_second_reader_finds_what_was_written() -> None:
    mesh = triangle(offset=3.0)
    data = gltf.write(scene(Node("a", parts=(mesh,), translation=(0.0, 5.0, 0.0))))
    loaded = trimesh.load_scene(trimesh.util.wrap_as_stream(data), file_type="glb")
    geometry = loaded.to_mesh()

    assert geometry.vertices == pytest.approx(mesh.positions + np.array([0, 5, 0]))
    assert geometry.vertex_normals == pytest.approx(mesh.normals)


def test_an_empty_scene_is_an_empty_model() -> None:
    data = gltf.write(Scene("nothing", ()))

    assert document(data)["scenes"] == [{"name": "nothing"}]
    assert "buffers" not in document(data)
    assert issues(data) == []
    assert gltf.measure(Scene("nothing", ()), data).box == (0.0,) * 6


def test_nodes_that_draw_nothing_are_left_out() -> None:
    hollow = replace(triangle(), indices=np.zeros((0, 3), dtype=np.uint32))
    data = gltf.write(
        scene(Node("a", children=(Node("b"), Node("c", parts=(hollow,)))), Node("d", parts=(triangle(),)))
    )

    assert [node["name"] for node in document(data)["nodes"]] == ["d"]
    assert issues(data) == []


def test_parts_of_one_material_are_one_primitive() -> None:
    node = Node("a", parts=(triangle(), triangle(GLASS), triangle(offset=2.0), stroke()))
    data = gltf.write(scene(node))
    (mesh,) = document(data)["meshes"]

    assert [primitive["mode"] for primitive in mesh["primitives"]] == [4, 4, 1]
    accessors = document(data)["accessors"]
    assert [accessors[primitive["indices"]]["count"] for primitive in mesh["primitives"]] == [6, 3, 2]
    assert issues(data) == []


@pytest.mark.parametrize(("triangles", "component"), [(21_845, 5123), (21_846, 5125)])
def test_indices_are_as_narrow_as_they_may_be(triangles: int, component: int) -> None:
    data = gltf.write(scene(Node("a", parts=(triangle(count=triangles),)), Node("b", parts=(triangle(),))))
    written = document(data)
    primitive = written["meshes"][0]["primitives"][0]

    assert written["accessors"][primitive["indices"]]["componentType"] == component
    assert issues(data) == []


def test_bounds_are_those_of_single_floats() -> None:
    positions = np.array([[0.1, -0.2, 0.3], [1.1, 0.7, 0.0], [0.0, 0.0, 9.9]], dtype=np.float32)
    data = gltf.write(scene(Node("a", parts=(replace(triangle(), positions=positions),))))
    accessor = document(data)["accessors"][0]

    assert accessor["min"] == [float(value) for value in positions.min(axis=0)]
    assert accessor["max"] == [float(value) for value in positions.max(axis=0)]


def test_materials_are_written_once_as_they_are() -> None:
    two_sided = replace(WHITE, name="sheet", double_sided=True)
    nodes = [Node(str(k), parts=(triangle(m),)) for k, m in enumerate((WHITE, GLASS, WHITE, two_sided))]
    data = gltf.write(scene(*nodes, Node("lines", parts=(stroke(),))))
    white, glass, sheet, ink = document(data)["materials"]

    assert "alphaMode" not in white
    assert "doubleSided" not in white
    assert glass["alphaMode"] == "BLEND"
    assert glass["pbrMetallicRoughness"]["baseColorFactor"] == [0.5, 0.6, 0.7, 0.25]
    assert sheet["doubleSided"] is True
    assert ink["extensions"] == {"KHR_materials_unlit": {}}
    assert document(data)["extensionsUsed"] == ["KHR_materials_unlit"]
    assert issues(data) == []


def test_extras_are_strict_json() -> None:
    said: dict[str, Json] = {
        "layer": "벽체",
        "bad": "\ud800",
        "area": float("nan"),
        "list": [1.5, float("inf")],
        "deep": {"ok": True},
    }
    data = gltf.write(scene(Node("a\udfff", parts=(triangle(),), extras=said)))
    (node,) = document(data)["nodes"]

    assert node["extras"] == {"layer": "벽체", "bad": "?", "area": None, "list": [1.5, None], "deep": {"ok": True}}
    assert node["name"] == "a?"
    assert issues(data) == []


@pytest.mark.parametrize("field", ["positions", "normals"])
def test_what_is_not_finite_is_refused(field: str) -> None:
    mesh = triangle()
    broken = getattr(mesh, field).copy()
    broken[1, 1] = np.nan

    with pytest.raises(ValueError, match="not finite"):
        gltf.write(scene(Node("a", parts=(replace(mesh, **{field: broken}),))))


def test_what_no_glb_can_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = scene(Node("a", parts=(triangle(),)))
    monkeypatch.setattr(gltf, "LARGEST", len(gltf.write(model)))
    gltf.write(model)
    monkeypatch.setattr(gltf, "LARGEST", len(gltf.write(model)) - 1)

    with pytest.raises(DrawingError) as caught:
        gltf.write(model)
    assert caught.value.reason == "model_too_large"


def test_the_measure_is_what_a_reader_counts() -> None:
    model = build(made.house(), OPTIONS)
    data = gltf.write(model)
    report, written = gltf.measure(model, data), document(data)
    primitives = [primitive for mesh in written["meshes"] for primitive in mesh["primitives"]]
    counts = {
        mode: sum(written["accessors"][p["indices"]]["count"] for p in primitives if p["mode"] == mode)
        for mode in (1, 4)
    }
    loaded = trimesh.load_scene(trimesh.util.wrap_as_stream(data), file_type="glb")

    assert report.bytes == len(data)
    assert report.nodes == len(written["nodes"])
    assert report.primitives == len(primitives)
    assert report.vertices == sum(written["accessors"][p["attributes"]["POSITION"]]["count"] for p in primitives)
    assert (report.lines, report.triangles) == (counts[1] // 2, counts[4] // 3)
    assert report.box == pytest.approx(tuple(loaded.bounds.ravel()), abs=1e-5)


_DIGEST = """
import hashlib
from pipelines import gltf
from pipelines.build import build
from pipelines.options import ConvertOptions
from tests.unit.building import made
print(hashlib.sha256(gltf.write(build(made.house(), ConvertOptions()))).hexdigest())
"""


def test_the_same_plan_gives_the_same_bytes_in_every_process() -> None:
    here = hashlib.sha256(gltf.write(build(made.house(), OPTIONS))).hexdigest()
    there = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert there == {here}


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(made.house(), id="house"),
        pytest.param(sample.plan(), id="flat"),
        pytest.param(sample.plan(sample.empty_storey()), id="empty storey"),
        pytest.param(sample.bare_plan(), id="nothing understood"),
        pytest.param(replace(sample.bare_plan(), lines=made.lines(((0.0, 0.0), (1.0, 1.0)))), id="lines"),
    ],
)
def test_the_validator_has_nothing_to_say(plan: FloorPlan) -> None:
    assert issues(gltf.write(build(plan, OPTIONS))) == []


def test_the_validator_has_nothing_to_say_of_random_buildings() -> None:
    assert issues(*(gltf.write(build(synth.build(seed).plan, OPTIONS)) for seed in range(10))) == []


@pytest.mark.skipif(not DRAWINGS, reason="no drawings beside the checkout: ../shared/data/dxf")
def test_the_validator_has_nothing_to_say_of_real_drawings() -> None:
    models = [gltf.write(build(understand(drawing, OPTIONS).plan, OPTIONS)) for drawing in DRAWINGS]

    assert issues(*models) == []

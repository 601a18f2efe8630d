from __future__ import annotations

from pathlib import Path

import click
import pytest

from runner.cli.targets import orders, require_writable


def models(sources: list[str], output: str | None = None) -> list[str]:
    return [str(order.model) for order in orders(tuple(map(Path, sources)), Path(output) if output else None)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("sources", "output", "expected"),
    [
        (["plan.dxf"], None, ["plan.glb"]),
        (["a/plan.v2.DXF"], None, ["a/plan.v2.glb"]),
        (["plan"], None, ["plan.glb"]),
        ([".dxf"], None, [".dxf.glb"]),
        (["plan.dxf"], "house.glb", ["house.glb"]),
        (["plan.dxf"], "house.GLB", ["house.GLB"]),
        (["plan.dxf"], "models", ["models/plan.glb"]),
        (["a.dxf", "b.dxf"], "models", ["models/a.glb", "models/b.glb"]),
        (["a/plan.dxf", "b/plan.dxf"], None, ["a/plan.glb", "b/plan.glb"]),
        (["a/plan.dxf", "b/plan.dxf", "c/plan.DXF"], "out", ["out/plan.glb", "out/plan-2.glb", "out/plan-3.glb"]),
        (["plan.dxf", "plan.DXF"], None, ["plan.glb", "plan-2.glb"]),
        (["plan-2.dxf", "a/plan.dxf", "b/plan.dxf"], "out", ["out/plan-2.glb", "out/plan.glb", "out/plan-3.glb"]),
        (["a.dxf", "./a.dxf", "b/../a.dxf"], None, ["a.glb"]),
        (["plan.glb"], None, ["plan-2.glb"]),
        (["plan.glb"], "plan.glb", ["plan-2.glb"]),
    ],
)
def test_where_models_go(sources: list[str], output: str | None, expected: list[str]) -> None:
    assert models(sources, output) == expected


def test_a_folder_may_end_like_a_model(folder: Path) -> None:
    (folder / "all.glb").mkdir()
    assert models(["a.dxf", "b.dxf"], "all.glb") == ["all.glb/a.glb", "all.glb/b.glb"]


def test_one_file_is_not_enough_for_two_drawings() -> None:
    with pytest.raises(click.UsageError, match="Name a folder"):
        models(["a.dxf", "b.dxf"], "house.glb")


@pytest.mark.parametrize("output", ["house.gltf", "house.obj", "house.dxf"])
def test_another_format_is_not_taken_for_a_folder(output: str) -> None:
    with pytest.raises(click.UsageError, match="GLB"):
        models(["a.dxf"], output)


def test_all_files_of_a_result_stand_beside_the_model() -> None:
    (order,) = orders((Path("a/plan.v2.dxf"),), None)
    assert {name: str(path) for name, path in order.files.items()} == {
        "model.glb": "a/plan.v2.glb",
        "preview.png": "a/plan.v2.preview.png",
        "overlay.png": "a/plan.v2.overlay.png",
        "plan.geojson": "a/plan.v2.geojson",
        "report.json": "a/plan.v2.report.json",
    }


def test_the_folder_is_made(folder: Path) -> None:
    (order,) = orders((Path("plan.dxf"),), Path("deep/er"))
    require_writable(order)
    assert (folder / "deep" / "er").is_dir()


def test_a_file_in_the_way_of_the_folder_is_named(folder: Path) -> None:
    (folder / "models").write_text("x")
    (order,) = orders((Path("plan.dxf"),), Path("models"))
    with pytest.raises(click.UsageError, match="models can't be made"):
        require_writable(order)

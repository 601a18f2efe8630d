"""Every example drawing leaves files that keep to their schemas, and that agree with each other."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipelines.convert import convert
from pipelines.options import ConvertOptions
from pipelines.schemas import schema

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.dxf"))


@pytest.mark.parametrize("drawing", EXAMPLES, ids=lambda path: path.stem)
def test_what_is_written_keeps_to_its_schema(drawing: Path, tmp_path: Path) -> None:
    convert(drawing, tmp_path, ConvertOptions(preview=False, overlay=False), lambda _stage, _share: None)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    plan = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    Draft202012Validator(schema("report")).validate(report)
    Draft202012Validator(schema("plan")).validate(plan)

    categories = [each["properties"]["category"] for each in plan["features"]]
    assert [each["name"] for each in plan["storeys"]] == [each["name"] for each in report["storeys"]]
    for category, counted in (("wall", "walls"), ("room", "rooms"), ("stair", "stairs"), ("column", "columns")):
        assert categories.count(category) == sum(storey[counted] for storey in report["storeys"])
    assert report["model"]["bytes"] == (tmp_path / "model.glb").stat().st_size

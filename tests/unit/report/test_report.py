"""``report.json``: plain JSON whatever the values, and a schema that says what is in it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipelines.report import (
    ConvertReport,
    DetectorReport,
    ModelReport,
    ReadReport,
    Skipped,
    StoreyReport,
    UnitReport,
    ViewReport,
    plain,
)
from pipelines.schemas import Name, schema, text
from pipelines.schemas import report as derived

CONTRACT = Path(__file__).parents[3] / "docs" / "contract"


def report() -> ConvertReport:
    return ConvertReport(
        source="plan.dxf",
        read=ReadReport(
            format="dxf",
            version="R2010",
            encoding="cp949",
            encoding_method="sniffed",
            reader="ezdxf",
            bytes=1000,
            entities={"LINE": 3},
            layers=2,
            blocks=1,
            skipped=(Skipped(kind="RAY", reason="unsupported", count=1),),
        ),
        units=UnitReport(name="mm", metres_per_unit=0.001, confidence=0.9, declared=None, method="evidence"),
        views=(
            ViewReport(
                kind="plan",
                title="거실",
                reason="walls",
                confidence=1.0,
                modelled=True,
                storey="Ground floor",
                box=(0, 0, 1, 1),
            ),
        ),
        storeys=(
            StoreyReport(
                name="Ground floor",
                level=0,
                elevation=0.0,
                height=2.7,
                walls=4,
                wall_length=10.0,
                wall_area=2.0,
                openings={"door": 1},
                found_by={"swing+detector": 1},
                columns=0,
                stairs=0,
                rooms=1,
                room_area=6.0,
                furniture=0,
                wall_method="layers",
            ),
        ),
        model=ModelReport(
            bytes=2000, nodes=4, primitives=2, vertices=24, triangles=12, lines=0, box=(0, 0, 0, 1, 2.7, 1)
        ),
        method="floor_plan",
        timings={"read": 0.25},
    )


def test_what_a_detector_saw_on_several_pages_is_counted_together() -> None:
    one = DetectorReport(model="d.onnx", provider="cpu", pixels_per_metre=50.0, tiles=2, seen={"door": 3, "bath": 1})
    other = replace(one, tiles=5, seen={"door": 1, "window": 2})

    both = DetectorReport.together([None, one, other])

    assert both is not None
    assert (both.tiles, both.seen) == (7, {"door": 4, "bath": 1, "window": 2})
    assert DetectorReport.together([None]) is None


def closed(part: Any) -> Any:
    """The schema, without room for members that it does not name."""
    if isinstance(part, dict):
        shut = {key: closed(value) for key, value in part.items()}
        return shut | {"additionalProperties": False} if "properties" in part else shut
    return [closed(each) for each in part] if isinstance(part, list) else part


@pytest.mark.parametrize("name", ["plan", "report"])
def test_the_schema_in_the_docs_is_the_one_in_force(name: Name) -> None:
    written = (CONTRACT / f"{name}.schema.json").read_text(encoding="utf-8")
    assert written == text(name), f"write it anew: cad-runner schema {name} > docs/contract/{name}.schema.json"


@pytest.mark.parametrize("name", ["plan", "report"])
def test_the_schemas_are_sound(name: Name) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_a_report_is_what_the_schema_says_and_nothing_else() -> None:
    Draft202012Validator(closed(schema("report"))).validate(json.loads(report().to_json()))


def test_the_schema_refuses_a_report_with_a_part_missing() -> None:
    document = json.loads(report().to_json())
    del document["units"]["confidence"]
    assert not Draft202012Validator(schema("report")).is_valid(document)


def test_comments_of_fields_become_descriptions() -> None:
    parts = schema("report")["$defs"]
    assert parts["UnitReport"]["properties"]["declared"] == {
        "anyOf": [{"type": "string"}, {"type": "null"}],
        "description": "what the header says, None where it is silent",
    }
    assert parts["Skipped"]["description"] == "Entities that were not used."


def test_a_type_that_json_has_no_word_for_is_refused_when_the_schema_is_made() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        derived._table(Odd, {})


def test_what_is_not_finite_becomes_null_and_stays_valid() -> None:
    odd = replace(report(), timings={"read": float("nan"), "plan": float("inf")})
    document = json.loads(odd.to_json())
    assert document["timings"] == {"read": None, "plan": None}
    Draft202012Validator(schema("report")).validate(document)


def test_numbers_are_rounded_to_a_microsecond() -> None:
    assert plain(1 / 3) == 0.333333


def test_words_stay_readable_and_half_a_surrogate_is_replaced() -> None:
    odd = replace(report(), warnings=("벽체", "bad\udc80"))
    assert "벽체" in odd.to_json()
    assert json.loads(odd.to_json())["warnings"] == ["벽체", "bad?"]

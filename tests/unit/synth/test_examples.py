from pathlib import Path

import pytest

from pipelines.synth.examples import files, main

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("name", files())
def test_an_example_is_what_its_script_makes(name: str) -> None:
    assert files()[name]() == (EXAMPLES / name).read_bytes()


def test_the_folder_holds_the_examples_and_a_line_on_each() -> None:
    assert {path.name for path in EXAMPLES.glob("*.dxf")} == set(files())
    told = (EXAMPLES / "README.md").read_text("utf-8")
    assert all(f"`{name}`" in told for name in files())


def test_examples_are_of_a_size_to_be_sent_around() -> None:
    for path in EXAMPLES.glob("*.dxf"):
        assert 20_000 < path.stat().st_size < 400_000


def test_the_script_writes_all_of_them(tmp_path: Path) -> None:
    assert main([str(tmp_path / "made")]) == 0
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(files())

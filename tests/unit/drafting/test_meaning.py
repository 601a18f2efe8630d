import numpy as np

from pipelines.drafting.meaning import classify
from pipelines.drafting.naming import Category
from pipelines.linework import Origin
from tests.unit.drafting.drawn import Board


def test_layers_speak_where_no_block_does() -> None:
    board = Board()
    board.line((0, 0), (1, 0), "A-WALL")
    board.line((0, 0), (1, 0), "0")
    board.text((0, 0), "거실", layer="실명")
    meaning = classify(board.sheet())
    assert meaning.strokes.tolist() == [Category.WALL, Category.UNKNOWN]
    assert meaning.texts.tolist() == [Category.ROOM]
    assert meaning.stroke_confidence[0] > 0.8
    assert meaning.stroke_confidence[1] == 0.0


def test_a_door_block_on_a_furniture_layer_is_a_door() -> None:
    board = Board()
    board.box((0, 0), (10, 10), "A-WALL")
    board.insert("DOOR-900", "A-FURN")
    board.door((1, 1), layer="A-FURN")
    meaning = classify(board.sheet())
    assert meaning.instances.tolist() == [Category.DOOR]
    assert set(meaning.strokes[4:].tolist()) == {Category.DOOR}
    assert meaning.arcs.tolist() == [Category.DOOR]


def test_a_silent_block_inherits_and_a_named_one_inside_decides_for_itself() -> None:
    board = Board()
    board.box((0, 0), (10, 10), "A-WALL")
    door = board.insert("DOOR-900")
    board.insert("*U12", parent=door)
    board.line((1, 1), (2, 1))
    board.insert("DOOR-TAG", parent=door)
    board.line((1, 1), (1.2, 1))
    board.insert("*U13", "A-GLAZ")
    board.line((5, 0), (6, 0))
    meaning = classify(board.sheet())
    assert meaning.named.tolist() == [Category.DOOR, Category.DOOR, Category.ANNOTATION, Category.UNKNOWN]
    assert meaning.instances[3] == Category.WINDOW
    assert meaning.strokes[4:].tolist() == [Category.DOOR, Category.ANNOTATION, Category.UNKNOWN]


def test_a_plan_inside_a_block_of_any_name_keeps_its_layers() -> None:
    board = Board()
    whole = board.insert("Door plan")
    board.box((0, 0), (10, 10), "A-WALL")
    board.insert("chair", parent=whole)
    board.box((2, 2), (2.5, 2.5))
    meaning = classify(board.sheet())
    assert set(meaning.strokes[:4].tolist()) == {Category.WALL}
    assert set(meaning.strokes[4:].tolist()) == {Category.FURNITURE}


def test_dimensions_and_leaders_are_known_by_their_kind() -> None:
    board = Board()
    board.line((0, 0), (1, 0), "A-WALL", Origin.DIMENSION)
    board.line((0, 0), (1, 0), "A-WALL", Origin.LEADER)
    assert classify(board.sheet()).strokes.tolist() == [Category.DIMENSION, Category.ANNOTATION]


def test_construction_lines_inside_a_block_stay_construction() -> None:
    board = Board()
    board.box((0, 0), (10, 10), "A-WALL")
    board.insert("WC")
    board.line((1, 1), (2, 1), "DEFPOINTS")
    assert classify(board.sheet()).strokes[-1] == Category.CONSTRUCTION


def test_a_hatch_tells_what_it_fills() -> None:
    board = Board()
    board.area([(0, 0), (1, 0), (1, 1)], "A-WALL-PATT")
    sheet = board.sheet()
    meaning = classify(sheet)
    assert meaning.areas.tolist() == [Category.HATCH]
    assert meaning.area_of(sheet.areas.layer).tolist() == [Category.WALL]


def test_an_empty_sheet_has_no_meaning() -> None:
    meaning = classify(Board().sheet())
    assert len(meaning.strokes) == len(meaning.instances) == 0
    assert meaning.strokes.dtype == np.int16

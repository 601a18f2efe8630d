from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.circuit import Circuit, Position, Rule

RULE = Rule(failures=5, pause=60.0)
OPEN = Circuit(5, 160.0)
PROBING = OPEN.asked("p", 160.0, RULE)


def failed(times: int, circuit: Circuit | None = None) -> Circuit:
    circuit = circuit or Circuit()
    for _ in range(times):
        circuit = circuit.failed("t", 100.0, RULE)
    return circuit


def test_five_failures_in_a_row_open_it() -> None:
    assert failed(4).position is Position.CLOSED
    assert failed(5) == OPEN
    assert OPEN.position is Position.OPEN


def test_a_success_between_begins_the_count_anew() -> None:
    assert failed(4, failed(4).succeeded("t")).position is Position.CLOSED


def test_nobody_waits_before_a_closed_one() -> None:
    assert failed(4).wait(100.0) == 0.0
    assert failed(4).asked("t", 100.0, RULE) == failed(4)


def test_an_open_one_is_waited_for_until_a_probe_is_due() -> None:
    assert OPEN.wait(100.0) == 60.0
    assert OPEN.wait(159.0) == 1.0
    assert OPEN.wait(160.0) == OPEN.wait(1000.0) == 0.0


def test_whoever_comes_then_is_the_probe_and_the_others_wait_on() -> None:
    assert Circuit(5, 220.0, "p") == PROBING
    assert PROBING.position is Position.PROBING
    assert PROBING.wait(160.0) == 60.0


def test_a_probe_that_succeeds_closes_it() -> None:
    assert PROBING.succeeded("p") == Circuit()


def test_a_probe_that_fails_opens_it_again() -> None:
    assert PROBING.failed("p", 170.0, RULE) == Circuit(6, 230.0)


def test_a_probe_that_turns_back_leaves_its_turn_to_the_next() -> None:
    assert PROBING.abandoned("p", 170.0) == Circuit(5, 170.0)


def test_a_probe_that_vanished_is_replaced() -> None:
    assert PROBING.wait(220.0) == 0.0
    replaced = PROBING.asked("q", 220.0, RULE)
    assert replaced == Circuit(5, 280.0, "q")
    assert replaced.succeeded("p") == replaced


@pytest.mark.parametrize("circuit", [OPEN, PROBING])
def test_whoever_set_out_before_it_opened_has_no_say(circuit: Circuit) -> None:
    assert circuit.succeeded("t") == circuit
    assert circuit.failed("t", 170.0, RULE) == circuit
    assert circuit.abandoned("t", 170.0) == circuit


@pytest.mark.parametrize(("failures", "pause"), [(0, 60.0), (5, 0.0), (5, -1.0)])
def test_a_rule_makes_sense(failures: int, pause: float) -> None:
    with pytest.raises(ValueError, match="circuit"):
        Rule(failures, pause)


@given(
    st.lists(
        st.tuples(st.sampled_from(["come", "succeed", "fail", "turn back"]), st.integers(0, 9), st.integers(0, 40))
    )
)
def test_however_runners_come_and_go_one_probes_at_a_time(steps: list[tuple[str, int, int]]) -> None:
    circuit, now, row = Circuit(), 0.0, 0
    inside: list[str] = []
    probes: list[tuple[str, float]] = []  # and when their turn ends
    for number, (what, who, seconds) in enumerate(steps):
        now += seconds
        before = circuit
        if what == "come":
            if not circuit.wait(now):
                circuit = circuit.asked(f"t{number}", now, RULE)
                inside.append(f"t{number}")
                if before.position is not Position.CLOSED:
                    assert all(end <= now for _, end in probes)
                    probes.append((f"t{number}", now + RULE.pause))
            continue
        if not inside:
            continue
        ticket = inside.pop(who % len(inside))
        mine = before.position is Position.CLOSED or before.probe == ticket
        if what == "succeed":
            circuit = circuit.succeeded(ticket)
            row = 0 if mine else row
            assert circuit == (Circuit() if mine else before)
        elif what == "fail":
            circuit = circuit.failed(ticket, now, RULE)
            row += mine
            assert circuit.failures == row
        else:
            circuit = circuit.abandoned(ticket, now)
        probes = [(probe, end) for probe, end in probes if probe != ticket]
        assert (circuit.position is Position.CLOSED) == (row < RULE.failures)
        assert circuit.wait(now) <= RULE.pause

"""planning.py, store.py and session.py: what is run, what is remembered, what is tried again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance import model, planning, session
from conformance.model import BERKELEY, STANDARD, Interpreter, Result, Unit, UnitRun
from conformance.session import Options, Session
from conformance.store import Store

MODULES: dict[str, list[str] | None] = {
    "test_select": ["test.test_select"],
    "test_asyncio": ["test.test_asyncio.test_locks", "test.test_asyncio.test_sslproto"],
    "test_smtpd": None,
}
UNIT = Unit("test.test_select")
A, B, C = "test.test_select.K.test_a", "test.test_select.K.test_b", "test.test_select.L.test_c"


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Interpreter:
    monkeypatch.setattr(model, "WORK", tmp_path)
    return Interpreter("3.13", "3.13.0", ("python3.13",), MODULES, "fingerprint")


class Script:
    """Stands in for `execute`: gives prepared outcomes, one after another, and notes the calls."""

    def __init__(self, **sides: list[dict[str, str]]) -> None:
        self.sides = sides
        self.calls: list[tuple[str, list[str] | None]] = []

    def __call__(
        self, unit: Unit, side: Any, patience: float | None, tests: list[str] | None = None
    ) -> UnitRun:
        self.calls.append((side, tests))
        outcomes = self.sides[side].pop(0)
        return UnitRun({test: Result(outcome) for test, outcome in outcomes.items()}, 1.0)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(**sides: list[dict[str, str]]) -> Script:
        script = Script(**sides)
        monkeypatch.setattr(session, "execute", script)
        monkeypatch.setattr(session, "launcher", lambda interpreter, side, name, use: side)
        return script

    return install


def compared(python: Interpreter, known: Iterable[str] = ()) -> session.UnitReport:
    run = Session(python, Options(BERKELEY, jobs=1), lambda text: None)
    (report,) = run.compare([UNIT], run.standard([UNIT]), known)
    return report


def test_modules_by_the_names_of_tests(python: Interpreter) -> None:
    locks = "test.test_asyncio.test_locks"
    assert planning.modules(python, ["test_select"]) == ["test.test_select"]
    assert planning.modules(python, ["test_asyncio"]) == MODULES["test_asyncio"]
    assert planning.modules(python, ["test_asyncio.test_locks"]) == [locks]
    assert planning.modules(python, ["test_select.SelectTestCase"]) == ["test.test_select"]
    assert planning.modules(python, ["test_sel"]) == []
    assert "test_smtpd" in planning.absent(python)


def test_units_by_the_names_of_tests() -> None:
    unit = Unit("test.test_socket", "BasicTCPTest")
    assert planning.selected(unit, [])
    assert planning.selected(unit, ["test_socket"])
    assert planning.selected(unit, ["test_socket.BasicTCPTest"])
    assert not planning.selected(unit, ["test_socket.BasicTCPTest2"])


def test_store_forgets_when_the_interpreter_changes(python: Interpreter) -> None:
    run = UnitRun({A: Result("fail", "why\udc80")}, 2.5)
    Store(python, STANDARD).save(UNIT, run)
    assert Store(python, STANDARD).load(UNIT) == run
    changed = Interpreter("3.13", "3.13.0", ("python3.13",), MODULES, "another")
    assert Store(changed, STANDARD).load(UNIT) is None
    assert Store(changed, STANDARD).seconds(UNIT) == 2.5


def test_slowest_start_first(python: Interpreter) -> None:
    store = Store(python, STANDARD)
    quick, slow, unknown = Unit("test.test_a"), Unit("test.test_b"), Unit("test.test_ssl")
    store.save(quick, UnitRun({}, 1.0))
    store.save(slow, UnitRun({}, 50.0))
    assert planning.slowest_first([quick, slow, unknown], store) == [unknown, slow, quick]


def test_same_results_are_run_once_and_the_standard_ones_stored(
    python: Interpreter, scripted: Any
) -> None:
    script = scripted(standard=[{A: "pass"}], berkeley=[{A: "pass"}, {A: "pass"}])
    assert compared(python).differences == []
    assert compared(python).differences == []
    assert [side for side, _ in script.calls] == [STANDARD, BERKELEY, BERKELEY]


def test_standard_failure_counts_as_a_pass_if_it_ever_passes(
    python: Interpreter, scripted: Any
) -> None:
    scripted(
        standard=[{A: "fail", B: "pass"}, {A: "fail", B: "pass"}, {A: "pass", B: "pass"}],
        berkeley=[{A: "pass", B: "pass"}],
    )
    report = compared(python)
    assert report.standard.results == {A: Result("pass"), B: Result("pass")}
    assert report.gains == []


def test_difference_that_goes_away_is_flaky(python: Interpreter, scripted: Any) -> None:
    script = scripted(
        standard=[{A: "pass", B: "pass", C: "pass"}, {A: "pass", B: "pass"}],
        berkeley=[{A: "pass", B: "fail", C: "pass"}, {A: "pass", B: "pass"}],
    )
    report = compared(python)
    assert report.differences == []
    assert report.retried == {B: 2}
    assert report.berkeley.results[B] == Result("pass")
    # the whole class is run again, and nothing else
    assert script.calls[-1] == (BERKELEY, [A, B])


def test_difference_that_stays_was_tried_three_times(python: Interpreter, scripted: Any) -> None:
    scripted(standard=[{A: "pass"}] * 3, berkeley=[{A: "fail"}] * 3)
    report = compared(python)
    assert [one.test for one in report.differences] == [A]
    assert report.retried == {A: 3}


def test_known_difference_is_not_tried_again(python: Interpreter, scripted: Any) -> None:
    script = scripted(standard=[{A: "pass"}], berkeley=[{A: "fail"}])
    report = compared(python, known=[A])
    assert [one.test for one in report.differences] == [A]
    assert len(script.calls) == 2


def test_a_crash_at_exit_runs_the_whole_unit_again(python: Interpreter, scripted: Any) -> None:
    script = scripted(
        standard=[{A: "pass"}, {A: "pass"}],
        berkeley=[{A: "pass", "exit (test_select)": "crash"}, {A: "pass"}],
    )
    report = compared(python)
    assert report.differences == []
    assert script.calls[-1] == (BERKELEY, None)
    assert report.berkeley.results == {A: Result("pass")}


def test_units_of_both_sides(python: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    modules: dict[str, list[str] | None] = {"test_socket": ["test.test_socket"]}
    other = Interpreter("3.13", "3.13.0", ("python3.13",), modules, "fingerprint")
    classes = {STANDARD: ["One", "Two"], BERKELEY: ["Two", "Three"]}
    monkeypatch.setattr(planning, "launcher", lambda interpreter, side, name: side)
    monkeypatch.setattr(planning, "listing", lambda unit, side: classes[side])
    sides = [(STANDARD, Store(other, STANDARD)), (BERKELEY, None)]
    found = planning.units(other, sides, [])
    assert [unit.name.rpartition(".")[2] for unit in found] == ["One", "Two", "Three"]

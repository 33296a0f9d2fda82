"""report.py: what is printed, and what counts as unexpected."""

from conformance.compare import Difference
from conformance.model import Interpreter, Result, Unit, UnitRun
from conformance.report import (
    InterpreterReport,
    as_json,
    difference_lines,
    module_lines,
    summary,
)
from conformance.session import UnitReport

A, B, C = (f"test.test_select.K.test_{letter}" for letter in "abc")
PYTHON = Interpreter("3.13", "3.13.0", ("python3.13",), {"test_select": ["test.test_select"]}, "")


def report() -> InterpreterReport:
    standard = {A: Result("pass"), B: Result("pass"), C: Result("skip")}
    berkeley = {A: Result("fail", "why\nit failed"), B: Result("skip"), C: Result("pass")}
    unit = UnitReport(
        Unit("test.test_select"),
        UnitRun(standard),
        UnitRun(berkeley),
        [
            Difference(A, "fail", "pass", "fail", "why\nit failed"),
            Difference(B, "extra skip", "pass", "skip"),
        ],
        [Difference(C, "no skip", "skip", "pass")],
        {A: 3, C: 2},
    )
    return InterpreterReport(PYTHON, [unit], ["test_smtpd"], 61.2, {B: "a reason"})


def test_known_differences_are_not_unexpected() -> None:
    assert [one.test for one in report().unexpected] == [A]
    assert [one.test for one in report().listed] == [B]
    assert report().flaky == {C: 2}


def test_line_of_a_module_has_the_counts_of_both() -> None:
    lines = list(module_lines(report(), "berkeley"))
    (line,) = (line for line in lines if "test_select" in line)
    assert line.split() == ["test_select", *["3", "2", "0", "1"], *["3", "1", "1", "1"], "2", "1"]
    assert lines[-1].split() == ["not", "in", "3.13.0:", "test_smtpd"]


def test_differences_say_what_where_how_often_and_why() -> None:
    text = "\n".join(difference_lines(report(), "berkeley"))
    assert f"3.13  FAIL  {A}  (standard: pass, berkeley: fail, 3 times)\n      why\n" in text
    assert f"3.13  known: extra skip  {B}  # a reason" in text
    assert f"3.13  gain (no skip)  {C}" in text
    assert f"3.13  flaky  {C}" in text


def test_summary_has_a_line_an_interpreter_and_names_the_untested() -> None:
    lines = summary([report()], {"3.15": "no debootstrap"}, "berkeley").splitlines()
    assert lines[2].split() == ["3.13.0", "3", "2", "1", "1", "1", "1", "1", "0", "1", "1", "61"]
    assert lines[-1] == "3.15: not tested: no debootstrap"


def test_json_has_the_figures_of_both() -> None:
    data = as_json([report()], {}, "digest")
    (one,) = data["interpreters"]
    assert one["modules"]["test_select"]["berkeley"]["passed"] == 1
    assert one["known"][0]["reason"] == "a reason"
    assert data["sources"] == "digest"

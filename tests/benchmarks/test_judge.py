"""benchmarks.judge: what is beyond its bound is measured again, three times at most."""

import pytest

from benchmarks.judge import judge
from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

SESSION = Session(None, None)


class Script:
    """Rows that give ratios as written, and the order in which they were asked."""

    def __init__(self):
        self.asked = []

    def row(self, name, *ratios):
        left = list(ratios)

        def measure(session):
            assert session is SESSION
            self.asked.append(name)
            return Sample([left.pop(0)], [1.0])

        return Row(name, measure)

    def judge(self, *rows, bound=1.0):
        self.said = []
        return judge(rows, {row.name: bound for row in rows}, SESSION, self.said.append)


@pytest.fixture
def script():
    return Script()


def test_a_row_within_its_bound_is_measured_once(script):
    (outcome,) = script.judge(script.row("a", 0.9))
    assert script.asked == ["a"]
    assert not outcome.beyond
    assert outcome.sample.ratio == 0.9


def test_the_bound_itself_is_allowed_and_two_decimals_count(script):
    at, just, over = script.judge(
        script.row("at", 1.0), script.row("just", 1.0049), script.row("over", 1.006, 1.006, 1.006)
    )
    assert not at.beyond
    assert not just.beyond
    assert over.beyond


def test_a_row_beyond_its_bound_is_measured_again_behind_all_others(script):
    first, second = script.judge(script.row("a", 1.1, 0.8), script.row("b", 0.7))
    assert script.asked == ["a", "b", "a"]
    assert not first.beyond
    assert first.sample.ratio == pytest.approx(0.95)
    assert len(first.samples) == 2
    assert len(second.samples) == 1
    assert script.said == ["a", "b", "a (again, 2)"]


def test_three_times_is_the_end_and_the_median_of_all_rounds_counts(script):
    (outcome,) = script.judge(script.row("a", 1.5, 1.2, 1.3, 0.1))
    assert script.asked == ["a"] * 3
    assert outcome.beyond
    assert outcome.sample.ratio == 1.3


def test_one_lucky_time_is_not_enough(script):
    (outcome,) = script.judge(script.row("a", 1.3, 0.9, 1.2))
    assert outcome.beyond


def test_one_disturbed_time_does_not_fail_a_row(script):
    (outcome,) = script.judge(script.row("a", 3.0, 0.9, 0.95))
    assert script.asked == ["a"] * 3
    assert not outcome.beyond
    assert outcome.sample.ratio == 0.95


def test_only_the_rows_that_are_still_beyond_are_measured_a_third_time(script):
    script.judge(script.row("a", 1.4, 0.5), script.row("b", 2, 2, 0.5), script.row("c", 0.5))
    assert script.asked == ["a", "b", "c", "a", "b", "b"]


def test_each_row_has_its_own_bound(script):
    rows = [script.row("a", 0.5), script.row("b", 0.5, 0.5, 0.5)]
    a, b = judge(rows, {"a": 0.6, "b": 0.4}, SESSION, lambda text: None)
    assert not a.beyond
    assert b.beyond


def test_a_row_without_a_bound_is_an_error(script):
    with pytest.raises(KeyError):
        judge([script.row("a", 0.5)], {}, SESSION, lambda text: None)


def test_a_row_that_cannot_be_measured_says_why_and_does_not_fail(script):
    def measure(session):
        raise Unavailable("no AF_INET6")

    (outcome,) = script.judge(Row("a", measure))
    assert outcome.missing == "no AF_INET6"
    assert outcome.samples == []
    assert not outcome.beyond


def test_other_errors_are_not_hidden(script):
    def measure(session):
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        script.judge(Row("a", measure))

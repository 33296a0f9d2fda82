"""compare.py: what counts as a difference, and what as a gain."""

import pytest

from conformance.compare import counts, differences, gains
from conformance.model import Result

TEST = "test.test_x.C.test_a"


def one(outcome: str) -> dict[str, Result]:
    return {TEST: Result(outcome)} if outcome else {}


@pytest.mark.parametrize(
    ("standard", "berkeley", "kind"),
    [
        ("pass", "pass", None),
        ("pass", "xfail", None),
        ("pass", "skip", "extra skip"),
        ("pass", "fail", "fail"),
        ("pass", "error", "error"),
        ("pass", "timeout", "timeout"),
        ("pass", "crash", "crash"),
        ("pass", "", "missing"),
        ("xfail", "xpass", "xpass"),
        ("skip", "skip", None),
        ("skip", "pass", None),
        ("skip", "fail", "fail"),
        ("skip", "", "missing"),
        ("fail", "fail", None),
        ("fail", "error", None),
        ("fail", "crash", "crash"),
        ("fail", "timeout", None),
        ("fail", "skip", "extra skip"),
        ("timeout", "timeout", None),
        ("timeout", "crash", None),
        ("timeout", "fail", None),
        ("", "pass", None),
        ("", "skip", None),
        ("", "fail", "fail"),
        ("", "crash", "crash"),
    ],
)
def test_kind_of_difference(standard: str, berkeley: str, kind: str | None) -> None:
    found = differences(one(standard), one(berkeley))
    assert [difference.kind for difference in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("standard", "berkeley", "kind"),
    [
        ("skip", "pass", "no skip"),
        ("fail", "pass", "no failure"),
        ("timeout", "xfail", "no failure"),
        ("", "pass", "new"),
        ("pass", "pass", None),
        ("skip", "skip", None),
    ],
)
def test_gains(standard: str, berkeley: str, kind: str | None) -> None:
    found = gains(one(standard), one(berkeley))
    assert [gain.kind for gain in found] == ([kind] if kind else [])


def test_skipped_subtest_that_the_standard_module_runs_is_an_extra_skip() -> None:
    standard = one("pass")
    berkeley = standard | {f"{TEST} (family='AF (x)')": Result("skip", "no family")}
    (found,) = differences(standard, berkeley)
    assert (found.kind, found.detail) == ("extra skip", "no family")


def test_subtest_that_only_the_standard_module_skips_is_no_missing_test() -> None:
    standard = one("pass") | {f"{TEST} [message] (i=1)": Result("skip")}
    assert differences(standard, one("pass")) == []


def test_crash_at_exit_counts_only_if_it_is_berkeleys() -> None:
    crash = {"exit (test_x)": Result("crash")}
    assert differences(crash, {}) == []
    assert [one.kind for one in differences({}, crash)] == ["crash"]


def test_counts() -> None:
    names = ("pass", "xfail", "skip", "fail", "timeout", "missing")
    results = {str(i): Result(name) for i, name in enumerate(names)}
    assert counts(results) == {"run": 6, "passed": 2, "failed": 3, "skipped": 1}
    results = one("pass") | {f"{TEST} (i=1)": Result("skip")}
    assert counts(results) == {"run": 1, "passed": 1, "failed": 0, "skipped": 1}

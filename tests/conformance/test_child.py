"""child.py and what execute.py makes of it: every outcome, and tests that crash or hang."""

import pytest

from conformance.execute import Launcher, WrongModule, execute, listing
from conformance.model import Result, Unit


def outcomes(launch: Launcher, cls: str, patience: float = 30.0) -> dict[str, str]:
    run = execute(Unit("sample", cls), launch, patience)
    return {name.removeprefix("sample."): one.outcome for name, one in run.results.items()}


def test_every_outcome(launch: Launcher) -> None:
    assert outcomes(launch, "Outcomes") == {
        "Outcomes.test_pass": "pass",
        "Outcomes.test_fail": "fail",
        "Outcomes.test_error": "error",
        "Outcomes.test_exit": "error",
        "Outcomes.test_skip": "skip",
        "Outcomes.test_skip_inside": "skip",
        "Outcomes.test_expected": "xfail",
        "Outcomes.test_unexpected": "xpass",
    }


def test_details_are_tracebacks_and_reasons(launch: Launcher) -> None:
    results = execute(Unit("sample", "Outcomes"), launch, 30.0).results
    assert results["sample.Outcomes.test_skip_inside"].detail == "found out late"
    assert "KeyError: 'on purpose'" in results["sample.Outcomes.test_error"].detail
    assert results["sample.Outcomes.test_pass"] == Result("pass")


def test_failing_subtest_fails_its_test_and_skipped_one_is_an_entry(launch: Launcher) -> None:
    assert outcomes(launch, "Subtests") == {
        "Subtests.test_one_fails": "fail",
        "Subtests.test_one_is_skipped": "pass",
        "Subtests.test_one_is_skipped (i=1)": "skip",
    }


def test_worst_of_two_outcomes_counts(launch: Launcher) -> None:
    assert outcomes(launch, "TearDown") == {"TearDown.test_fails_too": "error"}


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        ("SkippedClass", {"SkippedClass.test_1": "skip", "SkippedClass.test_2": "skip"}),
        ("BrokenClass", {"BrokenClass.test_1": "error"}),
    ],
)
def test_tests_share_the_result_of_set_up_class(
    launch: Launcher, cls: str, expected: dict[str, str]
) -> None:
    assert outcomes(launch, cls) == expected


def test_tests_share_the_result_of_set_up_module(launch: Launcher) -> None:
    results = execute(Unit("fixture"), launch, 30.0).results
    assert results == {"fixture.T.test_1": Result("skip", "no module")}


def test_crash_is_the_running_test_and_the_rest_goes_on(launch: Launcher) -> None:
    assert outcomes(launch, "Crash") == {
        "Crash.test_1": "pass",
        "Crash.test_2_crashes": "crash",
        "Crash.test_3": "pass",
    }
    crash = execute(Unit("sample", "Crash"), launch, 30.0).results["sample.Crash.test_2_crashes"]
    assert crash.detail.endswith("ended by SIGKILL")


def test_hanging_test_is_ended_and_the_rest_goes_on(launch: Launcher) -> None:
    run = execute(Unit("sample", "Hang"), launch, 1.5)
    assert {name: one.outcome for name, one in run.results.items()} == {
        "sample.Hang.test_1": "pass",
        "sample.Hang.test_2_hangs": "timeout",
        "sample.Hang.test_3": "pass",
    }
    # faulthandler says where it hung
    assert "in test_2_hangs" in run.results["sample.Hang.test_2_hangs"].detail


def test_crash_at_exit_is_an_entry_of_its_own(launch: Launcher) -> None:
    run = execute(Unit("sample", "CrashAtExit"), launch, 30.0)
    assert {name: one.outcome for name, one in run.results.items()} == {
        "sample.CrashAtExit.test_1": "pass",
        "exit (sample.CrashAtExit)": "crash",
    }


def test_forked_process_that_goes_on_with_the_suite_is_not_heard(launch: Launcher) -> None:
    assert outcomes(launch, "Fork") == {"Fork.test_child_goes_on": "pass"}


@pytest.mark.parametrize(
    ("module", "name", "outcome"),
    [("skipped", "load (skipped)", "skip"), ("broken", "load (broken)", "error")],
)
def test_module_that_cannot_be_loaded(
    launch: Launcher, module: str, name: str, outcome: str
) -> None:
    results = execute(Unit(module), launch, 30.0).results
    assert {test: one.outcome for test, one in results.items()} == {name: outcome}


def test_only_some_tests(launch: Launcher) -> None:
    name = "sample.Outcomes.test_pass"
    assert execute(Unit("sample"), launch, 30.0, [name]).results == {name: Result("pass")}


def test_listing_names_classes_and_runs_nothing(launch: Launcher) -> None:
    assert set(listing(Unit("sample"), launch)) >= {"Outcomes", "Crash", "Hang"}
    assert listing(Unit("broken"), launch) == []


def test_child_with_the_wrong_socket_is_refused(launch: Launcher) -> None:
    with pytest.raises(WrongModule, match="not berkeley"):
        execute(
            Unit("sample", "Outcomes"),
            lambda request, patience: launch({**request, "expect": "berkeley"}, patience),
        )

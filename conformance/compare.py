"""Compares the results of the two modules, test by test.

A *difference* is what berkeley must not have: a test that passes on the standard module and not on
berkeley, a skip that the standard module does not have, a failure where the standard module skips
or has no such test. A *gain* is the opposite.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model import BAD, GOOD, Result

# Worse than a failure, where the standard module only fails. A timeout is not: without a VSOCK
# loopback, test_socket's VSOCK test hangs or fails, as it happens.
FATAL = frozenset({"crash", "missing"})


@dataclass(frozen=True)
class Difference:
    """A test that is not the same on both modules; the outcome is empty where it does not exist."""

    test: str
    kind: str
    standard: str
    berkeley: str
    detail: str = ""


def _kind(test: str, ours: Result, theirs: Mapping[str, Result]) -> str:
    """Return what kind of difference *ours* is to the standard module's results; empty: none."""
    standard = theirs.get(test)
    if ours.outcome in GOOD:
        return ""
    if ours.outcome == "skip":
        if standard is None:
            # a test that only berkeley has may be skipped; a subtest of one that both have may not
            parent = next((name for name in _parents(test) if name in theirs), None)
            return "extra skip" if parent and theirs[parent].outcome != "skip" else ""
        return "" if standard.outcome == "skip" else "extra skip"
    if standard is None or standard.outcome in GOOD or standard.outcome == "skip":
        return ours.outcome
    mild = standard.outcome not in FATAL and standard.outcome != "timeout"
    return ours.outcome if ours.outcome in FATAL and mild else ""


def _parents(test: str) -> list[str]:
    """Return the possible ids of a subtest's test: a subtest adds `` (i=1)`` or `` [message]``."""
    ends = [i for i, char in enumerate(test) if char == " " and test[i + 1 : i + 2] in ("(", "[")]
    return [test[:end] for end in ends]


def _is_subtest(test: str, results: Mapping[str, Result]) -> bool:
    return any(parent in results for parent in _parents(test))


def differences(standard: Mapping[str, Result], berkeley: Mapping[str, Result]) -> list[Difference]:
    """Return the differences, in the order of berkeley's results; tests that it lacks come last."""
    found = []
    for test, ours in berkeley.items():
        if kind := _kind(test, ours, standard):
            theirs = standard[test].outcome if test in standard else ""
            found.append(Difference(test, kind, theirs, ours.outcome, ours.detail))
    for test, result in standard.items():
        # without an entry for a skipped subtest, the subtest was not skipped
        subtest = result.outcome == "skip" and _is_subtest(test, standard)
        # a crash at the exit of a unit, or in loading it, is no test that could be missing
        if test not in berkeley and not subtest and not test.startswith(("exit (", "load (")):
            detail = "berkeley has no such test"
            found.append(Difference(test, "missing", result.outcome, "", detail))
    return found


def gains(standard: Mapping[str, Result], berkeley: Mapping[str, Result]) -> list[Difference]:
    """Return the tests that pass on berkeley and do not, or are not, on the standard module."""
    found = []
    for test, ours in berkeley.items():
        theirs = standard.get(test)
        if ours.outcome in GOOD and (theirs is None or theirs.outcome not in GOOD):
            outcome = theirs.outcome if theirs else ""
            kind = "new" if theirs is None else f"no {'skip' if outcome == 'skip' else 'failure'}"
            found.append(Difference(test, kind, outcome, ours.outcome))
    return found


def counts(results: Mapping[str, Result]) -> dict[str, int]:
    """Return how many tests there are (``run``) and how many passed, failed and were skipped.

    As in unittest's own closing line, a skipped subtest counts as skipped and not as a test.
    """
    outcomes = [result.outcome for result in results.values()]
    subtests = sum(_is_subtest(test, results) for test in results)
    return {
        "run": len(outcomes) - subtests,
        "passed": sum(outcome in GOOD for outcome in outcomes),
        "failed": sum(outcome in BAD for outcome in outcomes),
        "skipped": outcomes.count("skip"),
    }

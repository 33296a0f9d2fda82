"""Tests one interpreter: runs both modules, compares, and tells flaky tests from differences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from conformance.compare import Difference, differences, gains
from conformance.execute import execute, launcher
from conformance.model import BAD, STANDARD, Interpreter, Result, Unit, UnitRun
from conformance.planning import slowest_first, units
from conformance.store import Store

TRIES = 3
NAMED = 5


@dataclass(frozen=True)
class Options:
    """What the command line says about running; for *side*, see `Session`."""

    side: str
    tests: Sequence[str] = ()
    jobs: int = 2
    reuse: bool = True
    patience: float | None = None
    use: Sequence[str] = ()
    whole: bool = False


@dataclass
class UnitReport:
    """A unit on both modules."""

    unit: Unit
    standard: UnitRun
    berkeley: UnitRun
    differences: list[Difference] = field(default_factory=list)
    gains: list[Difference] = field(default_factory=list)
    retried: dict[str, int] = field(default_factory=dict)  # test that differed at first: runs


class Session:
    """One interpreter's run.

    *options.side* is what is compared with the standard module: berkeley, or the standard module
    once more (--control), which shows how steady the tests are.
    """

    def __init__(
        self, interpreter: Interpreter, options: Options, say: Callable[[str], None]
    ) -> None:
        self.interpreter = interpreter
        self.options = options
        self.store = Store(interpreter, STANDARD, options.use)
        ours = options.side if options.side != STANDARD else "control"
        self.ours = Store(interpreter, ours, options.use)
        self._ours_name = ours
        self._say = say

    def plan(self) -> list[Unit]:
        """Return the units; berkeley's classes are asked for each time, as its sources change."""
        sides: list[tuple[str, Store | None]] = [(STANDARD, self.store)]
        if self.options.side != STANDARD:
            sides.append((self.options.side, None))
        return units(
            self.interpreter, sides, self.options.tests, self.options.jobs, self.options.whole
        )

    def standard(self, todo: Iterable[Unit]) -> dict[Unit, UnitRun]:
        """Return the standard module's results: stored ones, or measured and stored now.

        A test that fails is tried again alone; it counts as passing when it ever passes, since
        berkeley must not profit from a busy machine.
        """
        found: dict[Unit, UnitRun] = {}
        missing = []
        for unit in todo:
            stored = self.store.load(unit) if self.options.reuse else None
            if stored is None:
                missing.append(unit)
            else:
                found[unit] = stored
        measured = self._parallel(missing, STANDARD, STANDARD)
        for unit, run in measured.items():
            for _ in range(TRIES - 1):
                bad = [test for test, result in run.results.items() if result.outcome in BAD]
                if not bad:
                    break
                self._say(f"  again, alone: {unit.name} (not passed: {_names(bad)})")
                again = self._alone(unit, STANDARD, _with_neighbours(bad, run.results))
                better = {
                    test: result
                    for test, result in again.results.items()
                    if test in bad and result.outcome not in BAD
                }
                run.results.update(better)
                if any(test.startswith("exit (") for test in bad):
                    run.results = again.results
                if all(
                    run.results[test].outcome == "timeout" for test in bad if test in run.results
                ):
                    break
            self.store.save(unit, run)
        return found | measured

    def compare(
        self, todo: Iterable[Unit], standard: Mapping[Unit, UnitRun], known: Iterable[str]
    ) -> list[UnitReport]:
        """Run our side, and return the reports; what is *known* to differ is not tried again."""
        runs = self._parallel(todo, self.options.side, self._ours_name)
        reports = []
        for unit, run in runs.items():
            report = UnitReport(unit, standard[unit], run)
            report.differences = differences(report.standard.results, run.results)
            expected = set(known)
            if any(difference.test not in expected for difference in report.differences):
                self._retry(report, expected)
            report.gains = gains(report.standard.results, report.berkeley.results)
            self.ours.save(unit, run)
            reports.append(report)
        return reports

    def _retry(self, report: UnitReport, known: set[str]) -> None:
        """Run what differs again on both modules; only what always differs is a difference."""
        for tries in range(2, TRIES + 1):
            doubtful = [one.test for one in report.differences if one.test not in known]
            if not doubtful:
                return
            self._say(f"  again, alone: {report.unit.name} (differ: {_names(doubtful)})")
            both = {**report.standard.results, **report.berkeley.results}
            tests = _with_neighbours(doubtful, both)
            standard = self._alone(report.unit, STANDARD, tests)
            ours = self._alone(report.unit, self.options.side, tests)
            still = {one.test for one in differences(standard.results, ours.results)}
            for test in doubtful:
                report.retried[test] = tries
                if test not in still:
                    if test in ours.results:
                        report.berkeley.results[test] = ours.results[test]
                    else:
                        report.berkeley.results.pop(test, None)
            report.differences = [
                one for one in report.differences if one.test in still or one.test in known
            ]

    def _alone(self, unit: Unit, side: str, tests: list[str] | None) -> UnitRun:
        launch = launcher(self.interpreter, side, f"{unit.name}.again", self.options.use)
        return execute(unit, launch, self.options.patience, tests)

    def _parallel(self, todo: Iterable[Unit], side: str, label: str) -> dict[Unit, UnitRun]:
        """Run the units on *side*, several at a time; *label* is its name in logs and lines."""
        order = slowest_first(todo, self.store)

        def one(unit: Unit) -> UnitRun:
            log = unit.name if label == side else f"{unit.name}.{label}"
            launch = launcher(self.interpreter, side, log, self.options.use)
            done = execute(unit, launch, self.options.patience)
            if label == STANDARD and not any(x.outcome in BAD for x in done.results.values()):
                self.store.save(unit, done)  # now, so that an interrupted run is not lost
            self._say(f"  {label:8} {done.seconds:7.1f} s  {unit.name}")
            return done

        with ThreadPoolExecutor(self.options.jobs) as pool:
            runs = dict(zip(order, pool.map(one, order), strict=True))
        return {unit: runs[unit] for unit in sorted(runs, key=lambda unit: unit.name)}


def _with_neighbours(tests: Iterable[str], results: Mapping[str, Result]) -> list[str] | None:
    """Return the ids of all tests of the classes of *tests*; None (all) if one is not a test."""
    classes = set()
    for test in tests:
        if test.startswith(("exit (", "load (", "setUp", "tearDown")):
            return None
        classes.add(_class(test))
    return [test for test in results if _class(test) in classes]


def _names(tests: Sequence[str]) -> str:
    """Return the last names of a few tests, for a line of the log."""
    short = [test.rpartition(".")[2] for test in tests[:NAMED]]
    more = len(tests) - len(short)
    return ", ".join(short) + (f" and {more} more" if more else "")


def _class(test: str) -> str:
    # a subtest's id goes on behind a blank
    return test.partition(" ")[0].rpartition(".")[0]

"""Says what a run has found: a line a module, the differences one by one, a closing table, JSON."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from conformance.compare import Difference, counts
from conformance.model import Interpreter, Result
from conformance.session import UnitReport

COLUMNS = ("run", "passed", "failed", "skipped")
DETAIL_LINES = 12


@dataclass
class InterpreterReport:
    """Everything found out about one interpreter."""

    interpreter: Interpreter
    units: list[UnitReport]
    absent: list[str]  # test modules that it does not have
    seconds: float
    known: dict[str, str]  # reasons by test id
    stale: dict[str, str] = field(default_factory=dict)  # what is wrong with the list, by id

    @property
    def unexpected(self) -> list[Difference]:
        """The differences that are not listed as known."""
        return [
            one for unit in self.units for one in unit.differences if one.test not in self.known
        ]

    @property
    def listed(self) -> list[Difference]:
        """The differences that are."""
        return [one for unit in self.units for one in unit.differences if one.test in self.known]

    @property
    def gains(self) -> list[Difference]:
        """What berkeley can and the standard module cannot."""
        return [one for unit in self.units for one in unit.gains]

    @property
    def flaky(self) -> dict[str, int]:
        """Tests that differed once and not always, with the number of runs."""
        always = {one.test for unit in self.units for one in unit.differences}
        retried = {test: runs for unit in self.units for test, runs in unit.retried.items()}
        return {test: runs for test, runs in retried.items() if test not in always}

    def results(self, side: str, suite: str | None = None) -> dict[str, Result]:
        """Return the results of ``standard`` or ``berkeley``, of all test modules or of one."""
        found: dict[str, Result] = {}
        for unit in self.units:
            if suite in (None, unit.unit.suite):
                found |= (unit.standard if side == "standard" else unit.berkeley).results
        return found

    @property
    def suites(self) -> list[str]:
        """The test modules that were run."""
        return list(dict.fromkeys(unit.unit.suite for unit in self.units))


def module_lines(report: InterpreterReport, ours: str) -> Iterable[str]:
    """Yield a line a test module: the counts on both modules, and how many tests differ."""
    head = " ".join(f"{name:>7}" for name in COLUMNS)
    yield f"{report.interpreter.name:34}{'standard':^31}   {ours:^31}"
    yield f"{'':34}{head}   {head}   differ  gains"
    differing: Counter[str] = Counter()
    gained: Counter[str] = Counter()
    for unit in report.units:
        differing[unit.unit.suite] += len(unit.differences)
        gained[unit.unit.suite] += len(unit.gains)
    for suite in report.suites:
        numbers = "   ".join(
            _numbers(counts(report.results(side, suite))) for side in ("standard", "berkeley")
        )
        yield f"  {suite:32}{numbers}   {differing[suite]:6}  {gained[suite]:5}"
    if report.absent:
        yield f"  not in {report.interpreter.version}: {' '.join(report.absent)}"


def _numbers(count: dict[str, int]) -> str:
    return " ".join(f"{count[name]:7}" for name in COLUMNS)


def difference_lines(report: InterpreterReport, ours: str) -> Iterable[str]:
    """Yield the differences test by test, then gains, flaky tests, and what the list has wrong."""
    name = report.interpreter.name
    retried = {test: runs for unit in report.units for test, runs in unit.retried.items()}
    for one in report.unexpected:
        tries = f", {retried[one.test]} times" if one.test in retried else ""
        outcomes = f"standard: {one.standard or 'not there'}, {ours}: {one.berkeley or 'not there'}"
        yield f"{name}  {one.kind.upper()}  {one.test}  ({outcomes}{tries})"
        for line in one.detail.strip().splitlines()[-DETAIL_LINES:]:
            yield f"      {line}"
    for one in report.listed:
        yield f"{name}  known: {one.kind}  {one.test}  # {report.known[one.test]}"
    for one in report.gains:
        if one.kind != "new":
            yield f"{name}  gain ({one.kind})  {one.test}"
    for test, runs in report.flaky.items():
        yield f"{name}  flaky  {test}  (differed, and did not in {runs} runs)"
    for test, reason in report.stale.items():
        yield f"{name}  LIST  {test}: {reason}"


def summary(reports: Iterable[InterpreterReport], absent: dict[str, str], ours: str) -> str:
    """Return the closing table: a line an interpreter."""
    head = (
        "Python",
        "tests",
        "passed",
        "skipped",
        "on " + ours,
        "skipped",
        "differ",
        "known",
        "list",
        "gains",
        "flaky",
        "s",
    )
    rows: list[tuple[str, ...]] = [head]
    for report in reports:
        standard, berkeley = (counts(report.results(side)) for side in ("standard", "berkeley"))
        row = (
            report.interpreter.version + ("t" if report.interpreter.free_threaded else ""),
            standard["run"], standard["passed"], standard["skipped"],
            berkeley["passed"], berkeley["skipped"],
            len(report.unexpected), len(report.listed), len(report.stale),
            len(report.gains), len(report.flaky), round(report.seconds),
        )  # fmt: skip
        rows.append(tuple(map(str, row)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    lines += [f"{name}: not tested: {reason}" for name, reason in absent.items()]
    return "\n".join(lines)


def _entry(one: Difference) -> dict[str, str]:
    # without the traceback: it has paths of this machine
    return {name: text for name, text in asdict(one).items() if name != "detail"}


def as_json(
    reports: Iterable[InterpreterReport], absent: dict[str, str], digest: str
) -> dict[str, Any]:
    """Return the figures for the documentation; *digest* names the sources that were tested."""
    return {
        "sources": digest,
        "not_tested": absent,
        "interpreters": [
            {
                "name": report.interpreter.name,
                "version": report.interpreter.version,
                "seconds": round(report.seconds),
                "not_installed": report.absent,
                "modules": {
                    suite: {
                        side: counts(report.results(side, suite))
                        for side in ("standard", "berkeley")
                    }
                    for suite in report.suites
                },
                "differences": [_entry(one) for one in report.unexpected],
                "known": [
                    _entry(one) | {"reason": report.known[one.test]} for one in report.listed
                ],
                "stale": report.stale,
                "gains": [_entry(one) for one in report.gains],
                "flaky": report.flaky,
            }
            for report in reports
        ],
    }

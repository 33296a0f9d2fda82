"""The table of families and their exchanges, and whether a run has shown all of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kernel.outcomes import ABSENT, EXCHANGED, FAILED, OTHER_KERNEL, SKIPPED, STARTED

# Columns of the table where it goes to a file.
LOG_WIDTH = 150
STYLES = {EXCHANGED: "green", ABSENT: "yellow", OTHER_KERNEL: "yellow", FAILED: "bold red"}


@dataclass
class Exchange:
    """One line of the table: the worst that its tests came to."""

    family: str
    what: str
    outcome: str
    reason: str = ""


@dataclass
class Outcomes:
    """What the tests of a run came to; *default*: whether the kernel was the default one."""

    default: bool
    tests: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, default: bool) -> "Outcomes":
        """Read what `kernel.conftest` has written; the last line of a test counts."""
        found = cls(default)
        for line in path.read_text(encoding="utf-8").splitlines():
            test, outcome, reason, marks = json.loads(line)
            found.tests[test] = outcome, reason
            found.marks[test] = [(family, what) for family, what in marks]
        return found

    def judge(self, test: str) -> tuple[str, str]:
        """What *test* came to, judged: an exchange must not be skipped without a good reason."""
        outcome, reason = self.tests[test]
        if outcome == STARTED:
            return FAILED, "the kernel or Python has not survived it, or the time ran out"
        if self.marks[test] and (outcome == SKIPPED or (outcome == OTHER_KERNEL and self.default)):
            return FAILED, f"skipped: {reason}"
        return outcome, reason

    def exchanges(self) -> list[Exchange]:
        """The exchanges, by family."""
        order = [EXCHANGED, OTHER_KERNEL, ABSENT, FAILED]
        found: dict[tuple[str, str], Exchange] = {}
        for test, marks in self.marks.items():
            outcome, reason = self.judge(test)
            for mark in marks:
                line = found.setdefault(mark, Exchange(*mark, outcome, reason))
                if order.index(outcome) > order.index(line.outcome):
                    line.outcome, line.reason = outcome, reason
        return sorted(found.values(), key=lambda one: one.family)

    def count(self, outcome: str) -> int:
        """How many tests, marked or not, have come to *outcome*."""
        return sum(self.judge(test)[0] == outcome for test in self.tests)

    @property
    def good(self) -> bool:
        """Whether something was tested, and nothing failed or was skipped without a reason."""
        return bool(self.tests) and not self.count(FAILED)


def table(exchanges: Iterable[Exchange], title: str) -> Table:
    """A line an exchange, the family named once."""
    found = Table("family", "exchange", "outcome", title=title, title_justify="left")
    last = ""
    for one in exchanges:
        style = STYLES[one.outcome]
        # "[Errno 19] No such device" is text, not markup
        reason = escape(f": {one.reason}") if one.reason else ""
        family = "" if one.family == last else one.family
        found.add_row(family, escape(one.what), f"[{style}]{one.outcome}[/]{reason}")
        last = one.family
    return found


def show(outcomes: Outcomes, title: str) -> None:
    """Print the table and a line of counts."""
    console = Console()
    if not console.is_terminal:
        console.width = LOG_WIDTH
    lines = outcomes.exchanges()
    console.print(table(lines, title))
    done = sum(one.outcome == EXCHANGED for one in lines)
    parts = [f"{len(outcomes.tests)} tests", f"{done} of {len(lines)} exchanges"]
    counts = {one: outcomes.count(one) for one in (FAILED, ABSENT, OTHER_KERNEL, SKIPPED)}
    parts += [f"{number} tests {outcome}" for outcome, number in counts.items() if number]
    console.print(", ".join(parts))

"""The verdict: what is beyond its bound is measured again before it counts.

Other work on the machine comes in bursts, so the second and the third time are at the end of the
run, when all other rows have been measured.  The rounds of all times then make one sample: were the
best time taken, a row that is a little too slow would have three chances to pass by luck.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

ATTEMPTS = 3


@dataclass
class Outcome:
    """A row with all its measurements; none, and a reason, where it could not be measured."""

    name: str
    bound: float
    samples: list[Sample] = field(default_factory=list)
    missing: str = ""

    @property
    def sample(self) -> Sample:
        """All rounds."""
        return Sample.joined(self.samples)

    @property
    def beyond(self) -> bool:
        """A bound has two decimals, and so has the ratio that is held against it."""
        return bool(self.samples) and round(self.sample.ratio, 2) > self.bound


Progress = Callable[[str], None]


def judge(
    rows: Sequence[Row], bounds: Mapping[str, float], session: Session, progress: Progress
) -> list[Outcome]:
    """Measure all rows, and those beyond their bounds again, three times at most."""
    outcomes = [Outcome(row.name, bounds[row.name]) for row in rows]
    pending = list(zip(rows, outcomes, strict=True))
    for attempt in range(1, ATTEMPTS + 1):
        for row, outcome in pending:
            progress(row.name if attempt == 1 else f"{row.name} (again, {attempt})")
            try:
                outcome.samples.append(row.measure(session))
            except Unavailable as reason:
                outcome.missing = str(reason)
        pending = [(row, outcome) for row, outcome in pending if outcome.beyond]
    return outcomes

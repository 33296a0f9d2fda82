"""A sample: what one measurement of one row gave, and the figures that are made of it.

A ratio is berkeley / standard module, lower is better.  It is taken round by round, because the two
batches of a round see the same state of the machine, and the median of these ratios is the result:
a round that something else disturbed moves it little.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["ns", "bytes"]


@dataclass(frozen=True)
class Sample:
    """The same number of values from each module, a pair a round; *bare*, if any, from plain C."""

    berkeley: list[float]
    standard: list[float]
    bare: list[float] = field(default_factory=list)
    unit: Unit = "ns"

    def __post_init__(self) -> None:
        if not self.berkeley or len(self.berkeley) != len(self.standard):
            raise ValueError("a sample is made of pairs, and of one at least")

    @classmethod
    def joined(cls, samples: Sequence[Sample]) -> Sample:
        """One sample of the rounds of several."""
        return cls(
            [value for sample in samples for value in sample.berkeley],
            [value for sample in samples for value in sample.standard],
            [value for sample in samples for value in sample.bare],
            samples[0].unit,
        )

    @property
    def ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in zip(self.berkeley, self.standard, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The first and the third quartile of the ratios: half of the rounds lie between them."""
        ratios = self.ratios
        if len(ratios) == 1:
            return ratios[0], ratios[0]
        low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return low, high

    @property
    def overhead(self) -> float | None:
        """The ratio of what each module adds to plain C; None where there is no telling.

        Where the standard module costs hardly more than plain C, the quotient of two small
        differences says nothing, so 5 percent is the least that it has to add.
        """
        if not self.bare:
            return None
        bare = statistics.median(self.bare)
        theirs = statistics.median(self.standard) - bare
        if theirs < 0.05 * bare:
            return None
        return (statistics.median(self.berkeley) - bare) / theirs

"""The table: a row a line, ratios against bounds, and what is beyond marked."""

import statistics
from collections.abc import Sequence

from rich.table import Table

from benchmarks.bounds import AIMS
from benchmarks.judge import Outcome


def build(title: str, outcomes: Sequence[Outcome]) -> Table:
    table = Table(title=title, caption="ratio: berkeley / socket, median; between: its quartiles")
    table.add_column("work", overflow="fold")
    for heading in ("C", "socket", "berkeley", "ratio", "between", "added", "bound"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for outcome in outcomes:
        table.add_row(*cells(outcome), style="bold red" if outcome.beyond else None)
    return table


def cells(outcome: Outcome) -> list[str]:
    """The texts of one line."""
    bound = f"{outcome.bound:.2f}"
    if not outcome.samples:
        return [outcome.name, "", "", "", "", "", "", bound, f"not measured: {outcome.missing}"]
    sample = outcome.sample
    low, high = sample.quartiles
    overhead = sample.overhead
    return [
        outcome.name,
        amount(sample.bare, sample.unit),
        amount(sample.standard, sample.unit),
        amount(sample.berkeley, sample.unit),
        f"{sample.ratio:.2f}",
        f"{low:.2f}-{high:.2f}",
        "" if overhead is None else f"{overhead:.2f}",
        bound,
        remark(outcome),
    ]


def remark(outcome: Outcome) -> str:
    again = len(outcome.samples)
    aim = AIMS.get(outcome.name)
    notes = [
        "BEYOND" if outcome.beyond else "",
        f"aim {aim:.2f}" if aim is not None and round(outcome.sample.ratio, 2) > aim else "",
        f"measured {again} times" if again > 1 else "",
    ]
    return ", ".join(filter(None, notes))


def amount(values: Sequence[float], unit: str) -> str:
    """The median with its unit, three digits of it."""
    if not values:
        return ""
    value = statistics.median(values)
    if unit == "bytes":
        return f"{value:.0f} B"
    for name in ("ns", "us", "ms"):
        if value < 1000:
            return f"{value:.0f} {name}" if name == "ns" or value >= 100 else f"{value:.1f} {name}"
        value /= 1000
    return f"{value:.1f} s"

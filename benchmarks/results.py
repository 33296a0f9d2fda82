"""The results as JSON, for the documentation: one file a Python version, in results/."""

import json
import platform
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bounds import AIMS
from benchmarks.judge import Outcome

FOLDER = Path(__file__).with_name("results")


def python_version() -> str:
    """Such as "CPython 3.13.0", and "free-threaded" behind it where that holds."""
    free = getattr(sys, "_is_gil_enabled", lambda: True)() is False
    name = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{name} free-threaded" if free else name


def version_name() -> str:
    """Such as "3.13", "3.13t" where free-threaded: part of the names of files."""
    free = "t" if "free-threaded" in python_version() else ""
    return f"{sys.version_info[0]}.{sys.version_info[1]}{free}"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()


def described(outcome: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {"name": outcome.name, "bound": outcome.bound}
    if outcome.name in AIMS:
        row["aim"] = AIMS[outcome.name]
    if not outcome.samples:
        return {**row, "missing": outcome.missing}
    sample = outcome.sample
    return {
        **row,
        "beyond": outcome.beyond,
        "ratio": round(sample.ratio, 4),
        "quartiles": [round(value, 4) for value in sample.quartiles],
        "unit": sample.unit,
        "berkeley": round(statistics.median(sample.berkeley), 1),
        "standard": round(statistics.median(sample.standard), 1),
        "bare": round(statistics.median(sample.bare), 1) if sample.bare else None,
        "rounds": len(sample.berkeley),
        "ratios of all measurements": [round(each.ratio, 4) for each in outcome.samples],
    }


def document(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "python": python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor(),
        "date": datetime.now(UTC).date().isoformat(),
        "rows": [described(outcome) for outcome in outcomes],
    }


def write(outcomes: Sequence[Outcome], folder: Path = FOLDER) -> Path:
    """Write the file of this Python's version; return where."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{version_name()}.json"
    path.write_text(json.dumps(document(outcomes), indent=1) + "\n")
    return path

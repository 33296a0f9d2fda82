"""System calls of one operation on each module, counted by strace.

    python -m benchmarks.system_calls [WORDS...]

As benchmarks.instructions: each row's operation runs FEW times and, in another process, MANY times;
the difference, divided by MANY - FEW, is one operation.  Without WORDS the counts are written to
benchmarks/results.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.results import FOLDER, processor, python_version, version_name
from benchmarks.topics import ROWS

FEW, MANY = 100, 300
MODULES = ("socket", "berkeley")
# Of an operation that repeats; less is a cache that was filled, or the heap that has grown.
LEAST = 0.05

# A line of strace: "recvfrom(3, ..." at its beginning.
_CALL = re.compile(r"([a-z_0-9]+)\(")

Calls = dict[str, float]


def calls_of(text: str) -> Counter[str]:
    """The calls of one process, from what strace wrote of it."""
    return Counter(found[1] for line in text.splitlines() if (found := _CALL.match(line)))


def difference(few: Counter[str], many: Counter[str]) -> Calls:
    """Calls of one operation."""
    counts = {name: (many[name] - few[name]) / (MANY - FEW) for name in sorted(many)}
    return {name: round(count, 2) for name, count in counts.items() if count >= LEAST}


def counted(module: str, rows: Sequence[str]) -> dict[str, Calls]:
    """The calls of one operation of each row.  Raises RuntimeError (an operation failed)."""
    with TemporaryDirectory(prefix="berkeley-") as folder:
        command = [
            *("strace", "-ff", "--quiet=all", "-e", "signal=none", "-o", f"{folder}/calls"),
            *(sys.executable, "-m", "benchmarks.operate", module, f"{FEW},{MANY}", *rows),
        ]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        made = subprocess.run(command, env=environment, capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"{module} under strace: {made.stderr.strip()}")
        found: dict[str, Calls] = {}
        for row, line in zip(rows, made.stdout.splitlines(), strict=True):
            few, many = (
                calls_of(Path(folder, f"calls.{process}").read_text()) for process in line.split()
            )
            found[row] = difference(few, many)
        return found


def words_of(calls: Calls) -> str:
    """Such as "recvfrom, 2 sendto"."""
    counts = ((name, f"{count:g}") for name, count in calls.items())
    return ", ".join(name if count == "1" else f"{count} {name}" for name, count in counts)


def document(counts: dict[str, dict[str, Calls]]) -> dict[str, object]:
    return {
        "python": python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor(),
        "date": datetime.now(UTC).date().isoformat(),
        "calls": counts,
        "rows": [],
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.system_calls")
    parser.add_argument("words", nargs="*", help="count only rows whose names contain one")
    options = parser.parse_args(arguments)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(width=130, highlight=False)
    if shutil.which("strace") is None:
        console.print("There is no strace: install the package of that name.", style="bold red")
        return 2
    names = [
        row.name
        for row in ROWS
        if row.work is not None
        and (not options.words or any(word in row.name for word in options.words))
    ]
    with ThreadPoolExecutor(len(MODULES)) as pool:
        both = dict(zip(MODULES, pool.map(counted, MODULES, [names] * len(MODULES)), strict=True))
    counts = {name: {module: both[module][name] for module in MODULES} for name in names}
    table = Table(title=f"system calls of one operation on {python_version()}")
    for heading in ("work", *MODULES):
        table.add_column(heading)
    for name, pair in counts.items():
        table.add_row(name, *(words_of(pair[module]) for module in MODULES))
    console.print(table)
    if not options.words:
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{version_name()}-system-calls.json"
        path.write_text(json.dumps(document(counts), indent=1) + "\n")
        console.print(f"Written: benchmarks/results/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

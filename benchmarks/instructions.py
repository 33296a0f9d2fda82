"""Instructions of one operation on each module, counted by callgrind, for where times are too
noisy.

    python -m benchmarks.instructions [--functions N] [WORDS...]

Each row's operation runs under valgrind FEW times and, in another process, MANY times; the
difference, divided by MANY - FEW, is one operation: start-up and set-up cancel out.  Only
instructions outside the kernel are counted.  --functions prints the N functions in which each
module spends the most of them.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.results import FOLDER, python_version, version_name
from benchmarks.row import Row
from benchmarks.topics import ROWS

# The interpreter has adapted its bytecode before FEW is over.
FEW, MANY = 500, 2500
MODULES = ("socket", "berkeley")
# What is counted without words: the rows whose times say least of the module.
USUAL = (
    "send + recv, 64 bytes",
    "send + recv, 64 bytes, with a timeout",
    "send + recv(262144), 64 bytes",
    "send + recv(262144), 262144 bytes",
    "sendall + recv_into, 8 x 128 KiB",
    "recv that would block",
    "sendto + recvfrom, IPv4",
    "sendto + recvfrom, IPv6",
    "sendto + recvfrom, UNIX",
    "sendmsg + recvmsg, ancillary data",
    "socket + close",
    "family",
    "getsockopt, int",
    "getsockname, IPv4",
)

# A line of a callgrind file that names a function: "fn=(7) name", later only "fn=(7)".
_FUNCTION = re.compile(r"c?fn=\((\d+)\)(?: (.*))?$")


def costs_of(text: str) -> Counter[str]:
    """Instructions of each function itself, from the text of a callgrind file.

    The line behind a "calls=" line is the cost of what was called, which its own function has
    already.
    """
    names: dict[str, str] = {}
    costs: Counter[str] = Counter()
    current = ""
    called = False
    for line in text.splitlines():
        function = _FUNCTION.match(line)
        if function:
            number, name = function.groups()
            if name is not None:
                names[number] = name
            if line.startswith("fn="):
                current = names[number]
        elif line.startswith("calls="):
            called = True
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            if not called:
                costs[current] += int(line.rpartition(" ")[2])
            called = False
    return costs


@dataclass(frozen=True)
class Count:
    """One operation on one module: instructions of each function."""

    functions: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.functions.values())

    def top(self, number: int) -> list[tuple[str, float]]:
        return sorted(self.functions.items(), key=lambda item: -item[1])[:number]


def counted(module: str, rows: Sequence[str]) -> dict[str, Count]:
    """Instructions of one operation of each row: the difference of two runs, one of them longer.

    Raises RuntimeError (an operation failed).
    """
    with TemporaryDirectory(prefix="berkeley-") as folder:
        command = [
            *("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/%p", "--quiet"),
            *(sys.executable, "-m", "benchmarks.operate", module, f"{FEW},{MANY}", *rows),
        ]
        # The hashes of strings decide how dictionaries collide: the same in all runs.
        environment = {
            **os.environ,
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        made = subprocess.run(command, env=environment, capture_output=True, text=True)
        if made.returncode != 0:
            raise RuntimeError(f"{module} under callgrind: {made.stderr.strip()}")
        found: dict[str, Count] = {}
        for row, line in zip(rows, made.stdout.splitlines(), strict=True):
            few, many = (costs_of(Path(folder, process).read_text()) for process in line.split())
            many.subtract(few)
            found[row] = Count({name: cost / (MANY - FEW) for name, cost in many.items() if cost})
        return found


def selected(words: Sequence[str]) -> list[Row]:
    rows = [row for row in ROWS if row.work is not None]
    if not words:
        return [row for row in rows if row.name in USUAL]
    return [row for row in rows if any(word in row.name for word in words)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions")
    parser.add_argument("words", nargs="*", help="count only rows whose names contain one")
    parser.add_argument("--functions", type=int, default=0, metavar="N")
    options = parser.parse_args(arguments)
    console = Console(highlight=False)
    if shutil.which("valgrind") is None:
        console.print("There is no valgrind: install the package of that name.", style="bold red")
        return 2
    rows = selected(options.words)
    names = [row.name for row in rows]
    with ThreadPoolExecutor(len(MODULES)) as pool:
        standard, ours = pool.map(counted, MODULES, [names] * len(MODULES))
    counts = {name: [standard[name], ours[name]] for name in names}
    show(console, counts, options.functions)
    if not options.words:
        written = {
            name: {module: round(each.total) for module, each in zip(MODULES, pair, strict=True)}
            for name, pair in counts.items()
        }
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{version_name()}-instructions.json"
        path.write_text(json.dumps(written, indent=1) + "\n")
        console.print(f"Written: benchmarks/results/{path.name}")
    return 0


def show(console: Console, counts: dict[str, list[Count]], functions: int) -> None:
    table = Table(title=f"instructions of one operation on {python_version()}, outside the kernel")
    table.add_column("work")
    for heading in (*MODULES, "ratio"):
        table.add_column(heading, justify="right")
    for name, (standard, ours) in counts.items():
        table.add_row(
            name, f"{standard.total:.0f}", f"{ours.total:.0f}", f"{ours.total / standard.total:.2f}"
        )
    console.print(table)
    for name, pair in counts.items() if functions else ():
        for module, each in zip(MODULES, pair, strict=True):
            console.print(f"\n{name}, {module}: {each.total:.0f}", markup=False)
            for function, cost in each.top(functions):
                console.print(f"{cost:8.1f}  {function}", markup=False)


if __name__ == "__main__":
    sys.exit(main())

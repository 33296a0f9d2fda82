"""python -m benchmarks.apps [WORDS...]: applications on both modules; exit status 2 when a row is
beyond its bound, or something grows that must not.

With WORDS, only the rows whose names contain one of them, and no file is written.
"""

import argparse
import json
import socket
import sys
import time
from pathlib import Path

from rich.console import Console

import berkeley
from benchmarks import results, scale, table
from benchmarks.__main__ import progress
from benchmarks.apps import rows
from benchmarks.apps.child import Failed, Load
from benchmarks.judge import Outcome, judge
from benchmarks.row import Session

BOUNDS = {**rows.BOUNDS, **scale.BOUNDS}
BESIDE = "uvloop / least"
CAPTION = (
    "asyncio echo: the same server on uvloop; http, requests: what no socket module can beat, the "
    "program's Python on sockets that cost nothing and the system calls from C"
)
# Nanoseconds that the standard module's part of a round takes.
BATCH = 150_000_000


def write(outcomes: list[Outcome], many: scale.Scale, folder: Path | None = None) -> Path:
    """Write the file of this Python's version; return where."""
    folder = folder or results.FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{results.version_name()}-apps.json"
    document = {
        **results.document(outcomes),
        "bare is": BESIDE,
        "growth": scale.described(many),
    }
    path.write_text(json.dumps(document, indent=1) + "\n")
    return path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.apps", description=__doc__)
    parser.add_argument("words", nargs="*", help="measure only rows whose names contain one")
    parser.add_argument("--rounds", type=int, default=15, help="at least 15")
    parser.add_argument("--accepts", type=int, default=scale.ACCEPTS, help="accepted and closed")
    options = parser.parse_args(arguments)
    if options.rounds < 15:
        parser.error("fewer than 15 rounds say nothing")
    console = Console()
    if not console.is_terminal:
        console = Console(width=130)
    start = time.monotonic()
    try:
        with Load() as load:
            many = scale.Scale(load, options.accepts)
            wanted = [
                row
                for row in [*rows.rows(load), *many.rows()]
                if not options.words or any(word in row.name for word in options.words)
            ]
            if not wanted:
                parser.error(f"no row has such a name; there are: {', '.join(BOUNDS)}")
            session = Session(berkeley, socket, None, options.rounds, BATCH)
            outcomes = judge(wanted, BOUNDS, session, progress)
            progress("")
    except Failed as reason:
        console.print(f"Nothing is measured: {reason}.", style="bold red", markup=False)
        return 1
    made = table.build(f"applications on {results.python_version()}", outcomes)
    made.columns[1].header = BESIDE
    made.caption = f"{made.caption}\n{CAPTION}"
    console.print(made)
    for line in scale.lines(many):
        console.print(line, highlight=False)
    console.print(
        f"{len(outcomes)} rows, {options.rounds} rounds each, in {time.monotonic() - start:.0f} s.",
        highlight=False,
    )
    if not options.words:
        console.print(f"Written: benchmarks/results/{write(outcomes, many).name}", highlight=False)
    beyond = [outcome.name for outcome in outcomes if outcome.beyond]
    if beyond:
        console.print(f"{len(beyond)} beyond their bounds.", style="bold red", highlight=False)
    grown = any(growth.beyond for growth in many.growth.values())
    return 2 if beyond or grown else 0


if __name__ == "__main__":
    sys.exit(main())

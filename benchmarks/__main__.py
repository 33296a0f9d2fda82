"""python -m benchmarks [WORDS...]: the table of both modules, and that of batched datagrams; exit
status 1 when a row is beyond its bound or a batch misses its target.

With WORDS, only the rows whose names contain one of them, no batches, and no file is written.
"""

import argparse
import socket
import sys
import time
from contextlib import ExitStack

from rich.console import Console

import berkeley
from benchmarks import batched, results, table, yardstick
from benchmarks.bounds import BOUNDS
from benchmarks.judge import judge
from benchmarks.row import Session
from benchmarks.topics import ROWS


def progress(text: str) -> None:
    """Show on a terminal what is measured.  (A spinner would be a thread, which disturbs.)"""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("words", nargs="*", help="measure only rows whose names contain one")
    parser.add_argument("--rounds", type=int, default=Session.rounds, help="at least 15")
    parser.add_argument("--list", action="store_true", help="print the rows and their bounds")
    options = parser.parse_args(arguments)
    if options.rounds < 15:
        parser.error("fewer than 15 rounds say nothing")
    console = Console()
    if not console.is_terminal:
        # Not a screen: as wide as the table.
        console = Console(width=130)
    rows = [
        row for row in ROWS if not options.words or any(word in row.name for word in options.words)
    ]
    if not rows:
        parser.error("no row has such a name; --list shows all")
    if options.list:
        for row in rows:
            console.print(f"{BOUNDS[row.name]:.2f}  {row.name}", highlight=False, markup=False)
        return 0

    start = time.monotonic()
    with ExitStack() as stack:
        try:
            bare = stack.enter_context(yardstick.running())
        except yardstick.NoYardstick as reason:
            console.print(f"The column C is empty: {reason}.", style="bold yellow", markup=False)
            bare = None
        session = Session(berkeley, socket, bare, options.rounds)
        outcomes = judge(rows, BOUNDS, session, progress)
        progress("")
    title = f"berkeley and socket on {results.python_version()}"
    console.print(table.build(title, outcomes))
    console.print(
        f"{len(outcomes)} rows, {options.rounds} rounds each, in {time.monotonic() - start:.0f} s; "
        "a row beyond its bound is measured up to 3 times, and all rounds count.",
        highlight=False,
    )
    if not options.words:
        path = results.write(outcomes)
        console.print(f"Written: benchmarks/results/{path.name}", highlight=False)
    beyond = [outcome.name for outcome in outcomes if outcome.beyond]
    if beyond:
        console.print(f"{len(beyond)} beyond their bounds.", style="bold red", highlight=False)
    not_reached = 0
    if not options.words:
        progress("batches")
        lines = batched.measure()
        progress("")
        not_reached = batched.report(console, lines)
        path = batched.write(lines)
        console.print(f"Written: benchmarks/results/batched/{path.name}", highlight=False)
    return 1 if beyond or not_reached else 0


if __name__ == "__main__":
    sys.exit(main())

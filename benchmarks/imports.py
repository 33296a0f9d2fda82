"""Rows of the import: each in a new process, the files in the disk's cache.

The process is as bare as it can be (-I -S): no site, no user's environment, so that what the import
brings in is its own.  berkeley's folder is the last of sys.path, as site-packages is.  The first
row is the import statement alone, timed inside the process; the second is the whole process, less
one that imports nothing.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from benchmarks.row import Row, Session
from benchmarks.sample import Sample

CHILD = """
import sys
from time import perf_counter_ns as clock
sys.path.append({folder!r})
{before}
start = clock()
{statement}
print(clock() - start)
"""


def child(folder: str, statement: str, before: str = "") -> Callable[[], float]:
    """A function that runs *statement* in a new process and returns its nanoseconds there."""
    code = CHILD.format(folder=folder, statement=statement, before=before)
    command = [sys.executable, "-I", "-S", "-c", code]

    def run() -> float:
        return float(subprocess.run(command, check=True, capture_output=True).stdout)

    return run


def folder_of(module: ModuleType) -> str:
    assert module.__file__ is not None
    return str(Path(module.__file__).parents[1])


def inside(session: Session) -> Sample:
    folder = folder_of(session.berkeley)
    ours, theirs = child(folder, "import berkeley"), child(folder, "import socket")
    ours(), theirs()
    pairs: list[tuple[float, float]] = []
    for number in range(session.rounds):
        if number % 2 == 0:
            pairs.append((ours(), theirs()))
        else:
            pairs.append((theirs(), ours())[::-1])
    return Sample([a for a, _ in pairs], [b for _, b in pairs])


def whole(session: Session) -> Sample:
    folder = folder_of(session.berkeley)
    runs = [child(folder, statement) for statement in ("import berkeley", "import socket", "pass")]

    def timed(run: Callable[[], float]) -> float:
        start = session.clock()
        run()
        return session.clock() - start

    for run in runs:
        run()
    rounds = [
        [timed(run) for run in runs]
        if number % 2 == 0
        else [timed(run) for run in runs[::-1]][::-1]
        for number in range(session.rounds)
    ]
    # One process more or less makes the difference of a single round noisy; the empty one is taken
    # as a median.
    empty = sorted(times[2] for times in rounds)[len(rounds) // 2]
    return Sample([times[0] - empty for times in rounds], [times[1] - empty for times in rounds])


ROWS = [Row("import", inside), Row("import, whole process", whole)]

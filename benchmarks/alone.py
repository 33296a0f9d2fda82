"""A row measured in a new process whose malloc maps large blocks, as every process begins.

glibc raises its limit for "large" (M_MMAP_THRESHOLD in mallopt(3)) when such a block is freed, and
the imports of a benchmark may do that, on one Python and not on another.  So the limit is fixed at
its default for this process.

    python -m benchmarks.alone ROW ROUNDS BATCH

Prints the sample as JSON.  Without the yardstick: what it would show does not depend on the
process.
"""

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict

import berkeley
from benchmarks.row import Row, Session
from benchmarks.sample import Sample


def alone(row: Row, name: str) -> Row:
    """The same work as *row*, under another *name*, each measurement in a new process."""

    def measure(session: Session) -> Sample:
        command = [sys.executable, "-m", "benchmarks.alone", name]
        numbers = [str(session.rounds), str(session.batch)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment["MALLOC_MMAP_THRESHOLD_"] = str(128 * 1024)
        made = subprocess.run(
            [*command, *numbers], env=environment, check=True, stdout=subprocess.PIPE
        )
        return Sample(**json.loads(made.stdout))

    return Row(name, measure, row.work, inner=row)


def main() -> None:
    from benchmarks.topics import ROWS

    name, rounds, batch = sys.argv[1:]
    (row,) = [row.inner for row in ROWS if row.name == name and row.inner is not None]
    sample = row.measure(Session(berkeley, socket, None, int(rounds), int(batch)))
    print(json.dumps(asdict(sample)))


if __name__ == "__main__":
    main()

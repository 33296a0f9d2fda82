"""A row measured in a new process, which has done nothing yet that the row depends on.

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

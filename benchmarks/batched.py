"""python -m benchmarks.batched: datagrams a second over loopback, one by one, batched, segmented.

Each contender sends and receives the same number of datagrams in each round, both sockets in this
process, in turns which goes first; the figures are medians of the rounds.  The receiver reads the
data and the address of each datagram.  The yardstick is a loop of sendto() and recvfrom() in C.

`make bench` measures it too.  Exit status 1 when a target is not reached in three measurements, of
which all rounds count: with batches of 64 at least 0.90 of C's rate, and with
segmentation, each datagram taken apart, 20 times the standard module's rate at 1 200 bytes.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import berkeley
from benchmarks import results, yardstick
from benchmarks.interleave import collector_at_rest, own_code

# The sizes, and the names of the same work in yardstick.c.
BARE = {64: "datagram-inet", 1200: "datagram-inet-1200"}
BATCHES = (1, 4, 16, 64, 256, 1024)
# The most datagrams of 1 200 bytes that one call with UDP_SEGMENT takes.
SEGMENTS = 54
TARGETS = {"C": 0.90, "socket": 20.0}
ROUNDS, COUNT, MEASUREMENTS = 21, 4096, 3
# <asm-generic/socket.h>
SO_RCVBUFFORCE = 33

# Sends and receives so many datagrams.
Work = Callable[[int], None]


@contextmanager
def two(module: Any, room: int = 8 << 20) -> Iterator[tuple[Any, Any]]:
    """Two UDP sockets, the second with room for a whole batch where the kernel allows that."""
    with (
        module.socket(module.AF_INET, module.SOCK_DGRAM) as near,
        module.socket(module.AF_INET, module.SOCK_DGRAM) as far,
    ):
        try:
            far.setsockopt(module.SOL_SOCKET, SO_RCVBUFFORCE, room)
        except PermissionError:
            far.setsockopt(module.SOL_SOCKET, module.SO_RCVBUF, room)
        near.bind(("127.0.0.1", 0))
        far.bind(("127.0.0.1", 0))
        # What is lost ends the run.
        far.settimeout(1)
        yield near, far


@contextmanager
def one_by_one(module: Any, size: int) -> Iterator[Work]:
    """A loop of sendto() and recvfrom(); the sockets block, as those of the yardstick do."""
    with two(module) as (near, far):
        far.settimeout(None)
        data = bytes(size)
        to = far.getsockname()

        def work(count: int) -> None:
            for _ in repeat(None, count):
                near.sendto(data, to)
                _received, _sender = far.recvfrom(size)

        yield work


@contextmanager
def batched(size: int, batch: int) -> Iterator[Work]:
    """sendmmsg() and recvmmsg_into() of *batch* messages, each of which is read."""
    with two(berkeley) as (near, far):
        messages = [(bytes(size), far.getsockname())] * batch
        into = berkeley.MessageBatch(batch, size)

        def work(count: int) -> None:
            for _ in repeat(None, count // batch):
                sent = near.sendmmsg(messages)
                while sent > 0:
                    sent -= far.recvmmsg_into(into)
                    for _data, _sender in into.messages():
                        pass

        yield work


@contextmanager
def segmented(size: int, apart: bool) -> Iterator[Work]:
    """send_segments() and recv_segments(), the datagrams *apart* or left in their buffer."""
    with two(berkeley) as (near, far):
        data = bytes(SEGMENTS * size)
        to = far.getsockname()
        segments = berkeley.segments

        def work(count: int) -> None:
            for _ in repeat(None, count // SEGMENTS):
                left = near.send_segments(data, size, to)
                while left > 0:
                    received, length, _sender = far.recv_segments()
                    left -= len(received)
                    if apart:
                        for _datagram in segments(received, length):
                            pass

        # The first datagram comes alone: receiving switches UDP_GRO on.
        near.sendto(b"", to)
        far.recv_segments()
        yield work


@dataclass
class Contender:
    """A line of the table, with the nanoseconds that a datagram took in each round."""

    name: str
    size: int
    work: Work
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def run(self, count: int) -> None:
        processor, wall = time.process_time_ns(), time.perf_counter_ns()
        self.work(count)
        self.wall.append((time.perf_counter_ns() - wall) / count)
        self.processor.append((time.process_time_ns() - processor) / count)

    @property
    def rate(self) -> float:
        """Datagrams a second."""
        return 1e9 / statistics.median(self.wall)

    def against(self, other: Contender) -> float:
        """How many times the rate of *other*, by the round."""
        pairs = zip(other.wall, self.wall, strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)

    def described(self, standard: Contender, bare: Contender | None) -> dict[str, Any]:
        return {
            "name": self.name,
            "size": self.size,
            "datagrams a second": round(self.rate),
            "bytes a second": round(self.rate * self.size),
            "CPU ns a datagram": round(statistics.median(self.processor))
            if self.name != "C"
            else None,
            "to C": None if bare is None else round(self.against(bare), 3),
            "to socket": round(self.against(standard), 3),
        }


class Bare(Contender):
    """The yardstick, which times itself."""

    def __init__(self, size: int, timer: Callable[[int], float]) -> None:
        super().__init__("C", size, lambda _: None)
        self.timer = timer

    def run(self, count: int) -> None:
        self.wall.append(self.timer(count) / count)


def contenders(size: int, stack: ExitStack, bare: yardstick.Yardstick | None) -> list[Contender]:
    """All of one size: C if there is a compiler, the standard module, and ours."""
    found: list[Contender] = []
    if bare is not None:
        found.append(Bare(size, bare.timer(BARE[size])))
    for name, module in (("socket", socket), ("berkeley", berkeley)):
        alone = stack.enter_context(one_by_one(module, size))
        found.append(Contender(name, size, own_code(alone)))
    for batch in BATCHES:
        many = stack.enter_context(batched(size, batch))
        found.append(Contender(f"batch of {batch}", size, own_code(many)))
    if size == 1200:
        for name, apart in (("segments, in one buffer", False), ("segments, apart", True)):
            offload = stack.enter_context(segmented(size, apart))
            found.append(Contender(name, size, own_code(offload)))
    return found


def interleaved(every: Sequence[Contender], rounds: int, count: int) -> None:
    """Measure all in turns; the first round is for the caches."""
    for number in range(rounds + 1):
        for contender in every if number % 2 == 0 else reversed(every):
            # What a batch and a segmented buffer share: no rest at the end.
            contender.run(count // SEGMENTS * SEGMENTS if "seg" in contender.name else count)
        if number == 0:
            for contender in every:
                del contender.wall[-1], contender.processor[-1:]


def described(every: Sequence[Contender]) -> list[dict[str, Any]]:
    """The lines of one size."""
    by_name = {contender.name: contender for contender in every}
    return [contender.described(by_name["socket"], by_name.get("C")) for contender in every]


def measure(rounds: int = ROUNDS, count: int = COUNT) -> list[dict[str, Any]]:
    """The lines of all sizes; what misses a target is measured again, and all rounds count."""
    lines: list[dict[str, Any]] = []
    with ExitStack() as stack:
        try:
            bare = stack.enter_context(yardstick.running())
        except yardstick.NoYardstick as reason:
            print(f"No yardstick: {reason}.", file=sys.stderr)
            bare = None
        with collector_at_rest():
            for size in BARE:
                every = contenders(size, stack, bare)
                for _ in range(MEASUREMENTS):
                    interleaved(every, rounds, count)
                    if not missed(described(every)):
                        break
                lines += described(every)
    return lines


def missed(lines: Sequence[dict[str, Any]]) -> list[str]:
    """The targets that were not reached, in words."""
    found = []
    for line in lines:
        to_c = line["to C"]
        if line["name"] == "batch of 64" and to_c is not None and to_c < TARGETS["C"]:
            found.append(f"{line['size']} bytes, {line['name']}: {to_c:.2f} of C")
        if line["name"].startswith("segments") and line["to socket"] < TARGETS["socket"]:
            found.append(f"{line['size']} bytes, {line['name']}: {line['to socket']:.1f} of socket")
    return found


def table(lines: Sequence[dict[str, Any]]) -> Table:
    made = Table(title=f"Datagrams over loopback, {results.python_version()}")
    made.add_column("bytes", justify="right")
    made.add_column("work")
    for heading in ("datagrams/s", "MB/s", "CPU a datagram", "to C", "to socket"):
        made.add_column(heading, justify="right", no_wrap=True)
    for line in lines:
        cpu = line["CPU ns a datagram"]
        made.add_row(
            str(line["size"]),
            line["name"],
            f"{line['datagrams a second']:,}",
            f"{line['bytes a second'] / 1e6:.1f}",
            "" if cpu is None else f"{cpu} ns",
            "" if line["to C"] is None else f"{line['to C']:.2f}",
            f"{line['to socket']:.2f}",
        )
    return made


def write(lines: Sequence[dict[str, Any]], rounds: int = ROUNDS) -> Path:
    """Write the file of this Python's version; return where."""
    # The folder above is for files of the table's form.
    path = results.FOLDER / "batched" / f"{results.version_name()}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    header = {**results.document([]), "rounds": rounds, "rows": lines}
    path.write_text(json.dumps(header, indent=1) + "\n")
    return path


def report(console: Console, lines: Sequence[dict[str, Any]]) -> int:
    """Print all; return how many targets were not reached."""
    console.print(table(lines))
    not_reached = missed(lines)
    for text in not_reached:
        console.print(f"Target not reached: {text}", style="bold red", highlight=False)
    return len(not_reached)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batched", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="at least 15")
    parser.add_argument("--count", type=int, default=COUNT, help="datagrams a round")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/")
    options = parser.parse_args(arguments)
    if options.rounds < 15:
        parser.error("fewer than 15 rounds say nothing")
    lines = measure(options.rounds, max(options.count // 1024, 1) * 1024)
    console = Console()
    console = console if console.is_terminal else Console(width=130)
    not_reached = report(console, lines)
    if options.write:
        path = write(lines, options.rounds)
        console.print(f"Written: benchmarks/results/batched/{path.name}", highlight=False)
    return 1 if not_reached else 0


if __name__ == "__main__":
    sys.exit(main())

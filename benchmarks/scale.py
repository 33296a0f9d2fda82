"""Many connections in one process: 10 000 open at once, and many accepted and closed in a row.

    python -m benchmarks.scale [--accepts N] [--json FILE]

The rows are part of `make bench-apps`.  The servers are benchmarks/apps/epoll_echo.py and
accept_close.py, each on both modules; the client is load.c.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import results
from benchmarks.apps.child import MODULES, Child, Failed, Load
from benchmarks.judge import Outcome
from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

CONNECTIONS = 10_000
# So many messages are under way at a time, over all connections in turn.
FLIGHT = 100
# A round: every connection once.
MESSAGES = CONNECTIONS
ACCEPTS = 100_000
# Two processes that are busy at the same time fall into step, or do not, for some seconds: it takes
# more rounds than elsewhere to see past that.
MORE_ROUNDS = 3
# Caches and free lists have filled up before memory is looked at.
FIRST_ACCEPTS = 10_000
# What the heap of an interpreter moves by itself; an object of 3 bytes lost each time is more.
SLACK = 256 * 1024

BOUNDS: dict[str, float] = {
    "10 000 connections, a message": 1.00,
    "10 000 connections, 99th percentile": 1.00,
    "10 000 connections, memory of one": 1.00,
    "accept + close, many in a row": 1.00,
}


def require_descriptors(count: int) -> None:
    """Raises Unavailable (the limit of descriptors is too low, and may not be raised)."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count:
        raise Unavailable(f"the hard limit of descriptors is {most}, {count} are needed")


@contextmanager
def echo(load: Load, module: str) -> Iterator[tuple[Child, float]]:
    """The client of a server on *module*, all connected; and the server's bytes for each."""
    with Child.python(module, "epoll_echo.py") as server:
        port = server.read()
        # A connection that came and went: what the first one costs is not counted.
        with load.start("echo", *port, 1, 1) as first:
            first.read()
            first.ask(100)
        before = server.private_memory()
        with load.start("echo", *port, CONNECTIONS, FLIGHT, apart=True) as client:
            client.read()
            # Every connection has had a message.
            client.ask(MESSAGES)
            yield client, (server.private_memory() - before) / CONNECTIONS


def trips(load: Load, rounds: int) -> dict[str, list[list[int]]]:
    """Of each module and round: the nanoseconds of MESSAGES, and of the 99th percentile of one."""
    answers: dict[str, list[list[int]]] = {module: [] for module in MODULES}
    with ExitStack() as stack:
        clients = {module: stack.enter_context(echo(load, module))[0] for module in MODULES}
        for number in range(rounds):
            for module in MODULES if number % 2 == 0 else reversed(MODULES):
                answers[module].append(clients[module].ask(MESSAGES))
    return answers


@dataclass(frozen=True)
class Growth:
    """What a process has more of, after so many accepted and closed."""

    accepts: int
    memory: int
    descriptors: int

    @property
    def beyond(self) -> bool:
        return self.memory > SLACK or self.descriptors > 0


class Scale:
    """The measurements.  *growth* is of the last run of accepted and closed, by module."""

    def __init__(self, load: Load, accepts: int = ACCEPTS) -> None:
        self.load = load
        self.accepts = accepts
        self.growth: dict[str, Growth] = {}

    def rows(self) -> list[Row]:
        measures = (self.message, self.percentile, self.memory, self.accepted)
        return [Row(name, measure) for name, measure in zip(BOUNDS, measures, strict=True)]

    def message(self, session: Session) -> Sample:
        """Nanoseconds a message, the reciprocal of the rate."""
        return self._trips(session, 0, MESSAGES)

    def percentile(self, session: Session) -> Sample:
        return self._trips(session, 1, 1)

    def _trips(self, session: Session, column: int, divisor: int) -> Sample:
        require_descriptors(CONNECTIONS + 64)
        try:
            answers = trips(self.load, MORE_ROUNDS * session.rounds)
        except Failed as reason:
            raise Unavailable(str(reason)) from reason
        ours, theirs = (
            [answer[column] / divisor for answer in answers[module]] for module in MODULES
        )
        return Sample(ours, theirs)

    def memory(self, session: Session) -> Sample:
        """Bytes of the server's process, the kernel's share not included."""
        require_descriptors(CONNECTIONS + 64)
        found: list[float] = []
        try:
            for module in MODULES:
                with echo(self.load, module) as (_, size):
                    found.append(size)
        except Failed as reason:
            raise Unavailable(str(reason)) from reason
        return Sample(found[:1], found[1:], unit="bytes")

    def accepted(self, session: Session) -> Sample:
        """Nanoseconds of one, and on the way whether anything grows."""
        each = -(-self.accepts // session.rounds)
        times: dict[str, list[float]] = {module: [] for module in MODULES}
        try:
            with ExitStack() as stack:
                pairs: dict[str, tuple[Child, Child]] = {}
                before: dict[str, tuple[int, int]] = {}
                for module in MODULES:
                    server = stack.enter_context(Child.python(module, "accept_close.py"))
                    client = stack.enter_context(
                        self.load.start("churn", *server.read(), apart=True)
                    )
                    pairs[module] = server, client
                    accept(server, client, FIRST_ACCEPTS)
                    before[module] = server.private_memory(), server.descriptors()
                for number in range(session.rounds):
                    for module in MODULES if number % 2 == 0 else reversed(MODULES):
                        times[module].append(accept(*pairs[module], each) / each)
                for module, (server, _) in pairs.items():
                    memory, descriptors = before[module]
                    self.growth[module] = Growth(
                        each * session.rounds,
                        server.private_memory() - memory,
                        server.descriptors() - descriptors,
                    )
        except Failed as reason:
            raise Unavailable(str(reason)) from reason
        return Sample(times["berkeley"], times["socket"])


def accept(server: Child, client: Child, count: int) -> int:
    """Nanoseconds that *server* took to accept and close *count* connections of *client*."""
    server.order(count)
    client.order(count)
    client.read()
    return server.read()[0]


def lines(scale: Scale) -> Iterator[str]:
    """What has grown, in words."""
    for module, growth in scale.growth.items():
        yield (
            f"{growth.accepts} accepted and closed on {module}: {growth.memory:+d} bytes, "
            f"{growth.descriptors:+d} descriptors{', BEYOND' if growth.beyond else ''}"
        )


def described(scale: Scale) -> dict[str, dict[str, int]]:
    """What has grown, for the JSON file."""
    return {module: asdict(growth) for module, growth in scale.growth.items()}


def main(arguments: list[str] | None = None) -> int:
    import socket

    import berkeley

    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("--accepts", type=int, default=ACCEPTS, metavar="N")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    outcomes: list[Outcome] = []
    with Load() as load:
        scale = Scale(load, options.accepts)
        for row in scale.rows():
            outcome = Outcome(row.name, BOUNDS[row.name])
            outcomes.append(outcome)
            try:
                sample = row.measure(Session(berkeley, socket, rounds=options.rounds))
            except Unavailable as reason:
                outcome.missing = str(reason)
                print(f"{row.name}: not measured: {reason}")
                continue
            outcome.samples.append(sample)
            ours, theirs = statistics.median(sample.berkeley), statistics.median(sample.standard)
            print(
                f"{row.name}: {ours:.0f} {sample.unit} on berkeley, {theirs:.0f} on socket, "
                f"ratio {sample.ratio:.2f}",
                flush=True,
            )
        print(*lines(scale), sep="\n")
    if options.json is not None:
        found = {**results.document(outcomes), "growth": described(scale)}
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    beyond = any(outcome.beyond for outcome in outcomes)
    beyond |= any(growth.beyond for growth in scale.growth.values())
    return 2 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())

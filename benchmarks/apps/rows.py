"""The rows of applications, and how large a ratio of times each may have."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from time import perf_counter_ns

from benchmarks import interleave
from benchmarks.apps.child import MODULES, Child, Failed, Load
from benchmarks.interleave import Operation, Timer
from benchmarks.row import Row, Session, Unavailable
from benchmarks.sample import Sample

CONNECTIONS = 100
FIRST = 100

# The aims of three rows are out of reach, see AIMS in benchmarks/bounds.py: "at least 1.15 times as
# many requests" is at most 1 / 1.15 of the time, 1.05 as well.
BOUNDS: dict[str, float] = {
    "asyncio echo, 100 connections": 0.80,
    "http.server + http.client, keep-alive": 1.00,
    "requests, a session": 1.00,
    "requests.get, a connection each": 1.00,
    "aiohttp, 8 requests at a time": 0.95,
}

# A pair of processes may be lucky: with its addresses, its hashes.  So a row is measured on several
# pairs, one after the other.
PAIRS = 3

# Starts an application on a module, and gives what makes it do its work so many times.
Start = Callable[[Load, str], AbstractContextManager[Operation]]


@contextmanager
def echo(load: Load, module: str, *words: str) -> Iterator[Operation]:
    """The server is on *module*; its client is load.c."""
    with (
        Child.python(module, "asyncio_echo.py", *words) as server,
        load.start("echo", *server.read(), CONNECTIONS, CONNECTIONS, apart=True) as client,
    ):
        client.read()
        yield client.operate


@contextmanager
def uvloop(load: Load) -> Iterator[Timer]:
    """The same server on uvloop, which calls no socket module."""
    with echo(load, "socket", "uvloop") as operate:

        def timer(count: int) -> float:
            start = perf_counter_ns()
            operate(count)
            return perf_counter_ns() - start

        yield timer


def least(program: str, *words: str) -> Callable[[Load], AbstractContextManager[Timer]]:
    """What no socket module can be quicker than: the Python of *program* on sockets that cost
    nothing, and from a C program, started with *words*, the system calls of a request.
    """

    @contextmanager
    def start(load: Load) -> Iterator[Timer]:
        with (
            Child.python("socket", "without_sockets.py", program) as python,
            load.start("exchange", *words) as kernel,
        ):
            python.operate(FIRST)
            yield lambda count: python.ask(count)[0] + kernel.ask(count)[0]

    return start


@contextmanager
def http(load: Load, module: str) -> Iterator[Operation]:
    """Server and client are both on *module*."""
    with (
        Child.python(module, "http_server.py") as server,
        Child.python(module, "http_client.py", *server.read()) as client,
    ):
        yield client.operate


def client_of(program: str, *words: str) -> Start:
    """The client is on *module*; its server is load.c."""

    @contextmanager
    def start(load: Load, module: str) -> Iterator[Operation]:
        with (
            load.start("http") as server,
            Child.python(module, program, *server.read(), *words) as client,
        ):
            yield client.operate

    return start


def application(
    name: str,
    load: Load,
    start: Start,
    *,
    needs: str | None = None,
    beside: Callable[[Load], AbstractContextManager[Timer]] | None = None,
) -> Row:
    """A row of one application; *needs* is a package that has to be there.

    *beside*, if there, is measured in every round too: Sample.bare.
    """

    def measure(session: Session) -> Sample:
        if needs is not None and find_spec(needs) is None:
            raise Unavailable(f"no {needs}")
        try:
            return Sample.joined(
                [
                    pair(replace(session, rounds=len(range(number, session.rounds, PAIRS))))
                    for number in range(min(PAIRS, session.rounds))
                ]
            )
        except Failed as reason:
            raise Unavailable(str(reason)) from reason

    def pair(session: Session) -> Sample:
        with ExitStack() as stack:
            ours, theirs = (stack.enter_context(start(load, module)) for module in MODULES)
            # The first of all imports what it needs and looks the proxies up.
            ours(FIRST), theirs(FIRST)
            third = stack.enter_context(beside(load) if beside else nullcontext())
            return interleave.measure(
                ours,
                theirs,
                third,
                rounds=session.rounds,
                batch=session.batch,
                clock=session.clock,
            )

    return Row(name, measure)


def rows(load: Load) -> list[Row]:
    beside = uvloop if find_spec("uvloop") else None
    one_session = client_of("requests_client.py")
    many = client_of("requests_client.py", "get")
    return [
        application("asyncio echo, 100 connections", load, echo, beside=beside),
        application("http.server + http.client, keep-alive", load, http, beside=least("http", "2")),
        application(
            "requests, a session",
            load,
            one_session,
            needs="requests",
            beside=least("requests", "1"),
        ),
        application(
            "requests.get, a connection each",
            load,
            many,
            needs="requests",
            beside=least("requests.get", "1", "anew"),
        ),
        application(
            "aiohttp, 8 requests at a time",
            load,
            client_of("aiohttp_client.py"),
            needs="aiohttp",
        ),
    ]

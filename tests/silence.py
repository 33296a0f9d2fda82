"""Peers that do not answer, and what else the tests of create_connection() share.

The black hole is an interface in a network namespace of the test's own: the hardware that is at its
other end has another address than the neighbours there are said to have, so nobody ever answers.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import berkeley
from berkeley import AF_INET, AF_INET6, SOCK_STREAM
from tests.conftest import need
from tests.families.network import Namespace, ip, network, veth

__all__ = ["answers", "attempts", "hole", "network", "refusing", "server", "veth"]

# Of the blocks for documentation, RFC 3849.
HOLE = ("2001:db8::1", 80, 0, 0)
HOLES = [("2001:db8::1", 80, 0, 0), ("2001:db8::2", 80, 0, 0), ("2001:db8::3", 80, 0, 0)]
# What a busy machine may take for anything.
LONG = 30


# A global address of ours comes first: otherwise getaddrinfo() prefers IPv4 (RFC 6724).
MAKE_HOLE = """
    address add 2001:db8:1::9/128 dev lo
    link add hole0 type veth peer name hole1
    link set hole0 addrgenmode none up
    link set hole1 addrgenmode none up
    route add 2001:db8::/64 dev hole0
    neigh add 2001:db8::1 lladdr 02:00:00:00:00:01 dev hole0
    neigh add 2001:db8::2 lladdr 02:00:00:00:00:01 dev hole0
    neigh add 2001:db8::3 lladdr 02:00:00:00:00:01 dev hole0
"""


@pytest.fixture
def hole(network: Namespace) -> Namespace:
    """The test's network has a black hole for IPv6."""
    need("veth")
    for line in MAKE_HOLE.strip().splitlines():
        ip(*line.split())
    return network


@pytest.fixture
def server() -> Iterator[berkeley.socket]:
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def refusing() -> Iterator[tuple[str, int]]:
    """The address of a port that is taken, and where nobody listens."""
    with berkeley.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()


def row(address: Any) -> Any:
    return (AF_INET if len(address) == 2 else AF_INET6, SOCK_STREAM, 6, "", address)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make getaddrinfo() give these addresses: programs patch it in the same way."""

    def give(*addresses: Any) -> None:
        rows = [row(address) for address in addresses]
        monkeypatch.setattr(berkeley, "getaddrinfo", lambda *_: rows)

    return give


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses that sockets were connected to, in order."""
    made: list[Any] = []

    class Noting(berkeley.socket):
        def connect(self, address: Any) -> None:
            made.append(address)
            super().connect(address)

    monkeypatch.setattr(berkeley, "socket", Noting)
    return made


@contextlib.contextmanager
def takes(least: float, most: float) -> Iterator[None]:
    """The block takes so many seconds."""
    start = time.monotonic()
    yield
    assert least <= time.monotonic() - start <= most


def on_their_way() -> int:
    """How many sockets of this network have sent a SYN and wait: state 02 of /proc/net/tcp6."""
    with open("/proc/thread-self/net/tcp6") as table:
        return sum(line.split()[3] == "02" for line in table)

"""Networks of the tests' own, in network namespaces: network_namespaces(7), veth(4).

A namespace is a thread's, and a socket stays in the one it was made in.  So a test enters its own,
and is back at its end: no other process is needed.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.conftest import need

__all__ = ["network", "pings", "veth"]

# <linux/sched.h>
CLONE_NEWNET = 0x40000000
HERE = "/proc/thread-self/ns/net"

# The functions are in os only from Python 3.12 on.
libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@contextlib.contextmanager
def _back_at_the_end() -> Iterator[None]:
    home = os.open(HERE, os.O_RDONLY)
    try:
        yield
    finally:
        _checked(libc.setns(home, CLONE_NEWNET))
        os.close(home)


class Namespace:
    """A new network namespace, its loopback interface up; it ends with its last socket."""

    def __init__(self) -> None:
        with _back_at_the_end():
            _checked(libc.unshare(CLONE_NEWNET))
            self.fd = os.open(HERE, os.O_RDONLY)
            ip("link", "set", "lo", "up")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """What is made in the block, by this thread, is in this namespace."""
        with _back_at_the_end():
            _checked(libc.setns(self.fd, CLONE_NEWNET))
            yield

    @property
    def path(self) -> str:
        """A name of the namespace for other processes."""
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    def close(self) -> None:
        os.close(self.fd)


def ip(*arguments: str) -> str:
    """What ip(8) writes, in the namespace of this thread."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"
    return done.stdout


def link(name: str) -> dict[str, Any]:
    """What ip(8) tells about the interface *name*."""
    told: dict[str, Any] = json.loads(ip("-json", "-details", "link", "show", "dev", name))[0]
    return told


@pytest.fixture
def network() -> Iterator[Namespace]:
    """The test runs in a network namespace of its own, which has a loopback interface alone."""
    need("namespaces")
    need("ip")
    namespace = Namespace()
    with namespace.entered():
        yield namespace
    namespace.close()


class Veth(NamedTuple):
    """Two ends of a cable: ours in the test's namespace, the other in one of its own."""

    name: str
    mac: bytes
    host: str
    host6: str
    far: Namespace
    far_name: str
    far_mac: bytes
    far_host: str
    far_host6: str


# Of blocks for documentation: RFC 5737, RFC 3849.
NEAR, FAR = ("192.0.2.1", "2001:db8::1"), ("192.0.2.2", "2001:db8::2")


def _up(name: str, hosts: tuple[str, str]) -> None:
    """Give the interface its addresses."""
    # Without link-local addresses the kernel sends nothing by itself.
    ip("link", "set", name, "addrgenmode", "none")
    ip("link", "set", name, "up")
    ip("address", "add", f"{hosts[0]}/24", "dev", name)
    # Usable at once: no duplicate address detection.
    ip("address", "add", f"{hosts[1]}/64", "dev", name, "nodad")


def ready(name: str) -> bytes:
    """Wait until the interface sends, and return the address of its hardware.

    The first of two ends that is up learns in the background that the other one is, too; until then
    its queue is "noop", which drops everything.
    """
    deadline = time.monotonic() + 30
    while (told := link(name))["qdisc"] == "noop":
        assert time.monotonic() < deadline, told
    return bytes.fromhex(told["address"].replace(":", ""))


@pytest.fixture
def veth(network: Namespace) -> Iterator[Veth]:
    """A cable from the test's namespace to another one, with addresses of IPv4 and IPv6."""
    need("veth")
    far = Namespace()
    ip("link", "add", "near0", "type", "veth", "peer", "name", "far0", "netns", far.path)
    _up("near0", NEAR)
    with far.entered():
        _up("far0", FAR)
        far_mac = ready("far0")
    mac = ready("near0")
    yield Veth("near0", mac, *NEAR, far, "far0", far_mac, *FAR)
    far.close()


@pytest.fixture
def pings(network: Namespace) -> None:
    """Every group may open ICMP sockets of SOCK_DGRAM in the test's namespace: icmp(7)."""
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", "w") as groups:
            groups.write("0 2147483647")
    except OSError as error:
        pytest.skip(f"missing: the right to write ping_group_range ({error})")

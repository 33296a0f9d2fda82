"""What all tests share: descriptors counted, capabilities found by trying, sockets in pairs."""

import contextlib
import functools
import gc
import os
import shutil
import signal
import socket as standard
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import berkeley

# Numbers of <linux/socket.h>: the standard module may have been built without the names.
AF_KEY, AF_PACKET, AF_LLC, AF_ALG, AF_VSOCK = 15, 17, 26, 38, 40
# <netinet/in.h>
IPPROTO_DCCP, IPPROTO_SCTP, IPPROTO_UDPLITE, IPPROTO_MPTCP = 33, 132, 136, 262
SOCK_DCCP = 6


def _probe_ipv6() -> None:
    with standard.socket(standard.AF_INET6, standard.SOCK_DGRAM) as sock:
        sock.bind(("::1", 0))


def _probe_dualstack() -> None:
    with standard.socket(standard.AF_INET6, standard.SOCK_STREAM) as sock:
        sock.setsockopt(standard.IPPROTO_IPV6, standard.IPV6_V6ONLY, 0)
        sock.bind(("::", 0))


def _probe_link_local() -> None:
    if not link_local_addresses():
        raise OSError("no interface has an address of fe80::/10")


def _probe_family(family: int, kind: int, protocol: int = 0) -> None:
    standard.socket(family, kind, protocol).close()


def _probe_namespaces() -> None:
    code = "import ctypes, os; d = ctypes.CDLL(None).unshare(0x44000000); os._exit(d != 0)"
    if subprocess.run([sys.executable, "-c", code], capture_output=True).returncode:
        raise OSError("unshare(CLONE_NEWUTS | CLONE_NEWNET) is not permitted")


def _probe_ip() -> None:
    if shutil.which("ip") is None:
        raise OSError("the command ip (package iproute2) is not installed")


def _probe_unshare() -> None:
    if shutil.which("unshare") is None:
        raise OSError("the command unshare (package util-linux) is not installed")
    code = "mount --bind /dev/null /etc/hosts && ip link set lo up"
    command = ["unshare", "--map-root-user", "--net", "--mount", "sh", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


def _probe_interface(kind: str) -> None:
    need("namespaces")
    need("ip")
    code = (
        "import ctypes, os; ctypes.CDLL(None).unshare(0x40000000); "
        f"os.execvp('ip', ['ip', 'link', 'add', 'type', {kind!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


def _probe_strace() -> None:
    if shutil.which("strace") is None:
        raise OSError("the command is not installed")
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
    if done.returncode:
        raise OSError(done.stderr.strip())


def _probe_testcapi() -> None:
    try:
        import _testcapi  # noqa: F401
    except ImportError as error:
        raise OSError(str(error)) from None


# Each is tried once; the skip says what is missing and what the attempt said.
CAPABILITIES: dict[str, tuple[str, Callable[[], None]]] = {
    "ipv6": ("IPv6 on the loopback interface", _probe_ipv6),
    "dualstack": ("sockets for IPv6 and IPv4 at once", _probe_dualstack),
    "link_local": ("an IPv6 link-local address", _probe_link_local),
    "vsock": ("AF_VSOCK", lambda: _probe_family(AF_VSOCK, standard.SOCK_STREAM)),
    "alg": ("AF_ALG", lambda: _probe_family(AF_ALG, standard.SOCK_SEQPACKET)),
    "packet": (
        "AF_PACKET, and the right to use it (CAP_NET_RAW)",
        lambda: _probe_family(AF_PACKET, standard.SOCK_RAW),
    ),
    "raw": (
        "SOCK_RAW of IP, and the right to use it (CAP_NET_RAW)",
        lambda: _probe_family(standard.AF_INET, standard.SOCK_RAW, standard.IPPROTO_ICMP),
    ),
    "udplite": (
        "IPPROTO_UDPLITE",
        lambda: _probe_family(standard.AF_INET, standard.SOCK_DGRAM, IPPROTO_UDPLITE),
    ),
    "mptcp": (
        "IPPROTO_MPTCP",
        lambda: _probe_family(standard.AF_INET, standard.SOCK_STREAM, IPPROTO_MPTCP),
    ),
    "sctp": (
        "IPPROTO_SCTP",
        lambda: _probe_family(standard.AF_INET, standard.SOCK_STREAM, IPPROTO_SCTP),
    ),
    "dccp": ("IPPROTO_DCCP", lambda: _probe_family(standard.AF_INET, SOCK_DCCP, IPPROTO_DCCP)),
    "llc": ("AF_LLC", lambda: _probe_family(AF_LLC, standard.SOCK_DGRAM)),
    "key": ("AF_KEY", lambda: _probe_family(AF_KEY, standard.SOCK_RAW, 2)),
    "veth": ("interfaces of the type veth", lambda: _probe_interface("veth")),
    "dummy": ("interfaces of the type dummy", lambda: _probe_interface("dummy")),
    "namespaces": ("namespaces of our own (CAP_SYS_ADMIN)", _probe_namespaces),
    "ip": ("the command ip", _probe_ip),
    "unshare": ("the command unshare, and the right to use it", _probe_unshare),
    "strace": ("strace, and the right to trace", _probe_strace),
    "testcapi": ("the interpreter's module _testcapi", _probe_testcapi),
}


@functools.cache
def missing(capability: str) -> str:
    """What this machine lacks for *capability*, ``""`` if nothing."""
    name, probe = CAPABILITIES[capability]
    try:
        probe()
    except OSError as error:
        return f"missing: {name} ({error})"
    return ""


def need(capability: str) -> None:
    """Skip the running test if this machine lacks *capability*."""
    if reason := missing(capability):
        pytest.skip(reason)


def link_local_addresses() -> list[tuple[str, str, int]]:
    """``(address, interface, its index)`` of each address of fe80::/10, by /proc/net/if_inet6."""
    found = []
    with contextlib.suppress(FileNotFoundError), open("/proc/net/if_inet6") as table:
        for line in table:
            digits, index, _, scope, _, name = line.split()
            if scope == "20":
                text = standard.inet_ntop(standard.AF_INET6, bytes.fromhex(digits))
                found.append((text, name, int(index, 16)))
    return found


def pytest_configure(config: pytest.Config) -> None:
    # A shell ignores it for what it runs in the background, and so would all our children.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", f"needs(*capabilities): skip without them; one of {', '.join(CAPABILITIES)}"
    )
    config.addinivalue_line(
        "markers", "exchange(family, what): what of a family the test shows; kernel/ lists them"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for capability in mark.args:
            need(capability)


def open_descriptors() -> dict[int, str]:
    """The open descriptors of this process and what they are of."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        # One of them was the listing's own.
        with contextlib.suppress(FileNotFoundError):
            found[int(name)] = os.readlink(f"/proc/self/fd/{name}").removesuffix(" (deleted)")
    return found


@pytest.fixture(autouse=True)
def _leave_no_trace() -> Iterator[None]:
    """Each test ends with the descriptors and the default timeout it began with."""
    before = open_descriptors()
    yield
    berkeley.setdefaulttimeout(None)
    after = open_descriptors()
    if after != before:
        gc.collect()
        after = open_descriptors()
    leaked = {fd: what for fd, what in after.items() if before.get(fd) != what}
    lost = {fd: what for fd, what in before.items() if after.get(fd) != what}
    assert not leaked, f"the test has left descriptors open: {leaked}"
    assert not lost, f"the test has closed descriptors that were not its own: {lost}"


@pytest.fixture(scope="session")
def descriptors() -> Callable[[], dict[int, str]]:
    return open_descriptors


@pytest.fixture(scope="session")
def link_local() -> list[tuple[str, str, int]]:
    return link_local_addresses()


@pytest.fixture(scope="session")
def child() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run code in a Python of its own; it ends with *status*, and its output is returned.

    *under* is a command that runs the interpreter.
    """

    def run(
        code: str,
        *arguments: str,
        options: tuple[str, ...] = (),
        under: tuple[str, ...] = (),
        status: int = 0,
        **more: Any,
    ) -> subprocess.CompletedProcess[str]:
        command = [
            *under,
            sys.executable,
            "-W",
            "error",
            *options,
            "-c",
            textwrap.dedent(code),
            *arguments,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, **more)
        assert done.returncode == status, f"exit status {done.returncode}\n{done.stderr}"
        return done

    return run


def _tcp(family: int, host: str) -> tuple[berkeley.socket, berkeley.socket]:
    with berkeley.create_server((host, 0), family=family) as server:
        near = berkeley.create_connection(server.getsockname()[:2])
        far, _ = server.accept()
    return near, far


def _udp(family: int, host: str) -> tuple[berkeley.socket, berkeley.socket]:
    near = berkeley.socket(family, berkeley.SOCK_DGRAM)
    far = berkeley.socket(family, berkeley.SOCK_DGRAM)
    near.bind((host, 0))
    far.bind((host, 0))
    near.connect(far.getsockname())
    far.connect(near.getsockname())
    return near, far


@pytest.fixture
def pair() -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected AF_UNIX stream sockets."""
    near, far = berkeley.socketpair()
    with near, far:
        yield near, far


@pytest.fixture
def tcp() -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected TCP sockets over IPv4: the client's and the accepted one."""
    near, far = _tcp(berkeley.AF_INET, "127.0.0.1")
    with near, far:
        yield near, far


@pytest.fixture
def tcp6() -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected TCP sockets over IPv6."""
    need("ipv6")
    near, far = _tcp(berkeley.AF_INET6, "::1")
    with near, far:
        yield near, far


@pytest.fixture
def udp() -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two UDP sockets over IPv4, each connected to the other."""
    near, far = _udp(berkeley.AF_INET, "127.0.0.1")
    with near, far:
        yield near, far


@pytest.fixture
def named() -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected AF_UNIX datagram sockets with names, so that sendto() has an address."""
    near = berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    far = berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    with near, far:
        near.bind("")
        far.bind("")
        near.connect(far.getsockname())
        far.connect(near.getsockname())
        yield near, far


@pytest.fixture(scope="session")
def fill() -> Callable[[berkeley.socket], None]:
    """Send until nothing more goes: AF_UNIX alone, where the kernel makes no room by itself."""

    def run(sock: berkeley.socket) -> None:
        assert sock.family == berkeley.AF_UNIX
        sock.setblocking(False)
        for size in (1 << 16, 1):
            with pytest.raises(BlockingIOError):
                while True:
                    sock.send(bytes(size))

    return run


@pytest.fixture(params=["unix", "tcp", "tcp6"])
def stream(request: pytest.FixtureRequest) -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected stream sockets, of each family in turn."""
    if request.param == "unix":
        near, far = berkeley.socketpair()
    elif request.param == "tcp":
        near, far = _tcp(berkeley.AF_INET, "127.0.0.1")
    else:
        need("ipv6")
        near, far = _tcp(berkeley.AF_INET6, "::1")
    with near, far:
        yield near, far


@pytest.fixture(params=["unix", "udp", "udp6"])
def datagram(request: pytest.FixtureRequest) -> Iterator[tuple[berkeley.socket, berkeley.socket]]:
    """Two connected datagram sockets, of each family in turn."""
    if request.param == "unix":
        near, far = berkeley.socketpair(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    elif request.param == "udp":
        near, far = _udp(berkeley.AF_INET, "127.0.0.1")
    else:
        need("ipv6")
        near, far = _udp(berkeley.AF_INET6, "::1")
    with near, far:
        yield near, far

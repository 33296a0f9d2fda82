"""create_server_group: several listeners at one address, chosen by the CPU of the packet."""

import errno
import os
import selectors
import threading

import pytest

import berkeley
from berkeley.servergroup import steer_by_cpu

CPUS = sorted(os.sched_getaffinity(0))


def on_cpu(cpu, call):
    """Run *call* in a thread that is bound to *cpu*; what it returned."""
    results = []

    def run():
        os.sched_setaffinity(0, {cpu})
        results.append(call())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return results[0]


@pytest.fixture
def group():
    """Make a group, and close it in the end."""
    made = []

    def make(*arguments, **more):
        made.extend(berkeley.create_server_group(*arguments, **more))
        return made

    yield make
    for sock in made:
        sock.close()


def readable(socks):
    """The indices of those that have a connection or a datagram waiting; there will be one."""
    with selectors.DefaultSelector() as selector:
        for index, sock in enumerate(socks):
            selector.register(sock, selectors.EVENT_READ, index)
        return [key.data for key, _ in selector.select(10)]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("family", "host"),
    [
        ("AF_INET", "127.0.0.1"),
        pytest.param("AF_INET6", "::1", marks=pytest.mark.needs("ipv6")),
    ],
)
def test_by_cpu(group, count, family, host):
    socks = group((host, 0), count, family=getattr(berkeley, family))
    assert len(socks) == count
    assert len({sock.getsockname() for sock in socks}) == 1
    address = socks[0].getsockname()[:2]
    for cpu in CPUS:
        for _ in range(8):
            with on_cpu(cpu, lambda: berkeley.create_connection(address)) as client:
                assert readable(socks) == [cpu % count]
                far, peer = socks[cpu % count].accept()
                with far:
                    assert peer == client.getsockname()


def test_without_steering(group):
    """By a hash: from one CPU, connections go to all."""
    socks = group(("127.0.0.1", 0), 2, by_cpu=False)
    clients = []

    def connect():
        clients.extend(berkeley.create_connection(socks[0].getsockname()) for _ in range(64))

    on_cpu(CPUS[0], connect)
    try:
        assert readable(socks) == [0, 1]
    finally:
        for client in clients:
            client.close()


def test_one_for_each_cpu(group):
    assert len(group(("127.0.0.1", 0))) == os.cpu_count()


def test_options(group):
    socks = group(("", 0), 2, backlog=3, family=berkeley.AF_INET)
    for sock in socks:
        assert type(sock) is berkeley.socket
        assert not sock.get_inheritable()
        assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT) == 1
        assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ACCEPTCONN) == 1


@pytest.mark.needs("dualstack")
def test_dual_stack(group):
    socks = group(("", 0), 2, family=berkeley.AF_INET6, dualstack_ipv6=True)
    port = socks[0].getsockname()[1]
    cpu = CPUS[-1]
    with on_cpu(cpu, lambda: berkeley.create_connection(("127.0.0.1", port))):
        assert readable(socks) == [cpu % 2]


def test_datagrams(group):
    """The same program steers UDP, whose sockets are in a group from bind() on."""
    socks = []
    address = ("127.0.0.1", 0)
    try:
        for _ in range(3):
            sock = berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM)
            socks.append(sock)
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT, 1)
            sock.bind(address)
            address = sock.getsockname()
        steer_by_cpu(socks[0], 3)
        with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as client:
            for cpu in CPUS:
                on_cpu(cpu, lambda: client.sendto(b"x", address))
                assert readable(socks) == [cpu % 3]
                assert socks[cpu % 3].recv(2) == b"x"
    finally:
        for sock in socks:
            sock.close()


def test_not_in_a_group():
    with berkeley.create_server(("127.0.0.1", 0)) as server, pytest.raises(OSError) as caught:
        steer_by_cpu(server, 2)
    assert caught.value.errno == errno.EINVAL


def test_wrong_arguments(tmp_path):
    for family in ("AF_UNIX", "AF_VSOCK"):
        with pytest.raises(ValueError, match="a group requires AF_INET or AF_INET6 family"):
            berkeley.create_server_group(str(tmp_path / "s"), 2, family=getattr(berkeley, family))
    for count in (0, -1):
        with pytest.raises(ValueError, match="count must be at least 1"):
            berkeley.create_server_group(("127.0.0.1", 0), count)
    with pytest.raises(TypeError, match="count is an int, not '4'"):
        berkeley.create_server_group(("127.0.0.1", 0), "4")


def test_an_address_that_is_taken():
    """By a socket without SO_REUSEPORT; nothing stays open."""
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(OSError) as caught:
            berkeley.create_server_group(server.getsockname(), 2)
        assert caught.value.errno == errno.EADDRINUSE


def test_an_error_in_the_middle(monkeypatch):
    """Those that were made before are closed: the test's own check of descriptors sees it."""
    made = []
    create = berkeley.create_server

    def second_fails(*arguments, **more):
        if made:
            raise OSError(errno.EMFILE, "no more")
        made.append(create(*arguments, **more))
        return made[0]

    monkeypatch.setattr(berkeley, "create_server", second_fails)
    with pytest.raises(OSError, match="no more"):
        berkeley.create_server_group(("127.0.0.1", 0), 2)
    assert made[0].fileno() == -1

"""AF_TIPC: service names, connections, multicast, options, the topology server, groups.

Source: <linux/tipc.h>, tipc.io/programming.html.
"""

import errno
import itertools
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import berkeley
from berkeley import TIPC_ADDR_ID, TIPC_ADDR_MCAST, TIPC_ADDR_NAME, TIPC_ADDR_NAMESEQ, SocketKind
from kernel.background import Background

# Seconds; enough under emulation, and an end for what would hang.
LIMIT = 10
Make = Callable[[SocketKind], berkeley.socket]
KINDS = {
    berkeley.SOCK_RDM: "RDM",
    berkeley.SOCK_DGRAM: "DGRAM",
    berkeley.SOCK_SEQPACKET: "SEQPACKET",
    berkeley.SOCK_STREAM: "STREAM",
}


def each(what: str, *kinds: SocketKind) -> list[object]:
    """Parameters, one a kind of socket, each with its exchange."""
    return [
        pytest.param(
            kind, marks=pytest.mark.exchange("TIPC", f"{KINDS[kind]} {what}"), id=KINDS[kind]
        )
        for kind in kinds
    ]


_services = itertools.count(1000)


@pytest.fixture
def service() -> int:
    """A type of service that no other test has."""
    return next(_services)


@pytest.fixture
def make() -> Iterator[Make]:
    """Make sockets with a time limit; they are closed at the end."""
    made = []

    def one(kind: SocketKind) -> berkeley.socket:
        made.append(berkeley.socket(berkeley.AF_TIPC, kind))
        made[-1].settimeout(LIMIT)
        return made[-1]

    yield one
    for sock in made:
        sock.close()


@pytest.fixture
def connect(
    make: Make, service: int, background: Callable[..., Background[Any]]
) -> Iterator[Callable[[SocketKind], tuple[berkeley.socket, berkeley.socket]]]:
    """Two connected sockets of a kind, the client's first."""
    accepted: list[berkeley.socket] = []

    def run(kind: SocketKind) -> tuple[berkeley.socket, berkeley.socket]:
        server, client = make(kind), make(kind)
        server.bind((TIPC_ADDR_NAME, service, 1, 0))
        server.listen()
        accepting = background(server.accept)
        # Comes back when the other side has called accept().
        client.connect((TIPC_ADDR_NAME, service, 1, 0))
        connection, address = accepting.result()
        assert address == client.getsockname()
        accepted.append(connection)
        connection.settimeout(LIMIT)
        return client, connection

    yield run
    for connection in accepted:
        connection.close()


@pytest.mark.parametrize("kind", each("by service name", berkeley.SOCK_RDM, berkeley.SOCK_DGRAM))
def test_by_service_name(make, service, kind):
    server, client = make(kind), make(kind)
    server.bind((TIPC_ADDR_NAMESEQ, service, 10, 20))
    assert client.sendto(b"request", (TIPC_ADDR_NAME, service, 15, 0)) == 7
    data, ancillary, flags, sender = server.recvmsg(100, 100)
    assert (data, flags) == (b"request", 0)
    # The name that it was sent to, as a range: type, lower, upper.
    assert ancillary == [
        (berkeley.SOL_TIPC, berkeley.TIPC_DESTNAME, struct.pack("=III", service, 15, 15))
    ]
    assert sender == client.getsockname()
    kind_of_address, _, reference, zero, _ = sender
    assert (kind_of_address, zero) == (TIPC_ADDR_ID, 0)
    assert reference != 0
    server.sendto(b"answer", sender)
    assert client.recvfrom(100) == (b"answer", server.getsockname())


def test_nobody_has_the_name(make, service):
    with pytest.raises(OSError) as caught:
        make(berkeley.SOCK_RDM).sendto(b"x", (TIPC_ADDR_NAME, service, 1, 0))
    assert caught.value.errno == errno.EHOSTUNREACH


@pytest.mark.exchange("TIPC", "publish, withdraw")
@pytest.mark.parametrize(
    "scope", [berkeley.TIPC_ZONE_SCOPE, berkeley.TIPC_CLUSTER_SCOPE, berkeley.TIPC_NODE_SCOPE]
)
def test_publish_and_withdraw(make, service, scope):
    server, client = make(berkeley.SOCK_RDM), make(berkeley.SOCK_RDM)
    server.bind((TIPC_ADDR_NAMESEQ, service, 1, 5, scope))
    server.bind((TIPC_ADDR_NAME, service, 7, 0, scope))
    for instance in (1, 5, 7):
        client.sendto(b"%d" % instance, (TIPC_ADDR_NAME, service, instance, 0))
        assert server.recv(10) == b"%d" % instance
    server.bind((TIPC_ADDR_NAMESEQ, service, 1, 5, -scope))
    for instance in (1, 5, 6):
        with pytest.raises(OSError) as caught:
            client.sendto(b"x", (TIPC_ADDR_NAME, service, instance, 0))
        assert caught.value.errno == errno.EHOSTUNREACH
    client.sendto(b"7", (TIPC_ADDR_NAME, service, 7, 0))
    assert server.recv(10) == b"7"


@pytest.mark.exchange("TIPC", "multicast")
def test_multicast(make, service):
    assert TIPC_ADDR_MCAST == TIPC_ADDR_NAMESEQ
    servers = [make(berkeley.SOCK_RDM) for _ in range(3)]
    for server, bounds in zip(servers, [(1, 10), (5, 15), (20, 30)], strict=True):
        server.bind((TIPC_ADDR_NAMESEQ, service, *bounds))
    client = make(berkeley.SOCK_RDM)
    client.sendto(b"to two", (TIPC_ADDR_MCAST, service, 7, 12))
    client.sendto(b"to all", (TIPC_ADDR_MCAST, service, 0, 100))
    sender = client.getsockname()
    for server in servers[:2]:
        assert server.recvfrom(100) == (b"to two", sender)
    for server in servers:
        assert server.recvfrom(100) == (b"to all", sender)


@pytest.mark.parametrize("kind", each("connection", berkeley.SOCK_SEQPACKET, berkeley.SOCK_STREAM))
def test_connection(connect, kind):
    client, connection = connect(kind)
    assert client.getpeername() == connection.getsockname()
    assert connection.getpeername() == client.getsockname()
    assert client.getsockname()[0] == TIPC_ADDR_ID
    client.sendall(b"first")
    client.sendall(b"second")
    if kind == berkeley.SOCK_STREAM:
        assert connection.recv(11, berkeley.MSG_WAITALL) == b"firstsecond"
    else:
        assert [connection.recv(100), connection.recv(100)] == [b"first", b"second"]
    connection.sendall(bytes(range(256)) * 200)
    received = b""
    while len(received) < 51200:
        received += client.recv(60000)
    assert received == bytes(range(256)) * 200
    client.shutdown(berkeley.SHUT_RDWR)
    assert connection.recv(100) == b""


def test_a_close_is_a_reset(connect):
    client, connection = connect(berkeley.SOCK_STREAM)
    client.close()
    with pytest.raises(ConnectionResetError):
        connection.recv(100)


@pytest.mark.exchange("TIPC", "connect without waiting")
def test_connect_without_waiting(make, service):
    server, client = make(berkeley.SOCK_STREAM), make(berkeley.SOCK_STREAM)
    server.bind((TIPC_ADDR_NAME, service, 1, 0))
    server.listen()
    client.setblocking(False)
    address = (TIPC_ADDR_NAME, service, 1, 0)
    assert client.connect_ex(address) == errno.EINPROGRESS
    connection, _ = server.accept()
    with connection:
        connection.settimeout(LIMIT)
        client.settimeout(LIMIT)
        client.sendall(b"through")
        assert connection.recv(100) == b"through"
        assert client.connect_ex(address) == errno.EISCONN


def test_connect_within_its_time(make, service):
    server, client = make(berkeley.SOCK_STREAM), make(berkeley.SOCK_STREAM)
    server.bind((TIPC_ADDR_NAME, service, 1, 0))
    server.listen()
    client.settimeout(0.05)
    # Nobody accepts.
    with pytest.raises(TimeoutError):
        client.connect((TIPC_ADDR_NAME, service, 1, 0))


@pytest.mark.exchange("TIPC", "options")
def test_options(make):
    sock = make(berkeley.SOCK_RDM)
    for option, value in (
        (berkeley.TIPC_IMPORTANCE, berkeley.TIPC_CRITICAL_IMPORTANCE),
        (berkeley.TIPC_SRC_DROPPABLE, 1),
        (berkeley.TIPC_DEST_DROPPABLE, 0),
        (berkeley.TIPC_CONN_TIMEOUT, 1234),
    ):
        assert sock.getsockopt(berkeley.SOL_TIPC, option) != value
        sock.setsockopt(berkeley.SOL_TIPC, option, value)
        assert sock.getsockopt(berkeley.SOL_TIPC, option) == value
    with pytest.raises(OSError) as caught:
        sock.setsockopt(berkeley.SOL_TIPC, berkeley.TIPC_IMPORTANCE, 4)
    assert caught.value.errno == errno.EINVAL


def test_depth_of_the_queue(make, service):
    server, client = make(berkeley.SOCK_RDM), make(berkeley.SOCK_RDM)
    server.bind((TIPC_ADDR_NAME, service, 1, 0))
    depths = []
    for _ in range(3):
        depths.append(server.getsockopt(berkeley.SOL_TIPC, berkeley.TIPC_SOCK_RECVQ_DEPTH))
        client.sendto(b"x", (TIPC_ADDR_NAME, service, 1, 0))
    assert depths == [0, 1, 2]


@pytest.mark.exchange("TIPC", "a message that comes back")
def test_a_message_that_comes_back(make):
    client, gone = make(berkeley.SOCK_RDM), make(berkeley.SOCK_RDM)
    client.setsockopt(berkeley.SOL_TIPC, berkeley.TIPC_DEST_DROPPABLE, 0)
    address = gone.getsockname()
    gone.close()
    client.sendto(b"lost", address)
    data, ancillary, _, sender = client.recvmsg(100, 200)
    assert data == b""
    assert sender == address
    error = struct.pack("=II", berkeley.TIPC_ERR_NO_PORT, 4)
    assert ancillary[:2] == [
        (berkeley.SOL_TIPC, berkeley.TIPC_ERRINFO, error),
        (berkeley.SOL_TIPC, berkeley.TIPC_RETDATA, b"lost"),
    ]


@pytest.mark.exchange("TIPC", "event of the topology server")
def test_topology_server(make, service):
    # struct tipc_subscr: range, timeout, filter, usr_handle; struct tipc_event around it.
    wanted = struct.pack("=5I8s", service, 0, 100, 0xFFFFFFFF, berkeley.TIPC_SUB_PORTS, b"ours")
    top = make(berkeley.SOCK_SEQPACKET)
    top.connect((TIPC_ADDR_NAME, berkeley.TIPC_TOP_SRV, berkeley.TIPC_TOP_SRV, 0))
    top.sendall(wanted)
    server = make(berkeley.SOCK_RDM)
    server.bind((TIPC_ADDR_NAMESEQ, service, 40, 50))
    _, node, reference, _, _ = server.getsockname()
    found = struct.pack("=4I", 40, 50, reference, node) + wanted
    # The server sees a subscription some time after send(): so one event after the other.
    assert top.recv(100) == struct.pack("=I", berkeley.TIPC_PUBLISHED) + found
    server.bind((TIPC_ADDR_NAMESEQ, service, 40, 50, -berkeley.TIPC_CLUSTER_SCOPE))
    assert top.recv(100) == struct.pack("=I", berkeley.TIPC_WITHDRAWN) + found


@pytest.mark.exchange("TIPC", "group: member events, unicast, broadcast")
def test_group(make, service):
    request = struct.Struct("=IIII")
    near, far = make(berkeley.SOCK_RDM), make(berkeley.SOCK_RDM)
    for sock, member in ((near, 1), (far, 2)):
        sock.setsockopt(
            berkeley.SOL_TIPC,
            berkeley.TIPC_GROUP_JOIN,
            request.pack(
                service, member, berkeley.TIPC_CLUSTER_SCOPE, berkeley.TIPC_GROUP_MEMBER_EVTS
            ),
        )
    # An event of membership is an empty message out of band, from the member.
    for sock, other in ((near, far), (far, near)):
        data, _, flags, sender = sock.recvmsg(100)
        assert (data, flags) == (b"", berkeley.MSG_OOB)
        assert sender == other.getsockname()
    near.sendto(b"to one", (TIPC_ADDR_NAME, service, 2, 0))
    assert far.recvfrom(100) == (b"to one", near.getsockname())
    far.send(b"to all")
    assert near.recvfrom(100) == (b"to all", far.getsockname())
    # An option without a value: neither a pointer nor a length.
    far.setsockopt(berkeley.SOL_TIPC, berkeley.TIPC_GROUP_LEAVE, None, 0)
    data, _, flags, _ = near.recvmsg(100)
    assert (data, flags) == (b"", berkeley.MSG_OOB | berkeley.MSG_EOR)

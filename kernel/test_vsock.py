"""AF_VSOCK over its loopback, CID 1: vsock(7), <linux/vm_sockets.h>."""

import errno
import fcntl
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import berkeley
from berkeley import AF_VSOCK, VMADDR_CID_ANY, VMADDR_CID_LOCAL, VMADDR_PORT_ANY, SocketKind
from kernel.background import Background

LIMIT = 10


@pytest.fixture
def connect(
    background: Callable[..., Background[Any]],
) -> Iterator[Callable[[SocketKind], tuple[berkeley.socket, berkeley.socket]]]:
    """Two connected sockets of a kind, the client's first."""
    opened: list[berkeley.socket] = []

    def run(kind: SocketKind) -> tuple[berkeley.socket, berkeley.socket]:
        client = berkeley.socket(AF_VSOCK, kind)
        opened.append(client)
        client.settimeout(LIMIT)
        with berkeley.socket(AF_VSOCK, kind) as server:
            server.settimeout(LIMIT)
            server.bind((VMADDR_CID_LOCAL, VMADDR_PORT_ANY))
            server.listen()
            _, port = server.getsockname()
            accepting = background(server.accept)
            client.connect((VMADDR_CID_LOCAL, port))
            connection, address = accepting.result()
        opened.append(connection)
        connection.settimeout(LIMIT)
        assert client.getpeername() == (VMADDR_CID_LOCAL, port)
        # connect() has given the client a port, and has left it any CID.
        cid, own = client.getsockname()
        assert cid == VMADDR_CID_ANY
        assert address == connection.getpeername() == (VMADDR_CID_LOCAL, own)
        return client, connection

    yield run
    for sock in opened:
        sock.close()


@pytest.mark.exchange("VSOCK", "STREAM over the loopback, both ways")
def test_stream(connect):
    client, connection = connect(berkeley.SOCK_STREAM)
    assert connection.getsockname() == client.getpeername()
    data = bytes(range(256)) * 100
    client.sendall(data)
    assert connection.recv(len(data), berkeley.MSG_WAITALL) == data
    connection.sendall(b"and back")
    assert client.recv(100) == b"and back"
    connection.shutdown(berkeley.SHUT_WR)
    assert client.recv(100) == b""


@pytest.mark.exchange("VSOCK", "SEQPACKET: messages and records (MSG_EOR)")
def test_seqpacket(connect):
    client, connection = connect(berkeley.SOCK_SEQPACKET)
    client.send(b"first")
    client.sendmsg([b"sec", b"ond"])
    assert [connection.recv(100), connection.recv(100)] == [b"first", b"second"]
    client.send(b"a record ends", berkeley.MSG_EOR)
    data, _, flags, _ = connection.recvmsg(100)
    assert (data, flags & berkeley.MSG_EOR) == (b"a record ends", berkeley.MSG_EOR)
    client.send(b"0123456789")
    client.send(b"whole")
    data, _, flags, _ = connection.recvmsg(4)
    assert (data, flags & berkeley.MSG_TRUNC) == (b"0123", berkeley.MSG_TRUNC)
    assert connection.recv(100) == b"whole"


def test_datagrams_have_no_way():
    # Only the transports of VMware carry them.
    with pytest.raises(OSError) as caught:
        berkeley.socket(AF_VSOCK, berkeley.SOCK_DGRAM)
    assert caught.value.errno in (errno.ENODEV, errno.ESOCKTNOSUPPORT)


def test_nobody_listens():
    with berkeley.socket(AF_VSOCK, berkeley.SOCK_STREAM) as sock:
        sock.settimeout(LIMIT)
        with pytest.raises(ConnectionResetError):
            sock.connect((VMADDR_CID_LOCAL, 0x7FFFFFFF))


def test_a_port_is_taken():
    with (
        berkeley.socket(AF_VSOCK, berkeley.SOCK_STREAM) as first,
        berkeley.socket(AF_VSOCK, berkeley.SOCK_STREAM) as second,
    ):
        first.bind((-1, -1))
        cid, port = first.getsockname()
        assert cid == VMADDR_CID_ANY
        with pytest.raises(OSError) as caught:
            second.bind((VMADDR_CID_ANY, port))
        assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.exchange("VSOCK", "the own CID, by ioctl")
def test_local_cid():
    with open("/dev/vsock", "rb") as device:
        request = berkeley.IOCTL_VM_SOCKETS_GET_LOCAL_CID
        (cid,) = struct.unpack("=I", fcntl.ioctl(device, request, bytes(4)))
    # There is no host, so there is only the loopback.
    assert cid in (VMADDR_CID_LOCAL, VMADDR_CID_ANY)


@pytest.mark.exchange("VSOCK", "options of the buffer and of connect")
def test_options(connect):
    client, _ = connect(berkeley.SOCK_STREAM)
    for option, value in (
        (berkeley.SO_VM_SOCKETS_BUFFER_MIN_SIZE, 4096),
        (berkeley.SO_VM_SOCKETS_BUFFER_MAX_SIZE, 1 << 33),
        (berkeley.SO_VM_SOCKETS_BUFFER_SIZE, 1 << 20),
    ):
        client.setsockopt(AF_VSOCK, option, struct.pack("=Q", value))
        assert client.getsockopt(AF_VSOCK, option, 8) == struct.pack("=Q", value)
        assert client.getsockopt(AF_VSOCK, option) == value
    timeout = struct.pack("=qq", 3, 500_000)
    option = berkeley.SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW
    client.setsockopt(AF_VSOCK, option, timeout)
    assert client.getsockopt(AF_VSOCK, option, 16) == timeout

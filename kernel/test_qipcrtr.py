"""AF_QIPCRTR: messages on the own node, and the name service in the kernel.

Source: <linux/qrtr.h>, net/qrtr/ of the kernel.
"""

import errno
import struct

import pytest

import berkeley

LIMIT = 10
# struct qrtr_ctrl_pkt: a command, then four numbers, little-endian on the wire.
CONTROL = struct.Struct("<IIIII")
SERVICE = 0x4711


@pytest.fixture
def pair():
    """Two sockets, each with a port on this node."""
    near = berkeley.socket(berkeley.AF_QIPCRTR, berkeley.SOCK_DGRAM)
    far = berkeley.socket(berkeley.AF_QIPCRTR, berkeley.SOCK_DGRAM)
    with near, far:
        for sock in (near, far):
            sock.settimeout(LIMIT)
            node, port = sock.getsockname()
            assert port == 0
            sock.bind((node, 0))
        yield near, far


def test_bound(pair):
    (node, port), (same, other) = (sock.getsockname() for sock in pair)
    assert node == same != 0
    assert port != other
    assert 0x4000 <= port <= 0x7FFF


@pytest.mark.exchange("QIPCRTR", "datagram on the own node, both ways")
def test_datagram(pair):
    near, far = pair
    assert near.sendto(b"there", far.getsockname()) == 5
    assert far.recvfrom(100) == (b"there", near.getsockname())
    far.connect(near.getsockname())
    assert far.getpeername() == near.getsockname()
    far.send(b"and back")
    assert near.recvfrom(100) == (b"and back", far.getsockname())


def test_nobody_has_the_port(pair):
    near, _ = pair
    node, _ = near.getsockname()
    with pytest.raises(OSError) as caught:
        near.sendto(b"x", (node, 0x3FFF))
    assert caught.value.errno == errno.ENODEV


def test_a_port_of_another(pair):
    _, far = pair
    with (
        berkeley.socket(berkeley.AF_QIPCRTR, berkeley.SOCK_DGRAM) as third,
        pytest.raises(OSError) as caught,
    ):
        third.bind(far.getsockname())
    assert caught.value.errno == errno.EADDRINUSE


@pytest.mark.exchange("QIPCRTR", "name service: a lookup is answered")
def test_name_service(pair):
    server, client = pair
    node, port = server.getsockname()
    service = (node, berkeley.QRTR_PORT_CTRL)
    lookup = CONTROL.pack(berkeley.QRTR_TYPE_NEW_LOOKUP, SERVICE, 0, 0, 0)
    # Nobody has the service: the end of the list, all zero.
    client.sendto(lookup, service)
    assert client.recvfrom(100) == (
        CONTROL.pack(berkeley.QRTR_TYPE_NEW_SERVER, 0, 0, 0, 0),
        service,
    )
    # It is published: those who have asked are told.
    published = CONTROL.pack(berkeley.QRTR_TYPE_NEW_SERVER, SERVICE, 1, node, port)
    server.sendto(published, service)
    assert client.recvfrom(100) == (published, service)
    server.sendto(CONTROL.pack(berkeley.QRTR_TYPE_DEL_SERVER, SERVICE, 1, node, port), service)
    data, sender = client.recvfrom(100)
    assert (CONTROL.unpack(data)[0], sender) == (berkeley.QRTR_TYPE_DEL_SERVER, service)

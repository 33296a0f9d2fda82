"""AF_BLUETOOTH, L2CAP over Low Energy, between two virtual controllers: addresses of four items."""

import errno
from collections.abc import Iterator

import pytest

import berkeley
from berkeley import BDADDR_LE_PUBLIC, BTPROTO_L2CAP, SOCK_SEQPACKET, SOL_BLUETOOTH
from kernel.bluetooth import bluetooth, connection, listening
from kernel.vhci_pair import Pair

pytestmark = pytest.mark.config("CONFIG_BT_LE", "CONFIG_BT_HCIVHCI")

# LE has PSMs of one byte; 0x80 is the first of those of free use.
PSM = 0x80
# The first one of a connection, Bluetooth Core Specification, Vol 3, Part A, 2.1.
CID = 0x40
# That of the Attribute Protocol, fixed.
CID_ATT = 4
MTU = 2000


# New ones for each test: a fixed channel is offered to those who listen when the link comes up, and
# a link outlasts its channels by two seconds.
@pytest.fixture
def devices() -> Iterator[tuple[str, ...]]:
    with Pair(le=True) as addresses:
        yield addresses


@pytest.mark.exchange("BLUETOOTH", "LE: a credit-based channel, both ways")
def test_credit_based(devices: tuple[str, str]) -> None:
    here, there = devices
    server, client = (there, PSM, 0, BDADDR_LE_PUBLIC), (here, 0, 0, BDADDR_LE_PUBLIC)
    with connection(SOCK_SEQPACKET, BTPROTO_L2CAP, server, client) as (near, far, peer):
        assert peer == (here, PSM, CID, BDADDR_LE_PUBLIC)
        assert near.getsockname() == far.getpeername() == (here, PSM, CID, BDADDR_LE_PUBLIC)
        assert far.getsockname() == near.getpeername() == (there, PSM, CID, BDADDR_LE_PUBLIC)
        data = bytes(range(224)) * 3
        near.send(data)
        assert far.recv(1000) == data
        far.send(b"and back")
        assert near.recvfrom(1000) == (b"and back", None)


@pytest.mark.exchange("BLUETOOTH", "LE: BT_RCVMTU here is BT_SNDMTU there")
def test_mtu(devices: tuple[str, str]) -> None:
    here, there = devices
    with (
        listening(SOCK_SEQPACKET, BTPROTO_L2CAP, (there, PSM, 0, BDADDR_LE_PUBLIC)) as listener,
        bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near,
    ):
        listener.setsockopt(SOL_BLUETOOTH, berkeley.BT_RCVMTU, MTU)
        assert listener.getsockopt(SOL_BLUETOOTH, berkeley.BT_RCVMTU) == MTU
        near.bind((here, 0, 0, BDADDR_LE_PUBLIC))
        with pytest.raises(OSError) as caught:
            near.getsockopt(SOL_BLUETOOTH, berkeley.BT_SNDMTU)
        assert caught.value.errno == errno.ENOTCONN
        near.connect((there, PSM, 0, BDADDR_LE_PUBLIC))
        assert near.getsockopt(SOL_BLUETOOTH, berkeley.BT_SNDMTU) == MTU
        with listener.accept()[0] as far:
            near.send(bytes(MTU))
            assert far.recv(2 * MTU) == bytes(MTU)


@pytest.mark.exchange("BLUETOOTH", "LE: a fixed channel by its cid")
def test_fixed_channel(devices: tuple[str, str]) -> None:
    here, there = devices
    server, client = (there, 0, CID_ATT, BDADDR_LE_PUBLIC), (here, 0, CID_ATT, BDADDR_LE_PUBLIC)
    with connection(SOCK_SEQPACKET, BTPROTO_L2CAP, server, client) as (near, far, peer):
        assert peer == client
        assert near.getpeername() == server
        # Exchange MTU Request, Vol 3, Part F, 3.4.2.1.
        near.send(b"\x02\x17\x00")
        assert far.recv(100) == b"\x02\x17\x00"


@pytest.mark.exchange("BLUETOOTH", "LE: refused")
def test_refused(devices: tuple[str, str]) -> None:
    here, there = devices
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near:
        near.bind((here, 0, 0, BDADDR_LE_PUBLIC))
        assert near.connect_ex((there, 0x90, 0, BDADDR_LE_PUBLIC)) == errno.ECONNREFUSED


def test_kinds_of_addresses_do_not_mix(devices: tuple[str, str]) -> None:
    here, there = devices
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near:
        near.bind((here, 0, 0, BDADDR_LE_PUBLIC))
        assert near.connect_ex((there, 0x1001)) == errno.EINVAL
    for kind in (BDADDR_LE_PUBLIC, berkeley.BDADDR_LE_RANDOM):
        with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
            sock.bind((berkeley.BDADDR_ANY, PSM, 0, kind))
            assert sock.getsockname() == (berkeley.BDADDR_ANY, PSM, 0, kind)
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        with pytest.raises(OSError) as caught:
            sock.bind((berkeley.BDADDR_ANY, 0x1001, 0, BDADDR_LE_PUBLIC))
        assert caught.value.errno == errno.EINVAL

"""AF_CAN, CAN_J1939: Documentation/networking/j1939.rst of the kernel."""

import errno
import struct
import time

import pytest

import berkeley
from berkeley import (
    CAN_EFF_FLAG,
    CAN_J1939,
    J1939_NO_ADDR,
    J1939_NO_NAME,
    J1939_NO_PGN,
    MSG_DONTROUTE,
    SOL_SOCKET,
)
from kernel.can_frames import LIMIT, frame, opened, raw

pytestmark = pytest.mark.config("CONFIG_CAN", "CONFIG_CAN_J1939", "CONFIG_CAN_VCAN")

SOL_CAN_J1939 = berkeley.SOL_CAN_BASE + CAN_J1939
# struct j1939_filter, <linux/can/j1939.h>: name, pgn, address, each with its mask.
FILTER = struct.Struct("@QQIIBB0Q")
# struct sock_extended_err, <linux/errqueue.h>: errno, origin, type, code, info, data.
ERROR = struct.Struct("=IBBBxII")
# A parameter group that goes to one address (PDU1), and one that goes to all (PDU2).
PGN, PGN_TO_ALL = 0x12300, 0x1FE01
# Identity, manufacturer, function..., chosen to use all 64 bits.
NAME, OTHER_NAME = 0x8877665544332211, 0x0123456789ABCDEF
NO_FILTER = (J1939_NO_NAME, J1939_NO_PGN)


@pytest.fixture
def pair(vcan):
    """Two sockets, of the addresses 0x20 and 0x30."""
    with (
        opened(CAN_J1939, vcan, *NO_FILTER, 0x20) as near,
        opened(CAN_J1939, vcan, *NO_FILTER, 0x30) as far,
    ):
        yield near, far


@pytest.mark.exchange("CAN", "J1939: message in one frame")
def test_message(vcan, pair):
    near, far = pair
    with raw(vcan) as bus:
        assert near.getsockname() == (vcan, *NO_FILTER, 0x20)
        assert near.sendto(b"hello", (vcan, J1939_NO_NAME, PGN, 0x30)) == 5
        assert far.recvfrom(100) == (b"hello", (vcan, J1939_NO_NAME, PGN, 0x20))
        # Priority 6, group, where to, where from.
        assert bus.recv(100) == frame(CAN_EFF_FLAG | 6 << 26 | PGN << 8 | 0x3020, b"hello")


@pytest.mark.exchange("CAN", "J1939: SCM_J1939_DEST_ADDR, SCM_J1939_PRIO")
def test_ancillary_data(vcan, pair):
    near, far = pair
    near.sendto(b"hello", (vcan, J1939_NO_NAME, PGN, 0x30))
    data, ancdata, flags, address = far.recvmsg(100, 200)
    assert (data, address) == (b"hello", (vcan, J1939_NO_NAME, PGN, 0x20))
    assert ancdata == [
        (SOL_CAN_J1939, berkeley.SCM_J1939_DEST_ADDR, b"\x30"),
        (SOL_CAN_J1939, berkeley.SCM_J1939_PRIO, b"\6"),
    ]
    assert flags == MSG_DONTROUTE


@pytest.mark.exchange("CAN", "J1939: long message, by the transport protocol")
@pytest.mark.parametrize("size", [9, 500, 1785, 3000])
def test_long_message(vcan, pair, size):
    near, far = pair
    message = bytes(number % 251 for number in range(size))
    assert near.sendto(message, (vcan, J1939_NO_NAME, PGN, 0x30)) == size
    # The kernel names no interface for a message that it has put together.
    assert far.recvfrom(5000) == (message, ("", J1939_NO_NAME, PGN, 0x20))


@pytest.mark.exchange("CAN", "J1939: to all, in one frame and in many")
@pytest.mark.parametrize("size", [8, 50])
def test_to_all(vcan, pair, size):
    message = bytes(range(size))
    near, far = pair
    everyone = (vcan, J1939_NO_NAME, PGN_TO_ALL, J1939_NO_ADDR)
    with pytest.raises(PermissionError):
        near.sendto(message, everyone)
    for sock in pair:
        sock.setsockopt(SOL_SOCKET, berkeley.SO_BROADCAST, 1)
    near.sendto(message, everyone)
    interface = vcan if size == 8 else ""
    assert far.recvfrom(100) == (message, (interface, J1939_NO_NAME, PGN_TO_ALL, 0x20))


@pytest.mark.exchange("CAN", "J1939: connected sockets")
def test_connected(vcan, pair):
    near, far = pair
    with pytest.raises(OSError) as caught:
        near.getpeername()
    assert caught.value.errno == errno.EADDRNOTAVAIL
    near.connect((vcan, J1939_NO_NAME, PGN, 0x30))
    assert near.getsockname() == (vcan, J1939_NO_NAME, PGN, 0x20)
    assert near.getpeername() == (vcan, J1939_NO_NAME, PGN, 0x30)
    near.send(b"ping")
    _, sender = far.recvfrom(100)
    assert sender == (vcan, J1939_NO_NAME, PGN, 0x20)
    # No interface is that which the socket is bound to.
    for target in (sender, ("", *sender[1:])):
        far.sendto(b"pong", target)
        assert near.recv(100) == b"pong"


@pytest.mark.exchange("CAN", "J1939: names, claimed for addresses")
def test_names(vcan):
    with (
        opened(CAN_J1939, vcan, NAME, J1939_NO_PGN, 0x40) as near,
        opened(CAN_J1939, vcan, OTHER_NAME, J1939_NO_PGN, 0x41) as far,
    ):
        assert near.getsockname() == (vcan, NAME, J1939_NO_PGN, 0x40)
        group = berkeley.J1939_PGN_ADDRESS_CLAIMED
        everyone = (vcan, J1939_NO_NAME, group, J1939_NO_ADDR)
        for sock in (near, far):
            sock.setsockopt(SOL_SOCKET, berkeley.SO_BROADCAST, 1)
        near.sendto(struct.pack("<Q", NAME), everyone)
        far.sendto(struct.pack("<Q", OTHER_NAME), everyone)
        assert far.recvfrom(100) == (struct.pack("<Q", NAME), (vcan, NAME, group, 0x40))
        assert near.recvfrom(100) == (
            struct.pack("<Q", OTHER_NAME),
            (vcan, OTHER_NAME, group, 0x41),
        )
        # Others have 250 ms to object.
        end = time.monotonic() + LIMIT
        while True:
            try:
                near.sendto(b"by name", (vcan, OTHER_NAME, PGN, J1939_NO_ADDR))
                break
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL or time.monotonic() > end:
                    raise
        data, ancdata, _, address = far.recvmsg(100, 200)
        assert (data, address) == (b"by name", (vcan, NAME, PGN, 0x40))
        name = (SOL_CAN_J1939, berkeley.SCM_J1939_DEST_NAME, struct.pack("=Q", OTHER_NAME))
        assert name in ancdata


@pytest.mark.exchange("CAN", "J1939: SO_J1939_FILTER")
def test_filter(vcan, pair):
    near, far = pair
    wanted = FILTER.pack(0, 0, PGN + 0x200, 0x3FFFF, 0x20, 0xFF)
    far.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_FILTER, wanted)
    for group in (PGN, PGN + 0x100, PGN + 0x200):
        near.sendto(hex(group).encode(), (vcan, J1939_NO_NAME, group, 0x30))
    assert far.recv(100) == b"0x12500"
    # Any of several; none at all is everything.
    both = FILTER.pack(0, 0, PGN, 0x3FFFF, 0, 0) + FILTER.pack(0, 0, 0, 0, 0x99, 0xFF)
    far.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_FILTER, both)
    for group in (PGN + 0x100, PGN):
        near.sendto(hex(group).encode(), (vcan, J1939_NO_NAME, group, 0x30))
    assert far.recv(100) == b"0x12300"
    far.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_FILTER, None, 0)
    near.sendto(b"all", (vcan, J1939_NO_NAME, PGN + 0x100, 0x30))
    assert far.recv(100) == b"all"


@pytest.mark.exchange("CAN", "J1939: SO_J1939_PROMISC")
def test_promiscuous(vcan, pair):
    near, far = pair
    target = (vcan, J1939_NO_NAME, PGN, 0x30)
    with opened(CAN_J1939, vcan, *NO_FILTER, 0x50) as third:
        assert third.getsockopt(SOL_CAN_J1939, berkeley.SO_J1939_PROMISC) == 0
        near.sendto(b"private", target)
        assert far.recv(100) == b"private"
        third.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_PROMISC, 1)
        assert third.getsockopt(SOL_CAN_J1939, berkeley.SO_J1939_PROMISC) == 1
        near.sendto(b"heard", target)
        assert third.recvfrom(100) == (b"heard", (vcan, J1939_NO_NAME, PGN, 0x20))
        assert far.recv(100) == b"heard"


@pytest.mark.exchange("CAN", "J1939: SO_J1939_SEND_PRIO")
@pytest.mark.parametrize("priority", range(8))
def test_priority(vcan, pair, priority):
    near, _ = pair
    with raw(vcan) as bus:
        near.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_SEND_PRIO, priority)
        assert near.getsockopt(SOL_CAN_J1939, berkeley.SO_J1939_SEND_PRIO) == priority
        near.sendto(b"x", (vcan, J1939_NO_NAME, PGN, 0x30))
        assert bus.recv(100) == frame(CAN_EFF_FLAG | priority << 26 | PGN << 8 | 0x3020, b"x")


def test_priority_out_of_range(pair):
    near, _ = pair
    assert near.getsockopt(SOL_CAN_J1939, berkeley.SO_J1939_SEND_PRIO) == 6
    with pytest.raises(OSError) as caught:
        near.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_SEND_PRIO, 8)
    assert caught.value.errno == errno.EDOM


@pytest.mark.exchange("CAN", "J1939: SO_J1939_ERRQUEUE, the peer has all of a long message")
def test_error_queue(vcan, pair):
    near, far = pair
    near.setsockopt(SOL_CAN_J1939, berkeley.SO_J1939_ERRQUEUE, 1)
    assert near.getsockopt(SOL_CAN_J1939, berkeley.SO_J1939_ERRQUEUE) == 1
    wanted = (
        berkeley.SOF_TIMESTAMPING_SOFTWARE
        | berkeley.SOF_TIMESTAMPING_OPT_CMSG
        | berkeley.SOF_TIMESTAMPING_TX_ACK
        | berkeley.SOF_TIMESTAMPING_OPT_ID
    )
    near.setsockopt(SOL_SOCKET, berkeley.SO_TIMESTAMPING, wanted)
    near.sendto(bytes(100), (vcan, J1939_NO_NAME, PGN, 0x30))
    assert far.recv(1000) == bytes(100)
    data, ancdata, flags, _ = near.recvmsg(100, 500, berkeley.MSG_ERRQUEUE)
    acknowledged = struct.pack("=HHI", 8, berkeley.J1939_NLA_BYTES_ACKED, 100)
    assert (data, flags) == (acknowledged, berkeley.MSG_ERRQUEUE)
    assert [each[:2] for each in ancdata] == [
        (SOL_SOCKET, berkeley.SCM_TIMESTAMPING),
        (SOL_SOCKET, berkeley.SCM_TIMESTAMPING_OPT_STATS),
        (SOL_CAN_J1939, berkeley.SCM_J1939_ERRQUEUE),
    ]
    assert ancdata[1][2] == acknowledged
    assert ERROR.unpack(ancdata[2][2]) == (
        errno.ENOMSG,
        berkeley.SO_EE_ORIGIN_TIMESTAMPING,
        0,
        0,
        berkeley.SCM_TSTAMP_ACK,
        0,
    )


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (("", 0, J1939_NO_PGN, 0x20), errno.ENODEV),
        (("lo", 0, J1939_NO_PGN, 0x20), errno.ENODEV),
        (("vcan77", 0, J1939_NO_PGN, 0x20), errno.ENODEV),
        # The low byte of a group of PDU1 is the address.
        (("vcan0", 0, PGN + 1, 0x20), errno.EINVAL),
    ],
)
def test_bad_addresses(address, number):
    with opened(CAN_J1939) as sock:
        with pytest.raises(OSError) as caught:
            sock.bind(address)
        assert caught.value.errno == number
        assert sock.getsockname() == ("", J1939_NO_NAME, J1939_NO_PGN, J1939_NO_ADDR)

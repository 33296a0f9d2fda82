"""AF_CAN, CAN_RAW: Documentation/networking/can.rst of the kernel."""

import errno
import struct
import subprocess
import time

import pytest

import berkeley
from berkeley import (
    CAN_EFF_FLAG,
    CAN_ERR_FLAG,
    CAN_ERR_MASK,
    CAN_INV_FILTER,
    CAN_RAW,
    CAN_RTR_FLAG,
    CANFD_BRS,
    CANFD_FDF,
    MSG_CONFIRM,
    MSG_DONTROUTE,
    SOL_CAN_RAW,
    SOL_SOCKET,
)
from kernel.can_frames import FD_FRAME, fd_frame, frame, opened, raw

pytestmark = pytest.mark.config("CONFIG_CAN", "CONFIG_CAN_RAW", "CONFIG_CAN_VCAN")


def filters(*pairs: tuple[int, int]) -> bytes:
    """An array of struct can_filter: id, mask."""
    return b"".join(struct.pack("=II", *pair) for pair in pairs)


@pytest.mark.exchange("CAN", "raw frame over vcan0")
@pytest.mark.parametrize(
    "sent",
    [
        frame(0x123, b"\1\2\3"),
        frame(0x7FF, b"12345678"),
        frame(0x1ABCDEF0 | CAN_EFF_FLAG, b"\xff"),
        frame(0x321 | CAN_RTR_FLAG),
    ],
    ids=["standard", "full", "extended", "remote"],
)
def test_frame(vcan, sent):
    with raw(vcan) as near, raw(vcan) as far:
        assert near.send(sent) == len(sent)
        assert far.recvfrom(100) == (sent, (vcan,))
        assert far.sendto(sent, (vcan,)) == len(sent)
        data, ancdata, flags, address = near.recvmsg(100)
        assert (data, ancdata, address) == (sent, [], (vcan,))
        assert flags == MSG_DONTROUTE


@pytest.mark.exchange("CAN", "frames of all interfaces")
def test_all_interfaces(vcan):
    with raw("") as everywhere, raw(vcan) as there:
        assert everywhere.getsockname() == ("",)
        assert there.getsockname() == (vcan,)
        there.send(frame(1, b"up"))
        assert everywhere.recvfrom(100) == (frame(1, b"up"), (vcan,))
        with pytest.raises(OSError) as caught:
            everywhere.send(frame(2))
        assert caught.value.errno == errno.ENXIO
        everywhere.sendto(frame(2, b"down"), (vcan,))
        assert there.recvfrom(100) == (frame(2, b"down"), (vcan,))


@pytest.mark.exchange("CAN", "CAN FD frame")
def test_fd_frame(vcan):
    sent = fd_frame(0x42, bytes(range(64)), CANFD_BRS)
    with raw(vcan) as classic, raw(vcan, fd_frames=1) as near, raw(vcan, fd_frames=1) as far:
        with pytest.raises(OSError) as caught:
            classic.send(sent)
        assert caught.value.errno == errno.EINVAL
        assert near.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FD_FRAMES) == 1
        assert classic.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FD_FRAMES) == 0
        assert near.send(sent) == berkeley.CANFD_MTU
        data, address = far.recvfrom(100)
        can_id, size, flags, payload = FD_FRAME.unpack(data)
        assert (can_id, size, payload, address) == (0x42, 64, bytes(range(64)), (vcan,))
        assert flags | CANFD_FDF == CANFD_BRS | CANFD_FDF
        # Both kinds come to it, and only one to the other.
        near.send(frame(0x43, b"classic"))
        assert far.recv(100) == classic.recv(100) == frame(0x43, b"classic")


@pytest.mark.exchange("CAN", "filters")
def test_filters(vcan):
    wanted = filters((0x100, 0x700), (0x234 | CAN_EFF_FLAG, 0x234 | CAN_EFF_FLAG | 0x1FFFFFFF))
    with raw(vcan) as sender, raw(vcan) as sock:
        # Every frame, until something else is asked for.
        assert sock.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, 100) == filters((0, 0))
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, wanted)
        assert sock.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, 100) == wanted
        for can_id in (0x0FF, 0x100, 0x200, 0x1FF, 0x234, 0x234 | CAN_EFF_FLAG, 0x123):
            sender.send(frame(can_id, b"x"))
        got = [sock.recv(100) for _ in range(4)]
        assert got == [frame(i, b"x") for i in (0x100, 0x1FF, 0x234 | CAN_EFF_FLAG, 0x123)]


@pytest.mark.exchange("CAN", "filters")
def test_inverted_filter(vcan):
    with raw(vcan) as sender, raw(vcan) as sock:
        not_5 = filters((5 | CAN_INV_FILTER, 0x7FF))
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, not_5)
        for can_id in (5, 6):
            sender.send(frame(can_id))
        assert sock.recv(100) == frame(6)


@pytest.mark.exchange("CAN", "no filter at all: a socket that only sends")
def test_no_filters(vcan):
    with raw(vcan) as witness, raw(vcan) as sock, raw(vcan) as sender:
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, b"")
        sender.send(frame(1))
        assert witness.recv(100) == frame(1)
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, filters((0, 0)))
        sender.send(frame(2))
        assert sock.recv(100) == frame(2)
        sock.send(frame(3))
        assert [witness.recv(100), witness.recv(100)] == [frame(2), frame(3)]


@pytest.mark.exchange("CAN", "CAN_RAW_JOIN_FILTERS: all of them have to match")
def test_join_filters(vcan):
    both = filters((0x100, 0x700), (0x005, 0x00F))
    with raw(vcan) as sender, raw(vcan) as sock:
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_FILTER, both)
        sender.send(frame(0x115))
        # One copy, although two filters match.
        sender.send(frame(0x105))
        sender.send(frame(0x106))
        sender.send(frame(0x205))
        expected = [frame(i) for i in (0x115, 0x105, 0x106, 0x205)]
        assert [sock.recv(100) for _ in expected] == expected
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_JOIN_FILTERS, 1)
        assert sock.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_JOIN_FILTERS) == 1
        for can_id in (0x106, 0x205, 0x125, 0x135):
            sender.send(frame(can_id))
        assert [sock.recv(100), sock.recv(100)] == [frame(0x125), frame(0x135)]


@pytest.mark.exchange("CAN", "error frame")
def test_error_frame(vcan):
    # As a controller reports that nobody has acknowledged; a socket may send such a frame, too.
    error = frame(berkeley.CAN_ERR_ACK | CAN_ERR_FLAG, bytes(8))
    other = frame(berkeley.CAN_ERR_BUSOFF | CAN_ERR_FLAG, bytes(8))
    with raw(vcan) as sender, raw(vcan) as deaf, raw(vcan) as sock:
        assert sock.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_ERR_FILTER) == 0
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_ERR_FILTER, berkeley.CAN_ERR_ACK)
        assert sock.getsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_ERR_FILTER) == berkeley.CAN_ERR_ACK
        for one in (other, error, frame(1, b"data")):
            sender.send(one)
        assert sock.recvfrom(100) == (error, (vcan,))
        assert sock.recv(100) == deaf.recv(100) == frame(1, b"data")
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_ERR_FILTER, CAN_ERR_MASK)
        sender.send(other)
        assert sock.recv(100) == other


@pytest.mark.exchange("CAN", "CAN_RAW_LOOPBACK, CAN_RAW_RECV_OWN_MSGS, MSG_CONFIRM, MSG_DONTROUTE")
def test_own_frames(vcan):
    with raw(vcan) as sock, raw(vcan) as other:
        options = (berkeley.CAN_RAW_LOOPBACK, berkeley.CAN_RAW_RECV_OWN_MSGS)
        assert [sock.getsockopt(SOL_CAN_RAW, option) for option in options] == [1, 0]
        sock.send(frame(1, b"to them"))
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_RECV_OWN_MSGS, 1)
        sock.send(frame(2, b"to me"))
        assert sock.recvmsg(100) == (frame(2, b"to me"), [], MSG_DONTROUTE | MSG_CONFIRM, (vcan,))
        assert other.recvmsg(100) == (frame(1, b"to them"), [], MSG_DONTROUTE, (vcan,))
        assert other.recvmsg(100) == (frame(2, b"to me"), [], MSG_DONTROUTE, (vcan,))
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_LOOPBACK, 0)
        assert [sock.getsockopt(SOL_CAN_RAW, option) for option in options] == [0, 1]
        sock.send(frame(3, b"nobody"))
        other.send(frame(4))
        assert sock.recv(100) == frame(4)
        sock.setsockopt(SOL_CAN_RAW, berkeley.CAN_RAW_LOOPBACK, 1)
        sock.send(frame(5))
        assert other.recv(100) == frame(5)


@pytest.mark.exchange("CAN", "SO_TIMESTAMP of a frame")
def test_timestamp(vcan):
    with raw(vcan) as sender, raw(vcan) as sock:
        sock.setsockopt(SOL_SOCKET, berkeley.SO_TIMESTAMP, 1)
        before = time.time()
        sender.send(frame(1, b"now"))
        data, [(level, kind, value)], flags, address = sock.recvmsg(100, berkeley.CMSG_SPACE(16))
        assert (data, flags, address) == (frame(1, b"now"), MSG_DONTROUTE, (vcan,))
        assert (level, kind) == (SOL_SOCKET, berkeley.SCM_TIMESTAMP)
        seconds, microseconds = struct.unpack("@ll", value)
        # Cut to microseconds, not rounded.
        assert before - 2e-6 <= seconds + microseconds / 1e6 <= time.time()


@pytest.mark.exchange("CAN", "frame from an interface that is gone since")
@pytest.mark.needs("ip")
def test_interface_gone():
    def ip(*words: str) -> None:
        subprocess.run(["ip", "link", *words], check=True)

    ip("add", "vcan9", "type", "vcan")
    try:
        ip("set", "vcan9", "up")
        with raw("") as everywhere, raw("vcan9") as bound:
            bound.send(frame(1, b"last"))
            assert everywhere.recvfrom(100, berkeley.MSG_PEEK) == (frame(1, b"last"), ("vcan9",))
            ip("delete", "vcan9")
            assert everywhere.recvfrom(100) == (frame(1, b"last"), ("",))
            # The kernel has unbound it, and says why once.
            assert bound.getsockname() == ("",)
            assert bound.getsockopt(SOL_SOCKET, berkeley.SO_ERROR) == errno.ENODEV
    finally:
        subprocess.run(["ip", "link", "delete", "vcan9"], capture_output=True, check=False)


# lo exists, and is none of CAN: it is the kernel that says so.
@pytest.mark.parametrize("name", ["lo", "vcan77", "x" * 15, "vcan0 "])
def test_no_such_interface(name):
    with opened(CAN_RAW) as sock:
        with pytest.raises(OSError) as caught:
            sock.bind((name,))
        assert caught.value.errno == errno.ENODEV
        assert sock.getsockname() == ("",)


def test_sendto_no_such_interface():
    with opened(CAN_RAW) as sock, pytest.raises(OSError) as caught:
        sock.sendto(frame(1), ("vcan77",))
    assert caught.value.errno == errno.ENODEV


def test_name_too_long(vcan):
    with opened(CAN_RAW) as sock, pytest.raises(OSError, match="interface name too long"):
        sock.bind((vcan + "x" * 16,))


def test_no_peers(vcan):
    with opened(CAN_RAW) as sock:
        assert sock.getsockname() == ("",)
        with pytest.raises(OSError) as caught:
            sock.getpeername()
        assert caught.value.errno == errno.EOPNOTSUPP
        with pytest.raises(OSError) as caught:
            sock.connect((vcan,))
        assert caught.value.errno == errno.EOPNOTSUPP

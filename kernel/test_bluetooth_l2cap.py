"""AF_BLUETOOTH, L2CAP over BR/EDR, between two virtual controllers."""

import errno
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import berkeley
from berkeley import BTPROTO_L2CAP, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, SOL_BLUETOOTH
from berkeley import SOL_L2CAP as LEVEL
from kernel.bluetooth import bluetooth, connection, listening, read
from kernel.vhci_pair import Pair

pytestmark = pytest.mark.config("CONFIG_BT", "CONFIG_BT_HCIVHCI")

ANY = berkeley.BDADDR_ANY
PSM = 0x1003
# The first one of a connection, Bluetooth Core Specification, Vol 3, Part A, 2.1.
CID = 0x40
# struct l2cap_options: omtu, imtu, flush_to, mode, fcs, max_tx, txwin_size.
OPTIONS = "=HHHBBBxH"


@pytest.fixture(scope="module")
def devices() -> Iterator[tuple[str, ...]]:
    with Pair() as addresses:
        yield addresses


def form(device: str, psm: int, cid: int) -> tuple[str | int, ...]:
    """What an address of BR/EDR with a cid is returned as."""
    return (device, psm, cid) if sys.version_info >= (3, 14) else (device, psm)


@pytest.mark.exchange("BLUETOOTH", "L2CAP packets, both ways")
def test_seqpacket(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_SEQPACKET, BTPROTO_L2CAP, (there, PSM), (here, 0)) as (near, far, peer):
        assert peer == form(here, PSM, CID)
        assert near.getsockname() == form(here, PSM, CID)
        assert near.getpeername() == form(there, PSM, CID)
        assert far.getsockname() == form(there, PSM, CID)
        assert far.getpeername() == form(here, PSM, CID)
        near.send(b"there")
        near.send(bytes(600))
        assert far.recv(1000) == b"there"
        assert far.recvfrom(1000) == (bytes(600), None)
        far.send(b"and back")
        assert near.recvmsg(3) == (b"and", [], berkeley.MSG_TRUNC, None)
        far.close()
        assert near.recv(100) == b""


@pytest.mark.exchange("BLUETOOTH", "L2CAP stream (ERTM)")
def test_stream(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_STREAM, BTPROTO_L2CAP, (there, PSM), (here, 0)) as (near, far, _):
        assert struct.unpack(OPTIONS, near.getsockopt(LEVEL, berkeley.L2CAP_OPTIONS, 12))[3] == (
            berkeley.L2CAP_MODE_ERTM
        )
        # A stream, but one send() is one packet: of the MTU at most.
        piece = bytes(range(224)) * 3
        assert len(piece) == berkeley.L2CAP_DEFAULT_MTU
        with pytest.raises(OSError) as caught:
            near.sendall(piece + b"x")
        assert caught.value.errno == errno.EMSGSIZE
        for sender, receiver in ((near, far), (far, near)):
            for _ in range(4):
                sender.sendall(piece)
            assert read(receiver, 4 * len(piece)) == 4 * piece


@pytest.mark.exchange("BLUETOOTH", "L2CAP datagrams without a connection, and who has sent them")
def test_dgram(devices: tuple[str, str]) -> None:
    here, there = devices
    with (
        bluetooth(SOCK_DGRAM, BTPROTO_L2CAP) as near,
        bluetooth(SOCK_DGRAM, BTPROTO_L2CAP) as far,
    ):
        far.bind((there, PSM))
        near.bind((here, 0))
        near.connect((there, PSM))
        near.send(b"to whom it may concern")
        data, sender = far.recvfrom(100)
        assert data == b"to whom it may concern"
        assert sender == (here, PSM)


@pytest.mark.exchange("BLUETOOTH", "L2CAP connect by (bdaddr, psm, cid, bdaddr_type), refused")
def test_refused(devices: tuple[str, str]) -> None:
    here, there = devices
    for address in ((there, PSM), (there, PSM, 0), (there, PSM, 0, berkeley.BDADDR_BREDR)):
        with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near:
            near.bind((here, 0))
            assert near.connect_ex(address) == errno.ECONNREFUSED


@pytest.mark.exchange("BLUETOOTH", "L2CAP connect by (bdaddr, psm, cid, bdaddr_type), accepted")
def test_long_forms(devices: tuple[str, str]) -> None:
    here, there = devices
    with listening(SOCK_SEQPACKET, BTPROTO_L2CAP, (there, PSM, 0)) as listener:
        assert listener.getsockname() == (there, PSM)
        with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near:
            near.bind((here, 0, 0, berkeley.BDADDR_BREDR))
            near.connect((there, PSM, 0, berkeley.BDADDR_BREDR))
            with listener.accept()[0] as far:
                near.send(b"x")
                assert far.recv(100) == b"x"


@pytest.mark.kernel(since="6.2", reason="6.1 oopses at close() of a socket whose peer is not there")
@pytest.mark.exchange("BLUETOOTH", "L2CAP connect to a device that is not there")
def test_nobody_there(devices: tuple[str, str]) -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as near:
        near.bind((devices[0], 0))
        assert near.connect_ex(("00:AA:01:00:00:99", PSM)) == errno.EHOSTDOWN


def test_any_psm() -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        assert sock.getsockname() == (ANY, 0)
        sock.bind((ANY, 0))
        device, psm = sock.getsockname()
        assert device == ANY
        # Those of free use, the least significant bits of both bytes 1 and 0.
        assert 0x1001 <= psm < 0x10FF
        assert psm & 0x0101 == 1
        with pytest.raises(OSError) as caught:
            sock.getpeername()
        assert caught.value.errno == errno.ENOTCONN


def test_the_kernel_refuses_psm_and_types() -> None:
    for address in ((ANY, 2), (ANY, 0x0101), (ANY, -1), (ANY, 0, 0, 3)):
        with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
            with pytest.raises(OSError) as caught:
                sock.bind(address)
            assert caught.value.errno == errno.EINVAL


def test_a_cid_of_its_own() -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        sock.bind((ANY, 0, 4))
        assert sock.getsockname() == form(ANY, 0, 4)
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        sock.bind((ANY, 0, 4, berkeley.BDADDR_LE_PUBLIC))
        assert sock.getsockname() == (ANY, 0, 4, berkeley.BDADDR_LE_PUBLIC)


def test_l2cap_options() -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        raw = sock.getsockopt(LEVEL, berkeley.L2CAP_OPTIONS, struct.calcsize(OPTIONS))
        omtu, imtu, *rest = struct.unpack(OPTIONS, raw)
        assert imtu == berkeley.L2CAP_DEFAULT_MTU
        sock.setsockopt(LEVEL, berkeley.L2CAP_OPTIONS, struct.pack(OPTIONS, omtu, 1000, *rest))
        raw = sock.getsockopt(LEVEL, berkeley.L2CAP_OPTIONS, 12)
        assert struct.unpack(OPTIONS, raw) == (omtu, 1000, *rest)
        sock.setsockopt(LEVEL, berkeley.L2CAP_LM, berkeley.L2CAP_LM_AUTH)
        assert sock.getsockopt(LEVEL, berkeley.L2CAP_LM) == berkeley.L2CAP_LM_AUTH


def test_bluetooth_options() -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        for level in (berkeley.BT_SECURITY_MEDIUM, berkeley.BT_SECURITY_HIGH):
            sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_SECURITY, bytes([level, 0]))
            assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_SECURITY, 2) == bytes([level, 0])
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_FLUSHABLE, berkeley.BT_FLUSHABLE_ON)
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_FLUSHABLE) == berkeley.BT_FLUSHABLE_ON
        sock.bind((ANY, PSM))
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP, 1)
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP) == 1
        # These are of LE.
        with pytest.raises(OSError) as caught:
            sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_RCVMTU)
        assert caught.value.errno == errno.EINVAL


def test_bt_mode_needs_a_parameter_of_the_module() -> None:
    switch = Path("/sys/module/bluetooth/parameters/enable_ecred")
    before = switch.read_text(encoding="ascii")
    with bluetooth(SOCK_SEQPACKET, BTPROTO_L2CAP) as sock:
        try:
            switch.write_text("N", encoding="ascii")
            with pytest.raises(OSError) as caught:
                sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_MODE, 1)
            assert caught.value.errno == errno.ENOPROTOOPT
            switch.write_text("Y", encoding="ascii")
            sock.bind((ANY, PSM))
            basic = bytes([berkeley.BT_MODE_BASIC])
            sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_MODE, basic)
            assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_MODE, 1) == basic
            assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_MODE) == berkeley.BT_MODE_BASIC
        finally:
            switch.write_text(before, encoding="ascii")


@pytest.mark.exchange("BLUETOOTH", "L2CAP_CONNINFO of a connection")
def test_connection_info(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_SEQPACKET, BTPROTO_L2CAP, (there, PSM), (here, 0)) as (near, far, _):
        # struct l2cap_conninfo: hci_handle, dev_class
        ends = [
            struct.unpack("=H3s", one.getsockopt(LEVEL, berkeley.L2CAP_CONNINFO, 5))
            for one in (near, far)
        ]
        # The controllers have one handle for both ends.
        assert ends[0] == ends[1]
        assert ends[0][0] > 0

"""AF_BLUETOOTH, RFCOMM between two virtual controllers."""

import errno
import select
import struct
from collections.abc import Iterator

import pytest

import berkeley
from berkeley import BTPROTO_RFCOMM, SOCK_STREAM, SOL_BLUETOOTH
from berkeley import SOL_RFCOMM as LEVEL
from kernel.bluetooth import LIMIT, bluetooth, connection, listening, read
from kernel.vhci_pair import Pair

pytestmark = pytest.mark.config("CONFIG_BT_RFCOMM", "CONFIG_BT_HCIVHCI")

ANY = berkeley.BDADDR_ANY
CHANNEL = 5


@pytest.fixture(scope="module")
def devices() -> Iterator[tuple[str, ...]]:
    with Pair() as addresses:
        yield addresses


@pytest.mark.exchange("BLUETOOTH", "RFCOMM data, both ways")
def test_data(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_STREAM, BTPROTO_RFCOMM, (there, CHANNEL), (here, 0)) as (near, far, peer):
        assert peer == (here, CHANNEL)
        assert near.getsockname() == (here, CHANNEL)
        assert near.getpeername() == (there, CHANNEL)
        assert far.getsockname() == (there, CHANNEL)
        assert far.getpeername() == (here, CHANNEL)
        near.sendall(b"there")
        assert far.recv(100) == b"there"
        far.sendall(b"and back")
        assert near.recvfrom(3) == (b"and", None)
        assert near.recvmsg(100) == (b" back", [], 0, None)
        far.close()
        with pytest.raises(ConnectionResetError):
            near.recv(100)


@pytest.mark.exchange("BLUETOOTH", "RFCOMM, 5000 bytes")
def test_many_frames(devices: tuple[str, str]) -> None:
    here, there = devices
    data = bytes(range(250)) * 20
    with connection(SOCK_STREAM, BTPROTO_RFCOMM, (there, CHANNEL), (here, 0)) as (near, far, _):
        near.sendall(data)
        assert read(far, len(data)) == data
        near.sendall(data)
        with far.makefile("rb") as file:
            assert file.read(len(data)) == data


@pytest.mark.exchange("BLUETOOTH", "RFCOMM, a free channel")
def test_a_free_channel(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_STREAM, BTPROTO_RFCOMM, (there, 0), (here, 0)) as (near, far, peer):
        device, channel = near.getpeername()
        assert device == there
        # RFCOMM 1.1, 5.4.
        assert 1 <= channel <= 30
        assert peer == (here, channel)
        near.sendall(b"x")
        assert far.recv(1) == b"x"


@pytest.mark.exchange("BLUETOOTH", "RFCOMM connect without waiting")
def test_non_blocking_connect(devices: tuple[str, str]) -> None:
    here, there = devices
    with (
        listening(SOCK_STREAM, BTPROTO_RFCOMM, (there, CHANNEL)) as listener,
        bluetooth(SOCK_STREAM, BTPROTO_RFCOMM) as near,
    ):
        near.bind((here, 0))
        near.setblocking(False)
        assert near.connect_ex((there, CHANNEL)) == errno.EINPROGRESS
        assert select.select([], [near], [], LIMIT)[1] == [near]
        assert near.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_ERROR) == 0
        with listener.accept()[0] as far:
            near.sendall(b"x")
            assert far.recv(1) == b"x"


@pytest.mark.exchange("BLUETOOTH", "RFCOMM refused")
def test_refused(devices: tuple[str, str]) -> None:
    here, there = devices
    with bluetooth(SOCK_STREAM, BTPROTO_RFCOMM) as near:
        near.bind((here, 0))
        with pytest.raises(ConnectionRefusedError):
            near.connect((there, 29))


def test_without_a_controller() -> None:
    with bluetooth(SOCK_STREAM, BTPROTO_RFCOMM) as sock:
        assert sock.getsockname() == (ANY, 0)
        sock.bind((ANY, 30))
        assert sock.getsockname() == (ANY, 30)
        with pytest.raises(OSError) as caught:
            sock.getpeername()
        assert caught.value.errno == errno.ENOTCONN
        with bluetooth(SOCK_STREAM, BTPROTO_RFCOMM) as second:
            with pytest.raises(OSError) as caught:
                second.bind((ANY, 30))
            assert caught.value.errno == errno.EADDRINUSE


def test_options() -> None:
    with bluetooth(SOCK_STREAM, BTPROTO_RFCOMM) as sock:
        flags = berkeley.RFCOMM_LM_AUTH | berkeley.RFCOMM_LM_ENCRYPT
        sock.setsockopt(LEVEL, berkeley.RFCOMM_LM, flags)
        assert sock.getsockopt(LEVEL, berkeley.RFCOMM_LM) == flags
        level = berkeley.BT_SECURITY_LOW
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_SECURITY, bytes([level, 0]))
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_SECURITY, 2) == bytes([level, 0])
        sock.bind((ANY, 29))
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP, 1)
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP) == 1
        with pytest.raises(OSError) as caught:
            sock.getsockopt(LEVEL, berkeley.RFCOMM_CONNINFO, 5)
        assert caught.value.errno == errno.ENOTCONN


@pytest.mark.exchange("BLUETOOTH", "RFCOMM_CONNINFO of a connection")
def test_connection_info(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_STREAM, BTPROTO_RFCOMM, (there, CHANNEL), (here, 0)) as (near, far, _):
        # struct rfcomm_conninfo: hci_handle, dev_class
        ends = [
            struct.unpack("=H3s", one.getsockopt(LEVEL, berkeley.RFCOMM_CONNINFO, 5))
            for one in (near, far)
        ]
        assert ends[0] == ends[1]
        assert ends[0][0] > 0

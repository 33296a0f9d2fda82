"""AF_BLUETOOTH, SCO (audio) between two virtual controllers."""

import errno
import struct
from collections.abc import Iterator

import pytest

import berkeley
from berkeley import BTPROTO_SCO, SOCK_SEQPACKET, SOL_BLUETOOTH
from berkeley import SOL_SCO as LEVEL
from kernel.bluetooth import bluetooth, connection
from kernel.vhci_pair import Pair

pytestmark = pytest.mark.config("CONFIG_BT", "CONFIG_BT_HCIVHCI")

ANY = berkeley.BDADDR_ANY
# What the virtual controllers say of their buffers: bytes of a packet.
MTU = 64


@pytest.fixture(scope="module")
def devices() -> Iterator[tuple[str, ...]]:
    with Pair() as addresses:
        yield addresses


@pytest.mark.exchange("BLUETOOTH", "SCO packets, both ways")
def test_data(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_SEQPACKET, BTPROTO_SCO, there, here.encode()) as (near, far, peer):
        assert peer == here
        assert near.getsockname() == far.getpeername() == here
        assert far.getsockname() == near.getpeername() == there
        sample = bytes(range(48))
        near.send(sample)
        assert far.recv(100) == sample
        far.send(sample[::-1])
        assert near.recvfrom(100) == (sample[::-1], None)


@pytest.mark.exchange("BLUETOOTH", "SCO_OPTIONS, SCO_CONNINFO and BT_SNDMTU of a connection")
def test_options_of_a_connection(devices: tuple[str, str]) -> None:
    here, there = devices
    with connection(SOCK_SEQPACKET, BTPROTO_SCO, there.encode(), here) as (near, far, _):
        assert near.getsockopt(LEVEL, berkeley.SCO_OPTIONS, 2) == struct.pack("=H", MTU)
        assert near.getsockopt(SOL_BLUETOOTH, berkeley.BT_SNDMTU) == MTU
        assert near.getsockopt(SOL_BLUETOOTH, berkeley.BT_RCVMTU) == MTU
        handles = [
            struct.unpack("=H3s", one.getsockopt(LEVEL, berkeley.SCO_CONNINFO, 5))[0]
            for one in (near, far)
        ]
        assert handles[0] == handles[1] > 0
        near.send(bytes(MTU))
        assert far.recv(100) == bytes(MTU)
        with pytest.raises(OSError) as caught:
            near.send(bytes(MTU + 1))
        assert caught.value.errno == errno.EINVAL


def test_options() -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_SCO) as sock:
        with pytest.raises(OSError) as caught:
            sock.getsockopt(LEVEL, berkeley.SCO_OPTIONS, 2)
        assert caught.value.errno == errno.ENOTCONN
        voice = struct.pack("=H", berkeley.BT_VOICE_TRANSPARENT)
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_VOICE, voice)
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_VOICE, 2) == voice
        sock.bind(ANY)
        sock.setsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP, 1)
        assert sock.getsockopt(SOL_BLUETOOTH, berkeley.BT_DEFER_SETUP) == 1


def test_without_a_controller() -> None:
    for address in (ANY, ANY.encode(), "a:b:c:d:e:f"):
        with bluetooth(SOCK_SEQPACKET, BTPROTO_SCO) as sock:
            assert sock.getsockname() == ANY
            sock.bind(address)
            assert sock.getsockname() == (ANY if address != "a:b:c:d:e:f" else "0A:0B:0C:0D:0E:0F")

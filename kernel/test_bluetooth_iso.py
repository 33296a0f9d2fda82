"""AF_BLUETOOTH, ISO: addresses, as far as the kernel gives them without an isochronous controller.

The kernel has the protocol once the experimental feature is on: by a command of mgmt.
"""

import errno
import struct
from collections.abc import Iterator
from typing import Any

import pytest

import berkeley
from berkeley import BDADDR_LE_PUBLIC, BDADDR_LE_RANDOM, BTPROTO_ISO, SOCK_SEQPACKET
from kernel.bluetooth import bluetooth

pytestmark = pytest.mark.config("CONFIG_BT_LE", "CONFIG_BT_HCIVHCI")

ANY = berkeley.BDADDR_ANY
MGMT_SET_EXP_FEATURE = 0x004A
# 6fbaf188-05e0-496a-9885-d6ddfdb4e03e, mgmt-api; least significant byte first.
ISO_SOCKET = bytes.fromhex("3ee0b4fdddd685986a49e00588f1ba6f")


def iso_sockets(on: bool) -> None:
    """Switch the experimental feature on or off."""
    with bluetooth(berkeley.SOCK_RAW, berkeley.BTPROTO_HCI) as sock:
        sock.bind((berkeley.HCI_DEV_NONE, berkeley.HCI_CHANNEL_CONTROL))
        size = len(ISO_SOCKET) + 1
        head = struct.pack("<HHH", MGMT_SET_EXP_FEATURE, berkeley.HCI_DEV_NONE, size)
        sock.send(head + ISO_SOCKET + bytes([on]))
        # Others may have something to say as well.
        while (answer := sock.recv(512))[6:8] != head[:2]:
            pass
        # It is there already, or it has been switched on: success.
        assert answer[8] == 0, answer


@pytest.fixture
def iso() -> Iterator[None]:
    iso_sockets(True)
    yield
    iso_sockets(False)


def test_off_by_default() -> None:
    with pytest.raises(OSError) as caught:
        bluetooth(SOCK_SEQPACKET, BTPROTO_ISO)
    assert caught.value.errno == errno.EPROTONOSUPPORT


@pytest.mark.exchange("BLUETOOTH", "ISO addresses to the kernel and back")
@pytest.mark.parametrize("address", [(ANY, BDADDR_LE_PUBLIC), ("0:1:2:3:4:5", BDADDR_LE_RANDOM)])
def test_two_items(iso: None, address: tuple[Any, ...]) -> None:
    with bluetooth(SOCK_SEQPACKET, BTPROTO_ISO) as sock:
        sock.bind(address)
        device, kind = sock.getsockname()
        assert kind == address[1]
        assert [int(part, 16) for part in device.split(":")] == [
            int(part, 16) for part in address[0].split(":")
        ]


@pytest.mark.exchange("BLUETOOTH", "ISO addresses of a broadcast source, taken by the kernel")
def test_six_items(iso: None) -> None:
    source = ("00:AA:01:00:00:01", BDADDR_LE_PUBLIC, 3, bytes([1, 2]))
    with bluetooth(SOCK_SEQPACKET, BTPROTO_ISO) as sock:
        sock.bind((ANY, BDADDR_LE_PUBLIC, *source))
        assert sock.getsockname() == (ANY, BDADDR_LE_PUBLIC)
    # The kernel reads it: these are no broadcast streams, 1 to 31.
    with bluetooth(SOCK_SEQPACKET, BTPROTO_ISO) as sock:
        with pytest.raises(OSError) as caught:
            sock.bind((ANY, BDADDR_LE_PUBLIC, *source[:3], bytes([0])))
        assert caught.value.errno == errno.EINVAL

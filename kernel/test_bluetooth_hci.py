"""AF_BLUETOOTH, HCI: the channels of a controller, here of virtual ones.

Layouts: Bluetooth Core Specification, Vol 4, Part E; for the channel of control BlueZ's mgmt-api;
<bluetooth/hci.h> for the options.
"""

import errno
import fcntl
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import berkeley
from berkeley import (
    BTPROTO_HCI,
    HCI_CHANNEL_CONTROL,
    HCI_CHANNEL_LOGGING,
    HCI_CHANNEL_MONITOR,
    HCI_CHANNEL_RAW,
    HCI_CHANNEL_USER,
    HCI_COMMAND_PKT,
    HCI_DEV_NONE,
    HCI_EVENT_PKT,
    SOCK_RAW,
    SOL_HCI,
)
from kernel.bluetooth import bluetooth
from kernel.vhci.codes import Command, Event
from kernel.vhci_pair import Pair

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.config("CONFIG_BT", "CONFIG_BT_HCIVHCI")

# struct hci_filter: type_mask, event_mask, opcode.
FILTER = "=IQH2x"
ALL_EVENTS = struct.pack(FILTER, 1 << HCI_EVENT_PKT, 0xFFFFFFFFFFFFFFFF, 0)
# General inquiry for 1.28 s, any number of answers: least significant byte of the LAP first.
INQUIRY = struct.pack("<BHB3sBB", HCI_COMMAND_PKT, Command.INQUIRY, 5, b"\x33\x8b\x9e", 1, 0)
RESET = struct.pack("<BHB", HCI_COMMAND_PKT, 0x0C03, 0)
READ_BD_ADDR = struct.pack("<BHB", HCI_COMMAND_PKT, Command.READ_BD_ADDR, 0)
# What answers it: event, length, packets allowed, command, status; then the address.
COMPLETE = struct.pack(
    "<BBBBHB", HCI_EVENT_PKT, Event.COMMAND_COMPLETE, 10, 1, Command.READ_BD_ADDR, 0
)
MGMT_READ_VERSION, MGMT_COMMAND_COMPLETE = 0x0001, 0x0001
MONITOR_NEW_INDEX = 0
NOBODY = 65534


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    pair = Pair()
    with pair:
        yield pair


@pytest.fixture
def raw(pair: Pair) -> Iterator[berkeley.socket]:
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        sock.bind(pair.controllers[0].index)
        yield sock


@pytest.mark.exchange("BLUETOOTH", "HCI inquiry, which finds the other controller")
def test_inquiry(pair: Pair, raw: berkeley.socket) -> None:
    raw.setsockopt(SOL_HCI, berkeley.HCI_FILTER, ALL_EVENTS)
    raw.send(INQUIRY)
    found = []
    while (packet := raw.recv(260))[1] != Event.INQUIRY_COMPLETE:
        assert packet[0] == HCI_EVENT_PKT
        if packet[1] == Event.INQUIRY_RESULT:
            count, address = struct.unpack_from("<B6s", packet, 3)
            assert count == 1
            found.append(address[::-1].hex(":").upper())
    assert found == [pair.addresses[1]]


def test_commands_of_anybody(pair: Pair) -> None:
    os.seteuid(NOBODY)
    try:
        with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
            sock.bind(pair.controllers[0].index)
            sock.setsockopt(SOL_HCI, berkeley.HCI_FILTER, ALL_EVENTS)
            with pytest.raises(PermissionError):
                sock.send(RESET)
            sock.send(INQUIRY)
            while sock.recv(260)[1] != Event.INQUIRY_RESULT:
                pass
        for address in (
            (0, HCI_CHANNEL_USER),
            (-1, HCI_CHANNEL_MONITOR),
            (-1, HCI_CHANNEL_LOGGING),
        ):
            with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock, pytest.raises(PermissionError):
                sock.bind(address)
        with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
            sock.bind((-1, HCI_CHANNEL_CONTROL))
    finally:
        os.seteuid(0)


@pytest.mark.exchange("BLUETOOTH", "HCI inquiry, which finds the other controller")
def test_the_example(pair: Pair) -> None:
    program = ROOT / "examples" / "bluetooth_inquiry.py"
    for one, other in ((0, 1), (1, 0)):
        number = str(pair.controllers[one].index)
        output = subprocess.check_output([sys.executable, program, number], text=True)
        assert output == pair.addresses[other] + "\n"


@pytest.mark.exchange("BLUETOOTH", "HCI command and its answer")
@pytest.mark.parametrize("items", [0, 1, 2])
def test_forms(pair: Pair, items: int) -> None:
    index = pair.controllers[1].index
    address = (index, (index,), (index, HCI_CHANNEL_RAW))[items]
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        sock.bind(address)
        assert sock.getsockname() == index
        sock.setsockopt(SOL_HCI, berkeley.HCI_FILTER, ALL_EVENTS)
        sock.send(READ_BD_ADDR)
        answer, sender = sock.recvfrom(260)
        assert answer == COMPLETE + pair.controllers[1].address
        assert sender is None


@pytest.mark.exchange("BLUETOOTH", "HCI_FILTER")
def test_filter(pair: Pair, raw: berkeley.socket) -> None:
    only = struct.pack(FILTER, 1 << HCI_EVENT_PKT, 1 << Event.COMMAND_COMPLETE, 0x1009)
    raw.setsockopt(SOL_HCI, berkeley.HCI_FILTER, only)
    assert raw.getsockopt(SOL_HCI, berkeley.HCI_FILTER, 16) == only
    assert raw.getsockopt(SOL_HCI, berkeley.HCI_FILTER, 4) == only[:4]
    assert raw.getsockopt(SOL_HCI, berkeley.HCI_FILTER) == 1 << HCI_EVENT_PKT
    # The events of the inquiry are of other kinds, and of another command.
    raw.send(INQUIRY)
    raw.send(READ_BD_ADDR)
    assert raw.recv(260) == COMPLETE + pair.controllers[0].address


@pytest.mark.exchange("BLUETOOTH", "HCI_DATA_DIR and HCI_TIME_STAMP in ancillary data")
def test_ancillary_data(raw: berkeley.socket) -> None:
    raw.setsockopt(SOL_HCI, berkeley.HCI_FILTER, ALL_EVENTS)
    for name in (berkeley.HCI_DATA_DIR, berkeley.HCI_TIME_STAMP):
        assert raw.getsockopt(SOL_HCI, name) == 0
        raw.setsockopt(SOL_HCI, name, 1)
        assert raw.getsockopt(SOL_HCI, name) == 1
    raw.send(READ_BD_ADDR)
    data, ancillary, flags, sender = raw.recvmsg(260, 100)
    assert data.startswith(COMPLETE)
    assert (flags, sender) == (0, None)
    assert [(level, kind) for level, kind, _ in ancillary] == [
        (SOL_HCI, berkeley.HCI_CMSG_DIR),
        (SOL_HCI, berkeley.HCI_CMSG_TSTAMP),
    ]
    # 1: it came in.
    assert ancillary[0][2] == struct.pack("=i", 1)
    seconds, microseconds = struct.unpack("@ll", ancillary[1][2])
    assert seconds > 1_700_000_000
    assert 0 <= microseconds < 1_000_000


@pytest.mark.exchange("BLUETOOTH", "HCI user channel")
def test_user_channel(pair: Pair) -> None:
    index = pair.controllers[1].index
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock, bluetooth(SOCK_RAW, BTPROTO_HCI) as control:
        with pytest.raises(OSError) as caught:
            sock.bind((index, HCI_CHANNEL_USER))
        assert caught.value.errno == errno.EBUSY
        # It is for a controller that nobody else uses.
        fcntl.ioctl(control, berkeley.HCIDEVDOWN, index)
        sock.bind((index, HCI_CHANNEL_USER))
        assert sock.getsockname() == (index, HCI_CHANNEL_USER)
        sock.send(READ_BD_ADDR)
        assert sock.recv(260) == COMPLETE + pair.controllers[1].address
        sock.close()
        fcntl.ioctl(control, berkeley.HCIDEVUP, index)


@pytest.mark.exchange("BLUETOOTH", "HCI control channel (mgmt): its version")
def test_control_channel() -> None:
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        sock.bind((HCI_DEV_NONE, HCI_CHANNEL_CONTROL))
        # It belongs to no controller, so it has no address.
        with pytest.raises(OSError) as caught:
            sock.getsockname()
        assert caught.value.errno == errno.EBADFD
        sock.send(struct.pack("<HHH", MGMT_READ_VERSION, HCI_DEV_NONE, 0))
        answer = sock.recv(512)
        event, index, size, command, status, version, revision = struct.unpack("<HHHHBBH", answer)
        assert (event, index, size) == (MGMT_COMMAND_COMPLETE, HCI_DEV_NONE, 6)
        assert (command, status, version) == (MGMT_READ_VERSION, 0, 1)
        assert revision >= 20


@pytest.mark.exchange("BLUETOOTH", "HCI monitor channel: the controllers")
def test_monitor_channel(pair: Pair) -> None:
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        sock.bind((-1, HCI_CHANNEL_MONITOR))
        found: dict[int, bytes] = {}
        while len(found) < len(pair.controllers):
            packet = sock.recv(512)
            kind, index, _ = struct.unpack_from("<HHH", packet)
            if kind == MONITOR_NEW_INDEX:
                # type, bus, address, name
                found[index] = packet[8:14]
        assert found == {one.index: one.address for one in pair.controllers}


def test_no_such_controller() -> None:
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        for address in (999, (999,), (999, HCI_CHANNEL_RAW), (999, HCI_CHANNEL_USER)):
            with pytest.raises(OSError) as caught:
                sock.bind(address)
            assert caught.value.errno == errno.ENODEV
        for address in ((0, HCI_CHANNEL_CONTROL), (0, HCI_CHANNEL_MONITOR), (0, -1)):
            with pytest.raises(OSError) as caught:
                sock.bind(address)
            assert caught.value.errno == errno.EINVAL


def test_without_a_controller() -> None:
    with bluetooth(SOCK_RAW, BTPROTO_HCI) as sock:
        with pytest.raises(OSError) as caught:
            sock.getsockname()
        assert caught.value.errno == errno.EBADFD
        # Bound to none: events of all would be seen.
        sock.bind(HCI_DEV_NONE)
        with pytest.raises(OSError) as caught:
            sock.getpeername()
        assert caught.value.errno == errno.EOPNOTSUPP

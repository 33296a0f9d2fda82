"""One virtual controller: answers the commands that Linux sends, and hands data to its peer.

Layouts: Bluetooth Core Specification, Vol 4, Part E, 7 (commands and events) and 5.4 (packets).
Numbers and addresses are little-endian. A command that is not here succeeds, and does nothing.
"""

import os
import struct
from collections.abc import Callable
from typing import Protocol

from kernel.vhci.codes import Command, Event, LeEvent, Link, Packet, Status

# Vol 2, Part C, 3.3: encryption, role switch, SCO links, eSCO links.
FEATURES = bytes([0x27, 0x0A, 0x00, 0x88, 0x00, 0x00, 0x00, 0x00])
# LE supported, BR/EDR not supported.
LE_FEATURES = bytes([0x00, 0x00, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00])
# HCI and LMP of version 5.0; 0x05F1 is the Linux Foundation.
VERSION, MANUFACTURER = 9, 0x05F1
HANDLE = 0x0FFF
# Packet_Boundary_Flag: the first fragment reads otherwise on the way to the host (5.4.2).
BOUNDARY, FIRST_FLUSHABLE = 0x3000, 0x2000

# What is returned behind the status, where it is always the same.
FIXED: dict[int, bytes] = {
    Command.READ_PAGE_SCAN_ACTIVITY: struct.pack("<HH", 0x0800, 0x0012),
    Command.READ_CLASS_OF_DEVICE: bytes(3),
    Command.READ_VOICE_SETTING: struct.pack("<H", 0x0060),
    Command.READ_NUMBER_OF_SUPPORTED_IAC: b"\x01",
    Command.READ_CURRENT_IAC_LAP: b"\x01\x33\x8b\x9e",  # the general inquiry's
    Command.READ_PAGE_SCAN_TYPE: b"\x00",
    Command.READ_LOCAL_VERSION_INFORMATION: struct.pack(
        "<BHBHH", VERSION, 0, VERSION, MANUFACTURER, 0
    ),
    # Octet 9, bit 2: Read Voice Setting, without which Linux 6.12 refuses SCO.
    Command.READ_LOCAL_SUPPORTED_COMMANDS: bytes(9) + b"\x04" + bytes(54),
    Command.READ_BUFFER_SIZE: struct.pack("<HBHH", 1021, 64, 8, 8),  # of ACL and SCO: bytes, number
    Command.LE_READ_BUFFER_SIZE: struct.pack("<HB", 251, 8),
    Command.LE_READ_LOCAL_SUPPORTED_FEATURES: bytes(8),
    Command.LE_READ_ADVERTISING_TX_POWER: b"\x08",
    Command.LE_READ_FILTER_ACCEPT_LIST_SIZE: b"\x08",
    Command.LE_READ_SUPPORTED_STATES: b"\xff" * 8,
}


class Air(Protocol):
    """What the controllers share: who is there, and who is connected to whom."""

    controllers: list["Controller"]
    # The kind of link that (controller, of another one) has been asked for.
    asked: dict[tuple["Controller", "Controller"], Link]

    def find(self, address: bytes) -> "Controller | None": ...
    def link(self, one: "Controller", other: "Controller") -> int: ...
    def other(self, one: "Controller", handle: int) -> "Controller | None": ...
    def unlink(self, one: "Controller", handle: int) -> "Controller | None": ...


Handler = Callable[["Controller", Command, bytes], None]
HANDLERS: dict[int, Handler] = {}


def on(*commands: Command) -> Callable[[Handler], Handler]:
    """Let the function below answer *commands*; it gets their parameters."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(commands, handler))
        return handler

    return register


def handle_of(parameters: bytes) -> int:
    return int.from_bytes(parameters[:2], "little")


class Controller:
    """A controller of BR/EDR, or with *le* of Low Energy alone; number *n* on its *air*."""

    def __init__(self, air: Air, n: int, le: bool) -> None:
        self.air = air
        self.le = le
        self.address = bytes([n, le, 0x00, 0x01, 0xAA, 0x00])
        self.features = LE_FEATURES if le else FEATURES
        self.name = f"vhci{n}".encode()
        self.accepted: set[bytes] = set()  # LE's filter accept list
        self.fd = os.open("/dev/vhci", os.O_RDWR | os.O_CLOEXEC)
        os.write(self.fd, bytes([Packet.VENDOR, 0]))
        # The answer: packet type, option, the number that the kernel has given it (hci0: 0).
        self.index: int = struct.unpack("<BBH", os.read(self.fd, 4))[2]

    def close(self) -> None:
        """Remove the controller from the kernel."""
        os.close(self.fd)

    # To the host

    def event(self, code: Event, parameters: bytes) -> None:
        os.write(self.fd, bytes([Packet.EVENT, code, len(parameters)]) + parameters)

    def complete(self, command: int, parameters: bytes = b"") -> None:
        """Command Complete, of success."""
        head = struct.pack("<BHB", 1, command, Status.SUCCESS)
        self.event(Event.COMMAND_COMPLETE, head + parameters)

    def status(self, command: int, status: Status = Status.SUCCESS) -> None:
        """Command Status: the command has begun, and events will follow."""
        self.event(Event.COMMAND_STATUS, struct.pack("<BBH", status, 1, command))

    def connected(self, status: int, handle: int, peer: bytes, kind: Link) -> None:
        parameters = struct.pack("<BH6sBB", status, handle, peer, kind, 0)
        self.event(Event.CONNECTION_COMPLETE, parameters)

    def synchronous(self, status: int, handle: int, peer: bytes, kind: Link) -> None:
        # interval and window in slots, packet lengths in bytes, air mode CVSD
        parameters = struct.pack("<BH6sBBBHHB", status, handle, peer, kind, 12, 2, 60, 60, 2)
        self.event(Event.SYNCHRONOUS_CONNECTION_COMPLETE, parameters)

    def le_event(self, code: LeEvent, parameters: bytes) -> None:
        self.event(Event.LE_META, bytes([code]) + parameters)

    # From the host

    def packet(self, packet: bytes) -> None:
        """Take one packet that the host has sent."""
        if packet[0] == Packet.COMMAND:
            self.command(handle_of(packet[1:]), packet[4:])
        elif packet[0] in (Packet.ACL, Packet.SCO):
            self.data(packet)

    def data(self, packet: bytes) -> None:
        """Hand an ACL or SCO packet to the other end of its link."""
        handle = handle_of(packet[1:])
        acl = packet[0] == Packet.ACL
        if peer := self.air.other(self, handle & HANDLE):
            up = handle | FIRST_FLUSHABLE if acl and not handle & BOUNDARY else handle
            os.write(peer.fd, packet[:1] + struct.pack("<H", up) + packet[3:])
        if acl:
            done = struct.pack("<BHH", 1, handle & HANDLE, 1)
            self.event(Event.NUMBER_OF_COMPLETED_PACKETS, done)

    def command(self, number: int, parameters: bytes) -> None:
        """Answer one command."""
        if handler := HANDLERS.get(number):
            handler(self, Command(number), parameters)
        else:
            self.complete(number, FIXED.get(number, b""))

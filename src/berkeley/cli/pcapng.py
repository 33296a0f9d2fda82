"""Files of captured packets that Wireshark, tshark and tcpdump read: pcapng.

Layout of draft-ietf-opsawg-pcapng, in the byte order of the machine that writes, which the byte
order magic tells.  Blocks, each with its length before and after:

    section header       u32 magic, u16 major, minor, i64 length of the section (-1: not known)
    interface            u16 linktype, reserved, u32 snaplen (0: no limit)
    enhanced packet      u32 interface, timestamp (high, low), captured length, original length,
                         data, up to a multiple of 4 bytes
    interface statistics u32 interface, timestamp (high, low)

and in each, then, options: u16 code, length; the value, up to a multiple of 4 bytes.
"""

import os
from collections.abc import Iterable
from struct import Struct
from typing import BinaryIO

import berkeley
from berkeley.cli.capture import Frame, Statistics

SECTION_HEADER_BLOCK = 0x0A0D0D0A
INTERFACE_DESCRIPTION_BLOCK = 1
INTERFACE_STATISTICS_BLOCK = 5
ENHANCED_PACKET_BLOCK = 6

BYTE_ORDER_MAGIC = 0x1A2B3C4D
MAJOR, MINOR = 1, 0
LENGTH_UNKNOWN = -1

BLOCK = Struct("=II")
BLOCK_END = Struct("=I")
SECTION_HEADER = Struct("=IHHq")
INTERFACE = Struct("=HHI")
ENHANCED_PACKET = Struct("=5I")
STATISTICS = Struct("=3I")
OPTION = Struct("=HH")
U64 = Struct("=Q")
FLAGS = Struct("=I")

OPT_ENDOFOPT = 0
SHB_OS = 3
SHB_USERAPPL = 4
IF_NAME = 2
IF_TSRESOL = 9
EPB_FLAGS = 2
ISB_IFRECV = 4
ISB_IFDROP = 5

# if_tsresol: timestamps count 10**-9 s.
NANOSECONDS = 9

# epb_flags by the packet's direction: bits 0-1 inbound (1) or outbound (2), bits 2-4 unicast (1),
# multicast (2), broadcast (3), promiscuous (4).
DIRECTIONS = {
    berkeley.PACKET_HOST: 0b00101,
    berkeley.PACKET_BROADCAST: 0b01101,
    berkeley.PACKET_MULTICAST: 0b01001,
    berkeley.PACKET_OTHERHOST: 0b10001,
    berkeley.PACKET_OUTGOING: 0b00010,
}

Options = Iterable[tuple[int, bytes]]


class Writer:
    """Writes frames to *file*, which stays the caller's; what is written can be read at once.

    An interface is described before its first frame.  One interface with frames of two link types,
    as may be after it was renamed, is described twice.
    """

    def __init__(self, file: BinaryIO, snaplen: int) -> None:
        self.file = file
        self.snaplen = snaplen
        self.interfaces: dict[tuple[str, int], int] = {}
        self.last = 0
        system = os.uname()
        options = [
            (SHB_OS, f"{system.sysname} {system.release} {system.machine}".encode()),
            (SHB_USERAPPL, f"berkeley {berkeley.__version__}".encode()),
        ]
        header = SECTION_HEADER.pack(BYTE_ORDER_MAGIC, MAJOR, MINOR, LENGTH_UNKNOWN)
        self._put(block(SECTION_HEADER_BLOCK, header, options))

    def write(self, frame: Frame) -> None:
        """Add a frame.  Raises OSError (what the file says)."""
        number = self._interface(frame)
        self.last = frame.timestamp
        captured = len(frame.data)
        body = ENHANCED_PACKET.pack(number, *halves(frame.timestamp), captured, frame.length)
        options = [(EPB_FLAGS, FLAGS.pack(DIRECTIONS.get(frame.direction, 0)))]
        self._put(block(ENHANCED_PACKET_BLOCK, body + padded(frame.data), options))

    def finish(self, statistics: Statistics) -> None:
        """Add what the kernel counted, if that was of a single interface."""
        if len(self.interfaces) != 1:
            return
        options = [
            (ISB_IFRECV, U64.pack(statistics.received)),
            (ISB_IFDROP, U64.pack(statistics.dropped)),
        ]
        body = STATISTICS.pack(0, *halves(self.last))
        self._put(block(INTERFACE_STATISTICS_BLOCK, body, options))

    def _put(self, data: bytes) -> None:
        self.file.write(data)
        self.file.flush()

    def _interface(self, frame: Frame) -> int:
        """The number of the frame's interface in the file."""
        key = (frame.interface, frame.linktype)
        if key not in self.interfaces:
            self.interfaces[key] = len(self.interfaces)
            options = [(IF_NAME, os.fsencode(frame.interface)), (IF_TSRESOL, bytes([NANOSECONDS]))]
            body = INTERFACE.pack(frame.linktype, 0, self.snaplen)
            self._put(block(INTERFACE_DESCRIPTION_BLOCK, body, options))
        return self.interfaces[key]


def block(kind: int, body: bytes, options: Options) -> bytes:
    """A whole block; *body* is a multiple of 4 bytes long."""
    parts = [OPTION.pack(code, len(value)) + padded(value) for code, value in options]
    content = b"".join((body, *parts, OPTION.pack(OPT_ENDOFOPT, 0)))
    length = BLOCK.size + len(content) + BLOCK_END.size
    return BLOCK.pack(kind, length) + content + BLOCK_END.pack(length)


def padded(data: bytes) -> bytes:
    """*data* with NULs up to the next multiple of 4 bytes."""
    return data + bytes(-len(data) % 4)


def halves(timestamp: int) -> tuple[int, int]:
    """The high and the low 32 bits."""
    return timestamp >> 32, timestamp & 0xFFFFFFFF

"""Records of the socket layer, SOL_SOCKET: socket(7)."""

from __future__ import annotations

import os
import struct
from typing import NamedTuple, Self

from berkeley import SCM_TXTIME, SO_MARK, SO_PRIORITY, SOL_SOCKET
from berkeley.ancillary.layout import Item, fields

# <linux/socket.h>
SCM_SECURITY = 3
# What a label has at most: the kernel takes and tells a page of it.
LABEL_SIZE = 4096


class Mark(NamedTuple):
    """SO_MARK, of the packet: what netfilter and routing know it by.  Told with SO_RCVMARK."""

    value: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@I", data, "a mark"))

    def encode(self) -> Item:
        return SOL_SOCKET, SO_MARK, struct.pack("@I", self.value)


class Priority(NamedTuple):
    """SO_PRIORITY, of the packet: which queue of the device it goes to.  Told with SO_RCVPRIORITY.

    Linux 6.14 and later.
    """

    value: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@I", data, "a priority"))

    def encode(self) -> Item:
        return SOL_SOCKET, SO_PRIORITY, struct.pack("@I", self.value)


class TransmitTime(NamedTuple):
    """SCM_TXTIME: when the packet is to leave, nanoseconds of the clock that SO_TXTIME names."""

    ns: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@Q", data, "a time"))

    def encode(self) -> Item:
        return SOL_SOCKET, SCM_TXTIME, struct.pack("@Q", self.ns)


class SecurityLabel(NamedTuple):
    """SCM_SECURITY: the label that the security module (SELinux, Smack) has for the sender."""

    label: str

    @classmethod
    def decode(cls, data: bytes) -> Self:
        # SELinux counts the zero at the end, others do not.
        return cls(os.fsdecode(data.rstrip(b"\0")))


class DroppedPackets(NamedTuple):
    """SO_RXQ_OVFL: how many packets the socket has dropped since it was made, modulo 2**32."""

    dropped: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@I", data, "a count of dropped packets"))

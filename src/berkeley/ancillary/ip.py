"""Records of IP, UDP and TCP: ip(7), ipv6(7), udp(7), tcp(7), RFC 3542."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple, Self

from berkeley import (
    AF_INET,
    AF_INET6,
    IPPROTO_IP,
    IPPROTO_IPV6,
    inet_ntop,
    inet_pton,
)
from berkeley.ancillary.layout import Item, fields
from berkeley.core.sockaddr import decode as decode_address

# <linux/in.h>, <linux/in6.h>, <linux/udp.h>, <linux/tcp.h>: the same on all machines
IP_TOS, IP_TTL, IP_PKTINFO, IP_ORIGDSTADDR = 1, 2, 8, 20
IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS, IPV6_ORIGDSTADDR = 50, 52, 67, 74
SOL_UDP, UDP_SEGMENT, UDP_GRO = 17, 103, 104
TCP_CM_INQ = 36


class PacketInfo(NamedTuple):
    """struct in_pktinfo, IP_PKTINFO: the interface's index, our address, the packet's destination.

    To send, *interface* and *local* choose the way and the source; 0 and 0.0.0.0 leave it open.
    """

    interface: int = 0
    local: str = "0.0.0.0"
    destination: str = "0.0.0.0"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        interface, local, destination = fields("@i4s4s", data, "struct in_pktinfo")
        return cls(interface, inet_ntop(AF_INET, local), inet_ntop(AF_INET, destination))

    def encode(self) -> Item:
        packed = (inet_pton(AF_INET, text) for text in (self.local, self.destination))
        return IPPROTO_IP, IP_PKTINFO, struct.pack("@i4s4s", self.interface, *packed)


class PacketInfo6(NamedTuple):
    """struct in6_pktinfo, IPV6_PKTINFO: the packet's destination, and the interface's index.

    To send, they are the source and the way; '::' and 0 leave it open.
    """

    address: str = "::"
    interface: int = 0

    @classmethod
    def decode(cls, data: bytes) -> Self:
        address, interface = fields("@16sI", data, "struct in6_pktinfo")
        return cls(inet_ntop(AF_INET6, address), interface)

    def encode(self) -> Item:
        data = struct.pack("@16sI", inet_pton(AF_INET6, self.address), self.interface)
        return IPPROTO_IPV6, IPV6_PKTINFO, data


class TimeToLive(NamedTuple):
    """IP_TTL, and with *ipv6* IPV6_HOPLIMIT: how many hops are left."""

    hops: int
    ipv6: bool = False

    @classmethod
    def decode(cls, data: bytes, ipv6: bool = False) -> Self:
        (hops,) = fields("@i", data, "a number of hops")
        return cls(hops, ipv6)

    def encode(self) -> Item:
        where = (IPPROTO_IPV6, IPV6_HOPLIMIT) if self.ipv6 else (IPPROTO_IP, IP_TTL)
        return *where, struct.pack("@i", self.hops)


class TrafficClass(NamedTuple):
    """IP_TOS, and with *ipv6* IPV6_TCLASS: the byte of RFC 2474 and RFC 3168."""

    value: int
    ipv6: bool = False

    @classmethod
    def decode(cls, data: bytes, ipv6: bool = False) -> Self:
        # The kernel tells IP_TOS as a byte, IPV6_TCLASS as an int.
        (value,) = fields("@i" if len(data) >= 4 else "B", data, "a traffic class")
        return cls(value, ipv6)

    def encode(self) -> Item:
        where = (IPPROTO_IPV6, IPV6_TCLASS) if self.ipv6 else (IPPROTO_IP, IP_TOS)
        return *where, struct.pack("@i", self.value)

    @property
    def dscp(self) -> int:
        """The differentiated services code point: the upper six bits."""
        return self.value >> 2

    @property
    def ecn(self) -> int:
        """Congestion notification, RFC 3168: 0 none, 1 ECT(1), 2 ECT(0), 3 congested."""
        return self.value & 3


class SegmentSize(NamedTuple):
    """UDP_SEGMENT of a send, and UDP_GRO of what was received: bytes of one datagram."""

    size: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        (size,) = fields("@i" if len(data) >= 4 else "@H", data, "a segment size")
        return cls(size)

    def encode(self) -> Item:
        return SOL_UDP, UDP_SEGMENT, struct.pack("@H", self.size)


class OriginalDestination(NamedTuple):
    """IP_ORIGDSTADDR, IPV6_ORIGDSTADDR: where the packet was sent to, as getsockname() has it.

    A socket with IP_TRANSPARENT receives what was sent to others: it is the one that names them.
    """

    address: Any

    @classmethod
    def decode(cls, data: bytes, ipv6: bool = False) -> Self:
        size, what = (28, "struct sockaddr_in6") if ipv6 else (16, "struct sockaddr_in")
        fields(f"{size}s", data, what)
        return cls(decode_address(0, data[:size]))


class UnreadBytes(NamedTuple):
    """TCP_CM_INQ, of TCP_INQ: how many bytes of the stream have come and are left to be read.

    The kernel counts the end of the stream as one more: there is an end of file to read.
    """

    size: int

    @classmethod
    def decode(cls, data: bytes) -> Self:
        return cls(*fields("@i", data, "a number of bytes"))

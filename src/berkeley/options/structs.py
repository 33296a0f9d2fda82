"""The kinds of options whose values are structs, flags, or of any length."""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag
from operator import index
from typing import NamedTuple

from berkeley.core.iptext import inet_ntop, inet_pton
from berkeley.options.kinds import Kind, number


class PathMTU(IntEnum):
    """IP_PMTUDISC_* and IPV6_PMTUDISC_*, which are the same numbers: ip(7)."""

    DONT = 0
    WANT = 1
    DO = 2
    PROBE = 3
    INTERFACE = 4
    OMIT = 5


class Timestamping(IntFlag):
    """SOF_TIMESTAMPING_* of <linux/net_tstamp.h>."""

    TX_HARDWARE = 1 << 0
    TX_SOFTWARE = 1 << 1
    RX_HARDWARE = 1 << 2
    RX_SOFTWARE = 1 << 3
    SOFTWARE = 1 << 4
    SYS_HARDWARE = 1 << 5
    RAW_HARDWARE = 1 << 6
    OPT_ID = 1 << 7
    TX_SCHED = 1 << 8
    TX_ACK = 1 << 9
    OPT_CMSG = 1 << 10
    OPT_TSONLY = 1 << 11
    OPT_STATS = 1 << 12
    OPT_PKTINFO = 1 << 13
    OPT_TX_SWHW = 1 << 14
    BIND_PHC = 1 << 15
    OPT_ID_TCP = 1 << 16
    OPT_RX_FILTER = 1 << 17
    TX_COMPLETION = 1 << 18


class TxTime(NamedTuple):
    """struct sock_txtime of <linux/net_tstamp.h>: a clock of the time module, SOF_TXTIME_*."""

    clockid: int
    flags: int


class MemoryInfo(NamedTuple):
    """SK_MEMINFO_* of <linux/sock_diag.h>, in bytes; drops are packets."""

    rmem_alloc: int
    rcvbuf: int
    wmem_alloc: int
    sndbuf: int
    fwd_alloc: int
    wmem_queued: int
    optmem: int
    backlog: int
    drops: int


def _sockaddr_in(data: bytes) -> tuple[str, int]:
    _, port, host = struct.unpack_from("!HH4s", data)
    return inet_ntop(2, host), port


def _sockaddr_in6(data: bytes) -> tuple[str, int, int, int]:
    _, port, flowinfo, host = struct.unpack_from("!HHI16s", data)
    (scope,) = struct.unpack_from("=I", data, 24)
    return inet_ntop(10, host), port, flowinfo, scope


def _mreqn(interface: int | str) -> bytes:
    if isinstance(interface, str):
        try:
            address = inet_pton(2, interface)
        except OSError:
            raise ValueError("text is an IPv4 address of the interface") from None
        return struct.pack("@4s4si", b"", address, 0)
    return struct.pack("@4s4si", b"", b"", index(interface))


def _pack_txtime(value: TxTime) -> bytes:
    clock, flags = value
    return struct.pack("@iI", index(clock), index(flags))


PATH_MTU: Kind[PathMTU] = Kind(
    "int", "PathMTU", 4, lambda data: PathMTU(struct.unpack("@i", data)[0]), number("@i")
)
TIMESTAMPING: Kind[Timestamping] = Kind(
    "int", "Timestamping", 4, lambda data: Timestamping(struct.unpack("@I", data)[0]), number("@I")
)
TXTIME: Kind[TxTime] = Kind(
    "struct sock_txtime",
    "TxTime",
    8,
    lambda data: TxTime(*struct.unpack("@iI", data)),
    _pack_txtime,
)
MEMINFO: Kind[MemoryInfo] = Kind(
    "uint32_t[]", "MemoryInfo", 36, lambda data: MemoryInfo(*struct.unpack("=9I", data[:36]))
)
# Options whose kernel says ERANGE are asked again with more room.
GROUPS: Kind[tuple[int, ...]] = Kind(
    "gid_t[]", "tuple of int", 256, lambda data: struct.unpack(f"@{len(data) // 4}I", data)
)
LABEL: Kind[str] = Kind("char[]", "str", 256, lambda data: data.rstrip(b"\0").decode())
SOCKADDR_IN: Kind[tuple[str, int]] = Kind("struct sockaddr_in", "address", 16, _sockaddr_in)
SOCKADDR_IN6: Kind[tuple[str, int, int, int]] = Kind(
    "struct sockaddr_in6", "address", 28, _sockaddr_in6
)
# struct ip_mreqn: an index, or the address of an interface; the kernel tells the address only.
MULTICAST_IF: Kind[int | str] = Kind(
    "struct ip_mreqn", "index or address", 4, lambda data: inet_ntop(2, data), _mreqn
)

"""getifaddrs: the network interfaces, their addresses and their counters.  rtnetlink(7).

Asked of the kernel by netlink and not by the C library's getifaddrs(3): that one is made of the
same two dumps, but leaves out labels and prefixes of peers, gives the counters of Linux as 32 bits,
and needs a walk over C pointers.  What is told is the network namespace of the calling thread.

Layouts, in host byte order; attributes follow the structs:

    <linux/rtnetlink.h>, <linux/if_link.h>
    struct ifinfomsg          u8 ifi_family, pad, u16 ifi_type (ARPHRD_...), int ifi_index,
                              u32 ifi_flags (IFF_...), ifi_change
    struct rtnl_link_stats64  u64 each, in the order of InterfaceStatistics; newer kernels add more
    <linux/if_addr.h>
    struct ifaddrmsg          u8 ifa_family, ifa_prefixlen, ifa_flags, ifa_scope, u32 ifa_index
"""

import os
from dataclasses import dataclass, fields
from enum import IntFlag
from struct import Struct

import berkeley
from berkeley import AF_INET, AF_INET6, AF_UNSPEC, NETLINK_ROUTE, constants
from berkeley.netlink import Netlink, attributes

RTM_GETLINK = 18
RTM_GETADDR = 22

IFINFOMSG = Struct("=BxHiII")
IFLA_ADDRESS = 1
IFLA_BROADCAST = 2
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_STATS64 = 23

IFADDRMSG = Struct("=4BI")
# The address of the other end, or if there is none the interface's own.
IFA_ADDRESS = 1
IFA_LOCAL = 2
IFA_LABEL = 3
IFA_BROADCAST = 4
IFA_FLAGS = 8

U32 = Struct("=I")
ALL = 0xFFFFFFFF

_TABLE = constants.more()


class InterfaceFlag(IntFlag):
    """What an interface is and does: ``IFF_...`` of netdevice(7), without the prefix."""

    UP = 0x1
    BROADCAST = 0x2
    DEBUG = 0x4
    LOOPBACK = 0x8
    POINTOPOINT = 0x10
    NOTRAILERS = 0x20
    RUNNING = 0x40
    NOARP = 0x80
    PROMISC = 0x100
    ALLMULTI = 0x200
    MASTER = 0x400
    SLAVE = 0x800
    MULTICAST = 0x1000
    PORTSEL = 0x2000
    AUTOMEDIA = 0x4000
    DYNAMIC = 0x8000
    LOWER_UP = 0x10000
    DORMANT = 0x20000
    ECHO = 0x40000


class AddressFlag(IntFlag):
    """What is special about an address: ``IFA_F_...`` of <linux/if_addr.h>, without the prefix."""

    TEMPORARY = 0x01
    # Of IPv4: not the first address of its network.
    SECONDARY = 0x01
    NODAD = 0x02
    OPTIMISTIC = 0x04
    DADFAILED = 0x08
    HOMEADDRESS = 0x10
    DEPRECATED = 0x20
    TENTATIVE = 0x40
    PERMANENT = 0x80
    MANAGETEMPADDR = 0x100
    NOPREFIXROUTE = 0x200
    MCAUTOJOIN = 0x400
    STABLE_PRIVACY = 0x800


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceIPv4:
    """An IPv4 address of an interface, as text.

    *prefix* is the length of the network's prefix and *netmask* the same as an address.  Where
    there is a *peer*, the other end of a link of two, both tell of the peer's network.  *label* is
    the interface's name, often with more after a colon.  None is what the kernel does not tell.
    """

    address: str
    prefix: int
    netmask: str
    broadcast: str | None
    peer: str | None
    label: str | None
    flags: AddressFlag


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceIPv6:
    """An IPv6 address of an interface, as text without a zone.

    *scope_id* is what bind() and connect() want as the fourth item of the address: the interface's
    index for a link-local one, for others 0.  While *flags* has TENTATIVE it cannot be bound.
    """

    address: str
    prefix: int
    peer: str | None
    scope_id: int
    flags: AddressFlag


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceStatistics:
    """The counters of an interface, of 64 bits each: struct rtnl_link_stats64, <linux/if_link.h>.

    Since the interface was made; 0 for those that an older kernel does not count.
    """

    rx_packets: int
    tx_packets: int
    rx_bytes: int
    tx_bytes: int
    rx_errors: int
    tx_errors: int
    rx_dropped: int
    tx_dropped: int
    multicast: int
    collisions: int
    rx_length_errors: int
    rx_over_errors: int
    rx_crc_errors: int
    rx_frame_errors: int
    rx_fifo_errors: int
    rx_missed_errors: int
    tx_aborted_errors: int
    tx_carrier_errors: int
    tx_fifo_errors: int
    tx_heartbeat_errors: int
    tx_window_errors: int
    rx_compressed: int
    tx_compressed: int
    rx_nohandler: int
    rx_otherhost_dropped: int


STATISTICS = tuple(field.name for field in fields(InterfaceStatistics))
STATS64 = Struct(f"={len(STATISTICS)}Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A network interface.

    *type* is the kind of hardware, ``ARPHRD_...`` of <linux/if_arp.h> without the prefix and in
    small letters: ``ether``, ``loopback``, ``none``; a number where it has no name.  *hardware* and
    *hardware_broadcast* are addresses of that kind as text, ``02:00:00:00:00:01``, or None.
    """

    name: str
    index: int
    flags: InterfaceFlag
    mtu: int
    type: str
    hardware: str | None
    hardware_broadcast: str | None
    ipv4: tuple[InterfaceIPv4, ...]
    ipv6: tuple[InterfaceIPv6, ...]
    statistics: InterfaceStatistics


def getifaddrs() -> list[Interface]:
    """The network interfaces of the calling thread's network namespace, by index.

    Those without an address are there too.  An interface that comes while the kernel is asked may
    be missing, one that goes may have lost its addresses.
    Raises OSError (EBUSY: the tables changed each time that they were read).
    """
    ipv4: dict[int, list[InterfaceIPv4]] = {}
    ipv6: dict[int, list[InterfaceIPv6]] = {}
    with Netlink(NETLINK_ROUTE) as kernel:
        links = kernel.dump(RTM_GETLINK, IFINFOMSG.pack(AF_UNSPEC, 0, 0, 0, 0))
        for message in kernel.dump(RTM_GETADDR, IFADDRMSG.pack(AF_UNSPEC, 0, 0, 0, 0)):
            family, *_, index = IFADDRMSG.unpack_from(message.payload)
            if family == AF_INET:
                ipv4.setdefault(index, []).append(_ipv4(message.payload))
            elif family == AF_INET6:
                ipv6.setdefault(index, []).append(_ipv6(message.payload))
    found = [_interface(message.payload, ipv4, ipv6) for message in links]
    return sorted(found, key=lambda interface: interface.index)


def _interface(
    payload: bytes, ipv4: dict[int, list[InterfaceIPv4]], ipv6: dict[int, list[InterfaceIPv6]]
) -> Interface:
    """The interface that a struct ifinfomsg and its attributes describe."""
    _, kind, index, flags, _ = IFINFOMSG.unpack_from(payload)
    more = attributes(payload[IFINFOMSG.size :])
    counters = more.get(IFLA_STATS64, b"")[: STATS64.size].ljust(STATS64.size, b"\0")
    return Interface(
        name=_text(more[IFLA_IFNAME]),
        index=index,
        flags=InterfaceFlag(flags),
        mtu=U32.unpack(more.get(IFLA_MTU, bytes(4)))[0],
        type=_type_name(kind),
        hardware=_hardware(kind, more.get(IFLA_ADDRESS)),
        hardware_broadcast=_hardware(kind, more.get(IFLA_BROADCAST)),
        ipv4=tuple(ipv4.get(index, ())),
        ipv6=tuple(ipv6.get(index, ())),
        statistics=InterfaceStatistics(**dict(zip(STATISTICS, STATS64.unpack(counters)))),
    )


def _ipv4(payload: bytes) -> InterfaceIPv4:
    """The address that a struct ifaddrmsg of AF_INET and its attributes describe."""
    _, prefix, flags, _, _ = IFADDRMSG.unpack_from(payload)
    more = attributes(payload[IFADDRMSG.size :])
    far = more.get(IFA_ADDRESS)
    own = more.get(IFA_LOCAL) or far or bytes(4)
    broadcast = more.get(IFA_BROADCAST)
    return InterfaceIPv4(
        address=berkeley.inet_ntop(AF_INET, own),
        prefix=prefix,
        netmask=berkeley.inet_ntop(AF_INET, (ALL << 32 - prefix & ALL).to_bytes(4, "big")),
        broadcast=None if broadcast is None else berkeley.inet_ntop(AF_INET, broadcast),
        peer=None if far in (None, own) else berkeley.inet_ntop(AF_INET, far),
        label=_text(more[IFA_LABEL]) if IFA_LABEL in more else None,
        flags=_address_flags(flags, more),
    )


def _ipv6(payload: bytes) -> InterfaceIPv6:
    """The address that a struct ifaddrmsg of AF_INET6 and its attributes describe."""
    _, prefix, flags, _, index = IFADDRMSG.unpack_from(payload)
    more = attributes(payload[IFADDRMSG.size :])
    far = more.get(IFA_ADDRESS)
    own = more.get(IFA_LOCAL) or far or bytes(16)
    link_local = own[0] == 0xFE and own[1] & 0xC0 == 0x80
    return InterfaceIPv6(
        address=berkeley.inet_ntop(AF_INET6, own),
        prefix=prefix,
        peer=None if far in (None, own) else berkeley.inet_ntop(AF_INET6, far),
        scope_id=index if link_local else 0,
        flags=_address_flags(flags, more),
    )


def _address_flags(flags: int, more: dict[int, bytes]) -> AddressFlag:
    """The flags: all of them are in an attribute since there are more than eight (Linux 3.14)."""
    return AddressFlag(U32.unpack(more[IFA_FLAGS])[0] if IFA_FLAGS in more else flags)


def _text(name: bytes) -> str:
    """A name of the kernel's: any bytes but ``/`` and spaces, as if_nameindex() gives them."""
    return os.fsdecode(name.rstrip(b"\0"))


def _type_name(kind: int) -> str:
    """The name of an ARPHRD number; of several the one that comes first in the header."""
    for name, value in _TABLE.items():
        if value == kind and name.startswith("ARPHRD_"):
            return name.removeprefix("ARPHRD_").lower()
    return str(kind)


def _hardware(kind: int, address: bytes | None) -> str | None:
    """A hardware address as ip(8) writes it: tunnels have IP addresses there."""
    if not address:
        return None
    if kind in (berkeley.ARPHRD_TUNNEL, berkeley.ARPHRD_SIT, berkeley.ARPHRD_IPGRE):
        return berkeley.inet_ntop(AF_INET, address)
    if kind in (berkeley.ARPHRD_TUNNEL6, berkeley.ARPHRD_IP6GRE):
        return berkeley.inet_ntop(AF_INET6, address)
    return address.hex(":")

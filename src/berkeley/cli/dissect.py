"""Dissecting frames: bytes become a Packet, layer by layer from the outside in.

A layer writes into the packet what it finds and returns the next layer with its bytes.  Nothing
that comes from a network is trusted: where bytes are missing a layer ends with struct.error, and
dissect() notes it.  All layouts are in network byte order.
"""

import struct
from collections.abc import Callable
from struct import Struct
from typing import Union

import berkeley
from berkeley.cli import linktype
from berkeley.cli.packet import Packet, address_text
from berkeley.cli.transport import TRANSPORTS

# IEEE 802.3: destination, source, type or length.
ETHERNET = Struct("!6s6sH")
# IEEE 802.1Q: priority (3 bits), DEI (1) and VLAN identifier (12); type.
VLAN = Struct("!HH")
VLAN_ID = 0x0FFF
# RFC 826: hardware type, protocol type, the lengths of their addresses, operation.
ARP = Struct("!HHBBH")
ARP_ADDRESSES = Struct("!6s4s6s4s")
ARP_IPV4 = (1, berkeley.ETH_P_IP, 6, 4)
ARP_REQUEST, ARP_REPLY = 1, 2
# RFC 791, 3.1: version and header length in words, type of service, total length, identification,
# flags (3 bits) and fragment offset in 8 bytes (13), time to live, protocol, checksum, addresses.
IPV4 = Struct("!BBHHHBBH4s4s")
IP_MF = 0x2000
IP_OFFMASK = 0x1FFF
# RFC 8200, 3: version, class and flow label, payload length, next header, hop limit, addresses.
IPV6 = Struct("!IHBB16s16s")
# RFC 8200, 4: next header, length in 8 bytes beyond the first 8; of a fragment then the offset.
IPV6_EXTENSION = Struct("!BBH")
IPV6_MORE_FRAGMENTS = 1
EXTENSIONS = {
    berkeley.IPPROTO_HOPOPTS,
    berkeley.IPPROTO_ROUTING,
    berkeley.IPPROTO_FRAGMENT,
    berkeley.IPPROTO_DSTOPTS,
    berkeley.IPPROTO_AH,
}
# struct can_frame, <linux/can.h>, with the identifier in network byte order.
CAN = Struct("!IB3x")

# A layer, and what it returns: the next one with its bytes, or None at the end.
Layer = Callable[[Packet, bytes], Union["Next", None]]
Next = tuple[Layer, bytes]


def dissect(kind: int, data: bytes) -> Packet:
    """What is in a frame that begins as *kind* says, a LINKTYPE_; no bytes make it raise."""
    packet = Packet()
    layer: Next | None = (LINKS[kind], data) if kind in LINKS else None
    try:
        while layer is not None:
            function, data = layer
            layer = function(packet, data)
    except struct.error:
        packet.details.append("[cut short]")
    return packet


def ethernet(packet: Packet, data: bytes) -> Next | None:
    packet.destination, packet.source, kind = ETHERNET.unpack_from(data)
    return by_ethertype(packet, kind, data[ETHERNET.size :])


def by_ethertype(packet: Packet, kind: int, data: bytes) -> Next | None:
    """The layer that a type of Ethernet stands for; below 1536 it is the length of an LLC frame."""
    if kind < berkeley.ETH_P_802_3_MIN:
        packet.protocols.append("llc")
        return None
    word, layer = ETHERTYPES.get(kind, (f"ethertype-{kind:04x}", None))
    packet.protocols.append(word)
    return (layer, data) if layer else None


def vlan(packet: Packet, data: bytes) -> Next | None:
    tag, kind = VLAN.unpack_from(data)
    packet.vlans.append(tag & VLAN_ID)
    return by_ethertype(packet, kind, data[VLAN.size :])


def cooked(packet: Packet, data: bytes) -> Next | None:
    kind, *_, length, address = linktype.SLL2.unpack_from(data)
    packet.source = address[:length]
    return by_ethertype(packet, kind, data[linktype.SLL2.size :])


def raw(packet: Packet, data: bytes) -> Next | None:
    """No link header: IPv4 or IPv6, as the first four bits say."""
    version = data[0] >> 4 if data else 0
    kind = {4: berkeley.ETH_P_IP, 6: berkeley.ETH_P_IPV6}.get(version, 0)
    return by_ethertype(packet, kind, data) if kind else None


def can(packet: Packet, data: bytes) -> None:
    packet.protocols.append("can")
    number, length = CAN.unpack_from(data)
    if number & berkeley.CAN_EFF_FLAG:
        packet.details.append(f"id {number & berkeley.CAN_EFF_MASK:08x}")
    else:
        packet.details.append(f"id {number & berkeley.CAN_SFF_MASK:03x}")
    if number & berkeley.CAN_ERR_FLAG:
        packet.details.append("error")
    if number & berkeley.CAN_RTR_FLAG:
        packet.details.append("remote request")
    payload = data[CAN.size : CAN.size + length]
    packet.details.append(f"payload {length}")
    if payload:
        packet.details.append(payload.hex(" "))


def arp(packet: Packet, data: bytes) -> None:
    *kinds, operation = ARP.unpack_from(data)
    if tuple(kinds) != ARP_IPV4:
        packet.details.append(f"operation {operation}")
        return
    hardware, packet.source, _, packet.destination = ARP_ADDRESSES.unpack_from(data, ARP.size)
    source, destination = address_text(packet.source), address_text(packet.destination)
    if operation == ARP_REQUEST:
        packet.details.append(f"who-has {destination} tell {source}")
    elif operation == ARP_REPLY:
        packet.details.append(f"{source} is-at {address_text(hardware)}")
    else:
        packet.details.append(f"operation {operation}")


def ip(packet: Packet, data: bytes) -> Next | None:
    first, _, total, _, fragment, _, protocol, _, packet.source, packet.destination = (
        IPV4.unpack_from(data)
    )
    # What follows is the padding of Ethernet; 0 is what large packets have before they are cut.
    payload = data[(first & 15) * 4 : total or None]
    return by_protocol(packet, protocol, payload, (fragment & IP_OFFMASK) * 8, fragment & IP_MF)


def ip6(packet: Packet, data: bytes) -> Next | None:
    _, length, protocol, _, packet.source, packet.destination = IPV6.unpack_from(data)
    # 0 is what large packets have before they are cut.
    data = data[IPV6.size : IPV6.size + length if length else None]
    offset = more = 0
    while protocol in EXTENSIONS and not offset:
        following, units, fragment = IPV6_EXTENSION.unpack_from(data)
        size = (units + 1) * 8
        if protocol == berkeley.IPPROTO_FRAGMENT:
            size, offset, more = 8, fragment & ~7, fragment & IPV6_MORE_FRAGMENTS
        elif protocol == berkeley.IPPROTO_AH:
            size = (units + 2) * 4  # RFC 4302, 2.2
        protocol, data = following, data[size:]
    return by_protocol(packet, protocol, data, offset, more)


def by_protocol(packet: Packet, protocol: int, data: bytes, offset: int, more: int) -> Next | None:
    """The layer that a protocol of IP stands for; only the first fragment begins with it."""
    word, layer = TRANSPORTS.get(protocol, (f"protocol-{protocol}", None))
    packet.protocols.append(word)
    if offset or more:
        packet.details.append(f"fragment at {offset}")
    return (layer, data) if layer and not offset else None


LINKS: dict[int, Layer] = {
    linktype.LINKTYPE_ETHERNET: ethernet,
    linktype.LINKTYPE_RAW: raw,
    linktype.LINKTYPE_CAN_SOCKETCAN: can,
    linktype.LINKTYPE_LINUX_SLL2: cooked,
}

# The word and the layer of each type of Ethernet, <linux/if_ether.h>.
ETHERTYPES: dict[int, tuple[str, Layer | None]] = {
    berkeley.ETH_P_IP: ("ip", ip),
    berkeley.ETH_P_IPV6: ("ip6", ip6),
    berkeley.ETH_P_ARP: ("arp", arp),
    berkeley.ETH_P_8021Q: ("vlan", vlan),
    berkeley.ETH_P_8021AD: ("vlan", vlan),
    berkeley.ETH_P_LLDP: ("lldp", None),
    berkeley.ETH_P_PAE: ("eapol", None),
    berkeley.ETH_P_MPLS_UC: ("mpls", None),
    berkeley.ETH_P_PPP_DISC: ("pppoe", None),
    berkeley.ETH_P_PPP_SES: ("pppoe", None),
    berkeley.ETH_P_TIPC: ("tipc", None),
    berkeley.ETH_P_MACSEC: ("macsec", None),
    berkeley.ETH_P_LOOPBACK: ("loopback", None),
}

# Every word that a filter may ask for.
PROTOCOLS = frozenset(
    {"llc", "can"}
    | {word for word, _ in ETHERTYPES.values()}
    | {word for word, _ in TRANSPORTS.values()}
)

"""Dissecting what IP carries: TCP, UDP, ICMP and others with ports.

A layer takes its bytes and writes into the packet what it finds; struct.error means that bytes are
missing.  All layouts are in network byte order.
"""

from collections.abc import Callable
from struct import Struct

import berkeley
from berkeley.cli.packet import Packet, address_text

PORTS = Struct("!HH")
# RFC 9293, 3.1: source port, destination port, sequence number, acknowledgement number, data offset
# (4 bits) with 12 bits of which 9 are flags, window.
TCP_HEADER = Struct("!HHIIHH")
TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")
# RFC 768: source port, destination port, length with this header, checksum.
UDP_HEADER = Struct("!4H")
# RFC 792, RFC 4443: type, code, checksum; of an echo also identifier and sequence number.
ICMP_HEADER = Struct("!BBH")
ICMP_ECHO = Struct("!HH")
# RFC 4861, 4.3 and 4.4: reserved and flags, target.
NEIGHBOUR = Struct("!I16s")

ICMP_TYPES = {
    berkeley.ICMP_ECHOREPLY: "echo reply",
    berkeley.ICMP_DEST_UNREACH: "destination unreachable",
    berkeley.ICMP_SOURCE_QUENCH: "source quench",
    berkeley.ICMP_REDIRECT: "redirect",
    berkeley.ICMP_ECHO: "echo request",
    9: "router advertisement",  # RFC 1256
    10: "router solicitation",
    berkeley.ICMP_TIME_EXCEEDED: "time exceeded",
    berkeley.ICMP_PARAMETERPROB: "parameter problem",
    berkeley.ICMP_TIMESTAMP: "timestamp request",
    berkeley.ICMP_TIMESTAMPREPLY: "timestamp reply",
}
ICMP_UNREACHABLE = {
    berkeley.ICMP_NET_UNREACH: "net",
    berkeley.ICMP_HOST_UNREACH: "host",
    berkeley.ICMP_PROT_UNREACH: "protocol",
    berkeley.ICMP_PORT_UNREACH: "port",
    berkeley.ICMP_FRAG_NEEDED: "fragmentation needed",
    berkeley.ICMP_PKT_FILTERED: "filtered",
}

NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT = 135, 136
ICMP6_TYPES = {
    berkeley.ICMPV6_DEST_UNREACH: "destination unreachable",
    berkeley.ICMPV6_PKT_TOOBIG: "packet too big",
    berkeley.ICMPV6_TIME_EXCEED: "time exceeded",
    berkeley.ICMPV6_PARAMPROB: "parameter problem",
    berkeley.ICMPV6_ECHO_REQUEST: "echo request",
    berkeley.ICMPV6_ECHO_REPLY: "echo reply",
    berkeley.ICMPV6_MGM_QUERY: "multicast listener query",
    berkeley.ICMPV6_MGM_REPORT: "multicast listener report",
    berkeley.ICMPV6_MGM_REDUCTION: "multicast listener done",
    133: "router solicitation",  # RFC 4861
    134: "router advertisement",
    NEIGHBOUR_SOLICITATION: "neighbour solicitation",
    NEIGHBOUR_ADVERTISEMENT: "neighbour advertisement",
    137: "redirect",
    berkeley.ICMPV6_MLD2_REPORT: "multicast listener report v2",
}
ICMP6_UNREACHABLE = {
    berkeley.ICMPV6_NOROUTE: "no route",
    berkeley.ICMPV6_ADM_PROHIBITED: "prohibited",
    berkeley.ICMPV6_ADDR_UNREACH: "address",
    berkeley.ICMPV6_PORT_UNREACH: "port",
}


def tcp(packet: Packet, data: bytes) -> None:
    source, destination, sequence, acknowledged, bits, window = TCP_HEADER.unpack_from(data)
    packet.source_port, packet.destination_port = source, destination
    flags = [name for number, name in enumerate(TCP_FLAGS) if bits & 1 << number]
    packet.details += [f"[{' '.join(flags)}]", f"seq {sequence}"]
    if "ACK" in flags:
        packet.details.append(f"ack {acknowledged}")
    header = (bits >> 12) * 4
    packet.details += [f"win {window}", f"payload {max(0, len(data) - header)}"]


def udp(packet: Packet, data: bytes) -> None:
    packet.source_port, packet.destination_port, length, _ = UDP_HEADER.unpack_from(data)
    packet.details.append(f"payload {max(0, length - UDP_HEADER.size)}")


def ports(packet: Packet, data: bytes) -> None:
    """SCTP, DCCP and UDP-Lite begin with the ports too."""
    packet.source_port, packet.destination_port = PORTS.unpack_from(data)


def icmp(packet: Packet, data: bytes) -> None:
    kind, code, _ = ICMP_HEADER.unpack_from(data)
    packet.details.append(ICMP_TYPES.get(kind, f"type {kind} code {code}"))
    if kind in (berkeley.ICMP_ECHO, berkeley.ICMP_ECHOREPLY):
        echo(packet, data)
    elif kind == berkeley.ICMP_DEST_UNREACH:
        packet.details.append(f"({ICMP_UNREACHABLE.get(code, f'code {code}')})")


def icmp6(packet: Packet, data: bytes) -> None:
    kind, code, _ = ICMP_HEADER.unpack_from(data)
    packet.details.append(ICMP6_TYPES.get(kind, f"type {kind} code {code}"))
    if kind in (berkeley.ICMPV6_ECHO_REQUEST, berkeley.ICMPV6_ECHO_REPLY):
        echo(packet, data)
    elif kind == berkeley.ICMPV6_DEST_UNREACH:
        packet.details.append(f"({ICMP6_UNREACHABLE.get(code, f'code {code}')})")
    elif kind in (NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT):
        _, target = NEIGHBOUR.unpack_from(data, ICMP_HEADER.size)
        packet.details.append(address_text(target))


def echo(packet: Packet, data: bytes) -> None:
    identifier, sequence = ICMP_ECHO.unpack_from(data, ICMP_HEADER.size)
    payload = len(data) - ICMP_HEADER.size - ICMP_ECHO.size
    packet.details += [f"id {identifier}", f"seq {sequence}", f"payload {payload}"]


def name_only(packet: Packet, data: bytes) -> None:
    """Of the rest the word is all that is known."""


# The word and the dissector of each protocol of IP, <netinet/in.h>.
TRANSPORTS: dict[int, tuple[str, Callable[[Packet, bytes], None]]] = {
    berkeley.IPPROTO_ICMP: ("icmp", icmp),
    berkeley.IPPROTO_IGMP: ("igmp", name_only),
    berkeley.IPPROTO_IPIP: ("ipip", name_only),
    berkeley.IPPROTO_TCP: ("tcp", tcp),
    berkeley.IPPROTO_UDP: ("udp", udp),
    berkeley.IPPROTO_DCCP: ("dccp", ports),
    berkeley.IPPROTO_IPV6: ("sit", name_only),
    berkeley.IPPROTO_GRE: ("gre", name_only),
    berkeley.IPPROTO_ESP: ("esp", name_only),
    berkeley.IPPROTO_ICMPV6: ("icmp6", icmp6),
    berkeley.IPPROTO_SCTP: ("sctp", ports),
    berkeley.IPPROTO_UDPLITE: ("udplite", ports),
}

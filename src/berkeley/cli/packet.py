"""A packet, as far as it is understood: what each layer found in it."""

from dataclasses import dataclass, field

import berkeley


@dataclass(slots=True)
class Packet:
    """What was found.

    *protocols* are words from the outside in, as ``["vlan", "ip", "udp"]``.  *source* and
    *destination* are the innermost addresses, of 4 bytes (IPv4), 16 (IPv6) or 6 (Ethernet);
    ``b""`` where there are none.  *details* are the pieces of text that matter most.
    """

    protocols: list[str] = field(default_factory=list)
    source: bytes = b""
    destination: bytes = b""
    source_port: int | None = None
    destination_port: int | None = None
    vlans: list[int] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def address_text(address: bytes) -> str:
    """An address of IPv4 or IPv6 in its usual form, any other as ``00:11:22:33:44:55``."""
    if len(address) == 4:
        return berkeley.inet_ntop(berkeley.AF_INET, address)
    if len(address) == 16:
        return berkeley.inet_ntop(berkeley.AF_INET6, address)
    return address.hex(":")


def end_text(address: bytes, port: int | None) -> str:
    """One end of a packet: the address, and the port if there is one."""
    text = address_text(address)
    if port is None:
        return text
    return f"[{text}]:{port}" if len(address) == 16 else f"{text}:{port}"

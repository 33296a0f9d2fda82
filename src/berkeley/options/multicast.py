"""struct group_req and group_source_req of <netinet/in.h>: groups by interface index."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, ip_address

from berkeley.core.interfaces import if_nametoindex
from berkeley.enums import AddressFamily

# sizeof(struct sockaddr_storage): its alignment is that of a long, as is that of the structs here.
_STORAGE = 128
IPPROTO_IP, IPPROTO_IPV6 = 0, 41


def _sockaddr(address: str) -> tuple[int, bytes]:
    parsed = ip_address(address)
    if isinstance(parsed, IPv4Address):
        data = struct.pack("=HH4s", AddressFamily.AF_INET, 0, parsed.packed)
        return IPPROTO_IP, data.ljust(_STORAGE, b"\0")
    data = struct.pack("=HHI16sI", AddressFamily.AF_INET6, 0, 0, parsed.packed, 0)
    return IPPROTO_IPV6, data.ljust(_STORAGE, b"\0")


def request(group: str, interface: str | int | None, source: str | None) -> tuple[int, bytes]:
    """The level for setsockopt() and the struct; interface is a name, an index, or None."""
    index = if_nametoindex(interface) if isinstance(interface, str) else interface or 0
    level, address = _sockaddr(group)
    data = struct.pack(f"@I0l{_STORAGE}s", index, address)
    if source is not None:
        source_level, address = _sockaddr(source)
        if source_level != level:
            raise ValueError(f"group {group} and source {source} are of different families")
        data += address
    return level, data

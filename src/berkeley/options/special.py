"""Options that are no value of a fixed type: filters, the original destination, groups of the peer.

struct sock_filter and struct sock_fprog are those of <linux/filter.h>.
"""

from __future__ import annotations

import errno
import struct
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from berkeley import constants as _constants
from berkeley.core.sockaddr import decode

if TYPE_CHECKING:
    from berkeley import socket

# Of one program, BPF_MAXINSNS.
LONGEST = 4096
# <linux/netfilter_ipv6/ip6_tables.h>
IP6T_SO_ORIGINAL_DST = 80

# (code, jt, jf, k)
Instruction = tuple[int, int, int, int]


def attach_filter(sock: socket, program: Iterable[Instruction]) -> None:
    """Options.attach_filter()."""
    instructions = list(program)
    if not 1 <= len(instructions) <= LONGEST:
        raise ValueError(f"program: 1 to {LONGEST} instructions, not {len(instructions)}")
    try:
        packed = b"".join(struct.pack("=HBBI", *each) for each in instructions)
    except (struct.error, TypeError) as error:
        raise ValueError(f"program: an instruction is (code, jt, jf, k): {error}") from None
    memory = array("B", packed)
    where, _ = memory.buffer_info()
    sock.setsockopt(
        _constants.SOL_SOCKET,
        _constants.SO_ATTACH_FILTER,
        struct.pack("@HP", len(instructions), where),
    )


def original_destination(sock: socket) -> Any:
    """Options.original_destination()."""
    if sock.family == _constants.AF_INET6:
        return decode(0, sock.getsockopt(_constants.IPPROTO_IPV6, IP6T_SO_ORIGINAL_DST, 28))
    return decode(0, sock.getsockopt(_constants.IPPROTO_IP, _constants.SO_ORIGINAL_DST, 16))


def peer_groups(sock: socket) -> list[int]:
    """Options.peer_groups()."""
    size = 64
    while True:
        try:
            data = sock.getsockopt(_constants.SOL_SOCKET, _constants.SO_PEERGROUPS, size)
        except OSError as error:
            # More groups than fit; 1024 bytes are what getsockopt() takes at most.
            if error.errno != errno.ERANGE or size == 1024:
                raise
            size *= 2
            continue
        groups = array("I")
        groups.frombytes(data)
        return groups.tolist()

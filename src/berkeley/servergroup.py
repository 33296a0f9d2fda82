"""Several listening sockets at one address, and which of them gets a connection.  socket(7).

With SO_REUSEPORT the kernel spreads connections by a hash.  A program of classic BPF may choose
instead: it returns the index of a socket, in the order in which they began to listen.  The one here
returns the CPU that handles the packet, so that a worker bound to that CPU finds what it needs in
the caches.  Layouts of <linux/filter.h>:

    struct sock_filter   u16 code, u8 jt, u8 jf, u32 k
    struct sock_fprog    unsigned short len, struct sock_filter *filter
"""

from __future__ import annotations

import os
from array import array
from struct import pack

import berkeley
from berkeley.enums import AF_INET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from berkeley.core.transfer import _Address
    from berkeley.socketclass import socket

# <linux/filter.h>: the value that RET returns is the accumulator.
BPF_A = 0x10


def create_server_group(
    address: _Address,
    count: int | None = None,
    *,
    family: int = AF_INET,
    backlog: int | None = None,
    dualstack_ipv6: bool = False,
    by_cpu: bool = True,
) -> list[socket]:
    """*count* TCP sockets that listen at the same address; None is one for each CPU.

    A connection whose first packet CPU number *n* handles goes to the socket with the index
    ``n % count``; without *by_cpu* to any of them, by a hash of the addresses.  Where *address* has
    port 0 all have the port that the kernel chooses for the first.
    Close them together: when one is closed, the last one takes its index.
    Raises ValueError, OSError as create_server() does.
    """
    if family not in (berkeley.AF_INET, berkeley.AF_INET6):
        raise ValueError("a group requires AF_INET or AF_INET6 family")
    if count is None:
        count = os.cpu_count() or 1
    if not isinstance(count, int):
        raise TypeError(f"count is an int, not {count!r}")
    if count < 1:
        raise ValueError("count must be at least 1")
    group: list[socket] = []
    try:
        for _ in range(count):
            sock = berkeley.create_server(
                address,
                family=family,
                backlog=backlog,
                reuse_port=True,
                dualstack_ipv6=dualstack_ipv6,
            )
            group.append(sock)
            address = sock.getsockname()
        if by_cpu:
            steer_by_cpu(group[0], count)
    except BaseException:
        for sock in group:
            sock.close()
        raise
    return group


def steer_by_cpu(sock: socket, count: int) -> None:
    """Have the group of *sock* spread connections, or datagrams, by CPU over *count* sockets.

    Of a UDP socket as well, bound with SO_REUSEPORT.
    Raises OSError (EINVAL: bound without SO_REUSEPORT).
    """
    # Beyond the packet there is what the kernel knows of it; an offset is unsigned for struct.
    cpu = (berkeley.SKF_AD_OFF + berkeley.SKF_AD_CPU) & 0xFFFFFFFF
    program = array("B")
    for code, value in (
        (berkeley.BPF_LD | berkeley.BPF_W | berkeley.BPF_ABS, cpu),
        (berkeley.BPF_ALU | berkeley.BPF_MOD | berkeley.BPF_K, count),
        (berkeley.BPF_RET | BPF_A, 0),
    ):
        program.frombytes(pack("=HBBI", code, 0, 0, value))
    where, size = program.buffer_info()
    option = berkeley.SO_ATTACH_REUSEPORT_CBPF
    sock.setsockopt(berkeley.SOL_SOCKET, option, pack("HP", size // 8, where))

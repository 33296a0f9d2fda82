"""The addresses of the families that few programs use: picks the codec.

sockaddr asks for this module when it first meets such a family; loading all their codecs would be
a tenth of the time of `import berkeley`.
"""

import cython
from cython.cimports.berkeley.core.address import (
    alg,
    bluetooth,
    can,
    ieee802154,
    inet,
    inet6,
    netlink,
    opaque,
    packet,
    qipcrtr,
    tipc,
    vsock,
    xdp,
)
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.sockaddr import set_families

# <linux/socket.h>; not every libc header has them.
AF_NETLINK = cython.declare(cython.int, 16)
AF_PACKET = cython.declare(cython.int, 17)
AF_RDS = cython.declare(cython.int, 21)
AF_CAN = cython.declare(cython.int, 29)
AF_TIPC = cython.declare(cython.int, 30)
AF_BLUETOOTH = cython.declare(cython.int, 31)
AF_IEEE802154 = cython.declare(cython.int, 36)
AF_ALG = cython.declare(cython.int, 38)
AF_VSOCK = cython.declare(cython.int, 40)
AF_QIPCRTR = cython.declare(cython.int, 42)
AF_SMC = cython.declare(cython.int, 43)
AF_XDP = cython.declare(cython.int, 44)

# The protocol of AF_SMC that runs over IPv6, <net/smc.h>.
SMCPROTO_SMC6 = cython.declare(cython.int, 1)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    fd: cython.int,
    family: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """sockaddr.pack() for these families."""
    if family == AF_NETLINK:
        return netlink.pack(address, raw, caller)
    if family == AF_PACKET:
        return packet.pack(fd, address, raw, caller)
    if family == AF_CAN:
        return can.pack(fd, protocol, address, raw, caller)
    if family == AF_TIPC:
        return tipc.pack(address, raw, caller)
    if family == AF_BLUETOOTH:
        return bluetooth.pack(protocol, address, raw, caller)
    if family == AF_ALG:
        return alg.pack(address, raw, caller)
    if family == AF_VSOCK:
        return vsock.pack(address, raw, caller)
    if family == AF_QIPCRTR:
        return qipcrtr.pack(address, raw, caller)
    if family == AF_XDP:
        return xdp.pack(fd, address, raw, caller)
    if family == AF_IEEE802154:
        return ieee802154.pack(address, raw, caller)
    # Both have the addresses of IP, with its family in them: rds(7), net/smc/af_smc.c.
    if family == AF_RDS or (family == AF_SMC and protocol != SMCPROTO_SMC6):
        return inet.pack(address, raw, caller)
    if family == AF_SMC:
        return inet6.pack(address, raw, caller)
    return opaque.pack(family, address, raw, caller)


@cython.cfunc
def unpack(
    fd: cython.int,
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """sockaddr.unpack() for these families."""
    family: cython.int = raw.ss_family
    if family == AF_NETLINK:
        return netlink.unpack(raw, length)
    if family == AF_PACKET:
        return packet.unpack(fd, raw, length)
    if family == AF_CAN:
        return can.unpack(fd, protocol, raw, length)
    if family == AF_TIPC:
        return tipc.unpack(raw, length)
    if family == AF_BLUETOOTH:
        return bluetooth.unpack(protocol, raw, length)
    if family == AF_ALG:
        return alg.unpack(raw, length)
    if family == AF_VSOCK:
        return vsock.unpack(raw, length)
    if family == AF_QIPCRTR:
        return qipcrtr.unpack(raw, length)
    if family == AF_XDP:
        return xdp.unpack(fd, raw, length)
    if family == AF_IEEE802154:
        return ieee802154.unpack(raw, length)
    return opaque.unpack(raw, length)


set_families(pack, unpack)

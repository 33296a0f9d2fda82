"""How a captured frame begins: the LINKTYPE_ values of tcpdump.org/linktypes.

LINKTYPE_LINUX_SLL2 stands for a link header of any kind, in network byte order:

    u16 protocol, reserved, u32 interface, u16 ARPHRD_, u8 packet type, u8 length of the address,
    u8 address[8]
"""

from struct import Struct

import berkeley

LINKTYPE_ETHERNET = 1
LINKTYPE_RAW = 101
LINKTYPE_CAN_SOCKETCAN = 227
LINKTYPE_LINUX_SLL2 = 276

SLL2 = Struct("!HHIHBB8s")

# By the type of the device; those of all others are unknown here.
LINKTYPES = {
    berkeley.ARPHRD_ETHER: LINKTYPE_ETHERNET,
    berkeley.ARPHRD_LOOPBACK: LINKTYPE_ETHERNET,
    berkeley.ARPHRD_NONE: LINKTYPE_RAW,
    berkeley.ARPHRD_RAWIP: LINKTYPE_RAW,
    berkeley.ARPHRD_CAN: LINKTYPE_CAN_SOCKETCAN,
}

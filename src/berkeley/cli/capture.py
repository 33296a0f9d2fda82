"""Frames as the kernel sees them pass: AF_PACKET, packet(7).

Layouts of <linux/if_packet.h>, in host byte order:

    struct tpacket_auxdata   u32 tp_status, tp_len (of the frame as it was), tp_snaplen,
                             u16 tp_mac, tp_net, tp_vlan_tci, tp_vlan_tpid
    struct packet_mreq       int mr_ifindex, u16 mr_type, mr_alen, u8 mr_address[8]
    struct tpacket_stats     u32 tp_packets (with those dropped), tp_drops

The kernel takes the VLAN tag out of a frame and hands it over beside it; it is put back.  Of a link
type that linktype.py does not name, the link header is cut off and SLL2's put in its place.
"""

import contextlib
from struct import Struct
from typing import NamedTuple, Self

import berkeley
from berkeley import (
    ARPHRD_LOOPBACK,
    ETH_P_8021Q,
    ETH_P_ALL,
    PACKET_OUTGOING,
    SOL_PACKET,
    SOL_SOCKET,
    TP_STATUS_VLAN_TPID_VALID,
    TP_STATUS_VLAN_VALID,
)
from berkeley.cli.linktype import (
    LINKTYPE_CAN_SOCKETCAN,
    LINKTYPE_ETHERNET,
    LINKTYPE_LINUX_SLL2,
    LINKTYPES,
    SLL2,
)

TPACKET_AUXDATA = Struct("=3I4H")
PACKET_MREQ = Struct("=iHH8s")
TPACKET_STATS = Struct("=II")
# struct timespec, <time.h>: what the kernel's SO_TIMESTAMPNS gives, two longs of the machine.
TIMESPEC = Struct("@ll")
VLAN_TAG = Struct("!HH")

# More than a frame is with all that offloading joins; tcpdump takes as much.
SNAPLEN = 262144
# Python takes its time: what the kernel may keep meanwhile.
RECEIVE_BUFFER = 8 << 20
ANCILLARY_SIZE = berkeley.CMSG_SPACE(TIMESPEC.size) + berkeley.CMSG_SPACE(TPACKET_AUXDATA.size)


class Frame(NamedTuple):
    """One frame.

    *timestamp* is when the kernel had it, in ns since 1970; *direction* a PACKET_ constant, as
    PACKET_HOST; *linktype* a LINKTYPE_ constant, which says how *data* begins.  *data* is its
    beginning, *length* how long it was.
    """

    timestamp: int
    interface: str
    direction: int
    linktype: int
    data: bytes
    length: int


class Statistics(NamedTuple):
    """*received* counts what the kernel had for this socket, *dropped* what of it found no room."""

    received: int
    dropped: int


class Capture:
    """The frames of one interface, or of all (``""``); a context manager.

    On a loopback interface every frame passes twice, out and in: the second is taken.

    Raises PermissionError (no CAP_NET_RAW), OSError (ENODEV: no such interface).
    """

    def __init__(
        self, interface: str, *, snaplen: int = SNAPLEN, promiscuous: bool = False
    ) -> None:
        # Protocol 0 receives nothing: no frame comes before the options are set.
        self.sock = berkeley.socket(berkeley.AF_PACKET, berkeley.SOCK_RAW, 0)
        try:
            self._set_up(interface, promiscuous)
        except BaseException:
            self.sock.close()
            raise
        self._buffer = bytearray(snaplen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.sock.close()

    def _set_up(self, interface: str, promiscuous: bool) -> None:
        sock = self.sock
        try:
            sock.setsockopt(SOL_SOCKET, berkeley.SO_RCVBUFFORCE, RECEIVE_BUFFER)
        except PermissionError:  # no CAP_NET_ADMIN: as much as net.core.rmem_max allows
            sock.setsockopt(SOL_SOCKET, berkeley.SO_RCVBUF, RECEIVE_BUFFER)
        sock.setsockopt(SOL_SOCKET, berkeley.SO_TIMESTAMPNS, 1)
        sock.setsockopt(SOL_PACKET, berkeley.PACKET_AUXDATA, 1)
        if promiscuous:
            for index, name in berkeley.if_nameindex():
                if interface in ("", name):
                    request = PACKET_MREQ.pack(index, berkeley.PACKET_MR_PROMISC, 0, b"")
                    sock.setsockopt(SOL_PACKET, berkeley.PACKET_ADD_MEMBERSHIP, request)
        if interface:
            # Where it is asked for first, or receive() would have to leave out half of all frames.
            sock.bind((interface, 0))
            if sock.getsockname()[3] == ARPHRD_LOOPBACK:
                sock.setsockopt(SOL_PACKET, berkeley.PACKET_IGNORE_OUTGOING, 1)
        sock.bind((interface, ETH_P_ALL))

    def receive(self) -> Frame:
        """Wait for the next frame.

        Raises OSError (ENETDOWN: the interface is down).
        """
        while True:
            size, ancillary, _, address = self.sock.recvmsg_into([self._buffer], ANCILLARY_SIZE)
            interface, protocol, direction, hatype, hardware = address
            if direction != PACKET_OUTGOING or hatype != ARPHRD_LOOPBACK:
                break
        seconds = nanoseconds = status = length = network = tci = tpid = 0
        for level, _, data in ancillary:
            if level == SOL_PACKET:
                status, length, _, _, network, tci, tpid = TPACKET_AUXDATA.unpack(data)
            else:
                seconds, nanoseconds = TIMESPEC.unpack(data)
        data = bytes(memoryview(self._buffer)[:size])
        linktype = LINKTYPES.get(hatype, LINKTYPE_LINUX_SLL2)
        if linktype == LINKTYPE_ETHERNET and status & TP_STATUS_VLAN_VALID:
            tag = VLAN_TAG.pack(tpid if status & TP_STATUS_VLAN_TPID_VALID else ETH_P_8021Q, tci)
            data = data[:12] + tag + data[12:]
            length += len(tag)
        elif linktype == LINKTYPE_CAN_SOCKETCAN:
            # The frame has can_id in host byte order, the file in network byte order.
            data = berkeley.htonl(int.from_bytes(data[:4], "big")).to_bytes(4, "big") + data[4:]
        elif linktype == LINKTYPE_LINUX_SLL2:
            data = sll2(protocol, interface, hatype, direction, hardware) + data[network:]
            length += SLL2.size - network
        return Frame(
            seconds * 1_000_000_000 + nanoseconds, interface, direction, linktype, data, length
        )

    def statistics(self) -> Statistics:
        """What came since the last call; 2**32 begin at 0 again."""
        data = self.sock.getsockopt(SOL_PACKET, berkeley.PACKET_STATISTICS, TPACKET_STATS.size)
        return Statistics(*TPACKET_STATS.unpack(data))


def sll2(protocol: int, interface: str, hatype: int, direction: int, hardware: bytes) -> bytes:
    """The header that stands for a link header of any kind."""
    index = 0
    with contextlib.suppress(OSError):  # the interface has gone
        index = berkeley.if_nametoindex(interface)
    return SLL2.pack(protocol, 0, index, hatype, direction, len(hardware), hardware)

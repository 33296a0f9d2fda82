"""The sockets of this host, as the kernel lists them: sock_diag(7).

One question a family and protocol; the answer is one message a socket.  Layouts, in host byte order
but for ports and addresses:

    <linux/inet_diag.h>
    struct inet_diag_req_v2   u8 sdiag_family, sdiag_protocol, idiag_ext (a bit for each attribute
                              wanted), pad, u32 idiag_states (a bit for each state), id
    struct inet_diag_sockid   be16 idiag_sport, idiag_dport, be32 idiag_src[4], idiag_dst[4],
                              u32 idiag_if, idiag_cookie[2]
    struct inet_diag_msg      u8 idiag_family, idiag_state, idiag_timer, idiag_retrans, id,
                              u32 idiag_expires, idiag_rqueue, idiag_wqueue, idiag_uid, idiag_inode
    <linux/unix_diag.h>
    struct unix_diag_req      u8 sdiag_family, sdiag_protocol, u16 pad, u32 udiag_states, udiag_ino,
                              udiag_show, udiag_cookie[2]
    struct unix_diag_msg      u8 udiag_family, udiag_type, udiag_state, pad, u32 udiag_ino,
                              udiag_cookie[2]
    struct unix_diag_rqlen    u32 udiag_rqueue, udiag_wqueue
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

import berkeley
from berkeley import AF_INET, AF_INET6, AF_UNIX, NETLINK_SOCK_DIAG
from berkeley.cli.tcp_info import TcpInfo
from berkeley.netlink import Netlink, attributes

# <linux/sock_diag.h>
SOCK_DIAG_BY_FAMILY = 20

# id, a struct inet_diag_sockid, is the same piece of both.
INET_DIAG_REQ_V2 = Struct("=4BI48s")
INET_DIAG_SOCKID = Struct("=2s2s16s16sI8s")
INET_DIAG_MSG = Struct("=4B48s5I")
INET_DIAG_INFO = 2
INET_DIAG_CONG = 4
INET_DIAG_SKV6ONLY = 11

UNIX_DIAG_REQ = Struct("=BBHIII8s")
UNIX_DIAG_MSG = Struct("=4BI8s")
UNIX_DIAG_RQLEN_STRUCT = Struct("=II")
UNIX_DIAG_NAME = 0
UNIX_DIAG_PEER = 2
UNIX_DIAG_RQLEN = 4
UNIX_DIAG_UID = 7
UDIAG_SHOW_NAME = 0x01
UDIAG_SHOW_PEER = 0x04
UDIAG_SHOW_RQLEN = 0x10
UDIAG_SHOW_UID = 0x40

# The states are TCP's for every protocol, <net/tcp_states.h>; the words are those of ss(8).
STATES = {
    berkeley.TCP_ESTABLISHED: "ESTAB",
    berkeley.TCP_SYN_SENT: "SYN-SENT",
    berkeley.TCP_SYN_RECV: "SYN-RECV",
    berkeley.TCP_FIN_WAIT1: "FIN-WAIT-1",
    berkeley.TCP_FIN_WAIT2: "FIN-WAIT-2",
    berkeley.TCP_TIME_WAIT: "TIME-WAIT",
    berkeley.TCP_CLOSE: "UNCONN",
    berkeley.TCP_CLOSE_WAIT: "CLOSE-WAIT",
    berkeley.TCP_LAST_ACK: "LAST-ACK",
    berkeley.TCP_LISTEN: "LISTEN",
    berkeley.TCP_CLOSING: "CLOSING",
}

UNIX_NETIDS = {
    berkeley.SOCK_STREAM: "u_str",
    berkeley.SOCK_DGRAM: "u_dgr",
    berkeley.SOCK_SEQPACKET: "u_seq",
}


@dataclass(slots=True, kw_only=True)
class Endpoint:
    """One end of a socket.

    Of AF_INET and AF_INET6, *address* is the address as text, *port* the port and *interface* the
    index that the socket is bound to, or 0.  Of AF_UNIX, *address* is the path, or the abstract
    name with ``@`` for each NUL, or ``""``, and *port* is the number of the inode.
    """

    address: str
    port: int
    interface: int = 0


@dataclass(slots=True, kw_only=True)
class SocketEntry:
    """One socket as the kernel describes it.

    Of a listening one, *receive_queue* counts connections that wait for accept() and *send_queue*
    is the most that may; of others both count bytes.  *inode* is 0 where no process has the socket.
    """

    netid: str
    family: int
    state: int
    receive_queue: int
    send_queue: int
    local: Endpoint
    peer: Endpoint
    uid: int
    inode: int
    v6only: bool = False
    tcp_info: TcpInfo | None = None


def mask(states: set[int]) -> int:
    """The states as the kernel asks for them."""
    return sum(1 << state for state in states)


def inet_sockets(
    netlink: Netlink, family: int, protocol: int, states: set[int], *, with_info: bool = False
) -> Iterator[SocketEntry]:
    """The sockets of *protocol*, IPPROTO_TCP or IPPROTO_UDP; *with_info* those of TCP with more.

    Raises OSError (ENOENT: the kernel has no such table).
    """
    wanted = (1 << INET_DIAG_INFO - 1) | (1 << INET_DIAG_CONG - 1) if with_info else 0
    question = INET_DIAG_REQ_V2.pack(family, protocol, wanted, 0, mask(states), bytes(48))
    netid = "tcp" if protocol == berkeley.IPPROTO_TCP else "udp"
    for message in netlink.dump(SOCK_DIAG_BY_FAMILY, question):
        yield inet_entry(netid, message.payload)


def inet_entry(netid: str, payload: bytes) -> SocketEntry:
    """The socket that a struct inet_diag_msg and its attributes describe."""
    family, state, _, _, sockid, _, receive_queue, send_queue, uid, inode = (
        INET_DIAG_MSG.unpack_from(payload)
    )
    sport, dport, source, destination, interface, _ = INET_DIAG_SOCKID.unpack(sockid)
    more = attributes(payload[INET_DIAG_MSG.size :])
    info = None
    if INET_DIAG_INFO in more:
        algorithm = more.get(INET_DIAG_CONG, b"").rstrip(b"\0").decode(errors="replace")
        info = TcpInfo.unpack(more[INET_DIAG_INFO], algorithm)
    return SocketEntry(
        netid=netid,
        family=family,
        state=state,
        receive_queue=receive_queue,
        send_queue=send_queue,
        local=inet_endpoint(family, source, sport, interface),
        peer=inet_endpoint(family, destination, dport),
        uid=uid,
        inode=inode,
        v6only=more.get(INET_DIAG_SKV6ONLY, b"\0") != b"\0",
        tcp_info=info,
    )


def inet_endpoint(family: int, address: bytes, port: bytes, interface: int = 0) -> Endpoint:
    """An end whose address takes the first 4 of the 16 bytes, or all."""
    packed = address[:4] if family == AF_INET else address
    return Endpoint(
        address=berkeley.inet_ntop(family, packed),
        port=int.from_bytes(port, "big"),
        interface=interface,
    )


def unix_sockets(netlink: Netlink, states: set[int]) -> Iterator[SocketEntry]:
    """The sockets of AF_UNIX, of all three types."""
    show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID
    question = UNIX_DIAG_REQ.pack(AF_UNIX, 0, 0, mask(states), 0, show, bytes(8))
    for message in netlink.dump(SOCK_DIAG_BY_FAMILY, question):
        yield unix_entry(message.payload)


def unix_entry(payload: bytes) -> SocketEntry:
    """The socket that a struct unix_diag_msg and its attributes describe."""
    family, kind, state, _, inode, _ = UNIX_DIAG_MSG.unpack_from(payload)
    more = attributes(payload[UNIX_DIAG_MSG.size :])
    name = more.get(UNIX_DIAG_NAME, b"")
    if name.startswith(b"\0"):
        name = name.replace(b"\0", b"@")
    receive_queue, send_queue = UNIX_DIAG_RQLEN_STRUCT.unpack(more.get(UNIX_DIAG_RQLEN, bytes(8)))
    return SocketEntry(
        netid=UNIX_NETIDS.get(kind, "unix"),
        family=family,
        state=state,
        receive_queue=receive_queue,
        send_queue=send_queue,
        local=Endpoint(address=name.rstrip(b"\0").decode(errors="backslashreplace"), port=inode),
        peer=Endpoint(address="", port=number(more, UNIX_DIAG_PEER)),
        uid=number(more, UNIX_DIAG_UID),
        inode=inode,
    )


def number(more: dict[int, bytes], kind: int) -> int:
    """The attribute that is one u32; 0 without it."""
    (value,) = Struct("=I").unpack(more.get(kind, bytes(4)))
    return int(value)


def all_sockets(
    kinds: set[str], families: set[int], states: set[int], *, with_info: bool = False
) -> Iterator[SocketEntry]:
    """The sockets of *kinds* (unix, udp, tcp), those of IP of *families*, in the order of ss(8)."""
    with Netlink(NETLINK_SOCK_DIAG) as netlink:
        if "unix" in kinds:
            yield from unix_sockets(netlink, states)
        for kind, protocol in (("udp", berkeley.IPPROTO_UDP), ("tcp", berkeley.IPPROTO_TCP)):
            if kind not in kinds:
                continue
            for family in (AF_INET, AF_INET6):
                if family in families:
                    yield from inet_sockets(netlink, family, protocol, states, with_info=with_info)

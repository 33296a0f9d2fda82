"""What a Linux kernel may be able to do, as a table: one row per protocol, each tried by making a
socket.

The names are those of berkeley.constants; a protocol without a name there is a number.  To ask for
a family may make the kernel load its module.
"""

import errno
from collections.abc import Callable
from typing import NamedTuple

import berkeley
from berkeley import constants


class Protocol(NamedTuple):
    """A row: the arguments of socket(), under a name for people."""

    name: str
    family: str
    type: str
    protocol: str | int = 0


class Ability(NamedTuple):
    """A row: what a kernel with the protocol may still be unable to do, and a function that tries
    it."""

    name: str
    family: str
    attempt: Callable[[], None]


class Result(NamedTuple):
    """What came of an attempt; *error* is the name of the errno, None if there was none."""

    status: str
    error: str | None


# socket(2): the kernel was built without it, or its module is not there.  EADDRNOTAVAIL and ENODEV
# are how the abilities say the same.
_ABSENT = frozenset(
    (
        errno.EAFNOSUPPORT,
        errno.EPROTONOSUPPORT,
        errno.ESOCKTNOSUPPORT,
        errno.EADDRNOTAVAIL,
        errno.ENODEV,
    )
)
_PRIVILEGE = frozenset((errno.EPERM, errno.EACCES))

PROTOCOLS = (
    Protocol("TCP", "AF_INET", "SOCK_STREAM", "IPPROTO_TCP"),
    Protocol("UDP", "AF_INET", "SOCK_DGRAM", "IPPROTO_UDP"),
    Protocol("UDP-Lite", "AF_INET", "SOCK_DGRAM", "IPPROTO_UDPLITE"),
    Protocol("SCTP one-to-one", "AF_INET", "SOCK_STREAM", "IPPROTO_SCTP"),
    Protocol("SCTP one-to-many", "AF_INET", "SOCK_SEQPACKET", "IPPROTO_SCTP"),
    Protocol("MPTCP", "AF_INET", "SOCK_STREAM", "IPPROTO_MPTCP"),
    Protocol("DCCP", "AF_INET", "SOCK_DCCP", "IPPROTO_DCCP"),
    Protocol("L2TP", "AF_INET", "SOCK_DGRAM", "IPPROTO_L2TP"),
    Protocol("SMC by IPPROTO_SMC", "AF_INET", "SOCK_STREAM", "IPPROTO_SMC"),
    Protocol("ICMP datagram (ping)", "AF_INET", "SOCK_DGRAM", "IPPROTO_ICMP"),
    Protocol("ICMP raw", "AF_INET", "SOCK_RAW", "IPPROTO_ICMP"),
    Protocol("IP raw", "AF_INET", "SOCK_RAW", "IPPROTO_RAW"),
    Protocol("TCP over IPv6", "AF_INET6", "SOCK_STREAM", "IPPROTO_TCP"),
    Protocol("UDP over IPv6", "AF_INET6", "SOCK_DGRAM", "IPPROTO_UDP"),
    Protocol("SCTP over IPv6", "AF_INET6", "SOCK_STREAM", "IPPROTO_SCTP"),
    Protocol("MPTCP over IPv6", "AF_INET6", "SOCK_STREAM", "IPPROTO_MPTCP"),
    Protocol("ICMPv6 datagram (ping)", "AF_INET6", "SOCK_DGRAM", "IPPROTO_ICMPV6"),
    Protocol("ICMPv6 raw", "AF_INET6", "SOCK_RAW", "IPPROTO_ICMPV6"),
    Protocol("UNIX stream", "AF_UNIX", "SOCK_STREAM"),
    Protocol("UNIX datagram", "AF_UNIX", "SOCK_DGRAM"),
    Protocol("UNIX seqpacket", "AF_UNIX", "SOCK_SEQPACKET"),
    Protocol("netlink route", "AF_NETLINK", "SOCK_RAW", "NETLINK_ROUTE"),
    Protocol("netlink sock_diag", "AF_NETLINK", "SOCK_RAW", "NETLINK_SOCK_DIAG"),
    Protocol("netlink generic", "AF_NETLINK", "SOCK_RAW", "NETLINK_GENERIC"),
    Protocol("netlink netfilter", "AF_NETLINK", "SOCK_RAW", "NETLINK_NETFILTER"),
    Protocol("netlink XFRM", "AF_NETLINK", "SOCK_RAW", "NETLINK_XFRM"),
    Protocol("netlink uevent", "AF_NETLINK", "SOCK_RAW", "NETLINK_KOBJECT_UEVENT"),
    Protocol("netlink audit", "AF_NETLINK", "SOCK_RAW", "NETLINK_AUDIT"),
    Protocol("netlink connector", "AF_NETLINK", "SOCK_RAW", "NETLINK_CONNECTOR"),
    Protocol("netlink crypto", "AF_NETLINK", "SOCK_RAW", "NETLINK_CRYPTO"),
    Protocol("packet raw", "AF_PACKET", "SOCK_RAW"),
    Protocol("packet datagram", "AF_PACKET", "SOCK_DGRAM"),
    Protocol("CAN raw", "AF_CAN", "SOCK_RAW", "CAN_RAW"),
    Protocol("CAN broadcast manager", "AF_CAN", "SOCK_DGRAM", "CAN_BCM"),
    Protocol("CAN ISO-TP", "AF_CAN", "SOCK_DGRAM", "CAN_ISOTP"),
    Protocol("CAN J1939", "AF_CAN", "SOCK_DGRAM", "CAN_J1939"),
    Protocol("Bluetooth L2CAP", "AF_BLUETOOTH", "SOCK_SEQPACKET", "BTPROTO_L2CAP"),
    Protocol("Bluetooth RFCOMM", "AF_BLUETOOTH", "SOCK_STREAM", "BTPROTO_RFCOMM"),
    Protocol("Bluetooth HCI", "AF_BLUETOOTH", "SOCK_RAW", "BTPROTO_HCI"),
    Protocol("Bluetooth SCO", "AF_BLUETOOTH", "SOCK_SEQPACKET", "BTPROTO_SCO"),
    Protocol("Bluetooth ISO", "AF_BLUETOOTH", "SOCK_SEQPACKET", "BTPROTO_ISO"),
    Protocol("VSOCK stream", "AF_VSOCK", "SOCK_STREAM"),
    Protocol("VSOCK datagram", "AF_VSOCK", "SOCK_DGRAM"),
    Protocol("VSOCK seqpacket", "AF_VSOCK", "SOCK_SEQPACKET"),
    Protocol("TIPC stream", "AF_TIPC", "SOCK_STREAM"),
    Protocol("TIPC seqpacket", "AF_TIPC", "SOCK_SEQPACKET"),
    Protocol("TIPC reliable datagram", "AF_TIPC", "SOCK_RDM"),
    Protocol("TIPC datagram", "AF_TIPC", "SOCK_DGRAM"),
    Protocol("kernel crypto (ALG)", "AF_ALG", "SOCK_SEQPACKET"),
    Protocol("XDP", "AF_XDP", "SOCK_RAW"),
    Protocol("QIPCRTR", "AF_QIPCRTR", "SOCK_DGRAM"),
    Protocol("RDS", "AF_RDS", "SOCK_SEQPACKET"),
    Protocol("SMC", "AF_SMC", "SOCK_STREAM"),
    Protocol("KCM", "AF_KCM", "SOCK_SEQPACKET"),
    Protocol("MCTP", "AF_MCTP", "SOCK_DGRAM"),
    # PF_KEY_V2, <linux/pfkeyv2.h>
    Protocol("key management (PF_KEY)", "AF_KEY", "SOCK_RAW", 2),
    Protocol("PPP over Ethernet", "AF_PPPOX", "SOCK_STREAM", "PX_PROTO_OE"),
    Protocol("PPP over L2TP", "AF_PPPOX", "SOCK_STREAM", "PX_PROTO_OL2TP"),
    # The protocol is the family of the transport: rxrpc(7).
    Protocol("RxRPC", "AF_RXRPC", "SOCK_DGRAM", "PF_INET"),
    Protocol("IEEE 802.15.4 datagram", "AF_IEEE802154", "SOCK_DGRAM"),
    Protocol("IEEE 802.15.4 raw", "AF_IEEE802154", "SOCK_RAW"),
    Protocol("LLC stream", "AF_LLC", "SOCK_STREAM"),
    Protocol("LLC datagram", "AF_LLC", "SOCK_DGRAM"),
    Protocol("Phonet", "AF_PHONET", "SOCK_DGRAM", "PN_PROTO_PHONET"),
    Protocol("Phonet pipe", "AF_PHONET", "SOCK_SEQPACKET", "PN_PROTO_PIPE"),
    Protocol("CAIF", "AF_CAIF", "SOCK_SEQPACKET", "CAIFPROTO_AT"),
    Protocol("NFC LLCP", "AF_NFC", "SOCK_STREAM", "NFC_SOCKPROTO_LLCP"),
    Protocol("X.25", "AF_X25", "SOCK_SEQPACKET"),
    Protocol("AX.25", "AF_AX25", "SOCK_DGRAM"),
    Protocol("NET/ROM", "AF_NETROM", "SOCK_SEQPACKET"),
    Protocol("Rose", "AF_ROSE", "SOCK_SEQPACKET"),
    Protocol("AppleTalk", "AF_APPLETALK", "SOCK_DGRAM"),
    Protocol("ISDN", "AF_ISDN", "SOCK_RAW"),
    # ATM_AAL5, <linux/atm.h>
    Protocol("ATM PVC", "AF_ATMPVC", "SOCK_DGRAM", 5),
    Protocol("IUCV", "AF_IUCV", "SOCK_STREAM"),
)


def _ipv6_loopback() -> None:
    with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_STREAM) as sock:
        sock.bind(("::1", 0))


def _dual_stack() -> None:
    """Raise OSError unless one IPv6 socket takes an IPv4 connection."""
    address = ("::", 0)
    with (
        berkeley.create_server(address, family=berkeley.AF_INET6, dualstack_ipv6=True) as listener,
        berkeley.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=1),
    ):
        pass


def _vsock_loopback() -> None:
    """Raise OSError unless this machine reaches itself over VSOCK: vsock(7), VMADDR_CID_LOCAL."""
    with (
        berkeley.socket(berkeley.AF_VSOCK, berkeley.SOCK_STREAM) as listener,
        berkeley.socket(berkeley.AF_VSOCK, berkeley.SOCK_STREAM) as sock,
    ):
        listener.bind((berkeley.VMADDR_CID_ANY, berkeley.VMADDR_PORT_ANY))
        listener.listen(1)
        sock.settimeout(0.2)
        sock.connect((berkeley.VMADDR_CID_LOCAL, listener.getsockname()[1]))


ABILITIES = (
    Ability("IPv6 loopback address", "AF_INET6", _ipv6_loopback),
    Ability("dual stack", "AF_INET6", _dual_stack),
    Ability("VSOCK loopback", "AF_VSOCK", _vsock_loopback),
)


def number(name: str | int) -> int:
    """The value of a name of berkeley.constants."""
    return name if isinstance(name, int) else int(getattr(constants, name))


def result_of(attempt: Callable[[], None]) -> Result:
    """Try: it works, is absent from this kernel, needs a privilege, or fails otherwise."""
    try:
        attempt()
    except (OSError, ValueError) as failure:
        # ValueError: create_server() says so that there is no dual stack.
        code = getattr(failure, "errno", None) or (
            errno.EAFNOSUPPORT if isinstance(failure, ValueError) else errno.ETIMEDOUT
        )
        if code in _ABSENT:
            status = "absent"
        elif code in _PRIVILEGE:
            status = "privilege"
        else:
            status = "fails"
        return Result(status, errno.errorcode.get(code, str(code)))
    return Result("works", None)


def try_protocol(row: Protocol) -> Result:
    """Make a socket of the protocol, and close it."""

    def attempt() -> None:
        berkeley.socket(number(row.family), number(row.type), number(row.protocol)).close()

    return result_of(attempt)

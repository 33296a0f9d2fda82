"""Every constant of the groups of options is a row, or is said not to be one, and why.

SCTP_* is not walked: most names are values, and most options structs that name an association.
"""

import re
from pathlib import Path

import pytest

import berkeley
from berkeley.options import Options

GROUPS = r"(SO|IP|IPV6|TCP|UDP|UDPLITE|MPTCP|CAN_RAW|TIPC|NETLINK|PACKET)_"

# Each pattern is of whole names.
REASONS = {
    "no option: values, flags and limits of others": r"""
        SO_EE_.* IP_PMTUDISC.* IPV6_PMTUDISC_.* IP_DEFAULT_.* IP_MAX_MEMBERSHIPS IPV6_FL_.*
        IPV6_FLOWINFO_(FLOWLABEL|PRIORITY) IPV6_MIN_MTU IPV6_PREFER_SRC_.*
        IPV6_RTHDR_(LOOSE|STRICT|TYPE_0) IPV6_SRCRT_.* UDP_ENCAP_.+ MPTCP_RST_.*
        MPTCP_(INFO|SUBFLOW)_FLAG_.* CAN_RAW_XL_VCID_[RT]X_.* TCP_ACCECN_OPT_.* TCP_AO_KEYF_.*
        TCP_CA_.* TCP_NLA_.* TCP_MD5SIG_FLAG_.* TCP_RECEIVE_ZEROCOPY_.*
        TCP_REPAIR_O(FF|N|FF_NO_WP) TCP_(NO|RECV|SEND)_QUEUE TCP_QUEUES_NR
        TCP_CLOSE(_WAIT)? TCP_(CLOSING|ESTABLISHED|FIN_WAIT[12]|LAST_ACK|LISTEN)
        TCP_(SYN_RECV|SYN_SENT|TIME_WAIT)
        PACKET_FANOUT_(?!DATA).* PACKET_MR_.*
        PACKET_(BROADCAST|FASTROUTE|HOST|KERNEL|LOOPBACK|MULTICAST|OTHERHOST|OUTGOING|USER)""",
    "no option: protocols of AF_NETLINK": r"""
        NETLINK_(AUDIT|CONNECTOR|CRYPTO|DNRTMSG|ECRYPTFS|FIB_LOOKUP|FIREWALL)
        NETLINK_(GENERIC|INET_DIAG|IP6_FW|ISCSI)
        NETLINK_(KOBJECT_UEVENT|NETFILTER|NFLOG|RDMA|ROUTE|SCSITRANSPORT|SELINUX|SMC|SOCK_DIAG|UNUSED)
        NETLINK_(USERSOCK|XFRM)""",
    "no option: ancillary data, or headers": r"""
        IP_ORIGDSTADDR IPV6_ORIGDSTADDR IPV6_AUTHHDR IPV6_FLOWINFO IPV6_(PKTINFO|HOPLIMIT)
        TCP_CM_INQ TIPC_(DESTNAME|ERRINFO|RETDATA)""",
    "no option: addresses, topology and messages of TIPC": r"""
        TIPC_(ADDR|SUB|ERR|MSG|NODEID|SERVICE)_.* TIPC_.*_(SCOPE|SRV|IMPORTANCE|STATE|TIMEOUT)
        TIPC_SOCKET_ADDR TIPC_(PUBLISHED|WITHDRAWN|OK|RESERVED_TYPES|WAIT_FOREVER|CONN_SHUTDOWN)""",
    "another name of a row, or the layout for times that fit 32 bits": r"""
        SO_.*_(OLD|NEW) SO_GET_FILTER SO_DETACH_BPF IPV6_RX.* IP_RECVRETOPTS""",
    "methods": r"""
        SO_(ATTACH|DETACH)_FILTER SO_ATTACH_REUSEPORT_CBPF
        IP(V6)?_(ADD|DROP)_(SOURCE_)?MEMBERSHIP IPV6_(JOIN|LEAVE)_GROUP""",
    "obsolete: older forms, or nothing in Linux reads them": r"""
        SO_BSDCOMPAT SO_SECURITY_.* IPV6_2292.* TCP_COOKIE_TRANSACTIONS
        SO_VM_SOCKETS_(NONBLOCK_TXRX|PEER_HOST_VM_ID|TRUSTED)""",
    "of ATM, IUCV, RDS, J1939 and device memory": r"""
        SO_ATM.* SO_RDS_.* SO_J1939_FILTER SO_DEVMEM_.*
        SO_(IPRMDATA_MSG|MSGLIMIT|MSGSIZE|MULTIPOINT|SETCLP)""",
    "a struct or list without a type yet: sock.options[level, number], setsockopt()": r"""
        SO_PEERNAME IP_(BLOCK|UNBLOCK)_SOURCE IP_MSFILTER IP(V6)?_(IPSEC|XFRM)_POLICY
        IP_PKTOPTIONS IPV6_(JOIN|LEAVE)_ANYCAST
        IPV6_(DSTOPTS|HOPOPTS|NEXTHOP|PATHMTU|RTHDR|RTHDRDSTOPTS|FLOWLABEL_MGR) TCP_AO_.*
        TCP_MD5SIG(_EXT)? TCP_CC_INFO TCP_REPAIR_(OPTIONS|WINDOW) TCP_ZEROCOPY_RECEIVE
        MPTCP_(FULL_INFO|SUBFLOW_ADDRS|TCPINFO) CAN_RAW_FILTER CAN_RAW_XL_VCID_OPTS
        TIPC_GROUP_.* TIPC_MCAST_.* NETLINK_(LIST_MEMBERSHIPS|[RT]X_RING) PACKET_.*_MEMBERSHIP
        PACKET_[RT]X_RING
        PACKET_(FANOUT_DATA|HDRLEN|ROLLOVER_STATS|STATISTICS|RECV_OUTPUT|TX_TIMESTAMP)""",
}


def reasons(name: str) -> list[str]:
    return [
        reason
        for reason, patterns in REASONS.items()
        if any(re.fullmatch(pattern, name) for pattern in patterns.split())
    ]


ROWS = {row.name for row in Options.rows()}
NAMES = [name for name in dir(berkeley) if re.match(GROUPS, name)]


def test_every_constant_is_a_row_or_has_a_reason() -> None:
    assert [name for name in NAMES if name not in ROWS and not reasons(name)] == []


@pytest.mark.parametrize("reason", REASONS)
def test_every_pattern_is_of_a_constant(reason) -> None:
    for pattern in REASONS[reason].split():
        assert any(re.fullmatch(pattern, name) for name in NAMES), pattern


def test_the_page_has_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "options.md"
    table = page.read_text(encoding="utf-8").partition("|---|---|---|---|---|\n")[2]
    assert table.splitlines() == [
        f"| `{row.name}` | `{row.level}` | `{row.kind.ctype}` | {row.kind.python} | "
        + ("|" if row.writable and row.kind.pack else "read only |")
        for row in Options.rows()
    ]

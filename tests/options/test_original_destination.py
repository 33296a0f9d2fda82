"""SO_ORIGINAL_DST of connections that netfilter redirects: a transparent proxy's question.

The rules of nf_tables (<linux/netfilter/nf_tables.h>) go to the kernel by netlink, so nft(8) is not
needed.  They hold in a network namespace that a thread of the test has for itself.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import berkeley
from berkeley import netlink
from berkeley.netlink import NLMSGHDR, attribute

CLONE_NEWNET = 0x40000000
# <linux/rtnetlink.h>, <linux/if_addr.h>
RTM_NEWLINK, RTM_NEWADDR = 16, 20
IFA_LOCAL, IFA_F_NODAD = 2, 0x02
IFF_UP = 1
# <linux/netfilter/nfnetlink.h>, <linux/netfilter.h>
BATCH_BEGIN, BATCH_END, NFTABLES = 16, 17, 10
NFPROTO = {berkeley.AF_INET: 2, berkeley.AF_INET6: 10}
OUTPUT, PRIORITY_DNAT = 3, -100
# <linux/netfilter/nf_tables.h>
NEWTABLE, NEWCHAIN, NEWRULE = (NFTABLES << 8 | kind for kind in (0, 3, 6))
REGISTER = 1
NEEDED = "nf_tables that redirects (the kernel's CONFIG_NF_TABLES, CONFIG_NFT_REDIR)"
ABSENT = (errno.EPROTONOSUPPORT, errno.EOPNOTSUPP, errno.ENOENT)


def nested(kind: int, *inner: bytes) -> bytes:
    return attribute(kind | berkeley.NLA_F_NESTED, b"".join(inner))


def text(kind: int, value: str) -> bytes:
    return attribute(kind, value.encode() + b"\0")


def number(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("!i", value))


def expression(name: str, *data: bytes) -> bytes:
    return nested(1, text(1, name), nested(2, *data))


def redirect(family: int, port: int) -> None:
    """Whatever this namespace sends over *family* goes to *port* of its own."""
    header = struct.pack("!BBH", NFPROTO[family], 0, 0)
    batch = struct.pack("!BBH", 0, 0, NFTABLES)
    to_port = expression(
        "immediate", number(1, REGISTER), nested(2, attribute(1, struct.pack("!H", port)))
    )
    chain = nested(4, number(1, OUTPUT), number(2, PRIORITY_DNAT)) + text(7, "nat")
    rule = nested(4, to_port, expression("redir", number(1, REGISTER)))
    create = berkeley.NLM_F_REQUEST | berkeley.NLM_F_ACK | berkeley.NLM_F_CREATE
    questions = [
        (BATCH_BEGIN, berkeley.NLM_F_REQUEST, batch),
        (NEWTABLE, create, header + text(1, "t")),
        (NEWCHAIN, create, header + text(1, "t") + text(3, "c") + chain),
        (NEWRULE, create | berkeley.NLM_F_APPEND, header + text(1, "t") + text(2, "c") + rule),
        (BATCH_END, berkeley.NLM_F_REQUEST, batch),
    ]
    data = b"".join(
        NLMSGHDR.pack(NLMSGHDR.size + len(payload), kind, flags, sequence, 0) + payload
        for sequence, (kind, flags, payload) in enumerate(questions)
    )
    with netlink.Netlink(berkeley.NETLINK_NETFILTER) as link:
        link.sock.settimeout(10)
        link.sock.sendto(data, (0, 0))
        confirmed: set[int] = set()
        while confirmed != {1, 2, 3}:
            for message in netlink.messages(link.sock.recv(1 << 16)):
                netlink.raise_for(message)
                confirmed.add(message.sequence)


def redirect_or_skip(family: int, port: int) -> None:
    try:
        redirect(family, port)
    except OSError as error:
        if error.errno not in ABSENT:
            raise
        pytest.skip(f"missing: {NEEDED}: {error}")


def isolate() -> None:
    """Give this thread a network of its own: a loopback interface."""
    assert ctypes.CDLL(None).unshare(CLONE_NEWNET) == 0
    lo = berkeley.if_nametoindex("lo")
    with netlink.Netlink(berkeley.NETLINK_ROUTE) as link:
        link.request(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, lo, IFF_UP, IFF_UP))


def add(host: str) -> None:
    """Give the loopback interface one more address of IPv6."""
    lo = berkeley.if_nametoindex("lo")
    address = struct.pack("=BBBBI", berkeley.AF_INET6, 128, IFA_F_NODAD, 0, lo)
    address += attribute(IFA_LOCAL, berkeley.inet_pton(berkeley.AF_INET6, host))
    with netlink.Netlink(berkeley.NETLINK_ROUTE) as link:
        link.request(RTM_NEWADDR, address, berkeley.NLM_F_CREATE)


@pytest.fixture
def inside() -> Iterator[ThreadPoolExecutor]:
    """A thread in a network namespace that ends with it."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(isolate).result()
        yield thread


def asked(
    option: str, family: int, target: tuple[str, int], listening: int
) -> tuple[object, object]:
    """Of the accepted end of a redirected connection to *target*: its own host, and *option*."""
    dual = listening != family
    with (
        berkeley.create_server(("", 0), family=listening, dualstack_ipv6=dual) as server,
        berkeley.socket(family) as client,
    ):
        if family == berkeley.AF_INET6:
            add(target[0])
        redirect_or_skip(family, server.getsockname()[1])
        server.settimeout(10)
        client.settimeout(10)
        client.connect(target)
        assert client.getpeername()[:2] == target
        accepted, _ = server.accept()
        with accepted:
            assert accepted.getsockname()[1] == server.getsockname()[1]
            return accepted.getsockname()[0], getattr(accepted.options, option)


@pytest.mark.needs("namespaces")
def test_of_ipv4(inside: ThreadPoolExecutor) -> None:
    target = ("127.0.0.9", 80)
    call = inside.submit(asked, "so_original_dst", berkeley.AF_INET, target, berkeley.AF_INET)
    assert call.result() == ("127.0.0.1", target)


@pytest.mark.needs("namespaces", "ipv6")
def test_of_ipv6(inside: ThreadPoolExecutor) -> None:
    target = ("2001:db8::9", 80)
    call = inside.submit(
        asked, "ip6t_so_original_dst", berkeley.AF_INET6, target, berkeley.AF_INET6
    )
    assert call.result() == ("::1", (*target, 0, 0))


@pytest.mark.needs("namespaces", "dualstack")
def test_of_ipv4_at_a_server_for_both(inside: ThreadPoolExecutor) -> None:
    target = ("127.0.0.9", 80)
    call = inside.submit(asked, "so_original_dst", berkeley.AF_INET, target, berkeley.AF_INET6)
    assert call.result() == ("::ffff:127.0.0.1", target)


def not_redirected() -> OSError:
    with (
        berkeley.create_server(("127.0.0.1", 0)) as server,
        berkeley.create_connection(server.getsockname()),
    ):
        accepted, _ = server.accept()
        with accepted, pytest.raises(OSError) as caught:
            accepted.options["SO_ORIGINAL_DST"]
    return caught.value


@pytest.mark.needs("namespaces")
def test_of_a_connection_that_nobody_tracks(inside: ThreadPoolExecutor) -> None:
    error = inside.submit(not_redirected).result()
    # ENOPROTOOPT: the kernel's nf_conntrack is a module that is not loaded.
    assert error.errno in (errno.ENOENT, errno.ENOPROTOOPT)
    assert error.__notes__ == ["reading SO_ORIGINAL_DST"]

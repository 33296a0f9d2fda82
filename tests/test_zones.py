"""Zones of IPv6 hosts (``fe80::1%eth0``, RFC 4007), in every place that takes a host.

The interfaces are of a network of the test's own, and their names have capitals and letters beyond
ASCII: a zone is the name of an interface, not of a host, and is left as it is.
"""

import os
from typing import NamedTuple

import pytest

import berkeley
from berkeley import AF_INET6, SOCK_DGRAM, SOCK_STREAM
from tests.conftest import need
from tests.families.network import *  # noqa: F403
from tests.families.network import ip

NUMERIC = berkeley.NI_NUMERICHOST | berkeley.NI_NUMERICSERV


class Zone(NamedTuple):
    """An interface, and two link-local addresses of ours with its zone."""

    index: int
    host: str
    other: str


@pytest.fixture(params=["Dummy0", "Ünter0", "by number"])
def zone(request, network):
    need("veth")
    name = "Dummy0" if request.param == "by number" else request.param
    ip("link", "add", name, "type", "veth", "peer", "name", "Peer0")
    for each in (name, "Peer0"):
        ip("link", "set", each, "addrgenmode", "none", "up")
    for host in ("fe80::1", "fe80::2"):
        ip("address", "add", f"{host}/64", "dev", name, "nodad")
    ip("address", "add", "fe80::3/64", "dev", "Peer0", "nodad")
    index = berkeley.if_nametoindex(name)
    text = str(index) if request.param == "by number" else name
    return Zone(index, f"fe80::1%{text}", f"fe80::2%{text}")


def test_connect_and_bind(zone):
    with berkeley.socket(AF_INET6) as listener, berkeley.socket(AF_INET6) as sock:
        listener.bind((zone.host, 0))
        listener.listen()
        name = listener.getsockname()
        assert name == ("fe80::1", name[1], 0, zone.index)
        sock.bind((zone.other, 0, 0, 0))
        sock.connect((zone.host, name[1], 0))
        assert sock.getpeername() == name
        assert sock.getsockname()[0::3] == ("fe80::2", zone.index)
    with berkeley.socket(AF_INET6, SOCK_DGRAM) as sock:
        assert sock.connect_ex((os.fsencode(zone.host), 9)) == 0
        assert sock.getpeername() == ("fe80::1", 9, 0, zone.index)


def test_sendto_and_sendmsg(zone):
    with (
        berkeley.socket(AF_INET6, SOCK_DGRAM) as far,
        berkeley.socket(AF_INET6, SOCK_DGRAM) as near,
    ):
        far.bind((zone.host, 0))
        near.bind((zone.other, 0))
        near.sendto(b"one", (zone.host, far.getsockname()[1]))
        near.sendmsg([b"two"], [], 0, (zone.host, far.getsockname()[1]))
        assert far.recvfrom(9) == (b"one", near.getsockname())
        assert far.recvfrom(9) == (b"two", near.getsockname())


def test_the_scope_of_the_tuple_wins(zone):
    with berkeley.socket(AF_INET6, SOCK_DGRAM) as sock:
        sock.connect((zone.host, 9, 0, berkeley.if_nametoindex("Peer0")))
        assert sock.getpeername()[3] == berkeley.if_nametoindex("Peer0")


@pytest.mark.parametrize(
    "more",
    [{}, {"deadline": 30}, {"happy_eyeballs_delay": 0.25}],
)
def test_create_server_and_create_connection(zone, more):
    with berkeley.create_server((zone.host, 0), family=AF_INET6) as server:
        port = server.getsockname()[1]
        for source in ((zone.other, 0), (zone.other, 0, 0, 0)):
            with berkeley.create_connection(
                (zone.host, port), source_address=source, **more
            ) as sock:
                assert sock.getpeername() == ("fe80::1", port, 0, zone.index)
                assert sock.getsockname()[0::3] == ("fe80::2", zone.index)


@pytest.mark.parametrize("timeout", [None, 30])
def test_getaddrinfo(zone, timeout):
    row = (AF_INET6, SOCK_STREAM, 6, "", ("fe80::1", 80, 0, zone.index))
    for host in (zone.host, os.fsencode(zone.host)):
        assert berkeley.getaddrinfo(host, 80, type=SOCK_STREAM, timeout=timeout) == [row]
        rows = berkeley.getaddrinfo(
            host, "80", AF_INET6, SOCK_STREAM, 0, berkeley.AI_NUMERICHOST, timeout=timeout
        )
        assert rows == [row]


@pytest.mark.parametrize("timeout", [None, 30])
def test_getnameinfo(zone, timeout):
    name = berkeley.if_indextoname(zone.index)
    for address in (
        (zone.host, 80),
        (zone.host, 80, 0),
        (zone.host, 80, 0, 0),
        ("fe80::1", 80, 0, zone.index),
    ):
        found = berkeley.getnameinfo(address, NUMERIC, timeout=timeout)
        assert found == (f"fe80::1%{name}", "80")
    other = berkeley.if_nametoindex("Peer0")
    found = berkeley.getnameinfo((zone.host, 80, 0, other), NUMERIC, timeout=timeout)
    assert found == ("fe80::1%Peer0", "80")


def test_inet_pton_has_no_place_for_a_zone(zone):
    """Its result is the 16 bytes of the address: POSIX has no zones there."""
    with pytest.raises(OSError, match="illegal IP address string"):
        berkeley.inet_pton(AF_INET6, zone.host)


def test_gethostbyaddr(zone):
    with pytest.raises(berkeley.herror):
        berkeley.gethostbyaddr(zone.host)


def test_unknown_zones(zone):
    with berkeley.socket(AF_INET6, SOCK_DGRAM) as sock:
        for name in ("dummy0", "DUMMY0", "ünter0", "nosuch0", ""):
            for call in (
                lambda host: sock.connect((host, 9)),
                lambda host: berkeley.getaddrinfo(host, 80),
                lambda host: berkeley.getnameinfo((host, 80), NUMERIC),
            ):
                with pytest.raises(berkeley.gaierror) as caught:
                    call(f"fe80::1%{name}")
                assert caught.value.errno == berkeley.EAI_NONAME


HOSTS = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "::1",
    "::FFFF:127.0.0.1",
    "fe80::1%1",
    "fe80::1%lo",
    "fe80::1%Ünter0",
]


@pytest.mark.needs("ipv6")
def test_numeric_hosts_never_reach_idna(child):
    """The codec, which takes longer to load than all of berkeley, is not even imported."""
    child(
        f"""
        import sys
        import berkeley
        def attempt(function, *arguments, **keywords):
            try:
                function(*arguments, **keywords)
            except berkeley.gaierror as error:
                # No interface here has that name.
                assert "Ünter0" in str(arguments), (arguments, error)
            except OSError as error:
                # Of a network that has no such address, or no name for one.
                assert function.__name__ not in ("getaddrinfo", "gethostbyname"), error
        with (
            berkeley.socket(type=berkeley.SOCK_DGRAM) as four,
            berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as six,
        ):
            for host in {HOSTS}:
                for port in (80, "http", None):
                    for flags in (0, berkeley.AI_CANONNAME, berkeley.AI_NUMERICHOST):
                        attempt(berkeley.getaddrinfo, host, port, flags=flags)
                        attempt(berkeley.getaddrinfo, host, port, 0, 1, 0, flags, timeout=30)
                if ":" in host:
                    attempt(six.connect, (host, 9))
                    attempt(six.sendto, b"", (host, 9))
                else:
                    attempt(four.connect, (host, 9))
                    attempt(four.sendto, b"", (host, 9))
                    attempt(berkeley.gethostbyname, host)
                    attempt(berkeley.gethostbyname_ex, host)
                    attempt(berkeley.gethostbyaddr, host)
            attempt(berkeley.getnameinfo, ("127.0.0.1", 80), 0)
            attempt(berkeley.getfqdn, "127.0.0.1")
            attempt(berkeley.gethostbyaddr, "::1")
        assert not {{"encodings.idna", "stringprep", "unicodedata"}} & set(sys.modules)
        """
    )


@pytest.mark.parametrize("host", ["127.0.0.1\0", "::1\0", "1\0002", "fe80::1%Ü\0"])
def test_zero_bytes(host):
    with berkeley.socket(AF_INET6, SOCK_DGRAM) as sock:
        for call in (
            lambda: sock.connect((host, 9)),
            lambda: berkeley.getaddrinfo(host, 80),
            lambda: berkeley.gethostbyname(host),
            lambda: berkeley.gethostbyaddr(host),
            lambda: berkeley.getnameinfo((host, 80), NUMERIC),
        ):
            with pytest.raises((TypeError, ValueError), match="null"):
                call()


@pytest.mark.parametrize("host", ["a" * 64, "127.0.0.1..", "1..2", "." + "1" * 64, "1" * 64])
def test_names_reach_idna(host):
    """What is no address is a name, however like one it looks; the codec refuses these."""
    with pytest.raises(UnicodeError):
        berkeley.getaddrinfo(host, 80)

"""getaddrinfo(3) and getnameinfo(3), against the standard module, which asks the same libc."""

import socket as standard

import pytest

import berkeley
from berkeley import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM

HOSTS = ["127.0.0.1", "::1", "0.0.0.0", "::", "1.2.3.4", "fe80::1", "::ffff:1.2.3.4", None]
PORTS = [0, 80, 65535, None, "80", "0"]


def plain(rows):
    """Rows of either module, comparable."""
    return [(int(a), int(b), c, d, e) for a, b, c, d, e in rows]


def outcome(module, *arguments, **keywords):
    try:
        return plain(module.getaddrinfo(*arguments, **keywords))
    except OSError as error:
        return type(error).__name__, error.args
    except OverflowError:
        return "OverflowError"


def test_name_of_this_machine():
    for kind in (0, SOCK_STREAM):
        arguments = ("localhost", 80, AF_INET, kind)
        assert outcome(berkeley, *arguments) == outcome(standard, *arguments)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("port", PORTS)
def test_same_as_the_standard_module(host, port):
    for family in (0, AF_INET, AF_INET6, berkeley.AF_UNIX):
        for kind in (0, SOCK_STREAM, SOCK_DGRAM, berkeley.SOCK_RAW, 99):
            for protocol in (0, berkeley.IPPROTO_TCP, berkeley.IPPROTO_UDP):
                arguments = (host, port, family, kind, protocol)
                # Twice: the second answer may come from what was kept of the first.
                for _ in range(2):
                    assert outcome(berkeley, *arguments) == outcome(standard, *arguments)


@pytest.mark.parametrize(
    "flags",
    [
        "AI_PASSIVE",
        "AI_NUMERICHOST",
        "AI_NUMERICSERV",
        "AI_CANONNAME",
        "AI_ADDRCONFIG",
        "AI_V4MAPPED",
    ],
)
def test_flags(flags):
    value = getattr(standard, flags)
    assert getattr(berkeley, flags) == value
    for host in HOSTS:
        for family in (0, AF_INET, AF_INET6):
            arguments = (host, 80, family, SOCK_STREAM, 0, value)
            assert outcome(berkeley, *arguments) == outcome(standard, *arguments)


def test_keywords():
    assert berkeley.getaddrinfo(host="127.0.0.1", port=80, type=SOCK_STREAM, family=AF_INET) == [
        (AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    ]


def test_results_are_new_lists():
    first = berkeley.getaddrinfo("127.0.0.1", 80)
    first.clear()
    assert berkeley.getaddrinfo("127.0.0.1", 80)


def test_many_questions_are_all_answered():
    """More kinds of questions than are kept."""
    for protocol in range(200):
        for kind in (SOCK_STREAM, SOCK_DGRAM):
            arguments = ("127.0.0.1", 80, 0, kind, protocol)
            assert outcome(berkeley, *arguments) == outcome(standard, *arguments)


def test_numbers_beyond_sixteen_bits_are_no_others():
    """What is kept is found by small numbers: large ones must not be taken for them."""
    berkeley.getaddrinfo("127.0.0.1", 80, 0, SOCK_STREAM)
    for arguments in (
        ("127.0.0.1", 80, 0, SOCK_STREAM | 1 << 16),
        ("127.0.0.1", 80, 0, SOCK_STREAM, 1 << 16),
        ("127.0.0.1", 80, 0, SOCK_STREAM, 0, 1 << 20),
        ("127.0.0.1", 80, 1 << 16, SOCK_STREAM),
    ):
        assert outcome(berkeley, *arguments) == outcome(standard, *arguments)


@pytest.mark.needs("ipv6")
@pytest.mark.parametrize("zone", ["lo", "1", "nosuchinterface", ""])
def test_zones(zone):
    for host in (f"fe80::1%{zone}", f"ff02::1%{zone}"):
        ours = outcome(berkeley, host, 80, 0, SOCK_STREAM)
        assert ours == outcome(standard, host, 80, 0, SOCK_STREAM)
    if zone in ("lo", "1"):
        # The scope is in the tuple, and not in the text as well.
        assert ours[0][4] == ("ff02::1", 80, 0, berkeley.if_nametoindex("lo"))


@pytest.mark.parametrize("host", ["127.0.0.1", b"127.0.0.1", "localhost", b"localhost"])
@pytest.mark.parametrize("port", ["http", b"http", 80, "80", b"80"])
def test_types(host, port):
    rows = berkeley.getaddrinfo(host, port, AF_INET, SOCK_STREAM)
    assert rows == [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", 80))]


class Index:
    def __index__(self):
        return 80


def test_ports():
    expected = berkeley.getaddrinfo("127.0.0.1", 80)
    assert berkeley.getaddrinfo("127.0.0.1", Index()) == expected
    assert berkeley.getaddrinfo("127.0.0.1", True)[0][4] == ("127.0.0.1", 1)
    # libc takes the lowest 16 bits, whatever the length of the number.
    for port in (-1, 65536, 65617, 1 << 31, (1 << 63) - 1, -(1 << 63)):
        assert outcome(berkeley, "127.0.0.1", port) == outcome(standard, "127.0.0.1", port), port
    # Beyond a C long older versions refuse the number; for newer ones it is text.
    for port in (1 << 63, (1 << 64) + 80, -(1 << 64)):
        assert outcome(berkeley, "127.0.0.1", port) == outcome(standard, "127.0.0.1", port), port
    with pytest.raises(OSError, match="Int or String expected"):
        berkeley.getaddrinfo("127.0.0.1", 1.0)
    with pytest.raises(TypeError):
        berkeley.getaddrinfo(5, 80)
    with pytest.raises(TypeError):
        berkeley.getaddrinfo("127.0.0.1")


@pytest.mark.parametrize("host", ["localhost", "256.256.256.256", "", "a b", "-"])
def test_no_numeric_host(host):
    arguments = (host, 80, 0, 0, 0, berkeley.AI_NUMERICHOST)
    assert outcome(berkeley, *arguments) == outcome(standard, *arguments)
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getaddrinfo(*arguments)
    assert caught.value.errno == berkeley.EAI_NONAME


def test_not_found():
    # A label of 64 letters: no server needs to be asked, RFC 1035 has no room for it.
    with pytest.raises(berkeley.gaierror):
        berkeley.getaddrinfo(b"a" * 64, 80)
    with pytest.raises(berkeley.gaierror):
        berkeley.getaddrinfo("127.0.0.1", "no-such-service")


def test_neither_host_nor_port():
    assert outcome(berkeley, None, None) == outcome(standard, None, None)
    with pytest.raises(berkeley.gaierror) as caught:
        berkeley.getaddrinfo(None, None)
    assert caught.value.errno == berkeley.EAI_NONAME


def test_embedded_zero_byte():
    """Refused: the standard module cuts the name there, and asks for another host."""
    for host in ("localhost\0", "127.0.0.1\0.example", "\0", b"localhost\0x"):
        with pytest.raises(TypeError, match="null"):
            berkeley.getaddrinfo(host, 80)


class TestGetnameinfo:
    NUMERIC = berkeley.NI_NUMERICHOST | berkeley.NI_NUMERICSERV

    @pytest.mark.parametrize(
        "address",
        [
            ("127.0.0.1", 80),
            ("127.0.0.1", 0),
            ("1.2.3.4", 65535),
            ("::1", 80),
            ("::1", 80, 0),
            ("::1", 80, 5, 0),
            ("fe80::1", 80, 0, 1),
        ],
    )
    def test_numeric(self, address):
        ours = berkeley.getnameinfo(address, self.NUMERIC)
        assert ours == standard.getnameinfo(address, self.NUMERIC)
        assert ours[0].split("%")[0] == address[0].split("%")[0]
        assert ours[1] == str(address[1])

    def test_names(self):
        for flags in (0, berkeley.NI_NAMEREQD, berkeley.NI_DGRAM, berkeley.NI_NOFQDN):
            ours = berkeley.getnameinfo(("127.0.0.1", 53), flags)
            assert ours == standard.getnameinfo(("127.0.0.1", 53), flags)

    @pytest.mark.parametrize(
        ("address", "kind"),
        [
            (["127.0.0.1", 80], TypeError),
            ("127.0.0.1", TypeError),
            (None, TypeError),
            ((), TypeError),
            (("127.0.0.1",), TypeError),
            (("::1", 80, 0, 0, 0), TypeError),
            ((None, 80), TypeError),
            ((b"127.0.0.1", 80), TypeError),
            (("127.0.0.1", "80"), TypeError),
            (("127.0.0.1", 80.0), TypeError),
            (("127.0.0.1", 80, 0, 0), OSError),
            (("::1", 80, 1 << 20), OverflowError),
            (("::1", 80, -1), OverflowError),
            (("::1", 80, 0, 1 << 32), OverflowError),
            (("localhost", 80), berkeley.gaierror),
            (("256.1.1.1", 80), berkeley.gaierror),
        ],
        ids=repr,
    )
    def test_refused(self, address, kind):
        with pytest.raises(kind):
            berkeley.getnameinfo(address, 0)


def test_all_descriptors_of_a_look_up_are_closed(descriptors):
    before = descriptors()
    for _ in range(20):
        outcome(berkeley, "localhost", "http")
    assert descriptors() == before

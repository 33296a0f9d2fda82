"""IP addresses between text and packed bytes, against the module ipaddress."""

import errno
import ipaddress
import random
import socket as standard

import pytest

import berkeley
from berkeley import AF_INET, AF_INET6, inet_aton, inet_ntoa, inet_ntop, inet_pton

RANDOM = random.Random(4291)
IPV4 = [bytes(4), b"\xff" * 4, b"\x7f\0\0\1", b"\1\n\x64\xc8"]
IPV4 += [RANDOM.randbytes(4) for _ in range(200)]
# Runs of zeros of each length and place are what RFC 5952 is about.
IPV6 = [bytes(16), b"\0" * 15 + b"\1", b"\xff" * 16]
IPV6 += [bytes(2 * i) + b"\1\2" * (8 - i) for i in range(8)]
IPV6 += [b"\1\2" * i + bytes(16 - 2 * i) for i in range(8)]
IPV6 += [b"\0\1" * 2 + bytes(4) + b"\0\1" + bytes(4) + b"\0\1"]
IPV6 += [
    b"".join(RANDOM.choice([b"\0\0", b"\0\0", RANDOM.randbytes(2)]) for _ in range(8))
    for _ in range(200)
]


def test_ipv4():
    for packed in IPV4:
        text = str(ipaddress.IPv4Address(packed))
        assert inet_ntoa(packed) == inet_ntop(AF_INET, packed) == text
        assert inet_aton(text) == inet_pton(AF_INET, text) == packed


def test_ipv6():
    for packed in IPV6:
        text = inet_ntop(AF_INET6, packed)
        assert inet_pton(AF_INET6, text) == packed
        # libc writes the last 32 bits of some addresses in dotted form, ipaddress does not.
        if "." not in text:
            assert text == ipaddress.IPv6Address(packed).compressed
        assert inet_pton(AF_INET6, ipaddress.IPv6Address(packed).exploded) == packed
        assert inet_pton(AF_INET6, text.upper()) == packed


def test_mapped():
    assert inet_ntop(AF_INET6, bytes(10) + b"\xff\xff\1\2\3\4") == "::ffff:1.2.3.4"
    assert inet_pton(AF_INET6, "::ffff:1.2.3.4") == bytes(10) + b"\xff\xff\1\2\3\4"


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("127.1", b"\x7f\0\0\1"),
        ("127.0.1", b"\x7f\0\0\1"),
        ("0x7f000001", b"\x7f\0\0\1"),
        ("2130706433", b"\x7f\0\0\1"),
        ("0177.0.0.01", b"\x7f\0\0\1"),
        ("255.255.255.255", b"\xff" * 4),
        ("0", bytes(4)),
    ],
)
def test_old_forms_are_inet_atons_only(text, packed):
    assert inet_aton(text) == packed
    if text.count(".") < 3 or text.startswith("0"):
        with pytest.raises(OSError, match="illegal IP address string"):
            inet_pton(AF_INET, text)


BAD_IPV4 = [
    "",
    " ",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.",
    ".1.2.3",
    "a.b.c.d",
    "1.2.3.4/8",
    "::1",
    "é",
]
BAD_IPV6 = [
    *("", " ", "1::2::3", ":1", "1:", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9"),
    *("::1%lo", "127.0.0.1", "::256.1.1.1", "::1.2.3", "[::1]", "::1/64", ":::", "é"),
]


@pytest.mark.parametrize("text", BAD_IPV4)
def test_not_ipv4(text):
    for call in (inet_aton, lambda t: inet_pton(AF_INET, t)):
        with pytest.raises(OSError, match="illegal IP address string") as caught:
            call(text)
        assert caught.value.errno is None


@pytest.mark.parametrize("text", BAD_IPV6)
def test_not_ipv6(text):
    with pytest.raises(OSError, match="illegal IP address string"):
        inet_pton(AF_INET6, text)


@pytest.mark.parametrize("call", [inet_aton, lambda t: inet_pton(AF_INET, t)])
def test_text_types(call):
    for wrong in (None, b"1.2.3.4", 1, 1.0, ["1.2.3.4"]):
        with pytest.raises(TypeError):
            call(wrong)
    for wrong in ("1.2.3.4\0", "\0", "é\0"):
        with pytest.raises(ValueError, match="null"):
            call(wrong)


def test_wrong_lengths():
    for packed in (b"", b"123", b"12345", bytes(16)):
        with pytest.raises(OSError, match="packed IP wrong length"):
            inet_ntoa(packed)
        with pytest.raises(ValueError, match="invalid length"):
            inet_ntop(AF_INET, packed)
    for packed in (b"", bytes(4), bytes(15), bytes(17)):
        with pytest.raises(ValueError, match="invalid length"):
            inet_ntop(AF_INET6, packed)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_packed_types(kind):
    assert inet_ntoa(kind(b"\1\2\3\4")) == "1.2.3.4"
    assert inet_ntop(AF_INET, kind(b"\1\2\3\4")) == "1.2.3.4"
    buffer = bytearray(4)
    inet_ntoa(buffer)
    inet_ntop(AF_INET, buffer)
    with pytest.raises(ValueError):
        inet_ntop(AF_INET6, buffer)
    with pytest.raises(ValueError):
        inet_ntop(999, buffer)
    buffer.clear()
    with pytest.raises(OSError):
        inet_ntoa(buffer)


def test_packed_wrong_types():
    for wrong in (None, "text", 1, [1, 2, 3, 4], memoryview(bytes(8))[::2]):
        for call in (inet_ntoa, lambda p: inet_ntop(AF_INET, p)):
            with pytest.raises((TypeError, BufferError)):
                call(wrong)


def test_families():
    for family in (berkeley.AF_UNIX, 0, 999, -1):
        with pytest.raises(OSError) as caught:
            inet_pton(family, "1.2.3.4")
        assert caught.value.errno == errno.EAFNOSUPPORT
        with pytest.raises(ValueError, match="unknown address family"):
            inet_ntop(family, bytes(4))
    for wrong in ("2", 2.0, None):
        with pytest.raises(TypeError):
            inet_pton(wrong, "1.2.3.4")
        with pytest.raises(TypeError):
            inet_ntop(wrong, bytes(4))


@pytest.mark.parametrize("rest", ["full", "short"])
def test_ipv6_text_is_libcs(rest):
    # Every pattern of zero groups; the groups between have four digits or one.
    group = b"\xab\xcd" if rest == "full" else b"\0\7"
    for pattern in range(256):
        packed = b"".join(group if pattern >> i & 1 else b"\0\0" for i in range(8))
        assert inet_ntop(AF_INET6, packed) == standard.inet_ntop(AF_INET6, packed)
        mapped = packed[:10] + b"\xff\xff" + packed[12:]
        assert inet_ntop(AF_INET6, mapped) == standard.inet_ntop(AF_INET6, mapped)

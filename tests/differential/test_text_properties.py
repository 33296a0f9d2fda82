"""Properties: texts and bytes of addresses, byte order, sizes, timeouts: the same on both modules.

An answer is a value with its type, or an exception's class (with its arguments, for an OSError).
"""

import socket as standard
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

import berkeley

# Small inputs and fast calls: a deadline would only measure the machine.
relaxed = settings(deadline=None, max_examples=150)


def answer(call: Any, *arguments: Any, **keywords: Any) -> Any:
    """What a call gives: (type, value), or (class of the exception, arguments of an OSError)."""
    try:
        value = call(*arguments, **keywords)
    except OSError as error:
        return type(error).__name__, error.args
    except Exception as error:
        return type(error).__name__, None
    return type(value).__name__, value


def same(name: str, *arguments: Any, **keywords: Any) -> None:
    theirs = answer(getattr(standard, name), *arguments, **keywords)
    ours = answer(getattr(berkeley, name), *arguments, **keywords)
    assert theirs == ours


# Characters that addresses are made of, so that many texts are nearly right.
near_ipv4 = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.text("0123456789.", max_size=20),
    st.text("0123456789abcdefx. +-", max_size=16),
    st.lists(st.integers(-1, 300).map(str), min_size=1, max_size=5).map(".".join),
)
near_ipv6 = st.one_of(
    st.ip_addresses(v=6).map(str),
    st.text("0123456789abcdef:.", max_size=45),
    st.lists(st.text("0123456789aF", max_size=5), min_size=1, max_size=9).map(":".join),
    st.tuples(st.ip_addresses(v=6).map(str), st.sampled_from(["%lo", "%1", "%", "/64", " "])).map(
        "".join
    ),
)


@relaxed
@given(st.one_of(near_ipv4, near_ipv6, st.text(max_size=10)))
@example("1.2.3.4\0")
@example("")
def test_text_to_address(text: str) -> None:
    same("inet_aton", text)
    same("inet_pton", standard.AF_INET, text)
    same("inet_pton", standard.AF_INET6, text)


@relaxed
@given(st.binary(max_size=20))
def test_bytes_of_any_length_to_text(packed: bytes) -> None:
    same("inet_ntop", standard.AF_INET, packed)
    same("inet_ntop", standard.AF_INET6, packed)
    same("inet_ntop", standard.AF_INET6, bytearray(packed))
    same("inet_ntoa", packed)


# Zeros in runs: what RFC 5952 shortens.
words = st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF, 0xAB]), min_size=8, max_size=8)


@relaxed
@given(words)
def test_compressed_ipv6(parts: list[int]) -> None:
    packed = b"".join(part.to_bytes(2, "big") for part in parts)
    same("inet_ntop", standard.AF_INET6, packed)
    text = berkeley.inet_ntop(berkeley.AF_INET6, packed)
    assert berkeley.inet_pton(berkeley.AF_INET6, text) == packed


@relaxed
@given(st.one_of(st.integers(), st.integers(-5, 2**33), st.integers(0, 70000)))
@example(2**16 - 1)
@example(2**16)
@example(2**32 - 1)
@example(2**32)
@example(-1)
def test_byte_order(number: int) -> None:
    for name in ("htons", "ntohs", "htonl", "ntohl"):
        same(name, number)


@relaxed
@given(st.one_of(st.integers(), st.integers(-5, 5000), st.integers(2**31 - 100, 2**31 + 100)))
def test_sizes_of_control_messages(number: int) -> None:
    same("CMSG_LEN", number)
    same("CMSG_SPACE", number)


timeouts = st.one_of(
    st.none(),
    st.integers(),
    st.integers(-10, 10**10),
    st.floats(),
    st.floats(0, 1e9),
    st.floats(0, 1e-6),
    st.fractions(),
    st.decimals(),
)


@relaxed
@given(timeouts)
@example(0.5e-9)
@example(1.5e-9)
@example(2.0**-30)
@example(4611686019)
@example(9223372036.854775)
@example(9223372036.854776)
def test_timeouts_are_rounded_alike(timeout: Any) -> None:
    with standard.socket() as theirs, berkeley.socket() as ours:
        assert answer(theirs.settimeout, timeout) == answer(ours.settimeout, timeout)
        assert repr(theirs.gettimeout()) == repr(ours.gettimeout())
        assert theirs.getblocking() == ours.getblocking()


ports = st.one_of(
    st.none(),
    st.integers(-5, 70000),
    st.integers(0, 65535).map(str),
    st.sampled_from(["http", "domain", "", "nosuch", "-1", " 1", b"53", b"", "65536"]),
)
families = st.sampled_from([0, 2, 10, 1, 99])
kinds = st.sampled_from([0, 1, 2, 3, 5, 99])
protocols = st.sampled_from([0, 6, 17, 1, 58, 132, 255, 256])
# Without AI_NUMERICHOST texts that are nearly addresses would be asked of the network.
flags = st.sets(st.sampled_from([1, 2, 4, 8, 16, 32, 1024])).map(lambda bits: sum(bits) | 4)


@settings(deadline=None, max_examples=300)
@given(st.one_of(near_ipv4, near_ipv6, st.none()), ports, families, kinds, protocols, flags)
@example(".:", None, 0, 0, 0, 4)
@example("1:2..", None, 0, 0, 0, 4)
@example("a" * 64 + "::1", None, 0, 0, 0, 4)
def test_getaddrinfo_of_numbers(
    host: str | None, port: Any, family: int, kind: int, protocol: int, bits: int
) -> None:
    same("getaddrinfo", host, port, family, kind, protocol, bits)


@relaxed
@given(st.ip_addresses().map(str), st.integers(-5, 70000), st.sampled_from([1, 2, 3, 16, 18, 19]))
def test_getnameinfo_of_numbers(host: str, port: int, bits: int) -> None:
    same("getnameinfo", (host, port), bits | standard.NI_NUMERICHOST)


@relaxed
@given(
    st.one_of(near_ipv4, near_ipv6, st.text(max_size=5)),
    st.one_of(st.none(), st.integers(-5, 70000), st.text(max_size=3)),
)
def test_getnameinfo_of_near_numbers(host: str, port: Any) -> None:
    # differences.py lists that a zone is kept; with a zero byte two things may be wrong at once.
    if not set(host) & set("%\0"):
        same("getnameinfo", (host, port), standard.NI_NUMERICHOST | standard.NI_NUMERICSERV)


unix_names = st.one_of(
    st.binary(max_size=112),
    st.binary(max_size=112).map(lambda name: b"\0bk" + name),
    st.text(max_size=40),
)


@relaxed
@given(unix_names)
def test_unix_names(name: Any) -> None:
    """Sending to a name that nobody has: the same error for what is a name and for what is none."""
    with (
        standard.socket(standard.AF_UNIX, standard.SOCK_DGRAM) as theirs,
        berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as ours,
    ):
        assert answer(theirs.sendto, b"", name) == answer(ours.sendto, b"", name)


@relaxed
@given(st.binary(min_size=1, max_size=107))
def test_abstract_names_come_back(name: bytes) -> None:
    full = b"\0" + name
    with (
        standard.socket(standard.AF_UNIX, standard.SOCK_DGRAM) as theirs,
        berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as ours,
    ):
        theirs.bind(full)
        assert answer(ours.bind, full)[0] == "OSError"
        assert answer(ours.connect, full)[0] == "NoneType"
        assert ours.getpeername() == theirs.getsockname() == full

"""The addresses met last: the same tuple again where it may be, and never a wrong one."""

import ipaddress
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

GIL = getattr(sys, "_is_gil_enabled", lambda: True)()
needs_gil = pytest.mark.skipif(not GIL, reason="without a GIL nothing is kept")


def inet(host, port):
    return struct.pack("=H", berkeley.AF_INET) + struct.pack("!H", port) + host + bytes(8)


@needs_gil
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_kernel_tells_it_again(host):
    family = berkeley.AF_INET6 if ":" in host else berkeley.AF_INET
    with berkeley.socket(family, berkeley.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        name = sock.getsockname()
        assert sock.getsockname() is name
        sock.sendto(b"1", name)
        assert sock.recvfrom(9) == (b"1", name)


@needs_gil
def test_what_is_passed_again_has_its_struct():
    address = ("192.0.2.1", 8000)
    wanted = inet(bytes([192, 0, 2, 1]), 8000)
    assert [encode(berkeley.AF_INET, 0, address) for _ in range(3)] == [wanted] * 3
    # Held: its place in memory cannot become another tuple's.
    assert sys.getrefcount(address) > 2


def test_a_tuple_of_two_families():
    address = ("::", 5)
    for _ in range(2):
        assert len(encode(berkeley.AF_INET6, 0, address)) == 28
        with pytest.raises(berkeley.gaierror):
            encode(berkeley.AF_INET, 0, address)
    wild = ("", 6)
    for _ in range(2):
        assert encode(berkeley.AF_INET, 0, wild) == inet(bytes(4), 6)
        assert encode(berkeley.AF_INET6, 0, wild)[2:] == struct.pack("!H", 6) + bytes(24)


def test_another_spelling_is_not_told():
    # inet_aton's short form goes to the resolver; this one is the wildcard.
    assert encode(berkeley.AF_INET, 0, ("", 7)) == inet(bytes(4), 7)
    assert decode(0, inet(bytes(4), 7)) == ("0.0.0.0", 7)
    pair = ("::1", 7)
    raw = encode(berkeley.AF_INET6, 0, pair)
    assert decode(0, raw) == ("::1", 7, 0, 0)


def test_what_can_change_is_not_kept():
    class Port(int):
        number = 1

        def __index__(self):
            return self.number

    class Pair(tuple):
        __slots__ = ()

    host = bytes([127, 0, 0, 1])
    for address in (("127.0.0.1", True), Pair(("127.0.0.1", 1)), (b"127.0.0.1", 1)):
        for _ in range(2):
            assert encode(berkeley.AF_INET, 0, address) == inet(host, 1)
        assert sys.getrefcount(address) <= 4
    assert encode(berkeley.AF_INET, 0, ("127.0.0.1", Port(9))) == inet(host, 9)


def test_a_name_is_looked_up_each_time(monkeypatch):
    address = ("localhost", 80)
    before = sys.getrefcount(address)
    assert encode(berkeley.AF_INET, 0, address) == inet(bytes([127, 0, 0, 1]), 80)
    assert sys.getrefcount(address) == before


def test_padding_is_not_part_of_it():
    raw = inet(bytes([192, 0, 2, 3]), 9)
    assert decode(0, raw[:8] + b"\xff" * 8) == ("192.0.2.3", 9)
    assert encode(berkeley.AF_INET, 0, decode(0, raw[:8] + b"\xff" * 8)) == raw


def test_flow_information_with_a_traffic_class():
    # The kernel tells all 28 bits; a caller may pass 20.
    raw = struct.pack("=HHI16sI", berkeley.AF_INET6, 0, 0xFFFFFFFF, bytes(16), 0)
    address = decode(0, raw)
    assert address[2] == 0xFFFFFFFF
    for _ in range(2):
        with pytest.raises(OverflowError, match="flowinfo"):
            encode(berkeley.AF_INET6, 0, address)


hosts = st.one_of(
    st.ip_addresses(v=4),
    st.ip_addresses(v=6),
    st.sampled_from([*map(ipaddress.ip_address, range(3))]),
)


@given(st.lists(st.tuples(hosts, st.integers(0, 3)), max_size=200))
def test_many_addresses(addresses):
    for host, port in addresses:
        family = berkeley.AF_INET if host.version == 4 else berkeley.AF_INET6
        told = (
            (str(host), port)
            if host.version == 4
            else (berkeley.inet_ntop(family, host.packed), port, 0, 0)
        )
        raw = encode(family, 0, told)
        assert host.packed in raw
        assert struct.unpack_from("!H", raw, 2) == (port,)
        assert decode(0, raw) == told
        assert encode(family, 0, decode(0, raw)) == raw

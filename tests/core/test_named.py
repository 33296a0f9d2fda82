"""Addresses with names: tuples in all that a program can ask, but for their names."""

import copy
import pickle
import struct

import pytest

import berkeley
from berkeley.core.named import kind_of, names
from berkeley.core.sockaddr import decode


def inet6(port=80, flowinfo=3, scope_id=7):
    return (
        struct.pack("=H", berkeley.AF_INET6)
        + struct.pack("!HI16s", port, flowinfo, bytes(15) + b"\1")
        + struct.pack("=I", scope_id)
    )


@pytest.fixture
def address():
    return decode(0, inet6())


def test_names(address):
    assert (address.host, address.port, address.flowinfo, address.scope_id) == address
    assert address._fields == ("host", "port", "flowinfo", "scope_id")
    with pytest.raises(AttributeError):
        address.host = "::2"
    with pytest.raises(AttributeError):
        address.other = 1


def test_it_is_a_tuple(address):
    plain = ("::1", 80, 3, 7)
    assert address == plain
    assert plain == address
    assert address == plain
    assert hash(address) == hash(plain)
    assert {plain: 1}[address] == 1
    assert repr(address) == repr(plain)
    assert str(address) == str(plain)
    assert f"{address}" == f"{plain}"
    assert "{} {} {} {}".format(*address) == "{} {} {} {}".format(*plain)
    assert address < ("::2",)
    assert type(address[:2]) is tuple
    assert type((*address, 1)) is tuple
    assert isinstance(address, tuple)
    assert len(address) == 4


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_pickled_as_a_tuple(address, protocol):
    data = pickle.dumps(address, protocol)
    assert b"berkeley" not in data
    back = pickle.loads(data)
    assert type(back) is tuple
    assert back == address


def test_it_is_copied_as_a_tuple(address):
    assert copy.copy(address) == address
    assert copy.deepcopy(address) == address


def test_pattern_matching(address):
    match address:
        case (host, port, *_):
            assert (host, port) == ("::1", 80)
    kind = kind_of("Inet6Address")
    match address:
        case kind(host, port, scope_id=scope_id):
            assert (host, port, scope_id) == ("::1", 80, 7)
        case _:
            pytest.fail("not matched")


def test_it_is_taken_as_an_address():
    with berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW) as sock:
        sock.bind((0, 0))
        name = sock.getsockname()
        assert name.groups == 0
        with berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW) as other:
            other.connect(name)
            assert other.getpeername() == name


def test_of_a_subclass_nothing_is_remembered_but_of_ours(address):
    # What the kernel told may be passed back: it is found by its place.
    from berkeley.core.sockaddr import encode

    assert encode(berkeley.AF_INET6, 0, address) == inet6()
    assert encode(berkeley.AF_INET6, 0, decode(0, inet6(scope_id=8))) == inet6(scope_id=8)


def test_ipv4_is_plain():
    raw = struct.pack("=H", berkeley.AF_INET) + struct.pack("!H4s8x", 80, bytes(4))
    assert type(decode(0, raw)) is tuple


@pytest.mark.parametrize("name", names())
def test_each_class(name):
    kind = kind_of(name)
    assert kind is kind_of(name)
    assert kind.__mro__ == (kind, tuple, object)
    assert (kind.__name__, kind.__module__) == (name, "berkeley.addresses")
    made = kind(range(len(kind._fields)))
    assert [getattr(made, field) for field in kind._fields] == [*range(len(kind._fields))]
    assert not hasattr(made, "__dict__")
    assert kind.__doc__.startswith(f"({', '.join(kind._fields)})")


def test_no_such_class():
    assert kind_of("Inet7Address") is None

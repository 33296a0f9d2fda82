"""Addresses of families that have those of IP: AF_RDS, rds(7), and AF_SMC."""

import pytest

import berkeley
from berkeley.core.sockaddr import decode, encode

SMCPROTO_SMC, SMCPROTO_SMC6 = 0, 1

V4 = b"\2\0\x1f\x90\x7f\0\0\1" + bytes(8)
V6 = b"\x0a\0\x1f\x90\0\0\0\0" + bytes(15) + b"\1" + bytes(4)


@pytest.mark.parametrize(
    ("family", "protocol"), [(berkeley.AF_RDS, 0), (berkeley.AF_SMC, SMCPROTO_SMC)]
)
def test_as_inet(family, protocol):
    assert encode(family, protocol, ("127.0.0.1", 8080)) == V4
    assert decode(protocol, V4) == ("127.0.0.1", 8080)


@pytest.mark.parametrize("address", [("::1", 8080), ("::1", 8080, 0), ("::1", 8080, 0, 0)], ids=len)
def test_as_inet6(address):
    assert encode(berkeley.AF_SMC, SMCPROTO_SMC6, address) == V6
    assert decode(SMCPROTO_SMC6, V6) == ("::1", 8080, 0, 0)


@pytest.mark.parametrize("family", [berkeley.AF_RDS, berkeley.AF_SMC])
@pytest.mark.parametrize(
    ("address", "error"),
    [
        (None, TypeError),
        (["127.0.0.1", 1], TypeError),
        ((), TypeError),
        (("127.0.0.1",), TypeError),
        (("127.0.0.1", 1, 2), TypeError),
        ((5, 1), TypeError),
        (("127.0.0.1", "1"), TypeError),
        (("127.0.0.1", -1), OverflowError),
        (("127.0.0.1", 65536), OverflowError),
        (("127.0.0.1\0", 1), TypeError),
    ],
)
def test_bad_addresses(family, address, error):
    with pytest.raises(error):
        encode(family, 0, address)


@pytest.mark.parametrize("family", [berkeley.AF_RDS, berkeley.AF_SMC])
def test_an_unbound_socket(family):
    # What the kernel says of an RDS socket before bind(): a family of 0.
    assert decode(0, bytes(16)) == (0, bytes(14))
    # Nothing of their own number is an address.
    assert decode(0, family.to_bytes(2, "little") + b"any") == (family, b"any")

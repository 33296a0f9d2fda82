"""Whatever bytes the kernel might give: no crash, no byte read beyond them, and a stable answer.

decode() gives each codec a block of just these bytes, so tools/asan, which runs this file with
AddressSanitizer, finds a codec that reads on.
"""

import os
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berkeley.core.sockaddr import decode, encode

# <linux/socket.h>; the protocols that have an address form of their own.
FAMILIES = {
    "UNIX": (1, [0]),
    "INET": (2, [0]),
    "INET6": (10, [0]),
    "KEY": (15, [0]),
    "NETLINK": (16, [0]),
    "PACKET": (17, [0]),
    "RDS": (21, [0]),
    "LLC": (26, [0]),
    "CAN": (29, [0, 1, 2, 6, 7]),
    "TIPC": (30, [0]),
    "BLUETOOTH": (31, [0, 1, 2, 3, 8, 99]),
    "IEEE802154": (36, [0]),
    "ALG": (38, [0]),
    "VSOCK": (40, [0]),
    "KCM": (41, [0]),
    "QIPCRTR": (42, [0]),
    "SMC": (43, [0, 1]),
    "XDP": (44, [0]),
    "none": (0x1234, [0]),
}
FORMS = [(family, protocol) for family, protocols in FAMILIES.values() for protocol in protocols]
IDS = [f"{name}-{protocol}" for name, (_, protocols) in FAMILIES.items() for protocol in protocols]

# What decode() tells and encode() refuses: by nature, the kernel gives more than it takes.
REFUSED = [
    # A path of 108 bytes, without a zero byte behind it: unix(7), Bugs.
    (
        lambda family, protocol, address: (
            family == 1 and isinstance(address, str) and len(os.fsencode(address)) == 108
        ),
        OSError,
        "too long",
    ),
    # The upper bits of flowinfo are the traffic class, and not ours to set: ipv6(7).
    (
        lambda family, protocol, address: family == 10 and address[2] > 0xFFFFF,
        OverflowError,
        "flowinfo",
    ),
    # Both texts end with a zero byte, in what the kernel takes: <linux/if_alg.h>.
    (
        lambda family, protocol, address: (
            family == 38 and (len(address[0].encode()) == 14 or len(address[1].encode()) == 64)
        ),
        ValueError,
        "too long",
    ),
    # The protocol says what an address of CAN looks like.
    (lambda family, protocol, address: (family, protocol) == (29, 0), OSError, "protocol 0"),
]

forms = pytest.mark.parametrize(("family", "protocol"), FORMS, ids=IDS)


def head(family):
    return family.to_bytes(2, sys.byteorder)


def check(family, protocol, data):
    """Decode *data*; what the codec takes back means the same the second time."""
    address = decode(protocol, data)
    if isinstance(address, tuple) and len(address) == 2 and isinstance(address[1], bytes):
        number, rest = address
        if number == family and head(family) + rest == data[:128]:
            # No form of its own, or bytes that are no such address: all of them are there.
            return
    for refused, error, text in REFUSED:
        if refused(family, protocol, address):
            with pytest.raises(error, match=text):
                encode(family, protocol, address)
            return
    assert decode(protocol, encode(family, protocol, address)) == address


@forms
@settings(deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(family, protocol, data):
    check(family, protocol, head(family) + data)


@forms
@pytest.mark.parametrize("byte", [0, 1, 0x80, 0xFF])
def test_every_length(family, protocol, byte):
    for length in range(201):
        check(family, protocol, head(family) + bytes([byte]) * length)


@pytest.mark.parametrize("data", [b"", b"\1"])
def test_no_family(data):
    assert decode(0, data) is None

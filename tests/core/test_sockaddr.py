"""The choice of a codec."""

import pytest

import berkeley
from berkeley.core.sockaddr import decode, encode

IPV4 = ("127.0.0.1", 80)
IPV6 = ("::1", 80, 0, 0)
SMCPROTO_SMC, SMCPROTO_SMC6 = 0, 1


@pytest.mark.parametrize(
    ("family", "protocol", "address", "in_the_struct"),
    [
        (berkeley.AF_INET, 0, IPV4, berkeley.AF_INET),
        (berkeley.AF_INET6, 0, IPV6, berkeley.AF_INET6),
        (berkeley.AF_UNIX, 0, "/tmp/x", berkeley.AF_UNIX),
        (berkeley.AF_RDS, 0, IPV4, berkeley.AF_INET),
        (berkeley.AF_SMC, SMCPROTO_SMC, IPV4, berkeley.AF_INET),
        (berkeley.AF_SMC, SMCPROTO_SMC6, IPV6, berkeley.AF_INET6),
        (berkeley.AF_LLC, 0, (berkeley.AF_LLC, bytes(14)), berkeley.AF_LLC),
    ],
)
def test_codec_of_a_family(family, protocol, address, in_the_struct):
    raw = encode(family, protocol, address)
    assert int.from_bytes(raw[:2], "little") == in_the_struct
    assert decode(protocol, raw) == address


@pytest.mark.parametrize(
    "family",
    [
        berkeley.AF_INET,
        berkeley.AF_INET6,
        berkeley.AF_NETLINK,
        berkeley.AF_PACKET,
        berkeley.AF_VSOCK,
    ],
)
@pytest.mark.parametrize("size", [0, 1, 5])
def test_too_few_bytes(family, size):
    raw = family.to_bytes(2, "little") + bytes(size)
    assert decode(0, raw) == (family, bytes(size))


def test_encode_calls_itself_so():
    with pytest.raises(TypeError, match=r"encode\(\): AF_INET address must be tuple, not int"):
        encode(berkeley.AF_INET, 0, 5)


@pytest.mark.parametrize("arguments", [(None, 0), (2, None), (2.0, 0), (2, "0")])
def test_encode_takes_numbers(arguments):
    with pytest.raises(TypeError):
        encode(*arguments, IPV4)


def test_decode_takes_bytes_like_objects():
    raw = encode(berkeley.AF_INET, 0, IPV4)
    assert decode(0, bytearray(raw)) == decode(0, memoryview(raw)) == IPV4
    with pytest.raises(TypeError):
        decode(0, "text")
    with pytest.raises(TypeError):
        decode("0", raw)


def test_refused_addresses_name_the_call(udp):
    near, _ = udp
    for call, arguments in (
        ("bind", ()),
        ("connect", ()),
        ("connect_ex", ()),
        ("sendto", (b"x",)),
        ("sendmsg", ([b"x"], (), 0)),
    ):
        with pytest.raises(TypeError, match=rf"{call}\(\): AF_INET address must be tuple, not int"):
            getattr(near, call)(*arguments, 5)

"""PF_SYSTEM addresses of macOS, of kernel controls.

The bytes are worked out from struct sockaddr_ctl and struct ctl_info in <sys/kern_control.h>: one
byte of length and family each, AF_SYS_CONTROL (2) in 16 bits, id and unit in 32 bits, five reserved
numbers of 32 bits; all in the byte order of the machine, here little-endian.
"""

import os

import pytest

from berkeley.constants import darwin
from berkeley.core import foreign

NAME = "com.apple.net.utun_control"


def encode(address, protocol=darwin.SYSPROTO_CONTROL, descriptor=-1):
    return foreign.encode("darwin", darwin.PF_SYSTEM, protocol, address, descriptor)


def decode(data, protocol=darwin.SYSPROTO_CONTROL):
    return foreign.decode("darwin", protocol, data)


@pytest.mark.parametrize(
    ("address", "golden"),
    [
        ((1, 2), "20 20 0200 01000000 02000000" + "00" * 20),
        ((0x6E657475, 0xFFFFFFFF), "20 20 0200 7574656e ffffffff" + "00" * 20),
        ((0, 0), "20 20 0200 00000000 00000000" + "00" * 20),
    ],
)
def test_golden_bytes(address, golden):
    assert encode(address) == bytes.fromhex(golden)
    assert decode(bytes.fromhex(golden)) == address


def test_negative_numbers_are_twos_complements():
    assert encode((-1, -2)) == encode((0xFFFFFFFF, 0xFFFFFFFE))


def test_the_question_for_a_name():
    assert foreign.control_info(NAME) == bytes(4) + NAME.encode() + bytes(96 - len(NAME))
    assert foreign.control_info("x" * 95) == bytes(4) + b"x" * 95 + bytes(1)


def test_a_name_is_asked_of_the_kernel():
    """Linux knows no kernel controls."""
    for descriptor in (-1, os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)):
        with pytest.raises(OSError, match=f"cannot find a kernel control with the name '{NAME}'"):
            encode(NAME, descriptor=descriptor)
    os.close(descriptor)


@pytest.mark.parametrize("name", ["x" * 96, "x" * 1000, "a\0b", "\0"], ids=len)
def test_no_name_of_a_control(name):
    with pytest.raises(ValueError):
        foreign.control_info(name)
    with pytest.raises(ValueError):
        encode(name)


@pytest.mark.parametrize(
    "address", [None, 5, b"x", [1, 2], (), (1,), (1, 2, 3), (1.0, 2)], ids=repr
)
def test_no_address(address):
    with pytest.raises(TypeError):
        encode(address)


@pytest.mark.parametrize("address", [(1 << 32, 0), (0, 1 << 32), (-(1 << 31) - 1, 0)])
def test_over_32_bits(address):
    with pytest.raises(OverflowError):
        encode(address)


@pytest.mark.parametrize("protocol", [0, 1, 3])
def test_another_protocol(protocol):
    with pytest.raises(OSError, match=f"protocol: {protocol}"):
        encode((1, 2), protocol)
    data = encode((1, 2))
    assert decode(data, protocol) == (darwin.AF_SYSTEM, data[2:])


@pytest.mark.parametrize("size", range(2, 32))
def test_too_few_bytes(size):
    data = encode((1, 2))[:size]
    assert decode(data) == (darwin.AF_SYSTEM, data[2:])

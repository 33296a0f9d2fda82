"""CMSG_LEN and CMSG_SPACE: values and bounds."""

import struct

import pytest

from berkeley import CMSG_LEN, CMSG_SPACE


def test_values():
    header = CMSG_LEN(0)
    word = struct.calcsize("P")
    assert header == struct.calcsize("Nii")
    for length in range(100):
        assert CMSG_LEN(length) == header + length
        assert CMSG_SPACE(length) == header + -(-length // word) * word
        assert type(CMSG_LEN(length)) is type(CMSG_SPACE(length)) is int


def test_bounds():
    last = 0x7FFFFFFF - CMSG_LEN(0)
    assert CMSG_LEN(last) == 0x7FFFFFFF
    last_space = 0x7FFFFFFF - CMSG_SPACE(1)
    assert 0x7FFFFFFF - struct.calcsize("P") < CMSG_SPACE(last_space) <= 0x7FFFFFFF
    for call, over in ((CMSG_LEN, last + 1), (CMSG_SPACE, last_space + 1)):
        for wrong in (-1, over, 1 << 62, -(1 << 62), 1 << 64, -(1 << 64)):
            with pytest.raises(OverflowError):
                call(wrong)


@pytest.mark.parametrize("call", [CMSG_LEN, CMSG_SPACE])
def test_types(call):
    for wrong in (1.0, "1", None, b"1"):
        with pytest.raises(TypeError):
            call(wrong)
    for wrong in ((), (1, 2)):
        with pytest.raises(TypeError):
            call(*wrong)

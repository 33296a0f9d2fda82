"""Byte order: the four functions, against int.to_bytes()."""

import sys

import pytest

import berkeley

FUNCTIONS = [
    (berkeley.htons, 2),
    (berkeley.ntohs, 2),
    (berkeley.htonl, 4),
    (berkeley.ntohl, 4),
]


class Index:
    def __index__(self):
        return 0x1234


@pytest.mark.parametrize(("function", "size"), FUNCTIONS, ids=lambda f: getattr(f, "__name__", ""))
class TestAll:
    def test_values(self, function, size):
        for value in (0, 1, 0x12, 0x1234, 0xFF00, (1 << 8 * size) - 1, 1 << 8 * size - 1):
            expected = int.from_bytes(value.to_bytes(size, sys.byteorder), "big")
            assert function(value) == expected
            assert function(function(value)) == value
            assert type(function(value)) is int
        assert function(True) == function(1)

    def test_too_large(self, function, size):
        for value in (1 << 8 * size, (1 << 8 * size) + 1, 1 << 63, 1 << 64, 1 << 200):
            with pytest.raises(OverflowError):
                function(value)

    def test_negative(self, function, size):
        # ValueError since 3.14, as in the interpreter's own module.
        kind = ValueError if sys.version_info >= (3, 14) else OverflowError
        for value in (-1, -(1 << 31), -(1 << 63), -(1 << 200)):
            with pytest.raises(kind):
                function(value)

    def test_types(self, function, size):
        for value in (1.0, "1", b"1", None, 1j):
            with pytest.raises(TypeError):
                function(value)
        for arguments in ((), (1, 2)):
            with pytest.raises(TypeError):
                function(*arguments)
        with pytest.raises(TypeError):
            function(x=1)

    def test_index(self, function, size):
        if size == 4 and sys.version_info < (3, 14):
            with pytest.raises(TypeError):
                function(Index())
        else:
            assert function(Index()) == function(0x1234)

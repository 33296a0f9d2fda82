"""Arguments become C numbers by the rules of Argument Clinic: __index__ yes, float no."""

import decimal
import enum
import fractions
import math
import struct
import sys

import pytest

import berkeley

INT_MAX, INT_MIN = 2**31 - 1, -(2**31)


class Index:
    """A number that is no int."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Float:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


class Faulty:
    def __index__(self):
        raise ZeroDivisionError


class Member(enum.IntEnum):
    ONE = 1


class TestInt:
    """shutdown() and listen() take a C int."""

    @pytest.mark.parametrize("one", [1, True, Index(1), Member.ONE, berkeley.SHUT_WR])
    def test_numbers(self, pair, one):
        near, far = pair
        near.shutdown(one)
        assert far.recv(1) == b""

    @pytest.mark.parametrize("wrong", [1.0, "1", None, b"1", fractions.Fraction(1), 1j, Float(1)])
    def test_not_numbers(self, pair, wrong):
        with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
            pair[0].shutdown(wrong)

    @pytest.mark.parametrize("large", [INT_MAX + 1, INT_MIN - 1, 2**63, -(2**63) - 1, 2**200])
    def test_too_large(self, pair, large):
        text = "greater than maximum" if large > 0 else "less than minimum"
        with pytest.raises(OverflowError, match=text):
            pair[0].shutdown(large)
        with pytest.raises(OverflowError):
            pair[0].recv(1, Index(large))

    @pytest.mark.parametrize("limit", [INT_MAX, INT_MIN])
    def test_limits_reach_the_kernel(self, pair, limit):
        with pytest.raises(OSError) as caught:
            pair[0].shutdown(limit)
        assert caught.value.errno == 22

    def test_what_index_raises_comes_through(self, pair):
        for call in (
            lambda: pair[0].shutdown(Faulty()),
            lambda: pair[0].recv(Faulty()),
            lambda: pair[0].settimeout(Faulty()),
            lambda: pair[0].setsockopt(1, 2, Faulty()),
            lambda: berkeley.socket(Faulty()),
            lambda: berkeley.socket(fileno=Faulty()),
            lambda: berkeley.htons(Faulty()),
            lambda: berkeley.CMSG_LEN(Faulty()),
        ):
            with pytest.raises(ZeroDivisionError):
                call()

    def test_index_that_gives_no_int(self, pair):
        with pytest.raises(TypeError):
            pair[0].shutdown(Index("1"))


class TestSize:
    @pytest.mark.parametrize("size", [5, Index(5)])
    def test_numbers(self, pair, size):
        pair[1].send(b"123456789")
        assert pair[0].recv(size) == b"12345"

    @pytest.mark.parametrize("large", [2**63, -(2**63) - 1, 2**200])
    def test_too_large(self, pair, large):
        for call in (pair[0].recv, pair[0].recvfrom, pair[0].recvmsg):
            with pytest.raises(OverflowError, match="too large to convert to C ssize_t"):
                call(large)
        with pytest.raises(OverflowError):
            pair[0].recv_into(bytearray(1), large)


class TestDescriptor:
    @pytest.mark.parametrize("wrong", [-1, -(2**31), Index(-5)])
    def test_negative(self, wrong):
        with pytest.raises(ValueError, match="negative file descriptor"):
            berkeley.socket(fileno=wrong)

    @pytest.mark.parametrize("wrong", [1.0, "1", b"1", object()])
    def test_types(self, wrong):
        with pytest.raises(TypeError):
            berkeley.socket(fileno=wrong)

    def test_range(self):
        with pytest.raises(OverflowError):
            berkeley.socket(fileno=2**31)

    def test_index(self, pair):
        with berkeley.socket(fileno=Index(berkeley.dup(pair[0].fileno()))) as sock:
            assert sock.family == berkeley.AF_UNIX


class TestTimeout:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (None, None),
            (0, 0.0),
            (0.0, 0.0),
            (-0.0, 0.0),
            (False, 0.0),
            (True, 1.0),
            (1, 1.0),
            (Index(7), 7.0),
            (1.5, 1.5),
            (0.1, 0.1),
            (1e-9, 1e-9),
            # Rounded up to a nanosecond: never 0, which is non-blocking.
            (1e-10, 1e-9),
            (5e-324, 1e-9),
            (1.4e-9, 2e-9),
            (9223372036, 9223372036.0),
            (9.2e9, 9.2e9),
        ],
        ids=repr,
    )
    def test_values(self, pair, given, expected):
        sock, _ = pair
        sock.settimeout(given)
        assert sock.gettimeout() == sock.timeout == expected
        assert type(sock.gettimeout()) is type(expected)
        assert sock.getblocking() is (expected != 0)
        berkeley.setdefaulttimeout(given)
        assert berkeley.getdefaulttimeout() == expected

    @pytest.mark.parametrize(
        ("wrong", "kind"),
        [
            (-1, ValueError),
            (-0.5, ValueError),
            (-1e-12, ValueError),
            (math.nan, ValueError),
            (9223372037, OverflowError),
            (1e10, OverflowError),
            (math.inf, OverflowError),
            (-math.inf, OverflowError),
            (2**80, OverflowError),
            (-(2**40), OverflowError),
            ("1", TypeError),
            (b"1", TypeError),
            (1j, TypeError),
            ([], TypeError),
        ],
        ids=repr,
    )
    def test_refused(self, pair, wrong, kind):
        sock, _ = pair
        sock.settimeout(3)
        for call in (sock.settimeout, berkeley.setdefaulttimeout):
            with pytest.raises(kind):
                call(wrong)
        # The old ones stay.
        assert sock.gettimeout() == 3
        assert berkeley.getdefaulttimeout() is None

    @pytest.mark.parametrize(
        "number", [fractions.Fraction(3, 2), decimal.Decimal("1.5"), Float(1.5)]
    )
    def test_other_reals(self, pair, number):
        """Taken since 3.15, refused before, as by the interpreter's own module."""
        if sys.version_info >= (3, 15):
            pair[0].settimeout(number)
            assert pair[0].gettimeout() == 1.5
        else:
            with pytest.raises(TypeError):
                pair[0].settimeout(number)

    def test_wrong_type_says_so(self, pair):
        with pytest.raises(TypeError):
            pair[0].settimeout()
        with pytest.raises(TypeError):
            pair[0].settimeout(1, 2)


class TestUnsigned:
    def test_optlen(self, pair):
        sock, _ = pair
        for wrong in (-1, 2**32, 2**80):
            with pytest.raises(OverflowError):
                sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, None, wrong)
        with pytest.raises(TypeError):
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, None, 4.0)

    def test_int_option_of_32_bits(self, pair):
        sock, _ = pair
        sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, Index(1))
        for wrong in (INT_MAX + 1, INT_MIN - 1, 2**64):
            with pytest.raises(OverflowError):
                sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, wrong)
        raw = sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, 4)
        assert struct.unpack("i", raw) == (1,)

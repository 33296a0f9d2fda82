"""Conversion of Python arguments to C numbers, by the rules of CPython's Argument Clinic.

Cython's own conversion takes 1.5 for an int and refuses ``__index__``; so nothing is left to it.
What has ``__index__`` is a number here, a float is not, and what does not fit is an OverflowError.
Each message begins with the name of the argument.
"""

import sys

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.cpython.float import PyFloat_AS_DOUBLE, PyFloat_Check
from cython.cimports.cpython.long import PyLong_AsLongLongAndOverflow, PyLong_Check
from cython.cimports.libc.limits import INT_MAX, INT_MIN
from cython.cimports.libc.math import ceil, isnan
from cython.cimports.libc.stdint import int64_t

NANOSECONDS = cython.declare(int64_t, 1_000_000_000)

# Since 3.15 a timeout may be any real number: Fraction, Decimal (a change of that version's
# conversion of times).
REALS = cython.declare(cython.bint, sys.version_info >= (3, 15))


@cython.cfunc
@cython.exceptval(-1, check=True)
def _as_long_long(
    value: object, name: cython.p_const_char, overflow: cython.pointer[cython.int]
) -> cython.longlong:
    if PyLong_Check(value):
        return PyLong_AsLongLongAndOverflow(value, overflow)
    return _by_index(value, name, overflow)


@cython.cfunc
@cython.exceptval(-1, check=True)
def _by_index(
    value: object, name: cython.p_const_char, overflow: cython.pointer[cython.int]
) -> cython.longlong:
    # Apart: a variable that is set anew is counted in the quick way, too.
    if not capi.PyIndex_Check(value):
        raise TypeError(
            f"{name.decode()}: '{type(value).__name__}' object cannot be interpreted as an integer"
        )
    return PyLong_AsLongLongAndOverflow(capi.PyNumber_Index(value), overflow)


@cython.cfunc
@cython.exceptval(-1, check=True)
def as_int(value: object, name: cython.p_const_char) -> cython.int:
    """A C int."""
    if PyLong_Check(value) and capi.BERKELEY_IS_SMALL(value):
        return cython.cast(cython.int, capi.BERKELEY_SMALL_VALUE(value))
    overflow: cython.int = 0
    number: cython.longlong = _as_long_long(value, name, cython.address(overflow))
    if overflow > 0 or number > INT_MAX:
        raise OverflowError(f"{name.decode()}: signed integer is greater than maximum")
    if overflow < 0 or number < INT_MIN:
        raise OverflowError(f"{name.decode()}: signed integer is less than minimum")
    return cython.cast(cython.int, number)


@cython.cfunc
@cython.exceptval(-1, check=True)
def as_size(value: object, name: cython.p_const_char) -> cython.Py_ssize_t:
    """A number of bytes or items: a Py_ssize_t, negative ones included (the caller knows what they
    mean).
    """
    if PyLong_Check(value) and capi.BERKELEY_IS_SMALL(value):
        return capi.BERKELEY_SMALL_VALUE(value)
    overflow: cython.int = 0
    number: cython.longlong = _as_long_long(value, name, cython.address(overflow))
    size: cython.Py_ssize_t = cython.cast(cython.Py_ssize_t, number)
    # On a 32-bit machine fewer numbers fit.
    if overflow != 0 or size != number:
        raise OverflowError(f"{name.decode()}: Python int too large to convert to C ssize_t")
    return size


@cython.cfunc
@cython.exceptval(-1, check=False)
def as_unsigned(
    value: object, name: cython.p_const_char, limit: cython.longlong
) -> cython.longlong:
    """A number from 0 to *limit* (inclusive)."""
    overflow: cython.int = 0
    number: cython.longlong = _as_long_long(value, name, cython.address(overflow))
    if overflow != 0 or number < 0 or number > limit:
        raise OverflowError(f"{name.decode()} must be in range 0-{limit}")
    return number


@cython.cfunc
@cython.exceptval(0, check=True)
def as_u32(value: object, name: cython.p_const_char) -> cython.uint:
    """A 32-bit field; a negative number of 32 bits stands for its two's complement, as -1 for
    "any".
    """
    overflow: cython.int = 0
    number: cython.longlong = _as_long_long(value, name, cython.address(overflow))
    if overflow != 0 or number < INT_MIN or number > 0xFFFFFFFF:
        raise OverflowError(f"{name.decode()} must fit 32 bits")
    return cython.cast(cython.uint, number)


@cython.cfunc
@cython.exceptval(-1, check=False)
def as_descriptor(value: object) -> cython.int:
    """A descriptor that the caller hands over: not negative, not a float."""
    if PyFloat_Check(value):
        raise TypeError("fileno: integer argument expected, got float")
    number: cython.int = as_int(value, b"fileno")
    if number < 0:
        raise ValueError("fileno: negative file descriptor")
    return number


@cython.cfunc
@cython.exceptval(-1, check=True)
def as_port(value: object, caller: cython.p_const_char) -> cython.int:
    """A port number, not yet checked: check_port() follows when the host is known to be good."""
    if PyLong_Check(value) and capi.BERKELEY_IS_SMALL(value):
        return cython.cast(cython.int, capi.BERKELEY_SMALL_VALUE(value))
    overflow: cython.int = 0
    number: cython.longlong = _as_long_long(value, b"port", cython.address(overflow))
    if overflow != 0 or number < INT_MIN or number > INT_MAX:
        raise OverflowError(f"{caller.decode()}(): port must be 0-65535.")
    return cython.cast(cython.int, number)


@cython.cfunc
@cython.exceptval(-1, check=False)
def check_port(number: cython.int, caller: cython.p_const_char) -> cython.int:
    """A port number in host byte order, 0 to 65535; OverflowError for another."""
    if number < 0 or number > 0xFFFF:
        raise OverflowError(f"{caller.decode()}(): port must be 0-65535.")
    return number


@cython.cfunc
@cython.exceptval(-1, check=True)
def as_timeout(value: object) -> int64_t:
    """Nanoseconds of a timeout in seconds, rounded up; None is -1, which stands for no timeout."""
    if value is None:
        return -1
    if PyFloat_Check(value):
        return _from_double(PyFloat_AS_DOUBLE(value))
    if REALS and not capi.PyIndex_Check(value) and hasattr(value, "__float__"):
        return _from_double(float(value))
    overflow: cython.int = 0
    seconds: cython.longlong = _as_long_long(value, b"timeout", cython.address(overflow))
    if overflow > 0 or seconds > cython.cast(int64_t, 0x7FFFFFFFFFFFFFFF) // NANOSECONDS:
        raise OverflowError("timeout: too large to convert to nanoseconds")
    if overflow < 0 or seconds < -(cython.cast(int64_t, 0x7FFFFFFFFFFFFFFF) // NANOSECONDS):
        raise OverflowError("timeout: too large to convert to nanoseconds")
    if seconds < 0:
        raise ValueError("Timeout value out of range")
    return seconds * NANOSECONDS


@cython.cfunc
@cython.exceptval(-1, check=True)
def _from_double(seconds: cython.double) -> int64_t:
    if isnan(seconds):
        raise ValueError("timeout: Invalid value NaN (not a number)")
    nanoseconds: cython.double = ceil(seconds * 1e9)
    if not (-9223372036854775808.0 <= nanoseconds < 9223372036854775808.0):
        raise OverflowError("timeout: too large to convert to nanoseconds")
    if seconds < 0:
        raise ValueError("Timeout value out of range")
    return cython.cast(int64_t, nanoseconds)


@cython.cfunc
def from_timeout(timeout: int64_t) -> object:
    """Seconds as a float; None for -1."""
    if timeout < 0:
        return None
    if timeout % NANOSECONDS == 0:
        # Exact, where the quotient of two rounded numbers is not.
        return cython.cast(cython.double, timeout // NANOSECONDS)
    return cython.cast(cython.double, timeout) / 1e9

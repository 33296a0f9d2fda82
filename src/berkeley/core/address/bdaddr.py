"""Bluetooth device addresses as text: ``"AA:BB:CC:DD:EE:FF"``, the most significant byte first.

Layout: bdaddr_t, <bluetooth/bluetooth.h>: six bytes, the least significant first.

The numbers are taken as strtoul(3) takes hexadecimal ones: one digit or more, small letters too,
with a sign, blanks or 0x before them, as the standard module has always done.
"""

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.stdlib import strtoul

# Bytes of an address.
SIZE = cython.declare(cython.Py_ssize_t, 6)
DIGITS = cython.declare(cython.p_const_char, b"0123456789ABCDEF")


@cython.cfunc
@cython.exceptval(-1, check=False)
def pack(text: object, raw: cython.pointer[cython.uchar]) -> cython.int:
    """Write the device address *text*, str or bytes, into the six bytes at *raw*.

    Raises OSError (not six numbers of a byte, with colons between them), TypeError (another type).
    """
    data = text
    if isinstance(text, str):
        # What is not ASCII is no digit either.
        data = capi.PyUnicode_AsEncodedString(text, b"ascii", b"replace")
    elif not isinstance(text, bytes):
        raise TypeError(f"bdaddr must be str, not {type(text).__name__}")
    here: cython.p_char = PyBytes_AS_STRING(data)
    end: cython.p_char = here + PyBytes_GET_SIZE(data)
    after = cython.declare(cython.p_char)
    index: cython.Py_ssize_t
    for index in range(SIZE):
        number: cython.ulong = strtoul(here, cython.address(after), 16)
        last: cython.bint = index == SIZE - 1
        # A zero byte stops strtoul as well, so the last number has to end where the text does.
        if after == here or number > 0xFF or (after != end if last else after[0] != b":"):
            raise OSError(f"bad bluetooth address: {text!r}")
        raw[SIZE - 1 - index] = cython.cast(cython.uchar, number)
        here = after + 1
    return 0


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[cython.uchar]]) -> object:
    """The text of the six bytes at *raw*: 17 characters, in capitals."""
    text = cython.declare(cython.char[17])
    index: cython.Py_ssize_t
    for index in range(SIZE):
        byte: cython.uchar = raw[SIZE - 1 - index]
        text[3 * index] = DIGITS[byte >> 4]
        text[3 * index + 1] = DIGITS[byte & 15]
        if index < SIZE - 1:
            text[3 * index + 2] = b":"
    return capi.PyUnicode_DecodeFSDefaultAndSize(text, 17)

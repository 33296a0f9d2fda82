"""The items of Bluetooth addresses of the BSDs and of Windows: what each may be, and its errors.

An address of another form is an OSError that says "wrong format", as the standard module has it.
"""

import cython
from cython.cimports.berkeley.core.address import bdaddr
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.text import ascii_bytes


@cython.cfunc
def wrong(form: cython.p_const_char, caller: cython.p_const_char) -> object:
    """The exception for an address that has not *form*."""
    return OSError(f"{caller.decode()}(): wrong format: the address must be {form.decode()}")


@cython.cfunc
def items(
    address: object,
    least: cython.Py_ssize_t,
    most: cython.Py_ssize_t,
    form: cython.p_const_char,
    caller: cython.p_const_char,
) -> tuple:
    """*address*, if it is a tuple of *least* to *most* items."""
    if not isinstance(address, tuple) or not least <= len(address) <= most:
        raise wrong(form, caller)
    return cython.cast(tuple, address)


@cython.cfunc
@cython.exceptval(-1, check=False)
def device(
    text: object, raw: cython.pointer[cython.uchar], caller: cython.p_const_char
) -> cython.int:
    """Write the device address *text*, an item of a tuple, into the six bytes at *raw*."""
    if not isinstance(text, str):
        raise OSError(
            f"{caller.decode()}(): wrong format: bdaddr must be str, not {type(text).__name__}"
        )
    return bdaddr.pack(text, raw)


@cython.cfunc
@cython.exceptval(-1, check=False)
def alone(
    address: object, raw: cython.pointer[cython.uchar], caller: cython.p_const_char
) -> cython.int:
    """Write the device address that is all of *address*, str or bytes, into the six bytes at *raw*.

    Raises OSError (another type, no device address), ValueError (a zero byte).
    """
    if isinstance(address, str):
        ascii_bytes(address, b"bdaddr")
    elif not isinstance(address, bytes):
        raise wrong(b"bdaddr, str or bytes", caller)
    elif b"\0" in address:
        raise ValueError("bdaddr: embedded null byte")
    return bdaddr.pack(address, raw)


@cython.cfunc
@cython.exceptval(-1, check=False)
def field(
    value: object, name: cython.p_const_char, limit: cython.int, caller: cython.p_const_char
) -> cython.int:
    """*value* as the bits of a field whose largest number is *limit*; a negative number stands for
    its two's complement.
    """
    if not capi.PyIndex_Check(value):
        raise OSError(
            f"{caller.decode()}(): wrong format: "
            f"{name.decode()} must be int, not {type(value).__name__}"
        )
    number: cython.int = as_int(value, name)
    if number < -(limit // 2) - 1 or number > limit:
        raise OverflowError(f"{caller.decode()}(): {name.decode()} must be 0-{limit}, not {number}")
    return number & limit

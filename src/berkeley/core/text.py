"""Text: host names, paths and names of services as the bytes that C takes.

C strings end at the first zero byte, so a name that holds one is refused: cut, it would be another
name.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.bytes import (
    PyBytes_AS_STRING,
    PyBytes_FromStringAndSize,
    PyBytes_GET_SIZE,
)
from cython.cimports.libc.string import strlen


@cython.cfunc
def host_bytes(host: object) -> object:
    """A host name as bytes: ASCII as it is, other text by IDNA (RFC 3490), bytes and bytearray as
    they are.

    Raises TypeError (another type, no IDNA form, a zero byte).
    """
    if isinstance(host, str):
        if capi.PyUnicode_IS_COMPACT_ASCII(host):
            name = capi.PyUnicode_AsEncodedString(host, b"ascii", cython.NULL)
        else:
            try:
                name = capi.PyUnicode_AsEncodedString(host, b"idna", cython.NULL)
            except UnicodeError as error:
                raise TypeError(f"host: encoding of hostname failed: {error}") from error
    elif isinstance(host, (bytes, bytearray)):
        name = bytes(host)
    else:
        raise TypeError(f"host: str, bytes or bytearray expected, not {type(host).__name__}")
    if strlen(PyBytes_AS_STRING(name)) != cython.cast(cython.size_t, PyBytes_GET_SIZE(name)):
        raise TypeError("host name must not contain null character")
    return name


@cython.cfunc
def idna_bytes(host: object) -> object:
    """A host name as bytes: text by IDNA, ASCII too, which refuses labels that DNS has no room for.

    Raises UnicodeError (no IDNA form), TypeError (another type, a zero byte).
    """
    if isinstance(host, str):
        name = capi.PyUnicode_AsEncodedString(host, b"idna", cython.NULL)
    elif isinstance(host, (bytes, bytearray)):
        name = bytes(host)
    else:
        raise TypeError(f"host: str, bytes or bytearray expected, not {type(host).__name__}")
    if strlen(PyBytes_AS_STRING(name)) != cython.cast(cython.size_t, PyBytes_GET_SIZE(name)):
        raise TypeError("host: argument must be a string without null bytes")
    return name


@cython.cfunc
def path_bytes(path: object) -> object:
    """An AF_UNIX name as bytes: str by the file system's encoding (PEP 383), bytes-like objects as
    they are.
    """
    if isinstance(path, str):
        return capi.PyUnicode_EncodeFSDefault(path)
    view = cython.declare(Py_buffer)
    read_from(path, cython.address(view))
    try:
        return PyBytes_FromStringAndSize(cython.cast(cython.p_char, view.buf), view.len)
    finally:
        PyBuffer_Release(cython.address(view))


@cython.cfunc
def ascii_bytes(text: object, name: cython.p_const_char) -> object:
    """A str as UTF-8 without zero bytes: names of services, protocols and interfaces."""
    if not isinstance(text, str):
        raise TypeError(f"{name.decode()} must be str, not {type(text).__name__}")
    data = capi.PyUnicode_AsEncodedString(text, b"utf-8", cython.NULL)
    if strlen(PyBytes_AS_STRING(data)) != cython.cast(cython.size_t, PyBytes_GET_SIZE(data)):
        raise ValueError(f"{name.decode()}: embedded null character")
    return data


@cython.cfunc
def decode_ascii(text: cython.p_const_char) -> object:
    """A C string as str, by the file system's encoding, so that no byte is an error."""
    return capi.PyUnicode_DecodeFSDefaultAndSize(text, strlen(text))

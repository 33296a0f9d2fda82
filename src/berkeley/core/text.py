"""Text: host names, paths and names of services as the bytes that C takes.

C strings end at the first zero byte, so a name that holds one is refused: cut, it would be another
name.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.libc import inet
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import AF_INET6
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.bytes import (
    PyBytes_AS_STRING,
    PyBytes_FromStringAndSize,
    PyBytes_GET_SIZE,
)
from cython.cimports.libc.string import memchr, memcpy, strcspn, strlen, strspn


@cython.cfunc
@cython.exceptval(check=False)
def _is_ipv6(text: cython.p_const_char, length: cython.Py_ssize_t) -> cython.bint:
    """Whether these *length* bytes are an IPv6 address."""
    address = cython.declare(inet.in6_addr)
    # INET6_ADDRSTRLEN
    copy = cython.declare(cython.char[46])
    if length >= cython.cast(cython.Py_ssize_t, cython.sizeof(copy)):
        return False
    memcpy(copy, text, length)
    copy[length] = 0
    return inet.inet_pton(AF_INET6, copy, cython.address(address)) == 1


@cython.cfunc
def numeric_bytes(host: object) -> object:
    """The str *host* as bytes if it is no name: an IPv6 address with or without a zone, or an IPv4
    address in any form of inet_aton(3); None for others.

    The zone is the name of an interface, in whatever bytes and with capitals: the file system's
    encoding gives it back as if_nameindex() has it.
    """
    length = cython.declare(cython.Py_ssize_t)
    if capi.PyUnicode_IS_COMPACT_ASCII(host):
        text: cython.p_const_char = cython.cast(cython.p_const_char, capi.PyUnicode_DATA(host))
        length = capi.PyUnicode_GET_LENGTH(host)
        # A name has no colon (RFC 1123).
        if memchr(text, b":", length) == cython.NULL:
            address = cython.declare(inet.in_addr)
            if strspn(text, b"0123456789abcdefABCDEFxX.") != cython.cast(cython.size_t, length):
                return None
            if inet.inet_aton(text, cython.address(address)) == 0:
                return None
        elif not _is_ipv6(text, min(strcspn(text, b"%"), cython.cast(cython.size_t, length))):
            return None
        return PyBytes_FromStringAndSize(text, length)
    address_part, percent, _ = host.partition("%")
    if percent and address_part.isascii():
        data: bytes = address_part.encode()
        if _is_ipv6(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)):
            return capi.PyUnicode_EncodeFSDefault(host)
    return None


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
            name = numeric_bytes(host)
            if name is None:
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
    """A host name as bytes: text by IDNA, ASCII too, which refuses labels that DNS has no room for;
    numeric hosts without IDNA.

    Raises UnicodeError (no IDNA form), TypeError (another type, a zero byte).
    """
    if isinstance(host, str):
        name = numeric_bytes(host)
        if name is None:
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

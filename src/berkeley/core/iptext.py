"""IP addresses between text and packed bytes: inet(3), inet_pton(3), inet_ntop(3).

Packed is the network's form: 4 bytes for IPv4, 16 for IPv6, most significant first.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.errors import raise_errno
from cython.cimports.berkeley.core.hosts import ipv4_text, ipv6_text
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import AF_INET, AF_INET6
from cython.cimports.berkeley.core.text import ascii_bytes
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cython.cimports.libc.errno import EAFNOSUPPORT
from cython.cimports.libc.string import memcpy, strlen


def inet_aton(ip_addr, /):
    """The 4 packed bytes of an IPv4 address; also of the old forms ``127.1``, ``0x7f000001``.

    Raises OSError (not an address).  Source: inet_aton(3).
    """
    text = ascii_bytes(ip_addr, b"ip_addr")
    address = cython.declare(libc.in_addr)
    if libc.inet_aton(PyBytes_AS_STRING(text), cython.address(address)) == 0:
        raise OSError("illegal IP address string passed to inet_aton")
    return PyBytes_FromStringAndSize(cython.cast(cython.p_char, cython.address(address)), 4)


def inet_ntoa(packed_ip, /):
    """The dotted text of 4 packed bytes.

    Raises OSError (another length).  Source: inet_ntoa(3).
    """
    view = cython.declare(Py_buffer)
    read_from(packed_ip, cython.address(view))
    address: cython.uint = 0
    try:
        if view.len != 4:
            raise OSError("packed IP wrong length for inet_ntoa")
        memcpy(cython.address(address), view.buf, 4)
    finally:
        PyBuffer_Release(cython.address(view))
    return ipv4_text(address)


def inet_pton(address_family, ip_string, /):
    """The packed bytes of an address: 4 for AF_INET, 16 for AF_INET6.

    Raises OSError (not an address of that family; EAFNOSUPPORT: another family).  Source:
    inet_pton(3).
    """
    family: cython.int = as_int(address_family, b"address_family")
    packed = cython.declare(cython.char[16])
    text: cython.p_const_char
    kept: object = None
    if isinstance(ip_string, str) and capi.PyUnicode_IS_COMPACT_ASCII(ip_string):
        text = cython.cast(cython.p_const_char, capi.PyUnicode_DATA(ip_string))
        if strlen(text) != cython.cast(cython.size_t, capi.PyUnicode_GET_LENGTH(ip_string)):
            raise ValueError("ip_string: embedded null character")
    else:
        kept = ascii_bytes(ip_string, b"ip_string")
        text = PyBytes_AS_STRING(kept)
    done: cython.int = libc.inet_pton(family, text, packed)
    if done < 0:
        raise_errno(EAFNOSUPPORT)
    if done == 0:
        raise OSError("illegal IP address string passed to inet_pton")
    return PyBytes_FromStringAndSize(packed, 4 if family == AF_INET else 16)


def inet_ntop(address_family, packed_ip, /):
    """The text of packed bytes, 4 for AF_INET, 16 for AF_INET6 (in the form of RFC 5952).

    Raises ValueError (another length, another family).  Source: inet_ntop(3).
    """
    family: cython.int = as_int(address_family, b"address_family")
    view = cython.declare(Py_buffer)
    read_from(packed_ip, cython.address(view))
    sin6 = cython.declare(libc.sockaddr_in6)
    address: cython.uint = 0
    try:
        if family != AF_INET and family != AF_INET6:
            raise ValueError(f"unknown address family {family}")
        if view.len != (4 if family == AF_INET else 16):
            raise ValueError(f"packed_ip: invalid length of packed IP address string: {view.len}")
        if family == AF_INET:
            memcpy(cython.address(address), view.buf, 4)
        else:
            memcpy(cython.address(sin6.sin6_addr), view.buf, 16)
    finally:
        PyBuffer_Release(cython.address(view))
    if family == AF_INET:
        return ipv4_text(address)
    return ipv6_text(cython.address(sin6))

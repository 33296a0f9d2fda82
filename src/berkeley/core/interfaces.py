"""Network interfaces: their names and indexes, if_nameindex(3), netdevice(7)."""

import sys
from posix import fspath

import cython
from cython.cimports.berkeley.core.convert import as_unsigned
from cython.cimports.berkeley.core.errors import raise_errno
from cython.cimports.berkeley.core.libc import interface as libc
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.text import decode_ascii
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.errno import ENODEV, ENXIO, errno
from cython.cimports.libc.string import memcpy, strlen

# Since 3.14 a negative index is a ValueError (an OverflowError before), and an unknown name an
# OSError with errno.
SINCE_3_14 = cython.declare(cython.bint, sys.version_info >= (3, 14))


@cython.cfunc
def _name_bytes(name: object) -> object:
    try:
        data = fspath(name)
    except TypeError:
        raise TypeError(
            f"interface name: expected str, bytes or os.PathLike object, not {type(name).__name__}"
        ) from None
    if isinstance(data, str):
        data = capi.PyUnicode_EncodeFSDefault(data)
    if strlen(PyBytes_AS_STRING(data)) != cython.cast(cython.size_t, PyBytes_GET_SIZE(data)):
        raise ValueError("interface name: embedded null byte")
    return data


@cython.cfunc
@cython.exceptval(-1, check=False)
def index_of(fd: cython.int, name: object) -> cython.int:
    """The index of the interface of that name, 0 for ``''``; OSError (ENODEV) if there is none.

    The name is one of the network namespace of the socket *fd*; -1: of this thread's.
    """
    data = _name_bytes(name)
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(data)
    if size == 0:
        return 0
    request = cython.declare(libc.ifreq)
    if size >= cython.cast(cython.Py_ssize_t, cython.sizeof(request.ifr_name)):
        raise_errno(ENODEV)
    if fd >= 0:
        memcpy(request.ifr_name, PyBytes_AS_STRING(data), size + 1)
        if libc.ioctl(fd, libc.SIOCGIFINDEX, cython.address(request)) == 0:
            return request.ifr_ifindex
        # Otherwise the family has no such ioctl: AF_XDP says EOPNOTSUPP, others ENOTTY or EINVAL.
        if errno == ENODEV:
            raise_errno(ENODEV)
    index: cython.uint = libc.if_nametoindex(PyBytes_AS_STRING(data))
    if index == 0:
        raise_errno(ENODEV)
    return cython.cast(cython.int, index)


@cython.cfunc
def name_of(fd: cython.int, index: cython.uint) -> object:
    """The name of the interface with that index, ``''`` if there is none (0 is none).

    The index is one of the network namespace of the socket *fd*; -1: of this thread's.
    """
    if index == 0:
        return ""
    request = cython.declare(libc.ifreq)
    if fd >= 0:
        request.ifr_ifindex = cython.cast(cython.int, index)
        if libc.ioctl(fd, libc.SIOCGIFNAME, cython.address(request)) == 0:
            return decode_ascii(request.ifr_name)
        if errno == ENODEV or errno == ENXIO:
            return ""
    if libc.if_indextoname(index, request.ifr_name) == cython.NULL:
        return ""
    return decode_ascii(request.ifr_name)


def if_nameindex():
    """The network interfaces, as a list of ``(index, name)``.

    Raises OSError.  Source: if_nameindex(3).
    """
    items: cython.pointer[libc.name_index] = libc.if_nameindex()
    if items == cython.NULL:
        raise_errno(errno)
    found: list = []
    try:
        i: cython.Py_ssize_t = 0
        while items[i].if_index != 0 and items[i].if_name != cython.NULL:
            found.append((items[i].if_index, decode_ascii(items[i].if_name)))
            i += 1
    finally:
        libc.if_freenameindex(items)
    return found


def if_nametoindex(oname, /):
    """The index of the interface named *oname* (str, bytes or a path-like object).

    Raises OSError (no interface of that name).  Source: if_nametoindex(3).
    """
    data = _name_bytes(oname)
    index: cython.uint = libc.if_nametoindex(PyBytes_AS_STRING(data))
    if index == 0:
        if SINCE_3_14:
            raise_errno(errno)
        raise OSError("no interface with this name")
    return index


def if_indextoname(if_index, /):
    """The name of the interface whose index is *if_index*.

    Raises OSError (ENXIO: no such index), OverflowError; ValueError for a negative one since 3.14.
    Source: if_indextoname(3).
    """
    if capi.PyIndex_Check(if_index):
        if_index = capi.PyNumber_Index(if_index)
        if SINCE_3_14 and if_index < 0:
            raise ValueError("if_index: Value must be non-negative")
    index: cython.longlong = as_unsigned(if_index, b"if_index", 0xFFFFFFFF)
    text = cython.declare(cython.char[32])
    if libc.if_indextoname(cython.cast(cython.uint, index), text) == cython.NULL:
        raise_errno(ENXIO)
    return decode_ascii(text)

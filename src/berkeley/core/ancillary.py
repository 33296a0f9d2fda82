"""Ancillary data: the control messages of sendmsg() and recvmsg(), cmsg(3), unix(7).

A message carries its items one behind the other, each a header and data, each padded to a word:

    | cmsg_len | cmsg_level | cmsg_type | data ... | padding | cmsg_len | ...

CMSG_LEN(n) is header and n bytes of data, CMSG_SPACE(n) the same with the padding.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.unistd import close
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.exc import PyErr_WarnEx
from cython.cimports.cpython.mem import PyMem_Realloc
from cython.cimports.libc.string import memcpy, memset

# The largest socklen_t that every system takes: POSIX advises applications to stay below 2**31.
SOCKLEN_MAX = cython.declare(cython.size_t, 0x7FFFFFFF)


@cython.cfunc
@cython.exceptval(check=False)
def cmsg_len(length: cython.Py_ssize_t) -> cython.size_t:
    """CMSG_LEN(length), or 0 when it does not fit a socklen_t."""
    if length < 0 or cython.cast(cython.size_t, length) > SOCKLEN_MAX - libc.CMSG_LEN(0):
        return 0
    return libc.CMSG_LEN(length)


@cython.cfunc
@cython.exceptval(check=False)
def cmsg_space(length: cython.Py_ssize_t) -> cython.size_t:
    """CMSG_SPACE(length), or 0 when it does not fit a socklen_t."""
    if length < 0 or cython.cast(cython.size_t, length) > SOCKLEN_MAX - libc.CMSG_SPACE(1):
        return 0
    return libc.CMSG_SPACE(length)


def CMSG_LEN(length, /):
    """Bytes of an item with *length* bytes of data, without the padding behind it.

    Raises OverflowError (negative, or the result is over 2**31 - 1).  Source: RFC 3542, section
    20.3.
    """
    result: cython.size_t = cmsg_len(as_size(length, b"length"))
    if result == 0:
        raise OverflowError("CMSG_LEN() argument out of range")
    return result


def CMSG_SPACE(length, /):
    """Bytes that an item with *length* bytes of data takes up, the padding included.

    The sum over several items is the ancbufsize that receives them all.
    Raises OverflowError (negative, or the result is over 2**31 - 1).  Source: RFC 3542, section
    20.3.
    """
    result: cython.size_t = cmsg_space(as_size(length, b"length"))
    if result == 0:
        raise OverflowError("CMSG_SPACE() argument out of range")
    return result


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add(
    item: object, message: cython.pointer[libc.msghdr], near: cython.p_void, room: cython.size_t
) -> cython.int:
    """Append one item to *message*'s control data, which grows for it; see pack()."""
    if not isinstance(item, tuple):
        # A private copy of a list; its numbers might change it.
        try:
            item = () if isinstance(item, (bytes, bytearray)) else tuple(item)
        except TypeError:
            item = ()
    parts: tuple = cython.cast(tuple, item)
    if len(parts) != 3:
        raise TypeError(
            "[sendmsg() ancillary data items] must be tuples (cmsg_level, cmsg_type, cmsg_data)"
        )
    level: cython.int = as_int(parts[0], b"cmsg_level")
    kind: cython.int = as_int(parts[1], b"cmsg_type")
    view = cython.declare(Py_buffer)
    read_from(parts[2], cython.address(view))
    try:
        space: cython.size_t = cmsg_space(view.len)
        if space == 0:
            raise OSError("ancillary data item too large")
        before: cython.size_t = message.msg_controllen
        if before + space > SOCKLEN_MAX:
            raise OSError("too much ancillary data")
        if message.msg_control != near or before + space > room:
            _grow(message, near, before + space)
        message.msg_controllen = before + space
        header = cython.cast(
            cython.pointer[libc.cmsghdr], cython.cast(cython.p_char, message.msg_control) + before
        )
        memset(header, 0, space)
        header.cmsg_level = level
        header.cmsg_type = kind
        header.cmsg_len = libc.CMSG_LEN(view.len)
        memcpy(libc.CMSG_DATA(header), view.buf, view.len)
    finally:
        PyBuffer_Release(cython.address(view))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _grow(
    message: cython.pointer[libc.msghdr], near: cython.p_void, size: cython.size_t
) -> cython.int:
    """Move *message*'s control data to *size* bytes of the heap."""
    far: cython.bint = message.msg_control != near
    grown: cython.p_void = PyMem_Realloc(message.msg_control if far else cython.NULL, size)
    if grown == cython.NULL:
        raise MemoryError
    if not far:
        memcpy(grown, near, message.msg_controllen)
    message.msg_control = grown
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def pack(
    items: tuple, message: cython.pointer[libc.msghdr], near: cython.p_void, room: cython.size_t
) -> cython.int:
    """Write *message*'s control data, into *room* bytes at *near* if they suffice.

    If ``msg_control`` is not *near* afterwards, the caller frees it with PyMem_Free.  Each of
    *items* is ``(level, type, data)``.  Raises TypeError, OverflowError, OSError (too large).
    """
    message.msg_control = near
    message.msg_controllen = 0
    for item in items:
        _add(item, message, near, room)
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def _data_length(
    message: cython.pointer[libc.msghdr], header: cython.pointer[libc.cmsghdr]
) -> cython.Py_ssize_t:
    """How many bytes of data an item has; -1 if its header makes no sense.

    The last item may claim more than has arrived: the kernel cut it (MSG_CTRUNC).
    """
    start: cython.size_t = libc.CMSG_LEN(0)
    if header.cmsg_len < start:
        return -1
    offset: cython.size_t = cython.cast(cython.size_t, libc.CMSG_DATA(header)) - cython.cast(
        cython.size_t, message.msg_control
    )
    if offset > message.msg_controllen:
        return -1
    length: cython.size_t = header.cmsg_len - start
    return min(length, message.msg_controllen - offset)


@cython.cfunc
def unpack(message: cython.pointer[libc.msghdr]) -> object:
    """The items of a received message as a list of ``(level, type, data)``."""
    if message.msg_controllen == 0:
        return []
    # A list of the right length at once: to append makes it grow.
    count: cython.Py_ssize_t = 0
    header: cython.pointer[libc.cmsghdr] = libc.CMSG_FIRSTHDR(message)
    while header != cython.NULL:
        count += 1
        header = libc.CMSG_NXTHDR(message, header)
    items: list = [None] * count
    count = 0
    header = libc.CMSG_FIRSTHDR(message)
    while header != cython.NULL:
        length: cython.Py_ssize_t = _data_length(message, header)
        if length < 0:
            PyErr_WarnEx(
                RuntimeWarning, b"received malformed or improperly-truncated ancillary data", 1
            )
            break
        data: cython.p_char = cython.cast(cython.p_char, libc.CMSG_DATA(header))
        items[count] = (header.cmsg_level, header.cmsg_type, data[:length])
        count += 1
        if header.cmsg_len > libc.CMSG_LEN(length):
            break
        header = libc.CMSG_NXTHDR(message, header)
    return items if count == len(items) else items[:count]


@cython.cfunc
def close_received(message: cython.pointer[libc.msghdr]) -> object:
    """Close the descriptors in a received message that could not be given to the caller."""
    header: cython.pointer[libc.cmsghdr] = libc.CMSG_FIRSTHDR(message)
    while header != cython.NULL:
        length: cython.Py_ssize_t = _data_length(message, header)
        if length < 0:
            break
        if header.cmsg_level == libc.SOL_SOCKET and header.cmsg_type == libc.SCM_RIGHTS:
            fds: cython.p_int = cython.cast(cython.p_int, libc.CMSG_DATA(header))
            count: cython.Py_ssize_t = length // cython.sizeof(cython.int)
            i: cython.Py_ssize_t
            for i in range(count):
                close(fds[i])
        header = libc.CMSG_NXTHDR(message, header)
    return None

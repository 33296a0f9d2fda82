"""Many messages in one system call: recvmmsg(2) and sendmmsg(2).

Both say how many messages were done, and an error only when that is none: of a later message, the
next call gets it.  The kernel's own timeout of recvmmsg() is never used: it is looked at only when
a message has come.  The wait is that of all calls, for the first message, and MSG_WAITFORONE takes
what has come behind it.
"""

from itertools import islice

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.batch import (
    MessageBatch,
    address_of,
    hold,
    length_of,
    let_go,
    prepare,
    received,
    whole,
)
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN, POLLOUT
from cython.cimports.berkeley.core.sockaddr import pack
from cython.cimports.berkeley.core.wait import retry_or_raise
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release, PyObject_CheckBuffer
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.cpython.mem import PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cython.cimports.libc.errno import errno
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memset

# UIO_MAXIOV of <linux/uio.h>: of more messages the kernel takes this many, sendmmsg(2).
MOST = cython.declare(cython.Py_ssize_t, 1024)


def recvmmsg_into(sock: Endpoint, batch: MessageBatch, flags=0, /):
    """Receive messages into *batch*, as many as are there and fit, one at least; return how many.

    Raises RuntimeError (the batch is in use), TimeoutError, OSError.  Source: recvmmsg(2).
    """
    bits: cython.int = as_int(flags, b"flags") | libc.MSG_WAITFORONE
    if sock.sock_family == libc.AF_UNIX:
        # Of no use elsewhere, and AF_PACKET refuses it.
        bits |= libc.MSG_CMSG_CLOEXEC
    fd: cython.int = sock.sock_fd
    count: cython.uint = batch.capacity
    deadline: int64_t = 0
    got: cython.int = -1
    err: cython.int
    prepare(batch)
    try:
        while True:
            with cython.nogil:
                got = libc.recvmmsg(fd, batch.headers, count, bits, cython.NULL)
                err = errno
            if got >= 0:
                return got
            retry_or_raise(err, fd, POLLIN, sock.sock_timeout, cython.address(deadline))
    finally:
        received(batch, sock, max(got, 0))


def recvmmsg(sock: Endpoint, count, bufsize, ancbufsize=0, flags=0, /):
    """Receive at most *count* messages, as many as are there, one at least.

    Returns a list of ``(data, ancdata, msg_flags, address)``, each as recvmsg() returns it.
    Raises ValueError (a number out of range), TimeoutError, OSError.  Source: recvmmsg(2).
    """
    batch: MessageBatch = MessageBatch(count, bufsize, ancbufsize)
    recvmmsg_into(sock, batch, flags)
    return whole(batch)


# The memory of buffers other than bytes, in pieces that stay where they are.
Held = cython.struct(
    next=cython.p_void,
    used=cython.Py_ssize_t,
    views=Py_buffer[32],
)
PIECE = cython.declare(cython.Py_ssize_t, 32)

# The messages of one sendmmsg().  While they are gathered the arrays may move: headers count in
# them, in msg_iov from 0 and in msg_name from 1, and _settle() makes pointers of that.
Outgoing = cython.struct(
    count=cython.Py_ssize_t,
    headers=cython.pointer[libc.mmsghdr],
    parts=cython.pointer[libc.iovec],
    part_count=cython.Py_ssize_t,
    part_room=cython.Py_ssize_t,
    names=cython.pointer[libc.sockaddr_storage],
    name_count=cython.Py_ssize_t,
    name_room=cython.Py_ssize_t,
    held=cython.pointer[Held],
)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _begin(out: cython.pointer[Outgoing], total: cython.Py_ssize_t) -> cython.int:
    """Make room for *total* messages in *out*, which is zeros; _end() has to follow, also after an
    exception.
    """
    out.part_room = total
    out.headers = cython.cast(
        cython.pointer[libc.mmsghdr], PyMem_Calloc(total, cython.sizeof(libc.mmsghdr))
    )
    out.parts = cython.cast(
        cython.pointer[libc.iovec], PyMem_Malloc(total * cython.sizeof(libc.iovec))
    )
    if out.headers == cython.NULL or out.parts == cython.NULL:
        raise MemoryError
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def _end(out: cython.pointer[Outgoing]) -> cython.void:
    i: cython.Py_ssize_t
    if out.headers != cython.NULL:
        for i in range(out.count):
            PyMem_Free(out.headers[i].msg_hdr.msg_control)
    while out.held != cython.NULL:
        piece: cython.pointer[Held] = out.held
        for i in range(piece.used):
            PyBuffer_Release(cython.address(piece.views[i]))
        out.held = cython.cast(cython.pointer[Held], piece.next)
        PyMem_Free(piece)
    PyMem_Free(out.headers)
    PyMem_Free(out.parts)
    PyMem_Free(out.names)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _hold(
    out: cython.pointer[Outgoing], data: object, part: cython.pointer[libc.iovec]
) -> cython.int:
    """Take hold of the memory of a bytes-like object."""
    piece: cython.pointer[Held] = out.held
    if piece == cython.NULL or piece.used == PIECE:
        piece = cython.cast(cython.pointer[Held], PyMem_Malloc(cython.sizeof(Held)))
        if piece == cython.NULL:
            raise MemoryError
        piece.next = out.held
        piece.used = 0
        out.held = piece
    view: cython.pointer[Py_buffer] = cython.address(piece.views[piece.used])
    read_from(data, view)
    piece.used += 1
    part.iov_base = view.buf
    part.iov_len = view.len
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_part(out: cython.pointer[Outgoing], data: object, kept: cython.bint) -> cython.int:
    """Append a buffer to the last message; *kept*: the object lives as long as the call."""
    if out.part_count == out.part_room:
        grown: cython.p_void = PyMem_Realloc(
            out.parts, 2 * out.part_room * cython.sizeof(libc.iovec)
        )
        if grown == cython.NULL:
            raise MemoryError
        out.parts = cython.cast(cython.pointer[libc.iovec], grown)
        out.part_room *= 2
    part: cython.pointer[libc.iovec] = cython.address(out.parts[out.part_count])
    if kept and isinstance(data, bytes):
        # They never move either.
        part.iov_base = PyBytes_AS_STRING(data)
        part.iov_len = PyBytes_GET_SIZE(data)
    else:
        _hold(out, data, part)
    out.part_count += 1
    out.headers[out.count - 1].msg_hdr.msg_iovlen += 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_name(out: cython.pointer[Outgoing], sock: Endpoint, address: object) -> cython.int:
    """Pack an address behind the others."""
    if out.name_count == out.name_room:
        room: cython.Py_ssize_t = max(1, 4 * out.name_room)
        grown: cython.p_void = PyMem_Realloc(out.names, room * cython.sizeof(libc.sockaddr_storage))
        if grown == cython.NULL:
            raise MemoryError
        out.names = cython.cast(cython.pointer[libc.sockaddr_storage], grown)
        out.name_room = room
    length: libc.socklen_t = pack(
        sock.sock_fd,
        sock.sock_family,
        sock.sock_proto,
        address,
        cython.address(out.names[out.name_count]),
        b"sendmmsg",
    )
    out.name_count += 1
    return length


@cython.cfunc
def _add(
    out: cython.pointer[Outgoing],
    sock: Endpoint,
    message: object,
    before: object,
    length: cython.pointer[libc.socklen_t],
) -> object:
    """Append a message; return its address.

    *before* is the address of the one before, *length* how long that is when it is packed.
    """
    data: object = message
    address: object = None
    header: cython.pointer[libc.msghdr] = cython.address(out.headers[out.count].msg_hdr)
    header.msg_iov = cython.cast(cython.pointer[libc.iovec], out.part_count)
    out.count += 1
    if isinstance(message, tuple):
        given: tuple = cython.cast(tuple, message)
        size: cython.Py_ssize_t = len(given)
        if size != 2 and size != 3:
            raise TypeError(
                "messages: a message is (data, address) or (data, address, ancdata), "
                f"not a tuple of {size}"
            )
        data = given[0]
        address = given[1]
        if size == 3:
            try:
                items: tuple = tuple(given[2])
            except TypeError:
                raise TypeError(
                    f"messages: ancdata must be an iterable, not {type(given[2]).__name__}"
                ) from None
            ancillary.pack(items, header, cython.NULL, 0)
    elif not PyObject_CheckBuffer(message):
        raise TypeError(
            "messages: a message is a bytes-like object or a tuple (data, address), "
            f"not {type(message).__name__}"
        )
    if address is not None:
        if address is not before:
            length[0] = _add_name(out, sock, address)
        header.msg_name = cython.cast(cython.p_void, out.name_count)
        header.msg_namelen = length[0]
    capi.PySys_Audit(
        b"socket.sendmsg",
        b"OO",
        cython.cast(cython.p_void, sock),
        cython.cast(cython.p_void, address),
    )
    if PyObject_CheckBuffer(data):
        _add_part(out, data, True)
    else:
        _add_parts(out, data)
    return before if address is None else address


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_parts(out: cython.pointer[Outgoing], data: object) -> cython.int:
    """Append the buffers of a sequence."""
    if not isinstance(data, (list, tuple)):
        raise TypeError(
            "messages: data must be bytes-like, or a list or tuple of bytes-like objects, "
            f"not {type(data).__name__}"
        )
    for part in tuple(data):
        # The sequence may change before all is sent, and let go of them.
        _add_part(out, part, False)
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def _settle(out: cython.pointer[Outgoing]) -> cython.void:
    """Make pointers of the places that the headers count."""
    i: cython.Py_ssize_t
    for i in range(out.count):
        header: cython.pointer[libc.msghdr] = cython.address(out.headers[i].msg_hdr)
        header.msg_iov = out.parts + cython.cast(cython.Py_ssize_t, header.msg_iov)
        if header.msg_name != cython.NULL:
            header.msg_name = out.names + (cython.cast(cython.Py_ssize_t, header.msg_name) - 1)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send(sock: Endpoint, out: cython.pointer[Outgoing], bits: cython.int) -> cython.int:
    """sendmmsg(2), with the wait: how many were sent."""
    fd: cython.int = sock.sock_fd
    count: cython.uint = out.count
    deadline: int64_t = 0
    sent: cython.int
    err: cython.int
    while True:
        with cython.nogil:
            sent = libc.sendmmsg(fd, out.headers, count, bits)
            err = errno
        if sent >= 0:
            return sent
        retry_or_raise(err, fd, POLLOUT, sock.sock_timeout, cython.address(deadline))


@cython.cfunc
def _send_back(sock: Endpoint, batch: MessageBatch, bits: cython.int) -> object:
    """Send the messages of a batch to where they came from."""
    out = cython.declare(Outgoing)
    i: cython.Py_ssize_t
    memset(cython.address(out), 0, cython.sizeof(Outgoing))
    hold(batch, False)
    try:
        _begin(cython.address(out), max(batch.filled, 1))
        for i in range(batch.filled):
            address = address_of(batch, i)
            capi.PySys_Audit(
                b"socket.sendmsg",
                b"OO",
                cython.cast(cython.p_void, sock),
                cython.cast(cython.p_void, address),
            )
            header: cython.pointer[libc.msghdr] = cython.address(out.headers[i].msg_hdr)
            header.msg_namelen = batch.headers[i].msg_hdr.msg_namelen
            if header.msg_namelen != 0:
                header.msg_name = cython.address(batch.names[i])
            header.msg_iov = cython.address(out.parts[i])
            header.msg_iovlen = 1
            out.parts[i].iov_base = batch.parts[i].iov_base
            out.parts[i].iov_len = length_of(batch, i)
        out.count = batch.filled
        return _send(sock, cython.address(out), bits)
    finally:
        _end(cython.address(out))
        let_go(batch)


def sendmmsg(sock: Endpoint, messages, flags=0, /):
    """Send many messages in one call; return how many were sent, which may be fewer than given.

    A message is bytes-like, or ``(data, address)``, or ``(data, address, ancdata)``; address is
    None on a connected socket, data bytes-like or a list or tuple of bytes-like objects.  No more
    than 1024 are taken from *messages*, an iterable.  The messages of a MessageBatch go back to
    where they came from.  An error is raised when the first message has it; otherwise the messages
    before are sent, and the next call meets it.
    Raises TypeError, ValueError (a stream, which has no messages), TimeoutError, OSError.
    Source: sendmmsg(2).
    """
    bits: cython.int = as_int(flags, b"flags")
    if sock.sock_type == libc.SOCK_STREAM:
        # The kernel may take a part of a message, and counts it as one.
        raise ValueError("sendmmsg() is for sockets that keep messages apart, not for SOCK_STREAM")
    if isinstance(messages, MessageBatch):
        return _send_back(sock, messages, bits)
    try:
        # A private copy: what converting one message runs must not change the others.
        given: tuple = tuple(islice(messages, MOST))
    except TypeError:
        if hasattr(type(messages), "__iter__"):
            raise
        raise TypeError(
            f"messages: an iterable is required, not {type(messages).__name__}"
        ) from None
    out = cython.declare(Outgoing)
    length: libc.socklen_t = 0
    address: object = None
    memset(cython.address(out), 0, cython.sizeof(Outgoing))
    try:
        _begin(cython.address(out), max(len(given), 1))
        for message in given:
            address = _add(cython.address(out), sock, message, address, cython.address(length))
        _settle(cython.address(out))
        return _send(sock, cython.address(out), bits)
    finally:
        _end(cython.address(out))

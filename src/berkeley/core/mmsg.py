"""Many messages in one system call: recvmmsg(2) and sendmmsg(2).

Both say how many messages were done, and an error only when that is none: of a later message, the
next call gets it.  The kernel's own timeout of recvmmsg() is never used: it is looked at only when
a message has come.  The wait is that of all calls, for the first message, and MSG_WAITFORONE takes
what has come behind it.
"""

from itertools import islice

import cython
from cython.cimports.berkeley.core.batch import MessageBatch
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.gathering import begin, end, gather
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN, POLLOUT
from cython.cimports.berkeley.core.outgoing import Outgoing
from cython.cimports.berkeley.core.slots import (
    address_of,
    hold,
    length_of,
    let_go,
    prepare,
    received,
    whole,
)
from cython.cimports.berkeley.core.wait import retry_or_raise
from cython.cimports.libc.errno import errno
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memset

# UIO_MAXIOV of <linux/uio.h>: of more messages the kernel takes this many, sendmmsg(2).
MOST = cython.declare(cython.Py_ssize_t, 1024)
MethodDescriptor = cython.declare(type, type(str.join))


def recvmmsg_into(sock: Endpoint, batch: MessageBatch, flags=0, /):
    """Receive messages into *batch*, as many as are there and fit, one at least; return how many.

    Raises RuntimeError (the batch is in use), TimeoutError, OSError.  Source: recvmmsg(2).
    """
    bits: cython.int = as_int(flags, b"flags") | libc.MSG_WAITFORONE
    if sock.sock_type == libc.SOCK_STREAM and not isinstance(type(sock).recvmsg, MethodDescriptor):
        # That of ssl.SSLSocket refuses: what the descriptor gives is not what was sent.
        raise NotImplementedError(f"recvmmsg not allowed on instances of {type(sock)}")
    if sock.sock_family == libc.AF_UNIX:
        # Of no use elsewhere, and AF_PACKET refuses it.
        bits |= libc.MSG_CMSG_CLOEXEC
    count: cython.uint = batch.capacity
    deadline: int64_t = 0
    got: cython.int = -1
    err: cython.int
    prepare(batch)
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    try:
        while True:
            fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
            with cython.nogil:
                got = libc.recvmmsg(fd, batch.headers, count, bits, cython.NULL)
                err = errno
            if got >= 0:
                return got
            retry_or_raise(err, fd, POLLIN, sock.sock_timeout, cython.address(deadline))
    finally:
        land(cython.address(flight))
        received(batch, sock, max(got, 0))


def recvmmsg(sock: Endpoint, count, bufsize, ancbufsize=0, flags=0, /):
    """Receive at most *count* messages, as many as are there, one at least.

    Returns a list of ``(data, ancdata, msg_flags, address)``, each as recvmsg() returns it.
    Raises ValueError (a number out of range), TimeoutError, OSError.  Source: recvmmsg(2).
    """
    batch: MessageBatch = MessageBatch(count, bufsize, ancbufsize)
    recvmmsg_into(sock, batch, flags)
    return whole(batch)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send(sock: Endpoint, out: cython.pointer[Outgoing], bits: cython.int) -> cython.int:
    """sendmmsg(2), with the wait: how many were sent."""
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    count: cython.uint = out.count
    deadline: int64_t = 0
    sent: cython.int
    err: cython.int
    try:
        while True:
            fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
            with cython.nogil:
                sent = libc.sendmmsg(fd, out.headers, count, bits)
                err = errno
            if sent >= 0:
                return sent
            retry_or_raise(err, fd, POLLOUT, sock.sock_timeout, cython.address(deadline))
    finally:
        land(cython.address(flight))


@cython.cfunc
def _send_back(sock: Endpoint, batch: MessageBatch, bits: cython.int) -> object:
    """Send the messages of a batch to where they came from."""
    out = cython.declare(Outgoing)
    i: cython.Py_ssize_t
    memset(cython.address(out), 0, cython.sizeof(Outgoing))
    hold(batch, False)
    try:
        begin(cython.address(out), max(batch.filled, 1))
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
        end(cython.address(out))
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
    memset(cython.address(out), 0, cython.sizeof(Outgoing))
    try:
        begin(cython.address(out), max(len(given), 1))
        gather(cython.address(out), sock, given)
        return _send(sock, cython.address(out), bits)
    finally:
        end(cython.address(out))

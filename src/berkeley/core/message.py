"""Messages: recvmsg(2) and sendmsg(2), data in several buffers with ancillary data beside it."""

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.attempt import (
    again_in_flight,
    again_to,
    try_receiving,
    try_sending,
)
from cython.cimports.berkeley.core.buffers import abandon, begin, finish, hold, release, total_of
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.landing import Landing
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN
from cython.cimports.berkeley.core.sockaddr import pack, unpack
from cython.cimports.berkeley.core.transfer import Transfer, may_go_on
from cython.cimports.berkeley.core.vector import Vector
from cython.cimports.cpython.mem import PyMem_Free, PyMem_Malloc
from cython.cimports.libc.errno import errno
from cython.cimports.libc.limits import INT_MAX
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memset

# <linux/socket.h>
AF_ALG = cython.declare(cython.int, 38)

# Ancillary data up to this size is on the stack.
LITTLE = cython.declare(cython.Py_ssize_t, 256)


@cython.cfunc
def _as_tuple(items: object, name: str) -> tuple:
    """A private copy: what converting one item runs must not change the others."""
    if type(items) is list or type(items) is tuple:
        return tuple(items)
    try:
        iterator = iter(items)
    except TypeError:
        raise TypeError(f"{name} must be an iterable") from None
    return tuple(iterator)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send_rest(
    fd: cython.int, message: cython.pointer[libc.msghdr], sent: cython.Py_ssize_t, bits: cython.int
) -> cython.Py_ssize_t:
    """Send what a try has left of a blocking sendmsg(2), which takes all: how much was taken.

    Its ancillary data and its address went with the first *sent* bytes.  An error is for the next
    call to tell, as in transfer.py.
    """
    while sent >= cython.cast(cython.Py_ssize_t, message.msg_iov.iov_len):
        sent -= message.msg_iov.iov_len
        message.msg_iov += 1
        message.msg_iovlen -= 1
    message.msg_iov.iov_base = cython.cast(cython.p_char, message.msg_iov.iov_base) + sent
    message.msg_iov.iov_len -= sent
    rest = cython.declare(libc.msghdr)
    memset(cython.address(rest), 0, cython.sizeof(libc.msghdr))
    rest.msg_iov = message.msg_iov
    rest.msg_iovlen = message.msg_iovlen
    taken: cython.Py_ssize_t = 0
    with cython.nogil:
        if may_go_on(fd):
            taken = libc.sendmsg(fd, cython.address(rest), bits)
    return taken if taken > 0 else 0


@cython.cclass
class Message(Transfer):
    def recvmsg(self, bufsize, ancbufsize=0, flags=0, /):
        """Receive one message of at most *bufsize* bytes and *ancbufsize* bytes of ancillary data.

        Returns ``(data, ancdata, msg_flags, address)``; ancdata is a list of ``(cmsg_level,
        cmsg_type, cmsg_data)``, and descriptors in it (SCM_RIGHTS) are the caller's.  MSG_TRUNC and
        MSG_CTRUNC in msg_flags say that data or ancillary data was cut.
        Raises ValueError (a size out of range), TimeoutError, OSError.  Source: recvmsg(2).
        """
        size: cython.Py_ssize_t = as_size(bufsize, b"bufsize")
        if size < 0:
            raise ValueError("bufsize: negative buffer size in recvmsg()")
        room: cython.Py_ssize_t = as_size(ancbufsize, b"ancbufsize")
        bits: cython.int = as_int(flags, b"flags")
        landing = cython.declare(Landing)
        begin(cython.address(landing), size, self.expected, bits)
        item = cython.declare(libc.iovec)
        item.iov_base = landing.where
        item.iov_len = size
        got: cython.Py_ssize_t = -1
        message = cython.declare(libc.msghdr)
        raw = cython.declare(libc.sockaddr_storage)
        message.msg_name = cython.address(raw)
        message.msg_iov = cython.address(item)
        message.msg_iovlen = 1
        # Words, as the headers of ancillary data are aligned so.
        little = cython.declare(cython.ulonglong[32])
        message.msg_control = little
        try:
            got = _receive(self, cython.address(message), room, bits, b"recvmsg")
            self.expected = cython.cast(cython.int, min(got, INT_MAX))
            try:
                # With MSG_TRUNC the kernel tells the whole length; the flags say as much.
                data = finish(cython.address(landing), size, min(got, size))
                return _describe(self, data, cython.address(message))
            except BaseException:
                ancillary.close_received(cython.address(message))
                raise
        finally:
            if message.msg_control != cython.cast(cython.p_void, little):
                PyMem_Free(message.msg_control)
            if got < 0:
                abandon(cython.address(landing))

    def recvmsg_into(self, buffers, ancbufsize=0, flags=0, /):
        """Receive one message into *buffers*, an iterable of writable bytes-like objects, one after
        the other.

        Returns ``(how many bytes, ancdata, msg_flags, address)``, as recvmsg().
        Raises TypeError, ValueError (ancbufsize out of range), TimeoutError, OSError.  Source:
        recvmsg(2).
        """
        room: cython.Py_ssize_t = as_size(ancbufsize, b"ancbufsize")
        bits: cython.int = as_int(flags, b"flags")
        vector = cython.declare(Vector)
        message = cython.declare(libc.msghdr)
        raw = cython.declare(libc.sockaddr_storage)
        message.msg_name = cython.address(raw)
        # Words, as the headers of ancillary data are aligned so.
        little = cython.declare(cython.ulonglong[32])
        message.msg_control = little
        targets: tuple = _as_tuple(buffers, "recvmsg_into() argument 1")
        try:
            hold(cython.address(vector), targets, True)
            message.msg_iov = vector.items
            message.msg_iovlen = vector.count
            got: cython.Py_ssize_t = _receive(
                self, cython.address(message), room, bits, b"recvmsg_into"
            )
            try:
                return _describe(self, got, cython.address(message))
            except BaseException:
                ancillary.close_received(cython.address(message))
                raise
        finally:
            if message.msg_control != cython.cast(cython.p_void, little):
                PyMem_Free(message.msg_control)
            release(cython.address(vector))

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None, /):
        """Send the bytes of all *buffers* as one message, with ancillary data and to *address* if
        given.

        *ancdata* is an iterable of ``(cmsg_level, cmsg_type, cmsg_data)``.  Returns how many bytes
        of data were taken.  Raises TypeError, OSError (too large), TimeoutError.  Source:
        sendmsg(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        flight = cython.declare(Flight)
        flight.fd = -1
        vector = cython.declare(Vector)
        message = cython.declare(libc.msghdr)
        memset(cython.address(message), 0, cython.sizeof(libc.msghdr))
        raw = cython.declare(libc.sockaddr_storage)
        little = cython.declare(cython.ulonglong[32])
        message.msg_control = little
        vector.count = 0
        vector.views = vector.few_views
        vector.items = vector.few_items
        try:
            if address is not None:
                message.msg_namelen = pack(
                    self.sock_fd,
                    self.sock_family,
                    self.sock_proto,
                    address,
                    cython.address(raw),
                    b"sendmsg",
                )
                message.msg_name = cython.address(raw)
            capi.PySys_Audit(
                b"socket.sendmsg",
                b"OO",
                cython.cast(cython.p_void, self),
                cython.cast(cython.p_void, address),
            )
            sources: tuple = _as_tuple(buffers, "sendmsg() argument 1")
            items: tuple = _as_tuple(ancdata, "sendmsg() argument 2")
            hold(cython.address(vector), sources, False)
            message.msg_iov = vector.items
            message.msg_iovlen = vector.count
            ancillary.pack(items, cython.address(message), little, LITTLE)
            deadline: int64_t = 0
            fd: cython.int = self.sock_fd
            sent: cython.Py_ssize_t
            err: cython.int
            total: cython.Py_ssize_t = total_of(cython.address(vector))
            tried: cython.int = try_sending(self, total, bits)
            while True:
                if tried:
                    sent = libc.sendmsg(fd, cython.address(message), bits | tried)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        sent = libc.sendmsg(fd, cython.address(message), bits)
                        err = errno
                if sent >= 0:
                    break
                again_to(
                    self, tried, err, address, cython.address(deadline), cython.address(flight)
                )
                tried = 0
            if tried and sent < total and self.sock_timeout < 0:
                fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                return sent + _send_rest(fd, cython.address(message), sent, bits)
            return sent
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            if message.msg_control != cython.cast(cython.p_void, little):
                PyMem_Free(message.msg_control)
            release(cython.address(vector))

    def sendmsg_afalg(self, msg=(), *, op, iv=..., assoclen=..., flags=0):
        """sendmsg() to an operation socket of AF_ALG, with its control messages made from the
        arguments.

        *op* is ALG_OP_ENCRYPT, ALG_OP_DECRYPT...; *iv* is bytes-like; *assoclen* is the number of
        bytes of associated data (AEAD).  Returns how many bytes of data were taken.
        Raises OSError (not an AF_ALG socket), TypeError (a negative number).  Source: the kernel's
        Documentation/crypto/userspace-if.rst.
        """
        if self.sock_family != AF_ALG:
            raise OSError("algset is only supported for AF_ALG")
        # Few programs do this.
        from berkeley.core import afalg

        return self.sendmsg(msg, afalg.control_messages(op, iv, assoclen), flags)


freeze(Message)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _receive(
    sock: Message,
    message: cython.pointer[libc.msghdr],
    room: cython.Py_ssize_t,
    bits: cython.int,
    caller: cython.p_const_char,
) -> cython.Py_ssize_t:
    """recvmsg(2), with the wait: how many bytes came.

    The caller has set the name and the vector of *message*, and its control data to LITTLE bytes;
    it frees what stands there instead afterwards.
    """
    if room < 0 or room > INT_MAX:
        raise ValueError(f"{caller.decode()}: invalid ancillary data buffer length {room}")
    if room > LITTLE:
        message.msg_control = PyMem_Malloc(room)
        if message.msg_control == cython.NULL:
            raise MemoryError
    deadline: int64_t = 0
    fd: cython.int = sock.sock_fd
    raw = cython.cast(cython.pointer[libc.sockaddr_storage], message.msg_name)
    got: cython.Py_ssize_t
    err: cython.int
    tried: cython.int = try_receiving(sock, bits)
    flight = cython.declare(Flight)
    flight.fd = -1
    try:
        while True:
            message.msg_namelen = cython.sizeof(libc.sockaddr_storage)
            message.msg_controllen = room
            message.msg_flags = 0
            raw.ss_family = libc.AF_UNSPEC
            if tried:
                got = libc.recvmsg(fd, message, bits | tried)
                err = errno
            else:
                fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
                with cython.nogil:
                    got = libc.recvmsg(fd, message, bits)
                    err = errno
            if got >= 0:
                break
            again_in_flight(
                sock, tried, err, POLLIN, cython.address(deadline), cython.address(flight)
            )
            tried = 0
    finally:
        if flight.fd != -1:
            land(cython.address(flight))
    if tried:
        sock.misses = 0
    return got


@cython.cfunc
def _describe(sock: Message, data: object, message: cython.pointer[libc.msghdr]) -> tuple:
    """``(data, ancillary data, flags, address)`` of a received message.

    If that fails, descriptors in the ancillary data are still the caller's to close.
    """
    raw = cython.cast(cython.pointer[libc.sockaddr_storage], message.msg_name)
    address = unpack(sock.sock_fd, sock.sock_proto, raw, message.msg_namelen)
    return (data, ancillary.unpack(message), message.msg_flags, address)

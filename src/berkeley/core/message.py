"""Messages: recvmsg(2) and sendmsg(2), data in several buffers with ancillary data beside it."""

import sys

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.buffers import abandon, begin, finish, read_from, write_to
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.landing import Landing
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN, POLLOUT
from cython.cimports.berkeley.core.sockaddr import pack, unpack
from cython.cimports.berkeley.core.transfer import Transfer
from cython.cimports.berkeley.core.wait import retry_or_raise
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.cpython.mem import PyMem_Free, PyMem_Malloc
from cython.cimports.libc.errno import errno
from cython.cimports.libc.limits import INT_MAX
from cython.cimports.libc.stdint import int64_t
from cython.cimports.libc.string import memset

# <linux/socket.h>, <linux/if_alg.h>
AF_ALG = cython.declare(cython.int, 38)
SOL_ALG = 279
ALG_SET_IV = 2
ALG_SET_OP = 3
ALG_SET_AEAD_ASSOCLEN = 4
MSG_MORE = 0x8000

_BYTE_ORDER = sys.byteorder


@cython.cfunc
def _as_tuple(items: object, name: str) -> tuple:
    """A private copy: what converting one item runs must not change the others."""
    if isinstance(items, str):
        raise TypeError(f"{name} must be an iterable of bytes-like objects, not str")
    try:
        return tuple(items)
    except TypeError:
        raise TypeError(f"{name} must be an iterable") from None


@cython.cclass
class Views:
    """The buffers of one scatter or gather call, held until the call is over."""

    views: cython.pointer[Py_buffer]
    vector: cython.pointer[libc.iovec]
    count: cython.Py_ssize_t

    def __dealloc__(self):
        for i in range(self.count):
            PyBuffer_Release(cython.address(self.views[i]))
        PyMem_Free(self.views)
        PyMem_Free(self.vector)


@cython.cfunc
def _hold(items: tuple, writable: cython.bint, caller: str) -> Views:
    held: Views = Views()
    total: cython.Py_ssize_t = len(items)
    held.views = cython.cast(
        cython.pointer[Py_buffer], PyMem_Malloc(total * cython.sizeof(Py_buffer))
    )
    held.vector = cython.cast(
        cython.pointer[libc.iovec], PyMem_Malloc(total * cython.sizeof(libc.iovec))
    )
    if held.views == cython.NULL or held.vector == cython.NULL:
        raise MemoryError
    for item in items:
        view: cython.pointer[Py_buffer] = cython.address(held.views[held.count])
        try:
            if writable:
                write_to(item, view, b"buffers")
            else:
                read_from(item, view, b"buffers")
        except TypeError as error:
            kind: str = "read-write buffers" if writable else "bytes-like objects"
            raise TypeError(
                f"{caller}() argument 1 must be an iterable of {kind}: {error}"
            ) from None
        held.vector[held.count].iov_base = view.buf
        held.vector[held.count].iov_len = view.len
        held.count += 1
    return held


@cython.cclass
class Message(Transfer):
    def recvmsg(self, bufsize, ancbufsize=0, flags=0, /):
        """Receive one message of at most *bufsize* bytes and *ancbufsize* bytes of ancillary data.

        Returns ``(data, ancdata, msg_flags, address)``; ancdata is a list of ``(cmsg_level, cmsg_type,
        cmsg_data)``, and descriptors in it (SCM_RIGHTS) are the caller's.  MSG_TRUNC and MSG_CTRUNC in
        msg_flags say that data or ancillary data was cut.
        Raises ValueError (a size out of range), TimeoutError, OSError.  Source: recvmsg(2).
        """
        size: cython.Py_ssize_t = as_size(bufsize, b"bufsize")
        if size < 0:
            raise ValueError("bufsize: negative buffer size in recvmsg()")
        room: cython.Py_ssize_t = as_size(ancbufsize, b"ancbufsize")
        bits: cython.int = as_int(flags, b"flags")
        landing = cython.declare(Landing)
        begin(cython.address(landing), size, self.expected)
        vector = cython.declare(libc.iovec)
        vector.iov_base = landing.where
        vector.iov_len = size
        got: cython.Py_ssize_t = -1
        try:
            got, items, message_flags, address = _receive(
                self, cython.address(vector), 1, room, bits, b"recvmsg"
            )
        finally:
            if got < 0:
                abandon(cython.address(landing))
        self.expected = cython.cast(cython.int, min(got, INT_MAX))
        return (finish(cython.address(landing), size, got), items, message_flags, address)

    def recvmsg_into(self, buffers, ancbufsize=0, flags=0, /):
        """Receive one message into *buffers*, an iterable of writable bytes-like objects, one after the other.

        Returns ``(how many bytes, ancdata, msg_flags, address)``, as recvmsg().
        Raises TypeError, ValueError (ancbufsize out of range), TimeoutError, OSError.  Source: recvmsg(2).
        """
        room: cython.Py_ssize_t = as_size(ancbufsize, b"ancbufsize")
        bits: cython.int = as_int(flags, b"flags")
        held: Views = _hold(_as_tuple(buffers, "recvmsg_into() argument 1"), True, "recvmsg_into")
        return _receive(self, held.vector, held.count, room, bits, b"recvmsg_into")

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None, /):
        """Send the bytes of all *buffers* as one message, with ancillary data and to *address* if given.

        *ancdata* is an iterable of ``(cmsg_level, cmsg_type, cmsg_data)``.  Returns how many bytes of data
        were taken.  Raises TypeError, OSError (too large), TimeoutError.  Source: sendmsg(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        held: Views = _hold(_as_tuple(buffers, "sendmsg() argument 1"), False, "sendmsg")
        items: tuple = _as_tuple(ancdata, "sendmsg() argument 2")
        message = cython.declare(libc.msghdr)
        memset(cython.address(message), 0, cython.sizeof(libc.msghdr))
        raw = cython.declare(libc.sockaddr_storage)
        if address is not None:
            message.msg_namelen = pack(
                self.sock_family, self.sock_proto, address, cython.address(raw), b"sendmsg"
            )
            message.msg_name = cython.address(raw)
        capi.PySys_Audit(
            b"socket.sendmsg",
            b"OO",
            cython.cast(cython.p_void, self),
            cython.cast(cython.p_void, address),
        )
        message.msg_iov = held.vector
        message.msg_iovlen = held.count
        if items:
            ancillary.pack(items, cython.address(message))
        deadline: int64_t = 0
        fd: cython.int = self.sock_fd
        try:
            while True:
                with cython.nogil:
                    sent: cython.Py_ssize_t = libc.sendmsg(fd, cython.address(message), bits)
                    err: cython.int = errno
                if sent >= 0:
                    return sent
                retry_or_raise(err, fd, POLLOUT, self.sock_timeout, cython.address(deadline))
        finally:
            PyMem_Free(message.msg_control)

    def sendmsg_afalg(self, msg=(), *, op, iv=None, assoclen=None, flags=MSG_MORE):
        """sendmsg() to an operation socket of AF_ALG, with its control messages made from the arguments.

        *op* is ALG_OP_ENCRYPT, ALG_OP_DECRYPT...; *iv* is bytes-like; *assoclen* is the number of bytes of
        associated data (AEAD).  Returns how many bytes of data were taken.
        Raises OSError (not an AF_ALG socket), TypeError (a negative number).  Source: the kernel's
        Documentation/crypto/userspace-if.rst.
        """
        if self.sock_family != AF_ALG:
            raise OSError("algset is only supported for AF_ALG")
        if not isinstance(op, int) or op < 0:
            raise TypeError("op: Invalid or missing argument 'op'")
        if assoclen is not None and (not isinstance(assoclen, int) or assoclen < 0):
            raise TypeError("assoclen must be a positive integer")
        ancdata: list = [(SOL_ALG, ALG_SET_OP, op.to_bytes(4, _BYTE_ORDER))]
        if iv is not None:
            vector = bytes(memoryview(iv))
            length = len(vector).to_bytes(4, _BYTE_ORDER)
            ancdata.append((SOL_ALG, ALG_SET_IV, length + vector))
        if assoclen is not None:
            ancdata.append((SOL_ALG, ALG_SET_AEAD_ASSOCLEN, assoclen.to_bytes(4, _BYTE_ORDER)))
        return self.sendmsg(msg, ancdata, flags)


freeze(Message)


@cython.cfunc
def _receive(
    sock: Message,
    vector: cython.pointer[libc.iovec],
    count: cython.Py_ssize_t,
    room: cython.Py_ssize_t,
    bits: cython.int,
    caller: cython.p_const_char,
) -> tuple:
    """recvmsg(2) into *vector*: ``(bytes, ancillary data, flags, address)``."""
    if room < 0 or room > INT_MAX:
        raise ValueError(f"{caller.decode()}: invalid ancillary data buffer length {room}")
    message = cython.declare(libc.msghdr)
    raw = cython.declare(libc.sockaddr_storage)
    memset(cython.address(message), 0, cython.sizeof(libc.msghdr))
    message.msg_iov = vector
    message.msg_iovlen = count
    message.msg_name = cython.address(raw)
    control: cython.p_void = cython.NULL
    if room > 0:
        control = PyMem_Malloc(room)
        if control == cython.NULL:
            raise MemoryError
    deadline: int64_t = 0
    fd: cython.int = sock.sock_fd
    try:
        while True:
            message.msg_namelen = cython.sizeof(libc.sockaddr_storage)
            message.msg_control = control
            message.msg_controllen = room
            raw.ss_family = libc.AF_UNSPEC
            with cython.nogil:
                got: cython.Py_ssize_t = libc.recvmsg(fd, cython.address(message), bits)
                err: cython.int = errno
            if got >= 0:
                break
            retry_or_raise(err, fd, POLLIN, sock.sock_timeout, cython.address(deadline))
        try:
            address = unpack(sock.sock_proto, cython.address(raw), message.msg_namelen)
            return (got, ancillary.unpack(cython.address(message)), message.msg_flags, address)
        except BaseException:
            ancillary.close_received(cython.address(message))
            raise
    finally:
        PyMem_Free(control)

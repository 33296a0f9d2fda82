"""MSG_ZEROCOPY: the kernel sends from the program's memory, and says later when it is done with it.

The sends are numbered as the kernel numbers them, and loans.py keeps the memory of each until it is
given back.  So a lock is held over the system call, which never waits, and an entry is made before
it: the completion may be there before the call returns.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int, as_size, as_timeout
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import raise_errno
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLOUT
from cython.cimports.berkeley.core.loans import (
    Loan,
    Loans,
    collect,
    leave_behind,
    settle,
    sweep,
    wait_for_all,
)
from cython.cimports.berkeley.core.sockaddr import pack
from cython.cimports.berkeley.core.wait import retry_or_raise, until_ready
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.libc.errno import EAGAIN, EBADF, EMSGSIZE, ENOBUFS, errno
from cython.cimports.libc.stdint import int64_t

from berkeley import constants

# It differs between machines.
SO_ZEROCOPY = cython.declare(cython.int, constants.more()["SO_ZEROCOPY"])
# <linux/socket.h>
MSG_ZEROCOPY = cython.declare(cython.int, 0x4000000)
SHUT_WR = cython.declare(cython.int, 1)
# What a socket remembers in its field offload, beside the bits of segments.py.
COUNTED = cython.declare(cython.uchar, 8)

MethodDescriptor = cython.declare(type, type(str.join))


@cython.cclass
class ZeroCopy:
    """ZeroCopy(sock, threshold=10240): sends from the memory of the program, without a copy.

    Data shorter than *threshold* bytes is sent in the ordinary way, which is faster then; and so is
    all where the kernel refuses.  A socket can have one ZeroCopy in its life, and nobody else may
    send with MSG_ZEROCOPY on it, nor read its error queue.  As with makefile(), close() of the
    socket takes effect when this is closed too.
    Raises ValueError (a second one for the socket, or one with a send() of its own such as
    ssl.SSLSocket), OSError (a closed socket).
    Source: Documentation/networking/msg_zerocopy.rst.
    """

    loans: Loans
    is_enabled: cython.bint
    is_closed: cython.bint
    threshold: cython.Py_ssize_t

    # Not __init__(), which __new__() alone would leave out.
    def __cinit__(self, sock: Endpoint, threshold=10240):
        self.threshold = as_size(threshold, b"threshold")
        on: cython.int = 1
        if not isinstance(type(sock).send, MethodDescriptor):
            # That of ssl.SSLSocket encrypts: from here the bytes would go as they are.
            raise ValueError("the socket has a send() of its own, which this would go around")
        sweep()
        with cython.critical_section(sock):
            if sock.offload & COUNTED:
                raise ValueError("the socket has or had a ZeroCopy already")
            if sock.sock_fd < 0:
                raise_errno(EBADF)
            self.is_enabled = (
                libc.setsockopt(
                    sock.sock_fd,
                    libc.SOL_SOCKET,
                    SO_ZEROCOPY,
                    cython.address(on),
                    cython.sizeof(cython.int),
                )
                == 0
            )
            sock.offload |= COUNTED
            sock._io_refs += 1
            self.loans = Loans(sock)

    def __del__(self):
        if self.loans is not None:
            self.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        """Wait until the kernel is done, as long as the socket's timeout; then close().

        It does not wait after an exception, nor on a non-blocking socket.
        """
        try:
            if kind is None and self.loans.sock.sock_timeout != 0:
                wait_for_all(self.loans, self.loans.sock.sock_timeout)
        finally:
            self.close()

    @property
    def enabled(self):
        """Whether the kernel takes MSG_ZEROCOPY on this socket; without it all is copied."""
        return self.is_enabled

    @property
    def pending(self):
        """How many sends the kernel was not done with when it was last asked."""
        return len(self.loans.held)

    def send(self, data, address=None, flags=0):
        """Send *data*, to *address* where the socket is not connected; return how many bytes the
        kernel took.

        *data* must not be changed, and is not let go of, until completions() returns it.
        Raises TimeoutError, OSError.  Source: send(2).
        """
        return _transmit(self, data, address, as_int(flags, b"flags"), False)

    def sendall(self, data, flags=0):
        """send() until all is sent; completions() returns *data* once.

        Raises ValueError (datagrams), TimeoutError, OSError; then some may have been sent.
        """
        if self.loans.sock.sock_type != libc.SOCK_STREAM:
            raise ValueError("sendall() is for streams")
        _transmit(self, data, None, as_int(flags, b"flags"), True)

    def completions(self):
        """What the kernel is done with since the last call: a list of ``(data, copied)``.

        *data* is the object that was sent; *copied* is True when the kernel has copied it, or a
        part of it, after all.  Never waits.
        """
        collect(self.loans)
        with self.loans.lock:
            done = self.loans.done
            self.loans.done = []
        return done

    def wait(self, timeout=None):
        """Wait until the kernel is done with all that was sent, *timeout* seconds at most.

        None waits for ever.  Raises TimeoutError.
        """
        wait_for_all(self.loans, as_timeout(timeout))

    def close(self):
        """Let go of the socket; more calls do nothing.

        What the kernel is not done with stays in memory until it is: later calls of any ZeroCopy
        look after it, and leftovers().  The sending side of the connection is shut down then.
        """
        with self.loans.lock:
            if self.is_closed:
                return
            self.is_closed = True
        collect(self.loans)
        if self.loans.held and self.loans.sock.sock_type == libc.SOCK_STREAM:
            # The socket stays open to be asked, and the peer is to see the end all the same.
            libc.shutdown(self.loans.sock.sock_fd, SHUT_WR)
        leave_behind(self.loans)

    @staticmethod
    def leftovers():
        """How many sends of closed objects the kernel is not done with; lets go of the others."""
        return sweep()


freeze(ZeroCopy)


# What is left to send, and how.
Sending = cython.struct(
    where=cython.p_char,
    left=cython.Py_ssize_t,
    name=cython.p_void,
    name_length=libc.socklen_t,
    bits=cython.int,
)


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def _sendto(fd: cython.int, to: cython.pointer[Sending]) -> cython.Py_ssize_t:
    return libc.sendto(
        fd,
        to.where,
        to.left,
        to.bits | libc.MSG_DONTWAIT,
        cython.cast(cython.pointer[libc.sockaddr], to.name),
        to.name_length,
    )


@cython.cfunc
@cython.exceptval(-2, check=False)
def _send_once(
    loans: Loans, loan: Loan, to: cython.pointer[Sending], err: cython.p_int
) -> cython.Py_ssize_t:
    """One system call, which does not wait: how many bytes were sent, or -1."""
    fd: cython.int = loans.sock.sock_fd
    got: cython.Py_ssize_t = -1
    if to.bits & MSG_ZEROCOPY == 0:
        with cython.nogil:
            got = _sendto(fd, to)
            err[0] = errno
        if got >= 0:
            loan.taken = loan.copied = True
        return got
    with loans.lock:
        loans.held[loans.next] = loan
        loan.left += 1
        with cython.nogil:
            got = _sendto(fd, to)
            err[0] = errno
        if got >= 0:
            loan.taken = True
            loans.next += 1
        else:
            del loans.held[loans.next]
            loan.left -= 1
    return got


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send_some(
    loans: Loans, loan: Loan, to: cython.pointer[Sending], deadline: cython.pointer[int64_t]
) -> cython.Py_ssize_t:
    """_send_once(), with the waits: how many bytes were sent."""
    sock: Endpoint = loans.sock
    err: cython.int = 0
    while True:
        got: cython.Py_ssize_t = _send_once(loans, loan, to, cython.address(err))
        if got >= 0:
            return got
        # A completion in the queue would end the wait below at once.
        found: cython.bint = collect(loans)
        if to.bits & MSG_ZEROCOPY and (err == ENOBUFS or err == EMSGSIZE):
            # Too much in flight (net.core.optmem_max, RLIMIT_MEMLOCK), or in too many pages.
            if err == EMSGSIZE or not found:
                to.bits &= ~MSG_ZEROCOPY
        elif err == EAGAIN and sock.sock_timeout != 0 and to.bits & libc.MSG_DONTWAIT == 0:
            # That of a blocking socket too: the system call is never the one that waits.
            until_ready(sock.sock_fd, POLLOUT, sock.sock_timeout, deadline)
        else:
            retry_or_raise(err, sock.sock_fd, POLLOUT, 0, deadline)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _transmit(
    zero: ZeroCopy, data: object, address: object, flags: cython.int, whole: cython.bint
) -> cython.Py_ssize_t:
    loans: Loans = zero.loans
    sock: Endpoint = loans.sock
    to = cython.declare(Sending)
    raw = cython.declare(libc.sockaddr_storage)
    to.name = cython.NULL
    to.name_length = 0
    if zero.is_closed:
        raise_errno(EBADF)
    if address is not None:
        to.name_length = pack(
            sock.sock_fd,
            sock.sock_family,
            sock.sock_proto,
            address,
            cython.address(raw),
            b"send",
        )
        to.name = cython.address(raw)
        capi.PySys_Audit(
            b"socket.sendto",
            b"OO",
            cython.cast(cython.p_void, sock),
            cython.cast(cython.p_void, address),
        )
    view = cython.declare(Py_buffer)
    read_from(data, cython.address(view))
    deadline: int64_t = 0
    loan: Loan = None
    got: cython.Py_ssize_t
    try:
        loan = Loan(data)
        to.where = cython.cast(cython.p_char, view.buf)
        to.left = view.len
        while True:
            to.bits = flags & ~MSG_ZEROCOPY
            # The kernels count an empty send differently.
            if zero.is_enabled and to.left > 0 and to.left >= zero.threshold:
                to.bits |= MSG_ZEROCOPY
            got = _send_some(loans, loan, cython.address(to), cython.address(deadline))
            to.where += got
            to.left -= got
            if not whole or to.left <= 0:
                return got
            capi.PyErr_CheckSignals()
    finally:
        PyBuffer_Release(cython.address(view))
        if loan is not None:
            settle(loans, loan, False)

"""MSG_ZEROCOPY: the kernel sends from the program's memory, and says later when it is done with it.

Layout: struct sock_extended_err, <linux/errqueue.h>; Documentation/networking/msg_zerocopy.rst.
The kernel counts the successful sends of a socket that had the flag and data, from 0, and the
counter wraps at 2**32.  A message of the error queue says that those from ee_info to ee_data are
done, both included, and SO_EE_CODE_ZEROCOPY_COPIED that it has copied after all.

The count here and the kernel's must never differ, or memory would be given back that the kernel
still reads.  So a lock is held over the system call, which never waits, and an entry is made before
it: the completion may be there before the call returns.
"""

from _thread import allocate_lock

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int, as_size, as_timeout
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import raise_errno, raise_timeout
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLOUT
from cython.cimports.berkeley.core.sockaddr import pack
from cython.cimports.berkeley.core.wait import poll_until, retry_or_raise, until_ready
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.libc.errno import EAGAIN, EBADF, EMSGSIZE, ENOBUFS, errno
from cython.cimports.libc.stdint import int64_t, uint8_t, uint32_t

from berkeley import constants

# It differs between machines.
SO_ZEROCOPY = cython.declare(cython.int, constants.more()["SO_ZEROCOPY"])
# <linux/socket.h>
MSG_ERRQUEUE = cython.declare(cython.int, 0x2000)
MSG_ZEROCOPY = cython.declare(cython.int, 0x4000000)
# <asm-generic/errno.h>, <linux/errqueue.h>
SO_EE_ORIGIN_ZEROCOPY = cython.declare(cython.int, 5)
SO_EE_CODE_ZEROCOPY_COPIED = cython.declare(cython.int, 1)
# How each family names the control message: <linux/in.h>, <linux/in6.h>, <linux/vm_sockets.h>
IPPROTO_IP = cython.declare(cython.int, 0)
IP_RECVERR = cython.declare(cython.int, 11)
IPPROTO_IPV6 = cython.declare(cython.int, 41)
IPV6_RECVERR = cython.declare(cython.int, 25)
SOL_VSOCK = cython.declare(cython.int, 287)
VSOCK_RECVERR = cython.declare(cython.int, 1)
SHUT_WR = cython.declare(cython.int, 1)
# What a socket remembers in its field offload, beside the bits of segments.py.
COUNTED = cython.declare(cython.uchar, 8)
# How long to wait when poll() has an error to tell, and the queue has no completion, ns.
PAUSE = cython.declare(int64_t, 1_000_000)

sock_extended_err = cython.struct(
    ee_errno=uint32_t,
    ee_origin=uint8_t,
    ee_type=uint8_t,
    ee_code=uint8_t,
    ee_pad=uint8_t,
    ee_info=uint32_t,
    ee_data=uint32_t,
)

# What closed objects have left in flight.
_leftovers = cython.declare(list, [])
_leftovers_lock = cython.declare(object, allocate_lock())


@cython.cfunc
@cython.exceptval(check=False)
def _is_recverr(item: cython.pointer[libc.cmsghdr]) -> cython.bint:
    level: cython.int = item.cmsg_level
    kind: cython.int = item.cmsg_type
    return (
        (level == IPPROTO_IP and kind == IP_RECVERR)
        or (level == IPPROTO_IPV6 and kind == IPV6_RECVERR)
        or (level == SOL_VSOCK and kind == VSOCK_RECVERR)
    )


def take_range(held, low, high, /):
    """Take the entries *low* to *high* out of *held*, a dict by number; the count wraps at 2**32.

    Returns their values, in the order of the numbers; numbers that it lacks do not count.
    """
    first: uint32_t = low
    last: uint32_t = high
    span: uint32_t = last - first
    numbers: list = []
    number: uint32_t
    i: uint32_t
    if span < len(held):
        for i in range(span + 1):
            number = first + i
            numbers.append(number)
    else:
        # A count that is not ours: asking for each number could take for ever.
        for number in list(held):
            i = number - first
            if i <= span:
                numbers.append(number)
    return [entry for n in numbers if (entry := held.pop(n, None)) is not None]


@cython.final
@cython.cclass
class Sent:
    """What one send() or sendall() was given."""

    data: object
    # Keeps the memory where it is: a bytearray cannot be resized.
    view: object
    # How many sends of the kernel it is part of, and one more while the call lasts.
    left: cython.Py_ssize_t
    taken: cython.bint
    copied: cython.bint

    def __cinit__(self, data):
        self.data = data
        self.view = memoryview(data)
        self.left = 1


@cython.final
@cython.cclass
class Flight:
    """The sends of one socket that the kernel is not done with, and those that it is done with."""

    sock: Endpoint
    # Objects of Sent by number.
    held: dict
    # (data, copied)
    done: list
    lock: object
    next: uint32_t

    def __cinit__(self, sock: Endpoint):
        self.sock = sock
        self.held = {}
        self.done = []
        self.lock = allocate_lock()
        self.next = 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _collect(flight: Flight) -> cython.int:
    """Read the error queue until it is empty: whether a completion was there."""
    control = cython.declare(cython.size_t[64])
    message = cython.declare(libc.msghdr)
    fd: cython.int = flight.sock.sock_fd
    found: cython.int = False
    if fd < 0:
        return False
    while True:
        message.msg_name = cython.NULL
        message.msg_namelen = 0
        message.msg_iov = cython.NULL
        message.msg_iovlen = 0
        message.msg_control = control
        message.msg_controllen = cython.sizeof(control)
        message.msg_flags = 0
        with cython.nogil:
            failed: cython.bint = (
                libc.recvmsg(fd, cython.address(message), MSG_ERRQUEUE | libc.MSG_DONTWAIT) < 0
            )
        # EAGAIN; nothing else can be told of a completion.
        if failed:
            return found
        item: cython.pointer[libc.cmsghdr] = libc.CMSG_FIRSTHDR(cython.address(message))
        while item != cython.NULL:
            if _is_recverr(item):
                told = cython.cast(cython.pointer[sock_extended_err], libc.CMSG_DATA(item))
                if told.ee_errno == 0 and told.ee_origin == SO_EE_ORIGIN_ZEROCOPY:
                    found = True
                    copied: cython.bint = told.ee_code & SO_EE_CODE_ZEROCOPY_COPIED != 0
                    _give_back(flight, told.ee_info, told.ee_data, copied)
            item = libc.CMSG_NXTHDR(cython.address(message), item)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _give_back(flight: Flight, low: uint32_t, high: uint32_t, copied: cython.bint) -> cython.int:
    sent: Sent
    for sent in take_range(flight.held, low, high):
        _let_go(flight, sent, copied)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _let_go(flight: Flight, sent: Sent, copied: cython.bint) -> cython.int:
    """One less of the sends that *sent* is part of; after the last one the memory is free."""
    with flight.lock:
        sent.left -= 1
        sent.copied = sent.copied or copied
        if sent.left > 0:
            return 0
    # Outside of the lock: what exports the memory may be Python code.
    sent.view.release()
    if sent.taken:
        with flight.lock:
            flight.done.append((sent.data, sent.copied))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _sweep() -> cython.Py_ssize_t:
    """Let go of the leftovers that the kernel is done with: how many sends it is not done with."""
    flight: Flight
    with _leftovers_lock:
        flights = list(_leftovers)
    left: cython.Py_ssize_t = 0
    for flight in flights:
        _collect(flight)
        if flight.held:
            left += len(flight.held)
            continue
        with _leftovers_lock:
            if flight not in _leftovers:
                continue
            _leftovers.remove(flight)
        flight.sock._decref_socketios()
    return left


@cython.cclass
class ZeroCopy:
    """ZeroCopy(sock, threshold=10240): sends from the memory of the program, without a copy.

    Data shorter than *threshold* bytes is sent in the ordinary way, which is faster then; and so is
    all where the kernel refuses.  A socket can have one ZeroCopy in its life, and nobody else may
    send with MSG_ZEROCOPY on it, nor read its error queue.  As with makefile(), close() of the
    socket takes effect when this is closed too.
    Raises ValueError (a second one for the socket), OSError (a closed socket).
    Source: Documentation/networking/msg_zerocopy.rst.
    """

    flight: Flight
    is_enabled: cython.bint
    is_closed: cython.bint
    threshold: cython.Py_ssize_t

    # Not __init__(), which __new__() alone would leave out.
    def __cinit__(self, sock: Endpoint, threshold=10240):
        self.threshold = as_size(threshold, b"threshold")
        on: cython.int = 1
        _sweep()
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
            self.flight = Flight(sock)

    def __del__(self):
        if self.flight is not None:
            self.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        """Wait until the kernel is done, as long as the socket's timeout; then close().

        It does not wait after an exception, nor on a non-blocking socket.
        """
        try:
            if kind is None and self.flight.sock.sock_timeout != 0:
                _wait(self.flight, self.flight.sock.sock_timeout)
        finally:
            self.close()

    @property
    def enabled(self):
        """Whether the kernel takes MSG_ZEROCOPY on this socket; without it all is copied."""
        return self.is_enabled

    @property
    def pending(self):
        """How many sends the kernel was not done with when it was last asked."""
        return len(self.flight.held)

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
        if self.flight.sock.sock_type != libc.SOCK_STREAM:
            raise ValueError("sendall() is for streams")
        _transmit(self, data, None, as_int(flags, b"flags"), True)

    def completions(self):
        """What the kernel is done with since the last call: a list of ``(data, copied)``.

        *data* is the object that was sent; *copied* is True when the kernel has copied it, or a
        part of it, after all.  Never waits.
        """
        _collect(self.flight)
        with self.flight.lock:
            done = self.flight.done
            self.flight.done = []
        return done

    def wait(self, timeout=None):
        """Wait until the kernel is done with all that was sent, *timeout* seconds at most.

        None waits for ever.  Raises TimeoutError.
        """
        _wait(self.flight, as_timeout(timeout))

    def close(self):
        """Let go of the socket; more calls do nothing.

        What the kernel is not done with stays in memory until it is: later calls of any ZeroCopy
        look after it, and leftovers().  The sending side of the connection is shut down then.
        """
        with self.flight.lock:
            if self.is_closed:
                return
            self.is_closed = True
        _collect(self.flight)
        if self.flight.held and self.flight.sock.sock_type == libc.SOCK_STREAM:
            # The socket stays open to be asked, and the peer is to see the end all the same.
            libc.shutdown(self.flight.sock.sock_fd, SHUT_WR)
        with _leftovers_lock:
            _leftovers.append(self.flight)
        _sweep()

    @staticmethod
    def leftovers():
        """How many sends of closed objects the kernel is not done with; lets go of the others."""
        return _sweep()


freeze(ZeroCopy)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _wait(flight: Flight, timeout: int64_t) -> cython.int:
    deadline: int64_t = 0
    pause: int64_t
    while True:
        found: cython.bint = _collect(flight)
        if not flight.held:
            return 0
        if flight.sock.sock_fd < 0:
            raise_errno(EBADF)
        # Without events: POLLERR tells that the queue has something.
        if not poll_until(flight.sock.sock_fd, 0, timeout, cython.address(deadline)):
            raise_timeout()
        if not found and not _collect(flight):
            # An error of the connection, or its end, which poll() tells again and again.
            pause = 0
            poll_until(-1, 0, PAUSE, cython.address(pause))


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
    flight: Flight, sent: Sent, to: cython.pointer[Sending], err: cython.p_int
) -> cython.Py_ssize_t:
    """One system call, which does not wait: how many bytes were sent, or -1."""
    fd: cython.int = flight.sock.sock_fd
    got: cython.Py_ssize_t = -1
    if to.bits & MSG_ZEROCOPY == 0:
        with cython.nogil:
            got = _sendto(fd, to)
            err[0] = errno
        if got >= 0:
            sent.taken = sent.copied = True
        return got
    with flight.lock:
        flight.held[flight.next] = sent
        sent.left += 1
        with cython.nogil:
            got = _sendto(fd, to)
            err[0] = errno
        if got >= 0:
            sent.taken = True
            flight.next += 1
        else:
            del flight.held[flight.next]
            sent.left -= 1
    return got


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send_some(
    flight: Flight, sent: Sent, to: cython.pointer[Sending], deadline: cython.pointer[int64_t]
) -> cython.Py_ssize_t:
    """_send_once(), with the waits: how many bytes were sent."""
    sock: Endpoint = flight.sock
    err: cython.int = 0
    while True:
        got: cython.Py_ssize_t = _send_once(flight, sent, to, cython.address(err))
        if got >= 0:
            return got
        # A completion in the queue would end the wait below at once.
        found: cython.bint = _collect(flight)
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
    flight: Flight = zero.flight
    sock: Endpoint = flight.sock
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
    sent: Sent = None
    got: cython.Py_ssize_t
    try:
        sent = Sent(data)
        to.where = cython.cast(cython.p_char, view.buf)
        to.left = view.len
        while True:
            to.bits = flags & ~MSG_ZEROCOPY
            # The kernels count an empty send differently.
            if zero.is_enabled and to.left > 0 and to.left >= zero.threshold:
                to.bits |= MSG_ZEROCOPY
            got = _send_some(flight, sent, cython.address(to), cython.address(deadline))
            to.where += got
            to.left -= got
            if not whole or to.left <= 0:
                return got
            capi.PyErr_CheckSignals()
    finally:
        PyBuffer_Release(cython.address(view))
        if sent is not None:
            _let_go(flight, sent, False)

"""Bytes in and out: recv(2), send(2) and their relatives.

Each method makes its system call first and asks wait.py what to do when it did not succeed.
"""

import cython
from cython.cimports.berkeley.core.attempt import (
    again_in_flight,
    again_to,
    try_receiving,
    try_sending,
)
from cython.cimports.berkeley.core.buffers import abandon, begin, finish, read_from, write_to
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import tell
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.landing import Landing
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import (
    POLLERR,
    POLLHUP,
    POLLIN,
    POLLOUT,
    poll,
    pollfd,
)
from cython.cimports.berkeley.core.sockaddr import pack, unpack
from cython.cimports.berkeley.core.wait import until_ready
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.libc.errno import errno
from cython.cimports.libc.limits import INT_MAX
from cython.cimports.libc.stdint import int64_t


@cython.cfunc
@cython.exceptval(-1, check=False)
def _receive_limit(
    nbytes: object, length: cython.Py_ssize_t, caller: cython.p_const_char
) -> cython.Py_ssize_t:
    """How many bytes to receive into a buffer of *length* bytes; 0 stands for its length."""
    size: cython.Py_ssize_t = as_size(nbytes, b"nbytes")
    if size < 0:
        raise ValueError(f"nbytes: negative buffersize in {caller.decode()}")
    if size > length:
        raise ValueError(f"nbytes: buffer too small for requested bytes ({size} > {length})")
    return size if size != 0 else length


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def may_go_on(fd: cython.int) -> cython.bint:
    """Whether a socket that has taken a part has no error, which the call for the rest would fetch.

    As in the kernel, what goes wrong now is for the next call to tell: this one has sent something.
    """
    item = cython.declare(pollfd)
    item.fd = fd
    item.events = POLLOUT
    item.revents = 0
    poll(cython.address(item), 1, 0)
    return item.revents & (POLLERR | POLLHUP) == 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send_rest(
    fd: cython.int, data: cython.p_char, size: cython.Py_ssize_t, bits: cython.int
) -> cython.Py_ssize_t:
    """Send what a try has left of a blocking send(2), which takes all; return how much was taken.

    The descriptor need not be a blocking one: who shares it may have changed that, and it may have
    SO_SNDTIMEO.
    """
    sent: cython.Py_ssize_t = 0
    with cython.nogil:
        if may_go_on(fd):
            sent = libc.send(fd, data, size, bits)
    return sent if sent > 0 else 0


@cython.cclass
class Transfer(Endpoint):
    def recv(self, bufsize, flags=0, /):
        """Receive at most *bufsize* bytes; ``b""`` means end of stream (or an empty datagram).

        Raises ValueError (negative size), TimeoutError, OSError.  Source: recv(2).
        """
        size: cython.Py_ssize_t = as_size(bufsize, b"bufsize")
        bits: cython.int = as_int(flags, b"flags")
        if size < 0:
            raise ValueError("bufsize: negative buffersize in recv")
        if size == 0:
            return b""
        fd: cython.int = self.sock_fd
        flight = cython.declare(Flight)
        flight.fd = -1
        landing = cython.declare(Landing)
        begin(cython.address(landing), size, self.expected, bits)
        deadline: int64_t = 0
        got: cython.Py_ssize_t = -1
        tried: cython.int = try_receiving(self, bits)
        err: cython.int
        try:
            while True:
                if tried:
                    got = libc.recv(fd, landing.where, size, bits | tried)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        got = libc.recv(fd, landing.where, size, bits)
                        err = errno
                if got >= 0:
                    break
                again_in_flight(
                    self, tried, err, POLLIN, cython.address(deadline), cython.address(flight)
                )
                tried = 0
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            if got < 0:
                abandon(cython.address(landing))
        if tried:
            self.misses = 0
        self.expected = cython.cast(cython.int, min(got, INT_MAX))
        return finish(cython.address(landing), size, got)

    def recv_into(self, buffer, nbytes=0, flags=0):
        """Receive at most *nbytes* bytes into *buffer*, 0 for its length; return how many came.

        Raises ValueError (negative, more than the buffer holds), TimeoutError, OSError.  Source:
        recv(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        flight = cython.declare(Flight)
        flight.fd = -1
        view = cython.declare(Py_buffer)
        write_to(buffer, cython.address(view), b"buffer")
        try:
            size: cython.Py_ssize_t = _receive_limit(nbytes, view.len, b"recv_into")
            if size == 0:
                return 0
            fd: cython.int = self.sock_fd
            deadline: int64_t = 0
            got: cython.Py_ssize_t
            err: cython.int
            tried: cython.int = try_receiving(self, bits)
            while True:
                if tried:
                    got = libc.recv(fd, view.buf, size, bits | tried)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        got = libc.recv(fd, view.buf, size, bits)
                        err = errno
                if got >= 0:
                    break
                again_in_flight(
                    self, tried, err, POLLIN, cython.address(deadline), cython.address(flight)
                )
                tried = 0
            if tried:
                self.misses = 0
            self.expected = cython.cast(cython.int, min(got, INT_MAX))
            return got
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            PyBuffer_Release(cython.address(view))

    def recvfrom(self, bufsize, flags=0, /):
        """Receive at most *bufsize* bytes of one message; return ``(data, address)``.

        The address is None where the protocol gives none (a connected stream).
        Raises ValueError (negative size), TimeoutError, OSError.  Source: recvfrom(2).
        """
        size: cython.Py_ssize_t = as_size(bufsize, b"bufsize")
        bits: cython.int = as_int(flags, b"flags")
        if size < 0:
            raise ValueError("bufsize: negative buffersize in recvfrom")
        fd: cython.int = self.sock_fd
        flight = cython.declare(Flight)
        flight.fd = -1
        landing = cython.declare(Landing)
        begin(cython.address(landing), size, self.expected, bits)
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = 0
        deadline: int64_t = 0
        got: cython.Py_ssize_t = -1
        sender = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
        tried: cython.int = try_receiving(self, bits)
        err: cython.int
        try:
            while True:
                length = cython.sizeof(libc.sockaddr_storage)
                raw.ss_family = libc.AF_UNSPEC
                if tried:
                    got = libc.recvfrom(
                        fd, landing.where, size, bits | tried, sender, cython.address(length)
                    )
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        got = libc.recvfrom(
                            fd, landing.where, size, bits, sender, cython.address(length)
                        )
                        err = errno
                if got >= 0:
                    break
                again_in_flight(
                    self, tried, err, POLLIN, cython.address(deadline), cython.address(flight)
                )
                tried = 0
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            if got < 0:
                abandon(cython.address(landing))
        if tried:
            self.misses = 0
        self.expected = cython.cast(cython.int, min(got, INT_MAX))
        data = finish(cython.address(landing), size, got)
        return (data, unpack(self.sock_fd, self.sock_proto, cython.address(raw), length))

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        """Receive at most *nbytes* bytes into *buffer*, 0 for its length; return ``(how many,
        address)``.

        Raises ValueError (negative, more than the buffer holds), TimeoutError, OSError.
        Source: recvfrom(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        flight = cython.declare(Flight)
        flight.fd = -1
        view = cython.declare(Py_buffer)
        write_to(buffer, cython.address(view), b"buffer")
        try:
            size: cython.Py_ssize_t = _receive_limit(nbytes, view.len, b"recvfrom_into")
            fd: cython.int = self.sock_fd
            raw = cython.declare(libc.sockaddr_storage)
            deadline: int64_t = 0
            sender = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
            length: libc.socklen_t
            got: cython.Py_ssize_t
            err: cython.int
            tried: cython.int = try_receiving(self, bits)
            while True:
                length = cython.sizeof(libc.sockaddr_storage)
                raw.ss_family = libc.AF_UNSPEC
                if tried:
                    got = libc.recvfrom(
                        fd, view.buf, size, bits | tried, sender, cython.address(length)
                    )
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        got = libc.recvfrom(
                            fd, view.buf, size, bits, sender, cython.address(length)
                        )
                        err = errno
                if got >= 0:
                    break
                again_in_flight(
                    self, tried, err, POLLIN, cython.address(deadline), cython.address(flight)
                )
                tried = 0
            if tried:
                self.misses = 0
            self.expected = cython.cast(cython.int, min(got, INT_MAX))
            return (got, unpack(self.sock_fd, self.sock_proto, cython.address(raw), length))
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            PyBuffer_Release(cython.address(view))

    def send(self, data, flags=0, /):
        """Send *data*; return how many of its bytes were taken, which may be fewer than all.

        Raises TimeoutError, OSError.  Source: send(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        flight = cython.declare(Flight)
        flight.fd = -1
        view = cython.declare(Py_buffer)
        read_from(data, cython.address(view))
        try:
            fd: cython.int = self.sock_fd
            deadline: int64_t = 0
            sent: cython.Py_ssize_t
            err: cython.int
            tried: cython.int = try_sending(self, view.len, bits)
            while True:
                if tried:
                    sent = libc.send(fd, view.buf, view.len, bits | tried)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        sent = libc.send(fd, view.buf, view.len, bits)
                        err = errno
                if sent >= 0:
                    break
                again_in_flight(
                    self, tried, err, POLLOUT, cython.address(deadline), cython.address(flight)
                )
                tried = 0
            if tried and sent < view.len and self.sock_timeout < 0:
                fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                where: cython.p_char = cython.cast(cython.p_char, view.buf)
                return sent + _send_rest(fd, where + sent, view.len - sent, bits)
            return sent
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            PyBuffer_Release(cython.address(view))

    def sendall(self, data, flags=0, /):
        """Send all of *data*, in as many pieces as it takes; the timeout is that of the whole.

        An exception, also that of a signal handler, has how many bytes were sent before it as
        ``bytes_sent``.  Raises TimeoutError, OSError.  Source: send(2).
        """
        bits: cython.int = as_int(flags, b"flags")
        flight = cython.declare(Flight)
        flight.fd = -1
        view = cython.declare(Py_buffer)
        read_from(data, cython.address(view))
        left: cython.Py_ssize_t = view.len
        try:
            fd: cython.int = self.sock_fd
            where: cython.p_char = cython.cast(cython.p_char, view.buf)
            deadline: int64_t = 0
            sent: cython.Py_ssize_t
            err: cython.int
            tried: cython.int = try_sending(self, left, bits)
            while True:
                if tried:
                    sent = libc.send(fd, where, left, bits | tried)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        sent = libc.send(fd, where, left, bits)
                        err = errno
                if sent >= 0:
                    where += sent
                    left -= sent
                    if left <= 0:
                        return
                    # A long sendall is interrupted between two pieces as well as in a wait.
                    capi.PyErr_CheckSignals()
                    if self.sock_timeout > 0:
                        # The next piece would most likely find the buffer full; and the deadline
                        # has to end a sendall whose peer takes a little all the time.
                        fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                        until_ready(fd, POLLOUT, self.sock_timeout, cython.address(deadline))
                else:
                    again_in_flight(
                        self, tried, err, POLLOUT, cython.address(deadline), cython.address(flight)
                    )
                tried = 0
        except BaseException as error:
            tell(error, b"bytes_sent", view.len - left)
            raise
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            PyBuffer_Release(cython.address(view))

    def sendto(self, data, flags_or_address, address=..., /):
        """sendto(data, address) or sendto(data, flags, address): send one message to *address*.

        Returns how many bytes were taken.  Raises what the address raises, TimeoutError, OSError.
        Source: sendto(2).
        """
        bits: cython.int = 0
        flight = cython.declare(Flight)
        flight.fd = -1
        view = cython.declare(Py_buffer)
        read_from(data, cython.address(view))
        try:
            if address is ...:
                address = flags_or_address
            else:
                bits = as_int(flags_or_address, b"flags")
            raw = cython.declare(libc.sockaddr_storage)
            length: libc.socklen_t = pack(
                self.sock_fd,
                self.sock_family,
                self.sock_proto,
                address,
                cython.address(raw),
                b"sendto",
            )
            capi.PySys_Audit(
                b"socket.sendto",
                b"OO",
                cython.cast(cython.p_void, self),
                cython.cast(cython.p_void, address),
            )
            fd: cython.int = self.sock_fd
            deadline: int64_t = 0
            receiver = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
            sent: cython.Py_ssize_t
            err: cython.int
            tried: cython.int = 0
            # On a stream, a part may be taken; see send().
            if self.sock_type == libc.SOCK_DGRAM:
                tried = try_sending(self, view.len, bits)
            while True:
                if tried:
                    sent = libc.sendto(fd, view.buf, view.len, bits | tried, receiver, length)
                    err = errno
                else:
                    fd = take_off(cython.address(flight), cython.address(self.sock_fd))
                    with cython.nogil:
                        sent = libc.sendto(fd, view.buf, view.len, bits, receiver, length)
                        err = errno
                if sent >= 0:
                    return sent
                again_to(
                    self, tried, err, address, cython.address(deadline), cython.address(flight)
                )
                tried = 0
        finally:
            if flight.fd != -1:
                land(cython.address(flight))
            PyBuffer_Release(cython.address(view))


freeze(Transfer)

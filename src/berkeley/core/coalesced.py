"""UDP datagrams put together: many of one size in one buffer, udp(7).

UDP_GRO puts datagrams of one sender and one size together for one recvmsg(), and a control message
tells the size.  The last one may be shorter.  It is the other way of what segments.py sends.
"""

import cython
from cython.cimports.berkeley.core.buffers import abandon, begin, finish, write_to
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.landing import Landing
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN
from cython.cimports.berkeley.core.segments import is_udp
from cython.cimports.berkeley.core.sockaddr import unpack
from cython.cimports.berkeley.core.views import part_of
from cython.cimports.berkeley.core.wait import retry_or_raise
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.libc.errno import errno
from cython.cimports.libc.limits import INT_MAX
from cython.cimports.libc.stdint import int64_t

# <linux/udp.h>, <linux/in.h>
UDP_GRO = cython.declare(cython.int, 104)
IPPROTO_UDP = cython.declare(cython.int, 17)
# Room for the size, and for what options of the program add (timestamps, IP_PKTINFO...).
CONTROL = cython.declare(cython.Py_ssize_t, 512)
# What a socket remembers in its field offload, beside the values of segments.py.
COALESCES = cython.declare(cython.uchar, 4)


@cython.cfunc
@cython.exceptval(check=False)
def _coalesce(sock: Endpoint) -> cython.void:
    """Switch UDP_GRO on: since 5.0.  Without it each datagram comes alone."""
    on: cython.int = 1
    if sock.offload & COALESCES == 0 and is_udp(sock):
        libc.setsockopt(
            sock.sock_fd, IPPROTO_UDP, UDP_GRO, cython.address(on), cython.sizeof(cython.int)
        )
        sock.offload |= COALESCES


# What one receive brings beside the data.
Arrival = cython.struct(
    raw=libc.sockaddr_storage,
    length=libc.socklen_t,
    size=cython.Py_ssize_t,
)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _receive(
    sock: Endpoint,
    where: cython.p_void,
    room: cython.Py_ssize_t,
    bits: cython.int,
    arrival: cython.pointer[Arrival],
) -> cython.Py_ssize_t:
    """recvmsg(2), with the wait: how many bytes came; *arrival* gets the rest."""
    if sock.sock_type == libc.SOCK_STREAM:
        # Of an ssl.SSLSocket, too, the descriptor gives other bytes than its recv().
        raise ValueError("recv_segments() is for datagrams, not for SOCK_STREAM")
    control = cython.declare(cython.size_t[64])
    part = cython.declare(libc.iovec)
    part.iov_base = where
    part.iov_len = room
    message = cython.declare(libc.msghdr)
    message.msg_name = cython.address(arrival.raw)
    message.msg_iov = cython.address(part)
    message.msg_iovlen = 1
    message.msg_control = control
    deadline: int64_t = 0
    got: cython.Py_ssize_t
    err: cython.int
    _coalesce(sock)
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    try:
        while True:
            fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
            message.msg_namelen = cython.sizeof(libc.sockaddr_storage)
            message.msg_controllen = CONTROL if is_udp(sock) else 0
            message.msg_flags = 0
            arrival.raw.ss_family = libc.AF_UNSPEC
            with cython.nogil:
                got = libc.recvmsg(fd, cython.address(message), bits)
                err = errno
            if got >= 0:
                break
            retry_or_raise(err, fd, POLLIN, sock.sock_timeout, cython.address(deadline))
    finally:
        land(cython.address(flight))
    arrival.length = message.msg_namelen
    arrival.size = min(got, room)
    item: cython.pointer[libc.cmsghdr] = cython.NULL
    if message.msg_controllen > 0:
        item = libc.CMSG_FIRSTHDR(cython.address(message))
    while item != cython.NULL:
        if item.cmsg_level == IPPROTO_UDP and item.cmsg_type == UDP_GRO:
            told: cython.int = cython.cast(cython.p_int, libc.CMSG_DATA(item))[0]
            if 0 < told < arrival.size:
                arrival.size = told
        item = libc.CMSG_NXTHDR(cython.address(message), item)
    return got


def recv_segments(sock: Endpoint, bufsize=65535, flags=0):
    """Receive datagrams of one sender and one size, put together where the kernel does that.

    Returns ``(data, size, address)``: all but the last of the datagrams in *data* have *size*
    bytes; of a single one it is the length.  segments() takes them apart.  The first call switches
    UDP_GRO on, and then recv() and its relatives get datagrams put together as well.
    Raises ValueError (bufsize, a stream), TimeoutError, OSError.  Source: udp(7).
    """
    room: cython.Py_ssize_t = as_size(bufsize, b"bufsize")
    if room < 0:
        raise ValueError("bufsize: negative buffer size in recv_segments()")
    bits: cython.int = as_int(flags, b"flags")
    arrival = cython.declare(Arrival)
    landing = cython.declare(Landing)
    begin(cython.address(landing), room, sock.expected, bits)
    got: cython.Py_ssize_t = -1
    try:
        got = _receive(sock, landing.where, room, bits, cython.address(arrival))
    finally:
        if got < 0:
            abandon(cython.address(landing))
    sock.expected = cython.cast(cython.int, min(got, INT_MAX))
    # With MSG_TRUNC the kernel tells the whole length, of which this much is there.
    data = finish(cython.address(landing), room, min(got, room))
    address = unpack(sock.sock_fd, sock.sock_proto, cython.address(arrival.raw), arrival.length)
    return (data, arrival.size, address)


def recv_segments_into(sock: Endpoint, buffer, nbytes=0, flags=0):
    """recv_segments() into *buffer*, at most *nbytes* bytes, 0 for its length.

    Returns ``(how many bytes, size, address)``.  Raises ValueError (negative, more than the buffer
    holds, a stream), TimeoutError, OSError.  Source: udp(7).
    """
    bits: cython.int = as_int(flags, b"flags")
    room: cython.Py_ssize_t = as_size(nbytes, b"nbytes")
    if room < 0:
        raise ValueError("nbytes: negative buffer size in recv_segments_into()")
    arrival = cython.declare(Arrival)
    view = cython.declare(Py_buffer)
    write_to(buffer, cython.address(view), b"buffer")
    try:
        if room > view.len:
            raise ValueError(f"nbytes: buffer too small for requested bytes ({room} > {view.len})")
        if room == 0:
            room = view.len
        got: cython.Py_ssize_t = _receive(sock, view.buf, room, bits, cython.address(arrival))
    finally:
        PyBuffer_Release(cython.address(view))
    address = unpack(sock.sock_fd, sock.sock_proto, cython.address(arrival.raw), arrival.length)
    return (min(got, room), arrival.size, address)


def segments(data, size, /):
    """The single datagrams in *data*, as a list of memoryviews of *size* bytes, the last one may be
    shorter.

    *data* and *size* are those of recv_segments(); no data is one empty datagram.
    Raises ValueError (size), TypeError.
    """
    step: cython.Py_ssize_t = as_size(size, b"size")
    view = memoryview(data)
    if view.format != "B" or view.ndim != 1 or not view.c_contiguous:
        # TypeError where the bytes are not one behind the other.
        view = view.cast("B")
    length: cython.Py_ssize_t = len(view)
    if step < 0 or (step == 0 and length > 0):
        raise ValueError("size: a datagram of a segmented buffer has one byte at least")
    if length <= step:
        return [view]
    result: list = []
    start: cython.Py_ssize_t = 0
    while start < length:
        result.append(part_of(view, start, min(step, length - start)))
        start += step
    return result

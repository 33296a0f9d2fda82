"""UDP segmentation: one buffer is sent as many datagrams of one size, udp(7).

UDP_SEGMENT lets the kernel cut what one sendmsg() gives it, at the last moment; on loopback and
where the device can, not even then.  The last datagram may be shorter.

Where the kernel lacks it, or it and the device refuse, the same datagrams are sent one by
one, many in a system call.  An old kernel takes the control message for nothing and sends all as a
single datagram, so it is asked before.
"""

import cython
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.convert import as_int, as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLOUT
from cython.cimports.berkeley.core.sockaddr import pack
from cython.cimports.berkeley.core.wait import poll_until, retry_or_raise
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release
from cython.cimports.libc.errno import (
    EAGAIN,
    EINTR,
    EINVAL,
    EIO,
    EMSGSIZE,
    ENOPROTOOPT,
    EOPNOTSUPP,
    errno,
)
from cython.cimports.libc.stdint import int64_t, uint16_t
from cython.cimports.libc.string import memset

# <linux/udp.h>, <linux/in.h>
UDP_SEGMENT = cython.declare(cython.int, 103)
IPPROTO_UDP = cython.declare(cython.int, 17)
# UDP_MAX_SEGMENTS of <linux/udp.h> until 6.9; it is more since.
MOST = cython.declare(cython.Py_ssize_t, 64)
# The data of one datagram of IPv4: 65 535 bytes without both headers.
LARGEST = cython.declare(cython.Py_ssize_t, 65_507)

# What a socket remembers in its field offload, beside COALESCES.
SEGMENTS = cython.declare(cython.uchar, 1)
REFUSED = cython.declare(cython.uchar, 2)

# What is left to send, and how.
Sending = cython.struct(
    where=cython.p_char,
    left=cython.Py_ssize_t,
    size=cython.Py_ssize_t,
    name=cython.p_void,
    name_length=libc.socklen_t,
    bits=cython.int,
)


@cython.cfunc
@cython.exceptval(check=False)
def is_udp(sock: Endpoint) -> cython.bint:
    return (
        (sock.sock_family == libc.AF_INET or sock.sock_family == libc.AF_INET6)
        and sock.sock_type == libc.SOCK_DGRAM
        and (sock.sock_proto == 0 or sock.sock_proto == IPPROTO_UDP)
    )


@cython.cfunc
@cython.exceptval(check=False)
def _can_segment(sock: Endpoint) -> cython.bint:
    """Whether UDP_SEGMENT is worth a try: the kernel has it since 4.18."""
    value: cython.int = 0
    length: libc.socklen_t = cython.sizeof(cython.int)
    if sock.offload & (SEGMENTS | REFUSED) == 0:
        found: cython.bint = (
            is_udp(sock)
            and libc.getsockopt(
                sock.sock_fd,
                IPPROTO_UDP,
                UDP_SEGMENT,
                cython.address(value),
                cython.address(length),
            )
            == 0
        )
        sock.offload |= SEGMENTS if found else REFUSED
    return sock.offload & REFUSED == 0


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def _send_together(fd: cython.int, to: cython.pointer[Sending]) -> cython.Py_ssize_t:
    """One system call with UDP_SEGMENT: how many bytes were sent."""
    # An array of words is aligned as a cmsghdr wants it.
    control = cython.declare(cython.size_t[8])
    memset(control, 0, cython.sizeof(control))
    part = cython.declare(libc.iovec)
    part.iov_base = to.where
    part.iov_len = min(to.left, min(MOST, LARGEST // to.size) * to.size)
    message = cython.declare(libc.msghdr)
    memset(cython.address(message), 0, cython.sizeof(libc.msghdr))
    message.msg_name = to.name
    message.msg_namelen = to.name_length
    message.msg_iov = cython.address(part)
    message.msg_iovlen = 1
    message.msg_control = control
    message.msg_controllen = libc.CMSG_SPACE(cython.sizeof(uint16_t))
    item: cython.pointer[libc.cmsghdr] = libc.CMSG_FIRSTHDR(cython.address(message))
    item.cmsg_level = IPPROTO_UDP
    item.cmsg_type = UDP_SEGMENT
    item.cmsg_len = libc.CMSG_LEN(cython.sizeof(uint16_t))
    cython.cast(cython.pointer[uint16_t], libc.CMSG_DATA(item))[0] = to.size
    return libc.sendmsg(fd, cython.address(message), to.bits)


@cython.cfunc
@cython.exceptval(check=False)
@cython.nogil
def _send_apart(fd: cython.int, to: cython.pointer[Sending]) -> cython.Py_ssize_t:
    """One system call with a message for each datagram: how many bytes were sent."""
    headers = cython.declare(libc.mmsghdr[64])
    parts = cython.declare(libc.iovec[64])
    count: cython.int = 0
    offset: cython.Py_ssize_t = 0
    # Of nothing to send, one empty datagram.
    while count == 0 or (count < MOST and offset < to.left):
        parts[count].iov_base = to.where + offset
        parts[count].iov_len = min(to.size, to.left - offset)
        memset(cython.address(headers[count]), 0, cython.sizeof(libc.mmsghdr))
        headers[count].msg_hdr.msg_name = to.name
        headers[count].msg_hdr.msg_namelen = to.name_length
        headers[count].msg_hdr.msg_iov = cython.address(parts[count])
        headers[count].msg_hdr.msg_iovlen = 1
        offset += to.size
        count += 1
    sent: cython.int = libc.sendmmsg(fd, headers, count, to.bits)
    if sent < 0:
        return -1
    return min(sent * to.size, to.left)


@cython.cfunc
@cython.exceptval(check=False)
def _refuses(sock: Endpoint, err: cython.int) -> cython.bint:
    """Whether the same datagrams may pass without UDP_SEGMENT."""
    # IPsec, a device without checksums; no such option.
    if err == EIO or err == EOPNOTSUPP or err == ENOPROTOOPT:
        sock.offload |= REFUSED
        return True
    # A size beyond the MTU, or UDP checksums switched off: not for ever.
    return err == EINVAL or err == EMSGSIZE


@cython.cfunc
@cython.exceptval(-1, check=False)
def _send_all(sock: Endpoint, to: cython.pointer[Sending]) -> cython.Py_ssize_t:
    """Send all, in as many calls as it takes: how many bytes were sent.

    What goes wrong when some datagrams are sent already is for the next call to tell.
    """
    total: cython.Py_ssize_t = to.left
    together: cython.bint = to.left > to.size and to.size <= LARGEST // 2 and _can_segment(sock)
    deadline: int64_t = 0
    sent: cython.Py_ssize_t
    err: cython.int
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    try:
        while True:
            fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
            with cython.nogil:
                sent = _send_together(fd, to) if together else _send_apart(fd, to)
                err = errno
            if sent >= 0:
                to.where += sent
                to.left -= sent
                if to.left <= 0:
                    return total
                # A last one alone is no segment of anything.
                together = together and to.left > to.size
                capi.PyErr_CheckSignals()
            elif together and _refuses(sock, err):
                together = False
            elif to.left == total:
                retry_or_raise(err, fd, POLLOUT, sock.sock_timeout, cython.address(deadline))
            elif err == EINTR:
                capi.PyErr_CheckSignals()
            elif err == EAGAIN and sock.sock_timeout > 0:
                if not poll_until(fd, POLLOUT, sock.sock_timeout, cython.address(deadline)):
                    return total - to.left
            else:
                return total - to.left
    finally:
        land(cython.address(flight))


def send_segments(sock: Endpoint, data, size, address=None, flags=0):
    """Send *data* as datagrams of *size* bytes, the last one may be shorter; return how many bytes
    were sent.

    These are all unless the socket is non-blocking, its timeout has passed, or a later datagram
    meets an error: then the whole datagrams that were sent count, and the next call meets the
    error.  UDP_SEGMENT is used where the kernel and the device have it.
    Raises ValueError (size), TimeoutError, OSError.  Source: udp(7).
    """
    to = cython.declare(Sending)
    to.bits = as_int(flags, b"flags")
    to.size = as_size(size, b"size")
    if to.size <= 0:
        raise ValueError("size: a datagram of a segmented buffer has one byte at least")
    if sock.sock_type == libc.SOCK_STREAM:
        raise ValueError("send_segments() is for datagrams, not for SOCK_STREAM")
    raw = cython.declare(libc.sockaddr_storage)
    to.name = cython.NULL
    to.name_length = 0
    if address is not None:
        to.name_length = pack(
            sock.sock_fd,
            sock.sock_family,
            sock.sock_proto,
            address,
            cython.address(raw),
            b"send_segments",
        )
        to.name = cython.address(raw)
    capi.PySys_Audit(
        b"socket.sendmsg",
        b"OO",
        cython.cast(cython.p_void, sock),
        cython.cast(cython.p_void, address),
    )
    view = cython.declare(Py_buffer)
    read_from(data, cython.address(view))
    try:
        to.where = cython.cast(cython.p_char, view.buf)
        to.left = view.len
        return _send_all(sock, cython.address(to))
    finally:
        PyBuffer_Release(cython.address(view))

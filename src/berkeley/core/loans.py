"""Memory that is lent to the kernel with MSG_ZEROCOPY, until the error queue gives it back.

Layout: struct sock_extended_err, <linux/errqueue.h>; Documentation/networking/msg_zerocopy.rst.
The kernel counts the successful sends of a socket that had the flag and data, from 0, and the
counter wraps at 2**32.  A message of the error queue says that those from ee_info to ee_data are
done, both included, and SO_EE_CODE_ZEROCOPY_COPIED that it has copied after all.

The count here and the kernel's must never differ, or memory would be given back that the kernel
still reads.  What a closed ZeroCopy has left in flight is among the leftovers, which are looked
after whenever another one is made or closed.
"""

from _thread import allocate_lock

import cython
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.errors import raise_errno, raise_timeout
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.wait import poll_until
from cython.cimports.libc.errno import EBADF
from cython.cimports.libc.stdint import int64_t, uint8_t, uint32_t

# <linux/socket.h>
MSG_ERRQUEUE = cython.declare(cython.int, 0x2000)
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

# Objects of Loans whose ZeroCopy is closed.
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
class Loan:
    """The memory of what one send() or sendall() was given."""

    def __cinit__(self, data):
        self.data = data
        self.view = memoryview(data)
        self.left = 1


@cython.final
@cython.cclass
class Loans:
    """The sends of one socket that the kernel is not done with, and those that it is done with."""

    def __cinit__(self, sock: Endpoint):
        self.sock = sock
        self.held = {}
        self.done = []
        self.lock = allocate_lock()
        self.next = 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def collect(loans: Loans) -> cython.int:
    """Read the error queue until it is empty: whether a completion was there."""
    control = cython.declare(cython.size_t[64])
    message = cython.declare(libc.msghdr)
    fd: cython.int = loans.sock.sock_fd
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
                    _give_back(loans, told.ee_info, told.ee_data, copied)
            item = libc.CMSG_NXTHDR(cython.address(message), item)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _give_back(loans: Loans, low: uint32_t, high: uint32_t, copied: cython.bint) -> cython.int:
    loan: Loan
    for loan in take_range(loans.held, low, high):
        settle(loans, loan, copied)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def settle(loans: Loans, loan: Loan, copied: cython.bint) -> cython.int:
    """One less of the sends that *loan* is part of; after the last one the memory is free."""
    with loans.lock:
        loan.left -= 1
        loan.copied = loan.copied or copied
        if loan.left > 0:
            return 0
    # Outside of the lock: what exports the memory may be Python code.
    loan.view.release()
    if loan.taken:
        with loans.lock:
            loans.done.append((loan.data, loan.copied))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def leave_behind(loans: Loans) -> cython.int:
    """Put *loans* among the leftovers, which let go of the socket when all is given back."""
    with _leftovers_lock:
        _leftovers.append(loans)
    sweep()
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def sweep() -> cython.Py_ssize_t:
    """Let go of the leftovers that the kernel is done with: how many sends it is not done with."""
    loans: Loans
    with _leftovers_lock:
        closed = list(_leftovers)
    left: cython.Py_ssize_t = 0
    for loans in closed:
        collect(loans)
        if loans.held:
            left += len(loans.held)
            continue
        with _leftovers_lock:
            if loans not in _leftovers:
                continue
            _leftovers.remove(loans)
        loans.sock._decref_socketios()
    return left


@cython.cfunc
@cython.exceptval(-1, check=False)
def wait_for_all(loans: Loans, timeout: int64_t) -> cython.int:
    """Wait until nothing is lent; raises TimeoutError."""
    deadline: int64_t = 0
    pause: int64_t
    while True:
        found: cython.bint = collect(loans)
        if not loans.held:
            return 0
        if loans.sock.sock_fd < 0:
            raise_errno(EBADF)
        # Without events: POLLERR tells that the queue has something.
        if not poll_until(loans.sock.sock_fd, 0, timeout, cython.address(deadline)):
            raise_timeout()
        if not found and not collect(loans):
            # An error of the connection, or its end, which poll() tells again and again.
            pause = 0
            poll_until(-1, 0, PAUSE, cython.address(pause))

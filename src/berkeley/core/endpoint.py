"""The state and the life of a socket: its descriptor, its timeout, and how it is closed.

Layout: the fields are declared in endpoint.pxd.  The first six repeat, in order and size, those of
the object of CPython's own ``_socket``, because its ``_ssl`` reads the descriptor and the timeout
straight from there.  They begin right behind the object header, so the class must have no cdef
methods (they would put a pointer there).  ``sock_errorhandler`` is only room; the state that 3.12
and later have behind the timeout is nobody's affair, and an object is 8 bytes smaller without it.
berkeley.core.layout compares all this with the running interpreter.

The timeout is in nanoseconds: -1 blocks, 0 does not, and with another the descriptor is
non-blocking and wait.py does the waiting.  A method reads the descriptor once, into a local:
another thread may close the socket.
"""

import sys

import cython
from cython.cimports.berkeley.core.convert import as_int, as_size, as_timeout, from_timeout
from cython.cimports.berkeley.core.errors import raise_errno
from cython.cimports.berkeley.core.flight import ground
from cython.cimports.berkeley.core.gil import keeps_gil
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import unistd as libc
from cython.cimports.berkeley.core.members import family_member, kind_member
from cython.cimports.libc.errno import ECONNRESET, errno
from cython.cimports.libc.stdint import int64_t

# Until then setblocking() took a C int, not the truth of an object.
SINCE_3_12 = cython.declare(cython.bint, sys.version_info >= (3, 12))

_default_timeout = cython.declare(int64_t, -1)


@cython.cfunc
@cython.exceptval(check=False)
def get_default_timeout() -> int64_t:
    return _default_timeout


def getdefaulttimeout():
    """The timeout in seconds that new sockets get; None when they block."""
    return from_timeout(_default_timeout)


def setdefaulttimeout(timeout, /):
    """Set the timeout that new sockets get, in seconds; None makes them block, 0 non-blocking.

    Raises TypeError, ValueError (negative, NaN), OverflowError.
    """
    global _default_timeout
    _default_timeout = as_timeout(timeout)


@cython.cfunc
@cython.exceptval(-1, check=False)
def set_nonblocking(fd: cython.int, nonblocking: cython.bint) -> cython.int:
    flag: cython.int = nonblocking
    if libc.ioctl(fd, libc.FIONBIO, cython.address(flag)) < 0:
        raise_errno(errno)
    return 0


@cython.cclass
class Endpoint:
    def __cinit__(self):
        self.sock_fd = -1
        self.sock_timeout = -1

    def __del__(self):
        if self.sock_fd != -1:
            try:
                capi.PyErr_ResourceWarning(
                    self, 1, b"unclosed %R", cython.cast(cython.p_void, self)
                )
            except Warning:
                # -W error: Python reports what a finalizer raises.
                raise
            except BaseException:
                # At exit, when what prints warnings is gone already.
                pass
            finally:
                fd: cython.int = _take(self)
                with cython.nogil:
                    libc.close(fd)

    @property
    def family(self):
        """The address family: an AddressFamily member, or an int for a family that it lacks."""
        return family_member(self.sock_family)

    @property
    def type(self):
        """The type: a SocketKind member, without SOCK_CLOEXEC and SOCK_NONBLOCK."""
        return kind_member(self.sock_type)

    @property
    def proto(self):
        """The protocol number; 0 is the family's default."""
        return self.sock_proto

    @property
    def timeout(self):
        """The timeout in seconds; None blocks, 0.0 is non-blocking."""
        return from_timeout(self.sock_timeout)

    def fileno(self):
        """The descriptor, which the socket keeps owning; -1 when it is closed or detached."""
        return self.sock_fd

    def gettimeout(self):
        """The timeout in seconds; None blocks, 0.0 is non-blocking."""
        return from_timeout(self.sock_timeout)

    def settimeout(self, timeout, /):
        """Set the timeout of the calls that may wait, in seconds.

        None makes them wait for ever, 0 not at all (BlockingIOError); another number makes each
        call as a whole end with TimeoutError after that time.  Rounded up to nanoseconds.
        Raises TypeError, ValueError (negative, NaN), OverflowError, OSError.
        """
        nanoseconds: int64_t = as_timeout(timeout)
        self.sock_timeout = nanoseconds
        set_nonblocking(self.sock_fd, nanoseconds >= 0)

    def getblocking(self):
        """False when the timeout is 0, True otherwise."""
        return self.sock_timeout != 0

    def setblocking(self, flag, /):
        """setblocking(True) is settimeout(None), setblocking(False) is settimeout(0)."""
        nonblocking: cython.bint
        nonblocking = not flag if SINCE_3_12 else as_size(flag, b"flag") == 0
        self.sock_timeout = 0 if nonblocking else -1
        set_nonblocking(self.sock_fd, nonblocking)

    def close(self):
        """Close the socket, once the last file made by makefile() is closed; more calls do nothing.

        Raises OSError; the descriptor is gone all the same.  Source: close(2).
        """
        self._closed = True
        if self._io_refs <= 0:
            self._real_close()

    def _real_close(self, _ss=None):
        # ssl.SSLSocket overrides this, and calls it by super().
        fd: cython.int = _take(self)
        if fd == -1 or ground(fd):
            return
        failed: cython.bint
        err: cython.int
        # One with SO_LINGER waits.
        if not self.plain and keeps_gil(self.sock_family, self.sock_type):
            failed = libc.close(fd) < 0
            err = errno
        else:
            with cython.nogil:
                failed = libc.close(fd) < 0
                err = errno
        # The other end has reset the connection: that is what a close is for (bpo-30319).
        if failed and err != ECONNRESET:
            raise_errno(err)

    def _decref_socketios(self):
        if self._io_refs > 0:
            self._io_refs -= 1
        if self._closed:
            self.close()

    def detach(self):
        """Give the descriptor away: it stays open, the caller owns it, the socket counts as closed.

        Returns the descriptor, -1 when there is none.
        """
        fd: cython.int = _take(self)
        self._closed = True
        return fd

    def __repr__(self):
        return (
            f"<socket object, fd={self.sock_fd}, family={self.sock_family}, "
            f"type={self.sock_type}, proto={self.sock_proto}>"
        )

    def __getstate__(self):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object")


freeze(Endpoint)


@cython.cfunc
@cython.exceptval(check=False)
def _take(sock: Endpoint) -> cython.int:
    """Take the descriptor out of the socket: only one of two threads that close it gets it."""
    fd: cython.int
    with cython.critical_section(sock):
        fd = sock.sock_fd
        sock.sock_fd = -1
    return fd


def close(fd, /):
    """Close a descriptor of a socket; on Linux as os.close(), but an ECONNRESET is no error.

    Raises OSError.  Source: close(2).
    """
    number: cython.int = as_int(fd, b"fd")
    with cython.nogil:
        failed: cython.bint = libc.close(number) < 0
        err: cython.int = errno
    if failed and err != ECONNRESET:
        raise_errno(err)


def dup(fd, /):
    """A new descriptor, not inheritable, of the same socket; the caller owns it.

    Raises OSError.  Source: fcntl(2), F_DUPFD_CLOEXEC.
    """
    number: cython.int = libc.fcntl(as_int(fd, b"fd"), libc.F_DUPFD_CLOEXEC, 0)
    if number < 0:
        raise_errno(errno)
    return number

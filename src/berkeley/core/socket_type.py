"""The base type: making a socket, naming it, connecting it, and its options.

This is the ``_socket.socket`` of a drop-in; the public class, berkeley.socketclass, stands on it.
The layers below it are endpoint (state and life), transfer (bytes) and message (messages).
"""

import cython
from cython.cimports.berkeley.core.connecting import TIMED_OUT, connect
from cython.cimports.berkeley.core.convert import as_descriptor, as_int, as_size
from cython.cimports.berkeley.core.endpoint import (
    Endpoint,
    get_default_timeout,
    set_nonblocking,
)
from cython.cimports.berkeley.core.errors import (
    raise_errno,
    raise_errno_at,
    raise_timeout_at,
)
from cython.cimports.berkeley.core.flight import land, take_off
from cython.cimports.berkeley.core.flying import Flight
from cython.cimports.berkeley.core.gil import keeps_gil
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.libc.poll import POLLIN
from cython.cimports.berkeley.core.libc.unistd import close as close_descriptor
from cython.cimports.berkeley.core.members import family_member, kind_member
from cython.cimports.berkeley.core.message import Message
from cython.cimports.berkeley.core.options import get_option, set_option
from cython.cimports.berkeley.core.sockaddr import pack, unpack
from cython.cimports.berkeley.core.wait import poll_until, retry_or_raise
from cython.cimports.cpython.object import PyTypeObject
from cython.cimports.libc.errno import (
    EAGAIN,
    EALREADY,
    EINPROGRESS,
    EINTR,
    errno,
)
from cython.cimports.libc.stdint import int64_t

# What accept() and socketpair() make: the public class, unless a program has put another in its
# place in the public module, whose names these are.
_public = cython.declare(object, None)
_names = cython.declare(dict, {})
_NOTHING = cython.declare(tuple, ())
_MethodDescriptor = cython.declare(type, type(str.join))


def set_public(kind, names, /):
    """Make accept() and socketpair() give sockets of class *kind*, a subclass of SocketType.

    *names* is the dictionary of the public module: what is ``socket`` there counts, if it is not
    *kind*.
    """
    global _public, _names
    _public = kind
    _names = names
    _own_methods(kind)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _own_methods(kind: type) -> cython.int:
    """Give *kind* method objects of its own for the methods of its compiled bases.

    The interpreter calls a compiled method directly only where the class of the object is the very
    class of the method object (CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS and its relatives, PEP
    659); an inherited one goes through two calls more, every time.
    """
    own: dict = cython.cast(
        dict, cython.cast(cython.pointer[capi.PyTypeObject_slots], kind).tp_dict
    )
    owner = cython.cast(cython.pointer[PyTypeObject], kind)
    for base in kind.__mro__[1:]:
        for name, method in vars(base).items():
            if name in own or name.startswith("__") or not isinstance(method, _MethodDescriptor):
                continue
            descriptor = cython.cast(
                cython.pointer[capi.PyMethodDescrObject], cython.cast(cython.p_void, method)
            )
            # Not by setattr(), which looks for slots and clears caches each time.
            own[name] = capi.PyDescr_NewMethod(owner, descriptor.d_method)
    capi.PyType_Modified(owner)
    return 0


@cython.cfunc
def _adopt(
    fd: cython.int, family: cython.int, kind: cython.int, protocol: cython.int, timeout: int64_t
) -> object:
    """A socket object of the public class that owns *fd*; closes it if there can be none.

    *fd* is non-blocking if and only if there is a *timeout*.
    """
    try:
        replaced = _names.get("socket", _public)
        if replaced is not _public:
            return replaced(family_member(family), kind_member(kind), protocol, fileno=fd)
        slots = cython.cast(cython.pointer[capi.PyTypeObject_slots], _public)
        kind_of = cython.cast(cython.pointer[PyTypeObject], _public)
        # Without the __init__ of the class, which has nothing to find out.
        made: Endpoint = slots.tp_new(kind_of, _NOTHING, cython.NULL)
        capi.PySys_Audit(
            b"socket.__new__",
            b"Oiii",
            cython.cast(cython.p_void, made),
            family,
            kind,
            protocol,
        )
    except BaseException:
        close_descriptor(fd)
        raise
    made.sock_fd = fd
    made.sock_family = family
    made.sock_type = kind & ~(libc.SOCK_NONBLOCK | libc.SOCK_CLOEXEC)
    made.sock_proto = protocol
    made.sock_timeout = timeout
    return made


@cython.cfunc
@cython.exceptval(-1, check=False)
def _detect(fd: cython.int, name: cython.int) -> cython.int:
    """The value of an int option of SOL_SOCKET that tells what *fd* is."""
    value: cython.int = 0
    length: libc.socklen_t = cython.sizeof(cython.int)
    if (
        libc.getsockopt(fd, libc.SOL_SOCKET, name, cython.address(value), cython.address(length))
        < 0
    ):
        raise_errno(errno)
    return value


@cython.cclass
class SocketType(Message):
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        given: cython.int = as_int(family, b"family")
        kind: cython.int = as_int(type, b"type")
        protocol: cython.int = as_int(proto, b"proto")
        timeout: int64_t = get_default_timeout()
        fd: cython.int
        if fileno is None:
            if given == -1:
                given = libc.AF_INET
            if kind == -1:
                kind = libc.SOCK_STREAM
            if protocol == -1:
                protocol = 0
        capi.PySys_Audit(
            b"socket.__new__",
            b"Oiii",
            cython.cast(cython.p_void, self),
            given,
            kind,
            protocol,
        )
        if fileno is None:
            if kind & libc.SOCK_NONBLOCK:
                timeout = 0
            bits: cython.int = kind | libc.SOCK_CLOEXEC
            if timeout >= 0:
                bits |= libc.SOCK_NONBLOCK
            err: cython.int
            if keeps_gil(given, kind):
                fd = libc.socket(given, bits, protocol)
                err = errno
            else:
                with cython.nogil:
                    fd = libc.socket(given, bits, protocol)
                    err = errno
            if fd < 0:
                raise_errno(err)
        else:
            fd = as_descriptor(fileno)
            # Nobody knows its options: attempt.py.
            self.plain = 1
            # Not by getsockname(2): some families have none (AF_ALG), or tell another (AF_RDS).
            domain: cython.int = _detect(fd, libc.SO_DOMAIN)
            if given == -1:
                given = domain
            if kind == -1:
                kind = _detect(fd, libc.SO_TYPE)
            if protocol == -1:
                protocol = _detect(fd, libc.SO_PROTOCOL)
            if kind & libc.SOCK_NONBLOCK:
                timeout = 0
            elif timeout >= 0:
                set_nonblocking(fd, True)
        before: cython.int = self.sock_fd
        self.sock_fd = fd
        self.sock_family = given
        self.sock_type = kind & ~(libc.SOCK_NONBLOCK | libc.SOCK_CLOEXEC)
        self.sock_proto = protocol
        self.sock_timeout = timeout
        # __init__ called again: what the object had is not leaked.
        if before != -1 and before != fd:
            close_descriptor(before)

    def _accept(self):
        """Wait for a connection; return ``(descriptor, address)``, the descriptor the caller's to
        close.
        """
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = 0
        fd: cython.int = _accept(self, cython.address(raw), cython.address(length), 0)
        try:
            return (fd, unpack(self.sock_fd, self.sock_proto, cython.address(raw), length))
        except BaseException:
            close_descriptor(fd)
            raise

    def accept(self):
        """Wait for a connection; return ``(socket, address)``.

        The socket is a new one of the public class, not inheritable, with the default timeout.
        Raises TimeoutError, OSError.  Source: accept(2).
        """
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = 0
        timeout: int64_t = get_default_timeout()
        flags: cython.int = libc.SOCK_NONBLOCK if timeout >= 0 else 0
        fd: cython.int = _accept(self, cython.address(raw), cython.address(length), flags)
        made = _adopt(fd, self.sock_family, self.sock_type, self.sock_proto, timeout)
        if self.plain:
            # The kernel has given it the options of the listening socket.
            cython.cast(Endpoint, made).plain = 1
        return (made, unpack(self.sock_fd, self.sock_proto, cython.address(raw), length))

    def bind(self, address, /):
        """Give the socket a local address.

        Raises what the address raises, OSError.  Source: bind(2).
        """
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = pack(
            self.sock_fd, self.sock_family, self.sock_proto, address, cython.address(raw), b"bind"
        )
        capi.PySys_Audit(
            b"socket.bind",
            b"OO",
            cython.cast(cython.p_void, self),
            cython.cast(cython.p_void, address),
        )
        fd: cython.int = self.sock_fd
        pointer = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
        with cython.nogil:
            failed: cython.bint = libc.bind(fd, pointer, length) < 0
            err: cython.int = errno
        if failed:
            raise_errno_at(err, "binding to", address)

    def connect(self, address, /):
        """Connect to *address*; a datagram socket only sets its peer.

        Interrupted by a signal, it waits on for the connection (PEP 475).
        Raises what the address raises, TimeoutError, OSError (BlockingIOError when the socket is
        non-blocking and the connection is on its way).  Source: connect(2).
        """
        err: cython.int = _connect(self, address, b"connect")
        if err == TIMED_OUT:
            raise_timeout_at("connecting to", address)
        if err == EINPROGRESS or err == EAGAIN or err == EALREADY:
            # No failure of this address: a non-blocking program goes on.
            raise_errno(err)
        if err != 0:
            raise_errno_at(err, "connecting to", address)

    def connect_ex(self, address, /):
        """connect() that returns the errno of a failed connection, 0 for success.

        A timeout is EAGAIN.  Errors in *address*, such as an unknown host, are raised all the same.
        """
        err: cython.int = _connect(self, address, b"connect_ex")
        return EAGAIN if err == TIMED_OUT else err

    def listen(self, backlog=128, /):
        """Begin to take connections, of which *backlog* at most wait for accept(); a negative
        number is 0.

        Raises OSError.  Source: listen(2).
        """
        number: cython.int = as_int(backlog, b"backlog")
        fd: cython.int = self.sock_fd
        with cython.nogil:
            failed: cython.bint = libc.listen(fd, number if number > 0 else 0) < 0
            err: cython.int = errno
        if failed:
            raise_errno(err)

    def shutdown(self, how, /):
        """End receiving (SHUT_RD), sending (SHUT_WR) or both (SHUT_RDWR).

        Raises OSError.  Source: shutdown(2).
        """
        number: cython.int = as_int(how, b"how")
        fd: cython.int = self.sock_fd
        with cython.nogil:
            failed: cython.bint = libc.shutdown(fd, number) < 0
            err: cython.int = errno
        if failed:
            raise_errno(err)

    def getsockname(self):
        """The socket's own address, in the form of its family.

        Raises OSError.  Source: getsockname(2).
        """
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = cython.sizeof(libc.sockaddr_storage)
        raw.ss_family = libc.AF_UNSPEC
        pointer = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
        if libc.getsockname(self.sock_fd, pointer, cython.address(length)) < 0:
            raise_errno(errno)
        return unpack(self.sock_fd, self.sock_proto, cython.address(raw), length)

    def getpeername(self):
        """The peer's address, in the form of the family.

        Raises OSError (ENOTCONN: not connected).  Source: getpeername(2).
        """
        raw = cython.declare(libc.sockaddr_storage)
        length: libc.socklen_t = cython.sizeof(libc.sockaddr_storage)
        raw.ss_family = libc.AF_UNSPEC
        pointer = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
        if libc.getpeername(self.sock_fd, pointer, cython.address(length)) < 0:
            raise_errno(errno)
        return unpack(self.sock_fd, self.sock_proto, cython.address(raw), length)

    def getsockopt(self, level, option, buflen=0, /):
        """The value of an option: an int, or with *buflen* at most that many bytes.

        Raises OSError (also: buflen not in 1-1024).  Source: getsockopt(2).
        """
        return get_option(
            self.sock_fd,
            self.sock_family,
            as_int(level, b"level"),
            as_int(option, b"option"),
            as_size(buflen, b"buflen"),
        )

    def setsockopt(self, level, option, value, optlen=..., /):
        """Set an option to an int, to the bytes of a buffer, or, with None, to no data of length
        *optlen*.

        Raises TypeError, OverflowError, OSError.  Source: setsockopt(2).
        """
        at: cython.int = as_int(level, b"level")
        name: cython.int = as_int(option, b"option")
        if (at == libc.SOL_SOCKET and (name == libc.SO_RCVLOWAT or name == libc.SO_LINGER)) or (
            at == IPPROTO_TCP and name == TCP_FASTOPEN_CONNECT
        ):
            # attempt.py and endpoint.py say why.
            self.plain = 1
        set_option(self.sock_fd, self.sock_family, at, name, value, optlen)


freeze(SocketType)

# <linux/socket.h>, <linux/tcp.h>
AF_ALG = cython.declare(cython.int, 38)
IPPROTO_TCP = cython.declare(cython.int, 6)
TCP_FASTOPEN_CONNECT = cython.declare(cython.int, 30)


@cython.cfunc
def _own_name(fd: cython.int, protocol: cython.int) -> object:
    """The address of a socket; None if it has none."""
    raw = cython.declare(libc.sockaddr_storage)
    length: libc.socklen_t = cython.sizeof(libc.sockaddr_storage)
    raw.ss_family = libc.AF_UNSPEC
    pointer = cython.cast(cython.pointer[libc.sockaddr], cython.address(raw))
    if libc.getsockname(fd, pointer, cython.address(length)) < 0:
        return None
    return unpack(fd, protocol, cython.address(raw), length)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _accept(
    sock: SocketType,
    raw: cython.pointer[libc.sockaddr_storage],
    length: cython.pointer[libc.socklen_t],
    flags: cython.int,
) -> cython.int:
    """accept4(2), with the wait: the new descriptor."""
    deadline: int64_t = 0
    # With their types: what Cython infers for a pointer that NULL is assigned to is not always the
    # same from one run to the next.
    peer: cython.pointer[libc.sockaddr] = cython.cast(cython.pointer[libc.sockaddr], raw)
    size: cython.pointer[libc.socklen_t] = length
    if sock.sock_family == AF_ALG:
        # It has no addresses to tell: asked for one, the kernel says ECONNABORTED.
        length[0] = 0
        peer = cython.NULL
        size = cython.NULL
    flight = cython.declare(Flight)
    flight.fd = -1
    fd: cython.int
    try:
        while True:
            fd = take_off(cython.address(flight), cython.address(sock.sock_fd))
            if size != cython.NULL:
                size[0] = cython.sizeof(libc.sockaddr_storage)
            raw.ss_family = libc.AF_UNSPEC
            with cython.nogil:
                accepted: cython.int = libc.accept4(fd, peer, size, libc.SOCK_CLOEXEC | flags)
                err: cython.int = errno
            if accepted >= 0:
                return accepted
            if err != EAGAIN and err != EINTR:
                raise_errno_at(err, "accepting at", _own_name(fd, sock.sock_proto))
            if err == EAGAIN and sock.sock_timeout > 0:
                if not poll_until(fd, POLLIN, sock.sock_timeout, cython.address(deadline)):
                    raise_timeout_at("accepting at", _own_name(fd, sock.sock_proto))
                continue
            retry_or_raise(err, fd, POLLIN, sock.sock_timeout, cython.address(deadline))
    finally:
        land(cython.address(flight))


@cython.cfunc
@cython.exceptval(-1, check=False)
def _connect(sock: SocketType, address: object, caller: cython.p_const_char) -> cython.int:
    """connect(2) to *address*: 0, an errno, or TIMED_OUT."""
    raw = cython.declare(libc.sockaddr_storage)
    length: libc.socklen_t = pack(
        sock.sock_fd, sock.sock_family, sock.sock_proto, address, cython.address(raw), caller
    )
    capi.PySys_Audit(
        b"socket.connect",
        b"OO",
        cython.cast(cython.p_void, sock),
        cython.cast(cython.p_void, address),
    )
    return connect(
        cython.address(sock.sock_fd),
        sock.sock_timeout,
        cython.cast(cython.pointer[libc.sockaddr], cython.address(raw)),
        length,
    )


def socketpair(family=libc.AF_UNIX, type=libc.SOCK_STREAM, proto=0, /):
    """Two connected sockets.  Raises OSError.  Source: socketpair(2)."""
    domain: cython.int = as_int(family, b"family")
    kind: cython.int = as_int(type, b"type")
    protocol: cython.int = as_int(proto, b"proto")
    flags: cython.int = libc.SOCK_CLOEXEC
    timeout: int64_t = 0 if kind & libc.SOCK_NONBLOCK else get_default_timeout()
    if timeout >= 0:
        flags |= libc.SOCK_NONBLOCK
    pair = cython.declare(cython.int[2])
    if libc.socketpair(domain, kind | flags, protocol, pair) < 0:
        raise_errno(errno)
    try:
        first = _adopt(pair[0], domain, kind, protocol, timeout)
    except BaseException:
        close_descriptor(pair[1])
        raise
    return (first, _adopt(pair[1], domain, kind, protocol, timeout))

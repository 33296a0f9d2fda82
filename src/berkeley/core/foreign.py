"""Socket addresses of other systems: the codec of a family, by the system's name in sys.platform.

On Linux nothing uses this but its tests, which compare with bytes worked out from the layouts that
the systems publish.  The addresses of IP, of netlink and of CAN have the same layout everywhere
behind their first two bytes, so those are Linux's codecs with another beginning.  Numbers are in
the byte order of the machine, where a codec does not say otherwise.
"""

import cython
from cython.cimports.berkeley.core.address import (
    bluetooth_freebsd,
    bluetooth_netbsd,
    bluetooth_windows,
    bsd,
    can,
    control,
    hyperv,
    inet,
    inet6,
    netlink,
    opaque,
)
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    sa_family_t,
    sockaddr_storage,
    socklen_t,
)
from cython.cimports.berkeley.core.libc.string import strnlen
from cython.cimports.berkeley.core.text import path_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.stdlib import free, malloc
from cython.cimports.libc.string import memcpy, memset

# What a family's addresses are; OPAQUE is (family, bytes).
OPAQUE = cython.declare(cython.int, 0)
INET = cython.declare(cython.int, 1)
INET6 = cython.declare(cython.int, 2)
UNIX = cython.declare(cython.int, 3)
NETLINK = cython.declare(cython.int, 4)
CAN = cython.declare(cython.int, 5)
CONTROL = cython.declare(cython.int, 6)
HYPERV = cython.declare(cython.int, 7)
BLUETOOTH_FREEBSD = cython.declare(cython.int, 8)
BLUETOOTH_NETBSD = cython.declare(cython.int, 9)
BLUETOOTH_WINDOWS = cython.declare(cython.int, 10)

# The numbers of families are those of constants/*.py.  Sockets of AF_DIVERT have addresses of
# AF_INET: divert(4).
KINDS = {
    "darwin": {1: UNIX, 2: INET, 30: INET6, 32: CONTROL},
    "freebsd": {1: UNIX, 2: INET, 28: INET6, 36: BLUETOOTH_FREEBSD, 38: NETLINK, 44: INET},
    "netbsd": {1: UNIX, 2: INET, 24: INET6, 31: BLUETOOTH_NETBSD, 35: CAN},
    "openbsd": {1: UNIX, 2: INET, 24: INET6},
    "win32": {2: INET, 23: INET6, 32: BLUETOOTH_WINDOWS, 34: HYPERV},
}

# Linux's numbers of the families whose codecs serve here: <linux/socket.h>
AF_NETLINK = cython.declare(cython.int, 16)
AF_CAN = cython.declare(cython.int, 29)

# <sys/un.h> of all four BSDs; the path ends with a zero byte.
SUN_PATH = cython.declare(cython.Py_ssize_t, 104)
# <netcan/can.h>: the only protocol, and struct sockaddr_can, without the addresses of J1939.
CAN_RAW = cython.declare(cython.int, 1)
SOCKADDR_CAN = cython.declare(socklen_t, 16)
HEADER = cython.declare(socklen_t, 2)


@cython.cfunc
@cython.exceptval(-1, check=False)
def kind_of(system: object, family: cython.int) -> cython.int:
    """Which codec serves *family* of *system*; ValueError for a system without a table."""
    kinds = _kinds(system)
    found = kinds.get(family)
    return OPAQUE if found is None else found


@cython.cfunc
def _kinds(system: object) -> dict:
    if not isinstance(system, str):
        raise TypeError(f"system must be str, not {type(system).__name__}")
    # sys.platform of FreeBSD and its like ends with the version: freebsd14.
    name = system.rstrip("0123456789") if system != "win32" else system
    kinds = KINDS.get(name)
    if kinds is None:
        raise ValueError(f"no addresses of {system!r}: one of {', '.join(KINDS)}")
    return kinds


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    system: object,
    fd: cython.int,
    family: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of the socket *fd* into *raw*, all zero; return its length in bytes.

    Raises what the codec of the family raises.
    """
    kind: cython.int = kind_of(system, family)
    if kind == CONTROL:
        return control.pack(fd, protocol, address, raw, caller)
    if kind == HYPERV:
        return hyperv.pack(protocol, address, raw, caller)
    if kind == BLUETOOTH_FREEBSD:
        return bluetooth_freebsd.pack(protocol, address, raw, caller)
    if kind == BLUETOOTH_NETBSD:
        return bluetooth_netbsd.pack(protocol, address, raw, caller)
    if kind == BLUETOOTH_WINDOWS:
        return bluetooth_windows.pack(protocol, address, raw, caller)
    if kind == OPAQUE:
        if system == "win32":
            return opaque.pack(family, address, raw, caller)
        return bsd.pack(family, address, raw, caller)
    length: socklen_t
    if kind == UNIX:
        length = _pack_unix(address, raw)
    elif kind == INET:
        length = inet.pack(address, raw, caller)
    elif kind == INET6:
        length = inet6.pack(address, raw, caller)
    elif kind == NETLINK:
        length = netlink.pack(address, raw, caller)
    else:
        if protocol != CAN_RAW:
            raise OSError(f"{caller.decode()}(): unsupported CAN protocol {protocol}")
        # No descriptor: interfaces are found by if_nametoindex(3), which every system has.
        can.pack(-1, protocol, address, raw, caller)
        length = SOCKADDR_CAN
    if system == "win32":
        raw.ss_family = cython.cast(sa_family_t, family)
    else:
        # Also of AF_DIVERT the kernel takes nothing but AF_INET.
        bsd.set_header(raw, length, AF_INET if kind == INET else family)
    return length


@cython.cfunc
def unpack(
    system: object,
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The address in the *length* bytes at *raw*, of a socket of *protocol*; None when the kernel
    gave none.

    Bytes too few for an address of their family are ``(family, bytes)``.
    """
    if length < HEADER:
        return None
    data = cython.cast(cython.pointer[cython.uchar], raw)
    windows: cython.bint = system == "win32"
    kind: cython.int = kind_of(system, raw.ss_family if windows else data[1])
    if kind == CONTROL:
        return control.unpack(protocol, raw, length)
    if kind == HYPERV:
        return hyperv.unpack(raw, length)
    if kind == BLUETOOTH_FREEBSD:
        return bluetooth_freebsd.unpack(protocol, raw, length)
    if kind == BLUETOOTH_NETBSD:
        return bluetooth_netbsd.unpack(protocol, raw, length)
    if kind == BLUETOOTH_WINDOWS:
        return bluetooth_windows.unpack(protocol, raw, length)
    if kind == UNIX:
        return _unpack_unix(raw, length)
    if kind == CAN and protocol != CAN_RAW:
        kind = OPAQUE
    if kind == OPAQUE or length < _size_of(kind):
        return opaque.unpack(raw, length) if windows else bsd.unpack(raw, length)
    # The same address as Linux would write it.
    copy = cython.declare(sockaddr_storage)
    memset(cython.address(copy), 0, cython.sizeof(sockaddr_storage))
    memcpy(cython.address(copy), raw, _size_of(kind))
    if kind == INET:
        copy.ss_family = AF_INET
        return inet.unpack(cython.address(copy), length)
    if kind == INET6:
        copy.ss_family = AF_INET6
        return inet6.unpack(cython.address(copy), length)
    if kind == NETLINK:
        copy.ss_family = AF_NETLINK
        return netlink.unpack(cython.address(copy), length)
    copy.ss_family = AF_CAN
    return can.unpack(-1, protocol, cython.address(copy), length)


@cython.cfunc
@cython.exceptval(check=False)
def _size_of(kind: cython.int) -> socklen_t:
    """Bytes of a struct that is laid out as Linux's."""
    if kind == INET6:
        return 28
    return 12 if kind == NETLINK else 16


@cython.cfunc
@cython.exceptval(0, check=False)
def _pack_unix(address: object, raw: cython.pointer[sockaddr_storage]) -> socklen_t:
    """Write the path *address*; there are no abstract names.  Source: unix(4)."""
    path = path_bytes(address)
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(path)
    if size >= SUN_PATH:
        raise OSError("AF_UNIX path too long")
    data = cython.cast(cython.p_char, raw) + HEADER
    memcpy(data, PyBytes_AS_STRING(path), size)
    data[size] = 0
    return cython.cast(socklen_t, HEADER + size + 1)


@cython.cfunc
def _unpack_unix(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    data: cython.p_char = cython.cast(cython.p_char, raw) + HEADER
    size: cython.Py_ssize_t = min(cython.cast(cython.Py_ssize_t, length - HEADER), SUN_PATH)
    return capi.PyUnicode_DecodeFSDefaultAndSize(data, strnlen(data, size))


def encode(system, family, protocol, address, descriptor=-1, /):
    """The bytes of the C struct that a socket of *family* and *protocol* gives the kernel of
    *system* for *address*.

    *descriptor* is the socket's, which is asked for the names of kernel controls on macOS.  Raises
    ValueError (no such system), and what ``bind(address)`` raises before it asks the kernel.
    """
    raw = cython.declare(sockaddr_storage)
    memset(cython.address(raw), 0, cython.sizeof(sockaddr_storage))
    length: socklen_t = pack(
        system,
        as_int(descriptor, b"descriptor"),
        as_int(family, b"family"),
        as_int(protocol, b"protocol"),
        address,
        cython.address(raw),
        b"encode",
    )
    return cython.cast(cython.p_char, cython.address(raw))[:length]


def decode(system, protocol, data, /):
    """The address in *data*, the bytes that the kernel of *system* gives for a socket of
    *protocol*; None if they do not hold a family.

    Raises ValueError (no such system).
    """
    _kinds(system)
    number: cython.int = as_int(protocol, b"protocol")
    copy = bytes(memoryview(data))
    size: cython.Py_ssize_t = PyBytes_GET_SIZE(copy)
    # A block of just this size, not a whole sockaddr_storage: a codec that reads on is found out by
    # AddressSanitizer.
    raw = malloc(size if size else 1)
    if raw == cython.NULL:
        raise MemoryError
    memcpy(raw, PyBytes_AS_STRING(copy), size)
    try:
        return unpack(
            system,
            number,
            cython.cast(cython.pointer[sockaddr_storage], raw),
            cython.cast(socklen_t, min(size, 0xFFFF)),
        )
    finally:
        free(raw)


def control_info(name, /):
    """The bytes of the struct ctl_info that asks the kernel of macOS for the kernel control *name*.

    Raises ValueError (over 95 bytes, a zero byte), TypeError (not text).
    """
    return control.info(name, b"control_info")

"""The databases of hosts, services and protocols: gethostbyname(3), getservent(3), getprotoent(3),
hostname(7).

The re-entrant functions (_r) are used throughout: the plain ones answer from one buffer for the
whole process, so that two threads get each other's answers.
"""

import cython
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.berkeley.core.errors import raise_errno, raise_h
from cython.cimports.berkeley.core.hosts import ipv4_text, resolve
from cython.cimports.berkeley.core.libc import inet as libc_inet
from cython.cimports.berkeley.core.libc import netdb as libc
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import unistd
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNSPEC,
    sockaddr_storage,
    socklen_t,
)
from cython.cimports.berkeley.core.text import ascii_bytes, decode_ascii, idna_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.cpython.mem import PyMem_Free, PyMem_Realloc
from cython.cimports.libc.errno import ERANGE, errno

# The first size of a buffer for an entry; ERANGE asks for twice as much.
FIRST_SIZE = cython.declare(cython.size_t, 1024)


@cython.cclass
class _Room:
    """The buffer behind an entry of a _r function."""

    data: cython.p_char
    size: cython.size_t

    def __dealloc__(self):
        PyMem_Free(self.data)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _grow(room: _Room) -> cython.int:
    size: cython.size_t = room.size * 2 if room.size != 0 else FIRST_SIZE
    data: cython.p_char = cython.cast(cython.p_char, PyMem_Realloc(room.data, size))
    if data == cython.NULL:
        raise MemoryError
    room.data = data
    room.size = size
    return 0


@cython.cfunc
def _hostent(entry: cython.pointer[libc.hostent]) -> tuple:
    """A hostent as ``(name, aliases, addresses)``."""
    aliases: list = []
    addresses: list = []
    i: cython.Py_ssize_t = 0
    while entry.h_aliases != cython.NULL and entry.h_aliases[i] != cython.NULL:
        aliases.append(decode_ascii(entry.h_aliases[i]))
        i += 1
    text = cython.declare(cython.char[64])
    i = 0
    while entry.h_addr_list[i] != cython.NULL:
        libc_inet.inet_ntop(entry.h_addrtype, entry.h_addr_list[i], text, 64)
        addresses.append(decode_ascii(text))
        i += 1
    return (decode_ascii(entry.h_name), aliases, addresses)


def gethostbyname(host, /):
    """The IPv4 address of *host* as text; getaddrinfo() knows IPv6 too.

    Raises gaierror, UnicodeError (no IDNA form), TypeError.  Source: gethostbyname(3).
    """
    raw = cython.declare(sockaddr_storage)
    name = idna_bytes(host)
    capi.PySys_Audit(b"socket.gethostbyname", b"O", cython.cast(cython.p_void, host))
    resolve(name, AF_INET, cython.address(raw))
    sin = cython.cast(cython.pointer[libc_inet.sockaddr_in], cython.address(raw))
    return ipv4_text(sin.sin_addr.s_addr)


def gethostbyname_ex(host, /):
    """``(name, aliases, IPv4 addresses)`` of *host*, the name being the canonical one.

    Raises gaierror, herror, UnicodeError, TypeError.  Source: gethostbyname(3).
    """
    raw = cython.declare(sockaddr_storage)
    name = idna_bytes(host)
    capi.PySys_Audit(b"socket.gethostbyname", b"O", cython.cast(cython.p_void, host))
    resolve(name, AF_INET, cython.address(raw))
    text: cython.p_const_char = PyBytes_AS_STRING(name)
    entry = cython.declare(libc.hostent)
    answer: cython.pointer[libc.hostent] = cython.NULL
    h_error: cython.int = 0
    code: cython.int = ERANGE
    room: _Room = _Room()
    while code == ERANGE:
        _grow(room)
        data: cython.p_char = room.data
        size: cython.size_t = room.size
        with cython.nogil:
            code = libc.gethostbyname_r(
                text,
                cython.address(entry),
                data,
                size,
                cython.address(answer),
                cython.address(h_error),
            )
    if answer == cython.NULL:
        raise_h(h_error, name)
    return _hostent(answer)


def gethostbyaddr(ip_address, /):
    """``(name, aliases, addresses)`` of the host with that IPv4 or IPv6 address (or name).

    Raises gaierror, herror (no name), UnicodeError, TypeError.  Source: gethostbyaddr(3).
    """
    raw = cython.declare(sockaddr_storage)
    name = idna_bytes(ip_address)
    capi.PySys_Audit(b"socket.gethostbyaddr", b"O", cython.cast(cython.p_void, ip_address))
    resolve(name, AF_UNSPEC, cython.address(raw))
    family: cython.int = raw.ss_family
    sin = cython.cast(cython.pointer[libc_inet.sockaddr_in], cython.address(raw))
    sin6 = cython.cast(cython.pointer[libc_inet.sockaddr_in6], cython.address(raw))
    packed: cython.p_void = cython.address(sin.sin_addr)
    packed_size: socklen_t = 4
    if family == AF_INET6:
        packed = cython.address(sin6.sin6_addr)
        packed_size = 16
    entry = cython.declare(libc.hostent)
    answer: cython.pointer[libc.hostent] = cython.NULL
    h_error: cython.int = 0
    code: cython.int = ERANGE
    room: _Room = _Room()
    while code == ERANGE:
        _grow(room)
        data: cython.p_char = room.data
        size: cython.size_t = room.size
        with cython.nogil:
            code = libc.gethostbyaddr_r(
                packed,
                packed_size,
                family,
                cython.address(entry),
                data,
                size,
                cython.address(answer),
                cython.address(h_error),
            )
    if answer == cython.NULL:
        raise_h(h_error, name)
    return _hostent(answer)


def getservbyname(servicename, protocolname=..., /):
    """The port, in host byte order, of a service; *protocolname* is ``"tcp"``,
    ``"udp"``...; any when it is left out.

    Raises OSError (not found).  Source: getservbyname(3), services(5).
    """
    name = ascii_bytes(servicename, b"servicename")
    protocol = None if protocolname is ... else ascii_bytes(protocolname, b"protocolname")
    text: cython.p_const_char = PyBytes_AS_STRING(name)
    protocol_text: cython.p_const_char = cython.NULL
    if protocol is not None:
        protocol_text = PyBytes_AS_STRING(protocol)
    capi.PySys_Audit(b"socket.getservbyname", b"sz", text, protocol_text)
    entry = cython.declare(libc.servent)
    answer: cython.pointer[libc.servent] = cython.NULL
    code: cython.int = ERANGE
    room: _Room = _Room()
    while code == ERANGE:
        _grow(room)
        data: cython.p_char = room.data
        size: cython.size_t = room.size
        with cython.nogil:
            code = libc.getservbyname_r(
                text, protocol_text, cython.address(entry), data, size, cython.address(answer)
            )
    if answer == cython.NULL:
        raise OSError("service/proto not found")
    return libc_inet.ntohs(cython.cast(cython.ushort, answer.s_port))


def getservbyport(port, protocolname=..., /):
    """The name of the service at *port* (host byte order); *protocolname* as for getservbyname().

    Raises OSError (not found), OverflowError (port).  Source: getservbyport(3), services(5).
    """
    number: cython.int = as_int(port, b"port")
    if number < 0 or number > 0xFFFF:
        raise OverflowError("getservbyport: port must be 0-65535.")
    protocol = None if protocolname is ... else ascii_bytes(protocolname, b"protocolname")
    protocol_text: cython.p_const_char = cython.NULL
    if protocol is not None:
        protocol_text = PyBytes_AS_STRING(protocol)
    capi.PySys_Audit(b"socket.getservbyport", b"iz", number, protocol_text)
    entry = cython.declare(libc.servent)
    answer: cython.pointer[libc.servent] = cython.NULL
    code: cython.int = ERANGE
    room: _Room = _Room()
    while code == ERANGE:
        _grow(room)
        data: cython.p_char = room.data
        size: cython.size_t = room.size
        with cython.nogil:
            code = libc.getservbyport_r(
                libc_inet.htons(cython.cast(cython.ushort, number)),
                protocol_text,
                cython.address(entry),
                data,
                size,
                cython.address(answer),
            )
    if answer == cython.NULL:
        raise OSError("port/proto not found")
    return decode_ascii(answer.s_name)


def getprotobyname(name, /):
    """The number of an IP protocol.

    Raises OSError (not found).  Source: getprotobyname(3), protocols(5).
    """
    data_name = ascii_bytes(name, b"name")
    text: cython.p_const_char = PyBytes_AS_STRING(data_name)
    entry = cython.declare(libc.protoent)
    answer: cython.pointer[libc.protoent] = cython.NULL
    code: cython.int = ERANGE
    room: _Room = _Room()
    while code == ERANGE:
        _grow(room)
        data: cython.p_char = room.data
        size: cython.size_t = room.size
        with cython.nogil:
            code = libc.getprotobyname_r(
                text, cython.address(entry), data, size, cython.address(answer)
            )
    if answer == cython.NULL:
        raise OSError("protocol not found")
    return answer.p_proto


def gethostname():
    """The name of this machine.  Raises OSError.  Source: gethostname(2)."""
    capi.PySys_Audit(b"socket.gethostname", cython.NULL)
    text = cython.declare(cython.char[1024])
    if unistd.gethostname(text, 1023) < 0:
        raise_errno(errno)
    text[1023] = 0
    return decode_ascii(text)


def sethostname(name, /):
    """Name this machine.  *name* is str (file system encoding) or bytes.

    Raises OSError (EPERM, EINVAL: longer than 64 bytes).  Source: sethostname(2).
    """
    if isinstance(name, str):
        data = capi.PyUnicode_EncodeFSDefault(name)
    elif isinstance(name, bytes):
        data = name
    else:
        raise TypeError(f"name: str or bytes expected, not {type(name).__name__}")
    capi.PySys_Audit(b"socket.sethostname", b"(O)", cython.cast(cython.p_void, data))
    if unistd.sethostname(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)) < 0:
        raise_errno(errno)

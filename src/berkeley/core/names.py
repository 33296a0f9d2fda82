"""Names: getaddrinfo(3) and getnameinfo(3), RFC 3493."""

import sys

import cython
from cython.cimports.berkeley.core.convert import (
    as_int,
    as_size,
    as_timeout,
    as_unsigned,
    from_timeout,
)
from cython.cimports.berkeley.core.errors import note_lookup, raise_gai
from cython.cimports.berkeley.core.hosts import ipv4_text, ipv6_text
from cython.cimports.berkeley.core.libc import inet, netdb
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNSPEC,
    SOCK_DGRAM,
    sockaddr_storage,
)
from cython.cimports.berkeley.core.members import family_member, kind_member
from cython.cimports.berkeley.core.sockaddr import unpack
from cython.cimports.berkeley.core.text import ascii_bytes, decode_ascii, idna_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING
from cython.cimports.libc.errno import errno
from cython.cimports.libc.string import memset, strlen

SINCE_3_12 = cython.declare(cython.bint, sys.version_info >= (3, 12))

# What libc answers about a numeric host and port depends on nothing but whether there is a port,
# and family, type, protocol and these flags: which (family, type, protocol) there are.  It is asked
# once for each of these questions, by _templates.
SIMPLE_FLAGS = cython.declare(
    cython.int, netdb.AI_PASSIVE | netdb.AI_NUMERICHOST | netdb.AI_NUMERICSERV
)
_templates = cython.declare(dict, {})

# With both of them getnameinfo(3) has nothing to look up.
NUMERIC = cython.declare(cython.int, netdb.NI_NUMERICHOST | netdb.NI_NUMERICSERV)


@cython.cfunc
def _host_argument(host: object) -> object:
    if host is None:
        return None
    if isinstance(host, str):
        # The codec is asked for ASCII names too: it refuses labels that DNS has no room for (RFC
        # 3490).
        return idna_bytes(host)
    if isinstance(host, bytes):
        return idna_bytes(host)
    raise TypeError(
        f"host: getaddrinfo() argument 1 must be string or None, not {type(host).__name__}"
    )


@cython.cfunc
def _port_argument(port: object) -> object:
    if port is None:
        return None
    if isinstance(port, str):
        return capi.PyUnicode_AsEncodedString(port, b"utf-8", cython.NULL)
    if isinstance(port, bytes):
        return port
    if capi.PyIndex_Check(port):
        # A plain int: a subclass may show itself otherwise (True, members of enums).
        number = int(capi.PyNumber_Index(port))
        if not SINCE_3_12:
            # Until then a number that does not fit a C long was an error of ours, not libc's.
            as_size(number, b"port")
        return str(number).encode("ascii")
    raise OSError("Int or String expected")


@cython.cfunc
@cython.exceptval(-2, check=False)
def _numeric_port(port: object) -> cython.int:
    """The number of a port that libc would not look up; -1 for another."""
    if port is None:
        return 0
    if type(port) is int and 0 <= port <= 0xFFFF:
        return port
    return -1


@cython.cfunc
def _numeric_address(host: object, port: cython.int, family: cython.pointer[cython.int]) -> object:
    """The socket address of a numeric *host*, its family in *family*; None for another host."""
    if type(host) is not str or not capi.PyUnicode_IS_COMPACT_ASCII(host):
        return None
    text: cython.p_const_char = cython.cast(cython.p_const_char, capi.PyUnicode_DATA(host))
    if strlen(text) != cython.cast(cython.size_t, capi.PyUnicode_GET_LENGTH(host)):
        return None
    ipv4 = cython.declare(inet.in_addr)
    if inet.inet_pton(AF_INET, text, cython.address(ipv4)) == 1:
        family[0] = AF_INET
        return (ipv4_text(ipv4.s_addr), port)
    ipv6 = cython.declare(inet.sockaddr_in6)
    if inet.inet_pton(AF_INET6, text, cython.address(ipv6.sin6_addr)) == 1:
        family[0] = AF_INET6
        return (ipv6_text(cython.address(ipv6)), port, 0, 0)
    return None


@cython.cfunc
def _in_time(timeout: object, function: object, arguments: tuple) -> object:
    """``function(host, service, ...)``, or TimeoutError when that takes longer than *timeout*
    seconds.
    """
    # Ordinary Python, and threads: loaded when somebody asks for it.
    from berkeley.lookups import within

    try:
        return within(from_timeout(as_timeout(timeout)), function, arguments)
    except TimeoutError as error:
        # The resolver's own, ETIMEDOUT, has its note.
        if not hasattr(error, "__notes__"):
            note_lookup(error, arguments[0], arguments[1])
        raise


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0, *, timeout=None):
    """The addresses of *host* and *port* as a list of ``(family, type, proto, canonname,
    sockaddr)``.

    *host* is a name, a numeric address, or None for this machine; *port* a number, a service name
    or None (0).  *family*, *type* and *proto* narrow the answer, 0 does not; *flags* are AI_*.
    canonname is ``''`` without AI_CANONNAME.
    *timeout* in seconds is the longest that the call takes, whatever the resolver does; None is no
    limit, and 0 answers what needs no lookup.
    Raises gaierror, UnicodeError (a host name without an IDNA form), TimeoutError.  Source:
    getaddrinfo(3).
    """
    wanted: cython.int = as_int(family, b"family")
    kind: cython.int = as_int(type, b"type")
    protocol: cython.int = as_int(proto, b"proto")
    bits: cython.int = as_int(flags, b"flags")
    if timeout is not None:
        # Wrong ones are an error even where none is needed.
        as_timeout(timeout)
    number: cython.int = _numeric_port(port)
    found: cython.int = 0
    address: object = None
    if number >= 0 and bits & ~SIMPLE_FLAGS == 0:
        address = _numeric_address(host, number, cython.address(found))
        if address is not None and wanted != AF_UNSPEC and wanted != found:
            address = None
    if address is None:
        name = _host_argument(host)
        service = _port_argument(port)
        _audit(host, port, wanted, kind, protocol)
        if timeout is not None:
            return _in_time(timeout, _addresses, (name, service, wanted, kind, protocol, bits))
        return _ask(name, service, wanted, kind, protocol, bits)
    _audit(host, port, wanted, kind, protocol)
    key: cython.longlong = (
        cython.cast(cython.longlong, kind & 0xFFFF) << 32
        | cython.cast(cython.longlong, protocol & 0xFFFF) << 16
        | (bits & 0xFFF) << 4
        | (port is None)
        | (found == AF_INET6) << 1
    )
    cacheable: cython.bint = kind >> 16 == 0 and protocol >> 16 == 0
    answers: list = _templates.get(key) if cacheable else None
    if answers is None:
        answers = _ask(_host_argument(host), _port_argument(port), found, kind, protocol, bits)
        if cacheable and len(_templates) < 64:
            _templates[key] = [row[:4] for row in answers]
        return answers
    return [
        (
            cython.cast(tuple, row)[0],
            cython.cast(tuple, row)[1],
            cython.cast(tuple, row)[2],
            "",
            address,
        )
        for row in answers
    ]


@cython.cfunc
def _audit(
    host: object, port: object, family: cython.int, kind: cython.int, protocol: cython.int
) -> object:
    capi.PySys_Audit(
        b"socket.getaddrinfo",
        b"OOiii",
        cython.cast(cython.p_void, host),
        cython.cast(cython.p_void, port),
        family,
        kind,
        protocol,
    )
    return None


@cython.cfunc
def _ask(
    name: object,
    service: object,
    family: cython.int,
    kind: cython.int,
    protocol: cython.int,
    flags: cython.int,
) -> list:
    """What getaddrinfo(3) answers."""
    host_text: cython.p_const_char = cython.NULL
    service_text: cython.p_const_char = cython.NULL
    if name is not None:
        host_text = PyBytes_AS_STRING(name)
    if service is not None:
        service_text = PyBytes_AS_STRING(service)
    hints = cython.declare(netdb.addrinfo)
    memset(cython.address(hints), 0, cython.sizeof(netdb.addrinfo))
    hints.ai_family = family
    hints.ai_socktype = kind
    hints.ai_protocol = protocol
    hints.ai_flags = flags
    first: cython.pointer[netdb.addrinfo] = cython.NULL
    with cython.nogil:
        code: cython.int = netdb.getaddrinfo(
            host_text, service_text, cython.address(hints), cython.address(first)
        )
        err: cython.int = errno
    if code != 0:
        raise_gai(code, err, name, service)
    answers: list = []
    try:
        item: cython.pointer[netdb.addrinfo] = first
        while item != cython.NULL:
            canonname = "" if item.ai_canonname == cython.NULL else decode_ascii(item.ai_canonname)
            answers.append(
                (
                    family_member(item.ai_family),
                    kind_member(item.ai_socktype),
                    item.ai_protocol,
                    canonname,
                    unpack(
                        -1,
                        item.ai_protocol,
                        cython.cast(cython.pointer[sockaddr_storage], item.ai_addr),
                        item.ai_addrlen,
                    ),
                )
            )
            item = item.ai_next
    finally:
        netdb.freeaddrinfo(first)
    return answers


def _addresses(name, service, family, kind, protocol, flags):
    """_ask() for another thread."""
    return _ask(name, service, family, kind, protocol, flags)


def getnameinfo(sockaddr, flags, /, *, timeout=None):
    """The names of a socket address as ``(host, service)``; *flags* are NI_*.

    *sockaddr* is ``(host, port)`` or ``(host, port, flowinfo, scope_id)`` with a numeric host; a
    zone in the host (``fe80::1%eth0``) gives the scope, unless the tuple has one itself.
    *timeout* in seconds is the longest that the call takes; None is no limit, 0 is enough for
    NI_NUMERICHOST and NI_NUMERICSERV together.
    Raises gaierror, TypeError, OverflowError, OSError (a tuple of the wrong length), TimeoutError.
    Source: getnameinfo(3).
    """
    bits: cython.int = as_int(flags, b"flags")
    if not isinstance(sockaddr, tuple):
        raise TypeError("sockaddr: getnameinfo() argument 1 must be a tuple")
    parts: tuple = cython.cast(tuple, sockaddr)
    count: cython.Py_ssize_t = len(parts)
    if count < 2 or count > 4 or not isinstance(parts[0], str):
        raise TypeError("sockaddr: getnameinfo(): illegal sockaddr argument")
    host = ascii_bytes(parts[0], b"host")
    port: cython.int = as_int(parts[1], b"port")
    flowinfo: cython.longlong = 0
    scope_id: cython.longlong = 0
    if count > 2:
        flowinfo = as_unsigned(parts[2], b"flowinfo", 0xFFFFFFFF)
        if flowinfo > 0xFFFFF:
            raise OverflowError("getnameinfo(): flowinfo must be 0-1048575.")
    if count > 3:
        scope_id = as_unsigned(parts[3], b"scope_id", 0xFFFFFFFF)
    if timeout is not None:
        as_timeout(timeout)
    capi.PySys_Audit(b"socket.getnameinfo", b"(O)", cython.cast(cython.p_void, sockaddr))
    service = str(port).encode("ascii")
    if timeout is not None and bits & NUMERIC != NUMERIC:
        return _in_time(timeout, _names, (host, service, count, flowinfo, scope_id, bits))
    return _ask_names(host, service, count, flowinfo, scope_id, bits)


def _names(host, service, count, flowinfo, scope_id, flags):
    """_ask_names() for another thread."""
    return _ask_names(host, service, count, flowinfo, scope_id, flags)


@cython.cfunc
def _ask_names(
    host: object,
    service: object,
    count: cython.Py_ssize_t,
    flowinfo: cython.longlong,
    scope_id: cython.longlong,
    bits: cython.int,
) -> tuple:
    """What getnameinfo(3) answers; *count* is the length of the tuple that was given."""
    hints = cython.declare(netdb.addrinfo)
    memset(cython.address(hints), 0, cython.sizeof(netdb.addrinfo))
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = SOCK_DGRAM
    # A name here would be looked up only to be turned back: numeric hosts alone.
    hints.ai_flags = netdb.AI_NUMERICHOST
    answer: cython.pointer[netdb.addrinfo] = cython.NULL
    host_text: cython.p_const_char = PyBytes_AS_STRING(host)
    service_text: cython.p_const_char = PyBytes_AS_STRING(service)
    name = cython.declare(cython.char[1025])  # NI_MAXHOST, <netdb.h>
    service_name = cython.declare(cython.char[32])  # NI_MAXSERV
    with cython.nogil:
        code: cython.int = netdb.getaddrinfo(
            host_text, service_text, cython.address(hints), cython.address(answer)
        )
        err: cython.int = errno
    if code != 0:
        raise_gai(code, err, host, service)
    try:
        if answer.ai_next != cython.NULL:
            raise OSError("sockaddr resolved to multiple addresses")
        if answer.ai_family == AF_INET:
            if count != 2:
                raise OSError("IPv4 sockaddr must be 2 tuple")
        elif answer.ai_family == AF_INET6:
            sin6 = cython.cast(cython.pointer[inet.sockaddr_in6], answer.ai_addr)
            sin6.sin6_flowinfo = inet.htonl(cython.cast(cython.uint, flowinfo))
            if scope_id != 0:
                sin6.sin6_scope_id = cython.cast(cython.uint, scope_id)
        with cython.nogil:
            code = netdb.getnameinfo(
                answer.ai_addr, answer.ai_addrlen, name, 1025, service_name, 32, bits
            )
            err = errno
    finally:
        netdb.freeaddrinfo(answer)
    if code != 0:
        raise_gai(code, err, host, service)
    return (decode_ascii(name), decode_ascii(service_name))

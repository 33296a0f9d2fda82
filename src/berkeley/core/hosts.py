"""Hosts: the host part of an IPv4 or IPv6 address, text to binary and back.

A numeric host never enters getaddrinfo(3), which would open files and ask the network interfaces; a
name does, with the GIL released.  ``''`` is the wildcard address and ``'<broadcast>'`` is
255.255.255.255 (IPv4 only).
"""

import cython
from cython.cimports.berkeley.core.errors import raise_gai
from cython.cimports.berkeley.core.libc import inet as libc
from cython.cimports.berkeley.core.libc import netdb
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNSPEC,
    SOCK_STREAM,
    sockaddr_storage,
)
from cython.cimports.berkeley.core.text import host_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.errno import errno
from cython.cimports.libc.string import memchr, memcpy, memset, strcmp, strlen

HEX = cython.declare(cython.p_const_char, b"0123456789abcdef")


@cython.cfunc
@cython.exceptval(-1, check=False)
def resolve(host: object, family: cython.int, raw: cython.pointer[sockaddr_storage]) -> cython.int:
    """Fill *raw* with the address of *host*, its port 0; return 1, or 0 where *host* is a name.

    *family* is AF_INET or AF_INET6, or AF_UNSPEC for either.
    Raises TypeError (not a host), gaierror (not found), OSError (a form of the other family).
    """
    # ASCII text is taken where it lies: no bytes object for the usual numeric host.
    name: cython.p_const_char
    kept: object = None
    length: cython.Py_ssize_t
    if isinstance(host, str) and capi.PyUnicode_IS_COMPACT_ASCII(host):
        name = cython.cast(cython.p_const_char, capi.PyUnicode_DATA(host))
        length = capi.PyUnicode_GET_LENGTH(host)
        if strlen(name) != cython.cast(cython.size_t, length):
            raise TypeError("host name must not contain null character")
    else:
        kept = host_bytes(host)
        name = PyBytes_AS_STRING(kept)
        length = PyBytes_GET_SIZE(kept)

    memset(raw, 0, cython.sizeof(libc.sockaddr_in6))
    raw.ss_family = family
    ipv4 = cython.cast(cython.pointer[libc.sockaddr_in], raw)
    ipv6 = cython.cast(cython.pointer[libc.sockaddr_in6], raw)
    if length == 0:
        if family == AF_UNSPEC:
            raise OSError("wildcard resolved to multiple address")
        return 1
    if strcmp(name, b"255.255.255.255") == 0 or strcmp(name, b"<broadcast>") == 0:
        if family == AF_INET6:
            raise OSError("address family mismatched")
        raw.ss_family = AF_INET
        ipv4.sin_addr.s_addr = 0xFFFFFFFF
        return 1
    if family != AF_INET6:
        if libc.inet_pton(AF_INET, name, cython.address(ipv4.sin_addr)) == 1:
            raw.ss_family = AF_INET
            return 1
    # A zone (fe80::1%eth0) is getaddrinfo's to resolve: RFC 4007, section 11.
    if family != AF_INET and memchr(name, 37, length) == cython.NULL:
        if libc.inet_pton(AF_INET6, name, cython.address(ipv6.sin6_addr)) == 1:
            raw.ss_family = AF_INET6
            return 1
    return _look_up(host_bytes(host), family, raw)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _look_up(name: object, family: cython.int, raw: cython.pointer[sockaddr_storage]) -> cython.int:
    """The first answer of getaddrinfo(3)."""
    text: cython.p_const_char = PyBytes_AS_STRING(name)
    hints = cython.declare(netdb.addrinfo)
    memset(cython.address(hints), 0, cython.sizeof(netdb.addrinfo))
    hints.ai_family = family
    hints.ai_socktype = SOCK_STREAM
    answers: cython.pointer[netdb.addrinfo] = cython.NULL
    with cython.nogil:
        code: cython.int = netdb.getaddrinfo(
            text, cython.NULL, cython.address(hints), cython.address(answers)
        )
        err: cython.int = errno
    if code != 0:
        raise_gai(code, err, name, None)
    memcpy(raw, answers.ai_addr, answers.ai_addrlen)
    netdb.freeaddrinfo(answers)
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def _write_ipv4(
    octet: cython.pointer[cython.const[cython.uchar]], text: cython.p_char
) -> cython.p_char:
    """Write the dotted decimal of four bytes; return the place behind it."""
    for i in range(4):
        value: cython.int = octet[i]
        if i > 0:
            text[0] = 46
            text += 1
        if value >= 100:
            text[0] = 48 + value // 100
            text += 1
        if value >= 10:
            text[0] = 48 + value // 10 % 10
            text += 1
        text[0] = 48 + value % 10
        text += 1
    return text


@cython.cfunc
@cython.exceptval(check=False)
def _write_ipv6(
    octet: cython.pointer[cython.const[cython.uchar]], text: cython.p_char
) -> cython.p_char:
    """Write the text that inet_ntop(3) gives for 16 bytes; return the place behind it.

    RFC 5952: small hexadecimal digits without leading zeros, the first of the longest runs of two
    or more zero groups as ``::``; the last 32 bits dotted behind ``::ffff:`` and ``::``.  libc's
    takes sprintf() for each group.
    """
    word = cython.declare(cython.uint[8])
    start: cython.int = -1
    longest: cython.int = 1
    run: cython.int = 0
    i: cython.int
    for i in range(8):
        word[i] = octet[2 * i] << 8 | octet[2 * i + 1]
        run = run + 1 if word[i] == 0 else 0
        if run > longest:
            longest = run
            start = i - run + 1
    # An IPv4 address in the last two groups: "::ffff:192.0.2.1", "::192.0.2.1".
    dotted: cython.bint = start == 0 and (longest == 6 or (longest == 5 and word[5] == 0xFFFF))
    i = 0
    while i < 8:
        if i == start:
            text[0] = 58
            text += 1
            i += longest
            if i == 8:
                text[0] = 58
                text += 1
            continue
        if i > 0:
            text[0] = 58
            text += 1
        if i == 6 and dotted:
            return _write_ipv4(octet + 12, text)
        shift: cython.int = 12
        while shift > 0 and word[i] >> shift == 0:
            shift -= 4
        while shift >= 0:
            text[0] = HEX[word[i] >> shift & 15]
            text += 1
            shift -= 4
        i += 1
    return text


@cython.cfunc
def _as_str(text: cython.p_char, end: cython.p_char) -> object:
    # Digits, dots and colons are ASCII: the characters go straight into the string.
    result = capi.PyUnicode_New(end - text, 127)
    memcpy(capi.PyUnicode_DATA(result), text, end - text)
    return result


@cython.cfunc
def ipv4_text(network_order: cython.uint) -> object:
    """Dotted decimal of an IPv4 address in network byte order."""
    text = cython.declare(cython.char[16])
    octet = cython.cast(cython.pointer[cython.const[cython.uchar]], cython.address(network_order))
    return _as_str(text, _write_ipv4(octet, text))


@cython.cfunc
def ipv6_text(address: cython.pointer[cython.const[libc.sockaddr_in6]]) -> object:
    """The text of RFC 5952, without a zone: the scope has its own place in the tuple."""
    text = cython.declare(cython.char[48])
    octet = cython.cast(
        cython.pointer[cython.const[cython.uchar]], cython.address(address.sin6_addr)
    )
    return _as_str(text, _write_ipv6(octet, text))

"""The messages that one sendmmsg(2) sends: headers, parts and addresses, in arrays that grow.

begin() makes the arrays, gather() fills them with what a program has given, end() lets go of all.
"""

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.buffers import read_from
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.outgoing import Held, Outgoing
from cython.cimports.berkeley.core.sockaddr import pack
from cython.cimports.cpython.buffer import Py_buffer, PyBuffer_Release, PyObject_CheckBuffer
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.cpython.mem import PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc

# How many views one Held has.
PIECE = cython.declare(cython.Py_ssize_t, 32)


@cython.cfunc
@cython.exceptval(-1, check=False)
def begin(out: cython.pointer[Outgoing], total: cython.Py_ssize_t) -> cython.int:
    """Make room for *total* messages in *out*, which is zeros; end() has to follow, also after an
    exception.
    """
    out.part_room = total
    out.headers = cython.cast(
        cython.pointer[libc.mmsghdr], PyMem_Calloc(total, cython.sizeof(libc.mmsghdr))
    )
    out.parts = cython.cast(
        cython.pointer[libc.iovec], PyMem_Malloc(total * cython.sizeof(libc.iovec))
    )
    if out.headers == cython.NULL or out.parts == cython.NULL:
        raise MemoryError
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def end(out: cython.pointer[Outgoing]) -> cython.void:
    i: cython.Py_ssize_t
    if out.headers != cython.NULL:
        for i in range(out.count):
            PyMem_Free(out.headers[i].msg_hdr.msg_control)
    while out.held != cython.NULL:
        piece: cython.pointer[Held] = out.held
        for i in range(piece.used):
            PyBuffer_Release(cython.address(piece.views[i]))
        out.held = cython.cast(cython.pointer[Held], piece.next)
        PyMem_Free(piece)
    PyMem_Free(out.headers)
    PyMem_Free(out.parts)
    PyMem_Free(out.names)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _hold(
    out: cython.pointer[Outgoing], data: object, part: cython.pointer[libc.iovec]
) -> cython.int:
    """Take hold of the memory of a bytes-like object."""
    piece: cython.pointer[Held] = out.held
    if piece == cython.NULL or piece.used == PIECE:
        piece = cython.cast(cython.pointer[Held], PyMem_Malloc(cython.sizeof(Held)))
        if piece == cython.NULL:
            raise MemoryError
        piece.next = out.held
        piece.used = 0
        out.held = piece
    view: cython.pointer[Py_buffer] = cython.address(piece.views[piece.used])
    read_from(data, view)
    piece.used += 1
    part.iov_base = view.buf
    part.iov_len = view.len
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_part(out: cython.pointer[Outgoing], data: object, kept: cython.bint) -> cython.int:
    """Append a buffer to the last message; *kept*: the object lives as long as the call."""
    if out.part_count == out.part_room:
        grown: cython.p_void = PyMem_Realloc(
            out.parts, 2 * out.part_room * cython.sizeof(libc.iovec)
        )
        if grown == cython.NULL:
            raise MemoryError
        out.parts = cython.cast(cython.pointer[libc.iovec], grown)
        out.part_room *= 2
    part: cython.pointer[libc.iovec] = cython.address(out.parts[out.part_count])
    if kept and isinstance(data, bytes):
        # They never move either.
        part.iov_base = PyBytes_AS_STRING(data)
        part.iov_len = PyBytes_GET_SIZE(data)
    else:
        _hold(out, data, part)
    out.part_count += 1
    out.headers[out.count - 1].msg_hdr.msg_iovlen += 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_name(out: cython.pointer[Outgoing], sock: Endpoint, address: object) -> cython.int:
    """Pack an address behind the others."""
    if out.name_count == out.name_room:
        room: cython.Py_ssize_t = max(1, 4 * out.name_room)
        grown: cython.p_void = PyMem_Realloc(out.names, room * cython.sizeof(libc.sockaddr_storage))
        if grown == cython.NULL:
            raise MemoryError
        out.names = cython.cast(cython.pointer[libc.sockaddr_storage], grown)
        out.name_room = room
    length: libc.socklen_t = pack(
        sock.sock_fd,
        sock.sock_family,
        sock.sock_proto,
        address,
        cython.address(out.names[out.name_count]),
        b"sendmmsg",
    )
    out.name_count += 1
    return length


@cython.cfunc
def _add(
    out: cython.pointer[Outgoing],
    sock: Endpoint,
    message: object,
    before: object,
    length: cython.pointer[libc.socklen_t],
) -> object:
    """Append a message; return its address.

    *before* is the address of the one before, *length* how long that is when it is packed.
    """
    data: object = message
    address: object = None
    header: cython.pointer[libc.msghdr] = cython.address(out.headers[out.count].msg_hdr)
    header.msg_iov = cython.cast(cython.pointer[libc.iovec], out.part_count)
    out.count += 1
    if isinstance(message, tuple):
        given: tuple = cython.cast(tuple, message)
        size: cython.Py_ssize_t = len(given)
        if size != 2 and size != 3:
            raise TypeError(
                "messages: a message is (data, address) or (data, address, ancdata), "
                f"not a tuple of {size}"
            )
        data = given[0]
        address = given[1]
        if size == 3:
            try:
                items: tuple = tuple(given[2])
            except TypeError:
                raise TypeError(
                    f"messages: ancdata must be an iterable, not {type(given[2]).__name__}"
                ) from None
            ancillary.pack(items, header, cython.NULL, 0)
    elif not PyObject_CheckBuffer(message):
        raise TypeError(
            "messages: a message is a bytes-like object or a tuple (data, address), "
            f"not {type(message).__name__}"
        )
    if address is not None:
        if address is not before:
            length[0] = _add_name(out, sock, address)
        header.msg_name = cython.cast(cython.p_void, out.name_count)
        header.msg_namelen = length[0]
    capi.PySys_Audit(
        b"socket.sendmsg",
        b"OO",
        cython.cast(cython.p_void, sock),
        cython.cast(cython.p_void, address),
    )
    if PyObject_CheckBuffer(data):
        _add_part(out, data, True)
    else:
        _add_parts(out, data)
    return before if address is None else address


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_parts(out: cython.pointer[Outgoing], data: object) -> cython.int:
    """Append the buffers of a sequence."""
    if not isinstance(data, (list, tuple)):
        raise TypeError(
            "messages: data must be bytes-like, or a list or tuple of bytes-like objects, "
            f"not {type(data).__name__}"
        )
    for part in tuple(data):
        # The sequence may change before all is sent, and let go of them.
        _add_part(out, part, False)
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def _settle(out: cython.pointer[Outgoing]) -> cython.void:
    """Make pointers of the places that the headers count."""
    i: cython.Py_ssize_t
    for i in range(out.count):
        header: cython.pointer[libc.msghdr] = cython.address(out.headers[i].msg_hdr)
        header.msg_iov = out.parts + cython.cast(cython.Py_ssize_t, header.msg_iov)
        if header.msg_name != cython.NULL:
            header.msg_name = out.names + (cython.cast(cython.Py_ssize_t, header.msg_name) - 1)


@cython.cfunc
@cython.exceptval(-1, check=False)
def gather(out: cython.pointer[Outgoing], sock: Endpoint, messages: tuple) -> cython.int:
    """Fill *out*, which begin() has made, with *messages*, to be sent by *sock*."""
    length: libc.socklen_t = 0
    address: object = None
    for message in messages:
        address = _add(out, sock, message, address, cython.address(length))
    _settle(out)
    return 0

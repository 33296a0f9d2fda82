"""The memory of many messages: buffers, headers and address slots that recvmmsg(2) fills.

All of it is allocated once.  Nothing is decoded before somebody reads it: a receive writes a few
words in the headers that the one before has used, and the kernel does the rest.

Layout: Slots own arrays with a place for each message: struct mmsghdr with its one struct
iovec and its struct sockaddr_storage, and an area for control messages, padded to a word.  The data
is in a Block of its own, which the memoryviews handed out keep alive.

The kernel writes there without the GIL, and on a build without one other threads read meanwhile.
So a receive wants the batch for itself, and whoever else comes gets a RuntimeError.
"""

import cython
from cython.cimports.berkeley.core import ancillary
from cython.cimports.berkeley.core.convert import as_size
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.berkeley.core.immutable import freeze
from cython.cimports.berkeley.core.libc import socket as libc
from cython.cimports.berkeley.core.sockaddr import unpack
from cython.cimports.cpython.buffer import Py_buffer, PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES
from cython.cimports.cpython.mem import PyMem_Calloc, PyMem_Free, PyMem_RawCalloc, PyMem_RawFree
from cython.cimports.libc.limits import INT_MAX
from cython.cimports.libc.string import memcmp, memcpy

# Bytes, in the language of the struct module.
FORMAT = cython.declare(cython.p_const_char, b"B")
# UIO_MAXIOV of <linux/uio.h>: of more messages the kernel takes this many, recvmmsg(2).
MOST = cython.declare(cython.Py_ssize_t, 1024)
LARGEST = cython.declare(cython.Py_ssize_t, 0x7FFFFFFFFFFFFFFF // 1024)


@cython.final
@cython.cclass
class Block:
    def __getbuffer__(self, buffer: cython.pointer[Py_buffer], flags: cython.int):
        buffer.buf = self.start
        buffer.obj = self
        buffer.len = self.size
        buffer.itemsize = 1
        buffer.readonly = 0
        buffer.ndim = 1
        buffer.format = cython.cast(cython.p_char, FORMAT) if flags & PyBUF_FORMAT else cython.NULL
        buffer.shape = cython.address(buffer.len) if flags & PyBUF_ND == PyBUF_ND else cython.NULL
        buffer.strides = (
            cython.address(buffer.itemsize)
            if flags & PyBUF_STRIDES == PyBUF_STRIDES
            else cython.NULL
        )
        buffer.suboffsets = cython.NULL
        buffer.internal = cython.NULL

    def __dealloc__(self):
        PyMem_RawFree(self.start)


freeze(Block)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _room(
    value: object, name: cython.p_const_char, largest: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """A size in bytes."""
    size: cython.Py_ssize_t = as_size(value, name)
    if size < 0:
        raise ValueError(f"{name.decode()}: negative buffer size in a batch")
    if size > largest:
        raise ValueError(f"{name.decode()}: buffer size {size} is too large")
    return size


@cython.cclass
class Slots:
    def __cinit__(self, count, bufsize, ancbufsize=0):
        capacity: cython.Py_ssize_t = as_size(count, b"count")
        if capacity < 1 or capacity > MOST:
            raise ValueError(f"count: a batch has from 1 to {MOST} messages, not {capacity}")
        size: cython.Py_ssize_t = _room(bufsize, b"bufsize", LARGEST)
        room: cython.Py_ssize_t = _room(ancbufsize, b"ancbufsize", INT_MAX)
        word: cython.Py_ssize_t = cython.sizeof(cython.size_t)
        self.control_size = (room + word - 1) // word * word
        self.headers = cython.cast(
            cython.pointer[libc.mmsghdr], PyMem_Calloc(capacity, cython.sizeof(libc.mmsghdr))
        )
        self.parts = cython.cast(
            cython.pointer[libc.iovec], PyMem_Calloc(capacity, cython.sizeof(libc.iovec))
        )
        self.names = cython.cast(
            cython.pointer[libc.sockaddr_storage],
            PyMem_Calloc(capacity, cython.sizeof(libc.sockaddr_storage)),
        )
        self.control = cython.cast(cython.p_char, PyMem_Calloc(capacity, self.control_size))
        self.taken = cython.cast(cython.p_uchar, PyMem_Calloc(capacity, 1))
        block: Block = Block.__new__(Block)
        # Not the heap's small blocks, and zeros: what the kernel has not written shows nothing.
        block.start = cython.cast(cython.p_char, PyMem_RawCalloc(max(capacity * size, 1), 1))
        if (
            self.headers == cython.NULL
            or self.parts == cython.NULL
            or self.names == cython.NULL
            or self.control == cython.NULL
            or self.taken == cython.NULL
            or block.start == cython.NULL
        ):
            raise MemoryError
        block.size = capacity * size
        self.block = block
        self.view = memoryview(block)
        self.capacity = capacity
        self.bufsize = size
        self.ancbufsize = room
        i: cython.Py_ssize_t
        for i in range(capacity):
            self.parts[i].iov_base = block.start + i * size
            self.parts[i].iov_len = size
            self.headers[i].msg_hdr.msg_name = cython.address(self.names[i])
            self.headers[i].msg_hdr.msg_iov = cython.address(self.parts[i])
            self.headers[i].msg_hdr.msg_iovlen = 1
            _refresh(self, i)

    def __dealloc__(self):
        # Without headers __cinit__ has failed, and nothing was received.
        if self.headers != cython.NULL:
            _close_untaken(self)
        PyMem_Free(self.headers)
        PyMem_Free(self.parts)
        PyMem_Free(self.names)
        PyMem_Free(self.control)
        PyMem_Free(self.taken)


freeze(Slots)


@cython.cfunc
@cython.exceptval(-1, check=False)
def hold(batch: Slots, receiving: cython.bint) -> cython.int:
    """Begin to use the batch, alone or as a reader among others; let_go() has to follow.

    Raises RuntimeError (another call is at it).
    """
    busy: cython.bint
    with cython.critical_section(batch):
        busy = batch.users < 0 or (receiving and batch.users > 0)
        if not busy:
            batch.users = -1 if receiving else batch.users + 1
    if busy:
        raise RuntimeError("the batch is in use by another call")
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def let_go(batch: Slots) -> cython.void:
    with cython.critical_section(batch):
        batch.users = 0 if batch.users < 0 else batch.users - 1


@cython.cfunc
@cython.exceptval(check=False)
def _refresh(batch: Slots, i: cython.Py_ssize_t) -> cython.void:
    """Write what the kernel reads of a header and has written over."""
    message: cython.pointer[libc.msghdr] = cython.address(batch.headers[i].msg_hdr)
    message.msg_namelen = cython.sizeof(libc.sockaddr_storage)
    message.msg_control = batch.control + i * batch.control_size
    message.msg_controllen = batch.ancbufsize
    message.msg_flags = 0
    batch.names[i].ss_family = libc.AF_UNSPEC
    batch.taken[i] = 0


@cython.cfunc
@cython.exceptval(check=False)
def _close_untaken(batch: Slots) -> cython.void:
    """Close the descriptors that have come and that nobody has asked for."""
    i: cython.Py_ssize_t
    if batch.ancbufsize > 0:
        for i in range(batch.filled):
            if not batch.taken[i]:
                ancillary.close_received(cython.address(batch.headers[i].msg_hdr))


@cython.cfunc
@cython.exceptval(-1, check=False)
def prepare(batch: Slots) -> cython.int:
    """hold() for a receive: the headers are made ready, the messages of the last one are gone."""
    i: cython.Py_ssize_t
    hold(batch, True)
    _close_untaken(batch)
    for i in range(batch.filled):
        _refresh(batch, i)
    batch.filled = 0
    return 0


@cython.cfunc
@cython.exceptval(check=False)
def received(batch: Slots, sock: Endpoint, count: cython.Py_ssize_t) -> cython.void:
    """The end of what prepare() began: *count* messages came from *sock*."""
    family: cython.int = sock.sock_family
    plain: cython.bint = family == libc.AF_INET or family == libc.AF_INET6 or family == libc.AF_UNIX
    # Names of interfaces are those of the socket's network namespace, for the families that have
    # them; the others' batches keep no socket alive.
    if not plain or batch.source is not None:
        batch.source = None if plain else sock
        batch.last_length = 0
    batch.protocol = sock.sock_proto
    batch.filled = count
    let_go(batch)


@cython.cfunc
@cython.exceptval(check=False)
def length_of(batch: Slots, i: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """How many bytes of message *i* are there: with MSG_TRUNC the kernel tells more."""
    return min(cython.cast(cython.Py_ssize_t, batch.headers[i].msg_len), batch.bufsize)


@cython.cfunc
@cython.exceptval(check=False)
def flags_of(batch: Slots, i: cython.Py_ssize_t) -> cython.int:
    # The kernel repeats this one, which the program has not asked for.
    return batch.headers[i].msg_hdr.msg_flags & ~libc.MSG_CMSG_CLOEXEC


@cython.cfunc
def address_of(batch: Slots, i: cython.Py_ssize_t) -> object:
    """The address of message *i*; the caller holds the batch."""
    raw: cython.pointer[libc.sockaddr_storage] = cython.address(batch.names[i])
    length: libc.socklen_t = batch.headers[i].msg_hdr.msg_namelen
    if length == 0 or length > cython.sizeof(libc.sockaddr_storage):
        return unpack(-1, batch.protocol, raw, length)
    address: object = None
    known: cython.bint
    with cython.critical_section(batch):
        known = length == batch.last_length and memcmp(raw, cython.address(batch.last), length) == 0
        if known:
            address = batch.last_address
    if not known:
        fd: cython.int = -1 if batch.source is None else batch.source.sock_fd
        address = unpack(fd, batch.protocol, raw, length)
        with cython.critical_section(batch):
            memcpy(cython.address(batch.last), raw, length)
            batch.last_length = length
            batch.last_address = address
    return address


@cython.cfunc
def whole(batch: Slots) -> list:
    """All messages with all that belongs to them, as recvmsg() returns one; the data is copied."""
    result: list = []
    i: cython.Py_ssize_t
    hold(batch, False)
    try:
        for i in range(batch.filled):
            data: cython.p_char = batch.block.start + i * batch.bufsize
            items: object = ancillary.unpack(cython.address(batch.headers[i].msg_hdr))
            result.append(
                (data[: length_of(batch, i)], items, flags_of(batch, i), address_of(batch, i))
            )
        # Now that nothing can fail any more.
        for i in range(batch.filled):
            batch.taken[i] = 1
    finally:
        let_go(batch)
    return result

"""The IP addresses met last, as tuple and as struct: a server answers whom it has just heard from.

To write an address as text, and to read it, takes longer than all else that a short call does
outside the kernel.  A tuple of a str and ints never changes, so one may stand for all that are
equal to it: what the kernel tells again gives the same tuple again, and a tuple that is passed
again has its struct.  Host names are not kept: what they stand for may change.

Two tables of 16 entries, one found by the bytes of the struct, one by the tuple's place in
memory, which it keeps as long as it is held here.  A new address drives the one out that stands in
its slot.
"""

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage
from cython.cimports.cpython.long import PyLong_CheckExact
from cython.cimports.cpython.object import PyObject
from cython.cimports.cpython.ref import Py_INCREF, Py_XDECREF
from cython.cimports.cpython.unicode import PyUnicode_CheckExact
from cython.cimports.libc.stdint import uint64_t
from cython.cimports.libc.string import memcpy

# The struct of an address: its first *size* bytes, which tell all, and zeros.  struct sockaddr_in6
# has 28 bytes.
Recent = cython.struct(words=uint64_t[4], size=cython.Py_ssize_t, address=cython.pointer[PyObject])

# Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4.
GOLDEN = cython.declare(uint64_t, 0x9E3779B97F4A7C15)

_by_bytes = cython.declare(Recent[16])
_by_place = cython.declare(Recent[16])


@cython.cfunc
@cython.exceptval(check=False)
def _slot(number: uint64_t) -> cython.int:
    mixed: uint64_t = number * GOLDEN
    return cython.cast(cython.int, mixed >> 60)


@cython.cfunc
@cython.exceptval(check=False)
def _of_bytes(
    words: cython.pointer[uint64_t],
    raw: cython.pointer[cython.const[sockaddr_storage]],
    size: cython.Py_ssize_t,
) -> cython.pointer[Recent]:
    """The entry that the struct at *raw* has or would have; its bytes are copied to *words*."""
    words[0] = words[1] = words[2] = words[3] = 0
    memcpy(words, raw, size)
    mixed: uint64_t = words[0] ^ words[1] ^ words[2] ^ words[3]
    return cython.address(_by_bytes[_slot(mixed)])


@cython.cfunc
@cython.exceptval(check=False)
def _put(
    entry: cython.pointer[Recent],
    words: cython.pointer[uint64_t],
    size: cython.Py_ssize_t,
    address: object,
) -> cython.void:
    before: cython.pointer[PyObject] = entry.address
    memcpy(entry.words, words, 32)
    entry.size = size
    Py_INCREF(address)
    entry.address = cython.cast(cython.pointer[PyObject], address)
    Py_XDECREF(before)


@cython.cfunc
def recall(raw: cython.pointer[cython.const[sockaddr_storage]], size: cython.Py_ssize_t) -> object:
    """The tuple for the *size* bytes at *raw*, or None if there is none."""
    words = cython.declare(uint64_t[4])
    entry: cython.pointer[Recent] = _of_bytes(words, raw, size)
    if (
        (entry.words[0] ^ words[0])
        | (entry.words[1] ^ words[1])
        | (entry.words[2] ^ words[2])
        | (entry.words[3] ^ words[3])
    ) == 0 and entry.address != cython.NULL:
        return cython.cast(object, entry.address)
    return None


@cython.cfunc
@cython.exceptval(check=False)
def restore(
    address: object, raw: cython.pointer[sockaddr_storage], size: cython.Py_ssize_t
) -> cython.bint:
    """Write the struct that stands for this very tuple, and whose *size* bytes tell all; False if
    there is none.
    """
    place = cython.cast(cython.pointer[PyObject], address)
    entry: cython.pointer[Recent] = cython.address(_by_place[_slot(cython.cast(uint64_t, place))])
    # The same tuple may be an address of the other family: its struct has another size.
    if entry.address != place or entry.size != size:
        return False
    memcpy(raw, entry.words, 32)
    return True


@cython.cfunc
@cython.exceptval(check=False)
def keep(
    address: object,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    size: cython.Py_ssize_t,
    told: cython.bint,
) -> cython.void:
    """Remember that *address* has the struct of *size* bytes at *raw*.

    *told*: it came from the kernel, so it is what the bytes stand for; what a caller passes may be
    another spelling, and its parts may be of a subclass that can change.
    """
    if capi.BERKELEY_NO_GIL:
        # There it would need a lock, which costs what is saved.
        return
    words = cython.declare(uint64_t[4])
    entry: cython.pointer[Recent] = _of_bytes(words, raw, size)
    if told:
        _put(entry, words, size, address)
    else:
        for part in cython.cast(tuple, address):
            if not (PyUnicode_CheckExact(part) or PyLong_CheckExact(part)):
                return
    place: uint64_t = cython.cast(uint64_t, cython.cast(cython.p_void, address))
    _put(cython.address(_by_place[_slot(place)]), words, size, address)

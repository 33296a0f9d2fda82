"""Memoryviews of parts: one for each message of a block, many a call.

``view[start:stop]`` makes two ints and a slice before it makes the view, which takes twice as long.
A memoryview of a memoryview is a new one of the same memory, and its own copy of the buffer's
description, PyMemoryView_GET_BUFFER() of the C API, is here cut to the part before anybody sees it.
For one dimension of bytes that is three numbers; nothing else of it depends on them.
"""

import cython
from cython.cimports.cpython.buffer import Py_buffer
from cython.cimports.cpython.memoryview import PyMemoryView_FromObject, PyMemoryView_GET_BUFFER


@cython.cfunc
def part_of(view: object, start: cython.Py_ssize_t, length: cython.Py_ssize_t) -> object:
    """``view[start : start + length]``, which must lie within; *view* is a memoryview of bytes, one
    behind the other.
    """
    part = PyMemoryView_FromObject(view)
    buffer: cython.pointer[Py_buffer] = PyMemoryView_GET_BUFFER(part)
    buffer.buf = cython.cast(cython.p_char, buffer.buf) + start
    buffer.len = length
    buffer.shape[0] = length
    return part

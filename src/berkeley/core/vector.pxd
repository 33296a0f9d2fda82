"""The struct that crosses buffers and message."""

from cpython.buffer cimport Py_buffer

from berkeley.core.libc.socket cimport iovec

# The buffers of one scatter or gather call; the first few need no memory of their own.
cdef struct Vector:
    Py_ssize_t count
    Py_buffer *views
    iovec *items
    Py_buffer[4] few_views
    iovec[4] few_items

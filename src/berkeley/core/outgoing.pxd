"""The struct that crosses gathering and mmsg."""

from cpython.buffer cimport Py_buffer

from berkeley.core.libc.socket cimport iovec, mmsghdr, sockaddr_storage

# The memory of buffers other than bytes, in pieces that stay where they are.
cdef struct Held:
    void *next
    Py_ssize_t used
    Py_buffer[32] views

# The messages of one sendmmsg().  While they are gathered the arrays may move: headers count in
# them, in msg_iov from 0 and in msg_name from 1, and gather() makes pointers of that at the end.
cdef struct Outgoing:
    Py_ssize_t count
    mmsghdr *headers
    iovec *parts
    Py_ssize_t part_count
    Py_ssize_t part_room
    sockaddr_storage *names
    Py_ssize_t name_count
    Py_ssize_t name_room
    Held *held

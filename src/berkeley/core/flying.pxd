"""The struct that crosses flight and its callers."""

from berkeley.core.libc.signal cimport pthread_t

# A call that may wait, on the stack of its thread: see flight.py.  fd is -1 while it is not in flight.
cdef struct Flight:
    int fd
    bint closed
    pthread_t thread
    Flight *next

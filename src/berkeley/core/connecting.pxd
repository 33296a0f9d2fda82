from libc.stdint cimport int64_t

from berkeley.core.libc.socket cimport sockaddr, socklen_t

cdef enum:
    # What connect() returns for a timeout; no errno is negative.
    TIMED_OUT = -2

cdef int connect(
    const int *sock_fd, int64_t timeout, sockaddr *address, socklen_t length
) except -1

from berkeley.core.endpoint cimport Endpoint
from berkeley.core.libc.socket cimport sockaddr, socklen_t

cdef enum:
    # What connect() returns for a timeout; no errno is negative.
    TIMED_OUT = -2

cdef int connect(Endpoint sock, sockaddr *address, socklen_t length) except -1

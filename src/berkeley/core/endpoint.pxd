from libc.stdint cimport int64_t

# The state of a socket.  The first six fields are the contract with CPython's _ssl: see endpoint.py.
cdef class Endpoint:
    cdef int sock_fd
    cdef int sock_family
    cdef int sock_type
    cdef int sock_proto
    cdef void *sock_errorhandler
    cdef int64_t sock_timeout
    cdef int expected
    cdef public int _io_refs
    cdef public bint _closed
    # attempt.py's.
    cdef unsigned char misses, lull, plain
    # segments.py's.
    cdef unsigned char offload

cdef int set_nonblocking(int fd, bint nonblocking) except -1
cdef int64_t get_default_timeout() noexcept

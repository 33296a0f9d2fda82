from libc.stdint cimport int64_t

cdef int retry_or_raise(int err, int fd, short events, int64_t timeout, int64_t *deadline) except -1
cdef int until_ready(int fd, short events, int64_t timeout, int64_t *deadline) except -1
# What poll_until() returns beside 0 and 1.
cdef int INTERRUPTED
cdef int poll_until(int fd, short events, int64_t timeout, int64_t *deadline) except -1
cdef int64_t monotonic() noexcept nogil

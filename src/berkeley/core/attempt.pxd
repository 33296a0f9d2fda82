from berkeley.core.endpoint cimport Endpoint
from berkeley.core.flying cimport Flight
from libc.stdint cimport int64_t

cdef int try_sending(Endpoint sock, Py_ssize_t size, int bits) noexcept
cdef int try_receiving(Endpoint sock, int bits) noexcept
cdef int again_in_flight(Endpoint sock, int tried, int err, short events, int64_t *deadline, Flight *flight) except -1
cdef int again(Endpoint sock, int tried, int err, int fd, short events, int64_t *deadline) except -1
cdef int again_to(Endpoint sock, int tried, int err, object address, int64_t *deadline, Flight *flight) except -1

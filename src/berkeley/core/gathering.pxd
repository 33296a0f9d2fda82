from berkeley.core.endpoint cimport Endpoint
from berkeley.core.outgoing cimport Outgoing

cdef int begin(Outgoing *out, Py_ssize_t total) except -1
cdef void end(Outgoing *out) noexcept
cdef int gather(Outgoing *out, Endpoint sock, tuple messages) except -1

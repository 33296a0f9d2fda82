from berkeley.core.endpoint cimport Endpoint

cdef bint is_udp(Endpoint sock) noexcept

from berkeley.core.endpoint cimport Endpoint

cdef class Transfer(Endpoint):
    pass

cdef bint may_go_on(int fd) noexcept nogil

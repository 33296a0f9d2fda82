cdef int freeze(type kind) except -1

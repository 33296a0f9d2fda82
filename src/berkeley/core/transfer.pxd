from berkeley.core.endpoint cimport Endpoint

cdef class Transfer(Endpoint):
    pass

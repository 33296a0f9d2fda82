from berkeley.core.transfer cimport Transfer

cdef class Message(Transfer):
    pass

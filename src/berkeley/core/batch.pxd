from berkeley.core.slots cimport Slots

cdef class MessageBatch(Slots):
    pass

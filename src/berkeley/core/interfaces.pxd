cdef int index_of(object name) except -1
cdef object name_of(unsigned int index)

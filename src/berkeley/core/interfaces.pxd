cdef int index_of(int fd, object name) except -1
cdef object name_of(int fd, unsigned int index)

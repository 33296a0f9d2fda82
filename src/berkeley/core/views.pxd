cdef object part_of(object view, Py_ssize_t start, Py_ssize_t length)

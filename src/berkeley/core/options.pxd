cdef object get_option(int fd, int family, int level, int name, Py_ssize_t size)
cdef int set_option(int fd, int family, int level, int name, object value, object optlen) except -1

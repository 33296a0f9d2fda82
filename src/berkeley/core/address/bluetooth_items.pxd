cdef object wrong(const char *form, const char *caller)
cdef tuple items(object address, Py_ssize_t least, Py_ssize_t most, const char *form,
                 const char *caller)
cdef int device(object text, unsigned char *raw, const char *caller) except -1
cdef int alone(object address, unsigned char *raw, const char *caller) except -1
cdef int field(object value, const char *name, int limit, const char *caller) except -1

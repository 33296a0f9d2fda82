from libc.stdint cimport int64_t, uint16_t, uint32_t

cdef int as_int(object value, const char *name) except? -1
cdef Py_ssize_t as_size(object value, const char *name) except? -1
cdef long long as_unsigned(object value, const char *name, long long limit) except -1
cdef unsigned int as_u32(object value, const char *name) except? 0
cdef int as_descriptor(object value) except -1
cdef int as_port(object value, const char *caller) except? -1
cdef int check_port(int number, const char *caller) except -1
cdef int64_t as_timeout(object value) except? -1
cdef object from_timeout(int64_t timeout)

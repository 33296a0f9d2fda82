cdef int raise_errno(int code) except -1
cdef int raise_gai(int code, int err) except -1
cdef int raise_h(int code) except -1
cdef int raise_timeout() except -1

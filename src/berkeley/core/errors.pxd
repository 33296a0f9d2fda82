cdef int raise_errno(int code) except -1
cdef int raise_errno_at(int code, str doing, object address) except -1
cdef int raise_timeout_at(str doing, object address) except -1
cdef int raise_gai(int code, int err, object host, object service) except -1
cdef int raise_h(int code, object host) except -1
cdef int raise_timeout() except -1
cdef void tell(object error, const char *name, object value) noexcept
cdef void note_lookup(object error, object host, object service) noexcept
cdef void note(object error, str doing, object address) noexcept

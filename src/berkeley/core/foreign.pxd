from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

cdef int kind_of(object system, int family) except -1
cdef socklen_t pack(object system, int fd, int family, int protocol, object address,
                    sockaddr_storage *raw, const char *caller) except 0
cdef object unpack(object system, int protocol, const sockaddr_storage *raw, socklen_t length)

from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

cdef object info(object name, const char *caller)
cdef socklen_t pack(int fd, int protocol, object address, sockaddr_storage *raw,
                    const char *caller) except 0
cdef object unpack(int protocol, const sockaddr_storage *raw, socklen_t length)

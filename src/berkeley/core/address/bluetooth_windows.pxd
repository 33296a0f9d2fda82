from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

cdef socklen_t pack(int protocol, object address, sockaddr_storage *raw,
                    const char *caller) except 0
cdef object unpack(int protocol, const sockaddr_storage *raw, socklen_t length)

from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

cdef void set_header(sockaddr_storage *raw, socklen_t length, int family) noexcept
cdef socklen_t pack(int family, object address, sockaddr_storage *raw, const char *caller) except 0
cdef object unpack(const sockaddr_storage *raw, socklen_t length)

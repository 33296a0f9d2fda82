from berkeley.core.codec cimport pack_function, unpack_function
from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

cdef socklen_t pack(int fd, int family, int protocol, object address, sockaddr_storage *raw,
                    const char *caller) except 0
cdef object unpack(int fd, int protocol, const sockaddr_storage *raw, socklen_t length)
cdef void set_families(pack_function pack, unpack_function unpack) noexcept

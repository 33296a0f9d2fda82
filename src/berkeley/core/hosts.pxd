from berkeley.core.libc.inet cimport sockaddr_in6
from berkeley.core.libc.socket cimport sockaddr_storage

cdef int resolve(object host, int family, sockaddr_storage *raw) except -1
cdef object ipv4_text(unsigned int network_order)
cdef object ipv6_text(const sockaddr_in6 *address)

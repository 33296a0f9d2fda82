"""<netinet/in.h>, <arpa/inet.h> (POSIX.1-2024). Declarations only: no code."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t

from berkeley.core.libc.socket cimport sa_family_t, socklen_t

cdef extern from "<netinet/in.h>" nogil:
    cdef struct in_addr:
        uint32_t s_addr

    cdef struct sockaddr_in:
        sa_family_t sin_family
        uint16_t sin_port
        in_addr sin_addr

    cdef struct in6_addr:
        uint8_t s6_addr[16]

    cdef struct sockaddr_in6:
        sa_family_t sin6_family
        uint16_t sin6_port
        uint32_t sin6_flowinfo
        in6_addr sin6_addr
        uint32_t sin6_scope_id

cdef extern from "<arpa/inet.h>" nogil:
    uint32_t htonl(uint32_t host)
    uint16_t htons(uint16_t host)
    uint32_t ntohl(uint32_t network)
    uint16_t ntohs(uint16_t network)
    int inet_aton(const char *text, in_addr *address)
    int inet_pton(int family, const char *text, void *address)
    const char *inet_ntop(int family, const void *address, char *text, socklen_t size)

    # INET_ADDRSTRLEN is 16 and INET6_ADDRSTRLEN is 46, the final zero included.
    enum:
        INET6_ADDRSTRLEN

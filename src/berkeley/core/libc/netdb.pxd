"""<netdb.h> (POSIX.1-2024; the _r functions: glibc, musl). Declarations only: no code."""

from berkeley.core.libc.socket cimport sockaddr, socklen_t

cdef extern from "<netdb.h>" nogil:
    cdef struct addrinfo:
        int ai_flags
        int ai_family
        int ai_socktype
        int ai_protocol
        socklen_t ai_addrlen
        sockaddr *ai_addr
        char *ai_canonname
        addrinfo *ai_next

    cdef struct hostent:
        char *h_name
        char **h_aliases
        int h_addrtype
        int h_length
        char **h_addr_list

    cdef struct servent:
        char *s_name
        int s_port
        char *s_proto

    cdef struct protoent:
        char *p_name
        int p_proto

    int getaddrinfo(const char *host, const char *service, const addrinfo *hints, addrinfo **result)
    void freeaddrinfo(addrinfo *result)
    const char *gai_strerror(int code)
    int getnameinfo(const sockaddr *address, socklen_t length, char *host, socklen_t host_size,
                    char *service, socklen_t service_size, int flags)
    const char *hstrerror(int code)

    int gethostbyname_r(const char *name, hostent *entry, char *buffer, size_t size,
                        hostent **result, int *h_error)
    int gethostbyaddr_r(const void *address, socklen_t length, int family, hostent *entry,
                        char *buffer, size_t size, hostent **result, int *h_error)
    int getservbyname_r(const char *name, const char *protocol, servent *entry, char *buffer,
                        size_t size, servent **result)
    int getservbyport_r(int port, const char *protocol, servent *entry, char *buffer,
                        size_t size, servent **result)
    int getprotobyname_r(const char *name, protoent *entry, char *buffer, size_t size,
                         protoent **result)

    enum:
        AI_NUMERICHOST
        AI_NUMERICSERV
        AI_PASSIVE
        EAI_FAMILY
        EAI_SYSTEM
        NI_MAXHOST
        NI_MAXSERV
        NI_NUMERICHOST
        NI_NUMERICSERV

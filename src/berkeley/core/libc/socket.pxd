"""<sys/socket.h> (POSIX.1-2024, Linux). Declarations only: no code."""

from posix.time cimport timespec

cdef extern from "<sys/socket.h>" nogil:
    ctypedef unsigned int socklen_t
    ctypedef unsigned short sa_family_t

    cdef struct sockaddr:
        sa_family_t sa_family
        char sa_data[14]

    cdef struct sockaddr_storage:
        sa_family_t ss_family

    cdef struct iovec:
        void *iov_base
        size_t iov_len

    cdef struct msghdr:
        void *msg_name
        socklen_t msg_namelen
        iovec *msg_iov
        size_t msg_iovlen
        void *msg_control
        size_t msg_controllen
        int msg_flags

    cdef struct mmsghdr:
        msghdr msg_hdr
        unsigned int msg_len

    cdef struct cmsghdr:
        size_t cmsg_len
        int cmsg_level
        int cmsg_type

    cmsghdr *CMSG_FIRSTHDR(msghdr *message)
    cmsghdr *CMSG_NXTHDR(msghdr *message, cmsghdr *item)
    unsigned char *CMSG_DATA(cmsghdr *item)
    size_t CMSG_LEN(size_t length)
    size_t CMSG_SPACE(size_t length)

    int socket(int domain, int type, int protocol)
    int socketpair(int domain, int type, int protocol, int pair[2])
    int bind(int fd, const sockaddr *address, socklen_t length)
    int connect(int fd, const sockaddr *address, socklen_t length)
    int listen(int fd, int backlog)
    int accept4(int fd, sockaddr *address, socklen_t *length, int flags)
    int shutdown(int fd, int how)
    int getsockname(int fd, sockaddr *address, socklen_t *length)
    int getpeername(int fd, sockaddr *address, socklen_t *length)
    int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
    int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
    ssize_t recv(int fd, void *buffer, size_t length, int flags)
    ssize_t recvfrom(int fd, void *buffer, size_t length, int flags,
                     sockaddr *address, socklen_t *address_length)
    ssize_t recvmsg(int fd, msghdr *message, int flags)
    ssize_t send(int fd, const void *buffer, size_t length, int flags)
    ssize_t sendto(int fd, const void *buffer, size_t length, int flags,
                   const sockaddr *address, socklen_t address_length)
    ssize_t sendmsg(int fd, const msghdr *message, int flags)
    int recvmmsg(int fd, mmsghdr *messages, unsigned int count, int flags, timespec *timeout)
    int sendmmsg(int fd, mmsghdr *messages, unsigned int count, int flags)

    enum:
        AF_UNSPEC
        AF_UNIX
        AF_INET
        AF_INET6
        SOCK_STREAM
        SOCK_DGRAM
        SOCK_NONBLOCK
        SOCK_CLOEXEC
        SOL_SOCKET
        SO_DOMAIN
        SO_ERROR
        SO_PROTOCOL
        SO_LINGER
        SO_RCVLOWAT
        SO_SNDTIMEO
        SO_TYPE
        SOMAXCONN
        SCM_RIGHTS
        MSG_CMSG_CLOEXEC
        MSG_DONTWAIT
        MSG_NOSIGNAL
        MSG_PEEK
        MSG_TRUNC
        MSG_WAITALL
        MSG_WAITFORONE

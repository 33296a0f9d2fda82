"""<sys/un.h> (POSIX.1-2024): the address of a UNIX socket, unix(7). Declarations only: no code."""

from berkeley.core.libc.socket cimport sa_family_t

cdef extern from "<sys/un.h>" nogil:
    cdef struct sockaddr_un:
        sa_family_t sun_family
        char sun_path[108]

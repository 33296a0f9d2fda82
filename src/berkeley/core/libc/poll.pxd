"""<poll.h> (POSIX.1-2024; ppoll: Linux). Declarations only: no code."""

from posix.time cimport timespec

cdef extern from "<poll.h>" nogil:
    ctypedef unsigned long nfds_t

    cdef struct pollfd:
        int fd
        short events
        short revents

    int poll(pollfd *items, nfds_t count, int milliseconds)
    int ppoll(pollfd *items, nfds_t count, const timespec *timeout, const void *sigmask)

    enum:
        POLLERR
        POLLHUP
        POLLIN
        POLLOUT

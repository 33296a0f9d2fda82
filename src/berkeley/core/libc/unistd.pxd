"""<unistd.h>, <fcntl.h>, <sys/ioctl.h> (POSIX.1-2024; FIONBIO, O_PATH: Linux). Declarations only: no code."""

cdef extern from "<unistd.h>" nogil:
    int close(int fd)
    int dup3(int old, int new, int flags)
    int gethostname(char *name, size_t size)
    int sethostname(const char *name, size_t size)

cdef extern from "<fcntl.h>" nogil:
    int fcntl(int fd, int command, ...)
    int open(const char *path, int flags, ...)

    enum:
        F_DUPFD_CLOEXEC
        O_CLOEXEC
        O_PATH

cdef extern from "<sys/ioctl.h>" nogil:
    int ioctl(int fd, unsigned long request, ...)

    enum:
        FIONBIO

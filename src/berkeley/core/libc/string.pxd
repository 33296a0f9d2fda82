"""<string.h> (POSIX.1-2008): what Cython's own declarations lack. Declarations only: no code."""

cdef extern from "<string.h>" nogil:
    size_t strnlen(const char *text, size_t limit)

"""The struct that crosses buffers and its callers."""

from cpython.object cimport PyObject

# Where the bytes of one receive go: see buffers.begin().
cdef struct Landing:
    char *where
    PyObject *result
    char little[256]

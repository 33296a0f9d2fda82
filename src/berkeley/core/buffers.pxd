from cpython.buffer cimport Py_buffer

from berkeley.core.landing cimport Landing
from berkeley.core.vector cimport Vector

cdef int begin(Landing *landing, Py_ssize_t size, int expected, int flags) except -1
cdef object finish(Landing *landing, Py_ssize_t size, Py_ssize_t got)
cdef void abandon(Landing *landing) noexcept

cdef int read_from(object data, Py_buffer *view) except -1
cdef int write_to(object target, Py_buffer *view, const char *name) except -1

cdef int hold(Vector *vector, tuple buffers, bint writable) except -1
cdef void release(Vector *vector) noexcept
cdef Py_ssize_t total_of(Vector *vector) noexcept

from berkeley.core.endpoint cimport Endpoint
from libc.stdint cimport int64_t, uint32_t

cdef class Loan:
    cdef object data
    # Keeps the memory where it is: a bytearray cannot be resized.
    cdef object view
    # How many sends of the kernel it is part of, and one more while the call lasts.
    cdef Py_ssize_t left
    cdef bint taken, copied

cdef class Loans:
    cdef Endpoint sock
    # Objects of Loan by number.
    cdef dict held
    # (data, copied)
    cdef list done
    cdef object lock
    cdef uint32_t next

cdef int collect(Loans loans) except -1
cdef int settle(Loans loans, Loan loan, bint copied) except -1
cdef int wait_for_all(Loans loans, int64_t timeout) except -1
cdef int leave_behind(Loans loans) except -1
cdef Py_ssize_t sweep() except -1

from berkeley.core.libc.socket cimport sockaddr_storage

cdef object recall(const sockaddr_storage *raw, Py_ssize_t size)
cdef bint restore(object address, sockaddr_storage *raw, Py_ssize_t size) noexcept
cdef void keep(object address, const sockaddr_storage *raw, Py_ssize_t size, bint told) noexcept

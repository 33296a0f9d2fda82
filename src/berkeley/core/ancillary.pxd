from berkeley.core.libc.socket cimport msghdr

cdef int pack(tuple items, msghdr *message, void *near, size_t room) except -1
cdef object unpack(msghdr *message)
cdef object close_received(msghdr *message)
cdef size_t cmsg_len(Py_ssize_t length) noexcept
cdef size_t cmsg_space(Py_ssize_t length) noexcept

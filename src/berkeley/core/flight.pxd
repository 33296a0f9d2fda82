from berkeley.core.flying cimport Flight

cdef int take_off(Flight *flight, const int *sock_fd) noexcept
cdef int land(Flight *flight) noexcept
cdef bint ground(int fd) noexcept

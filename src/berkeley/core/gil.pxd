cdef bint keeps_gil(int family, int kind) noexcept

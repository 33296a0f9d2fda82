cdef object make(int form, tuple items)

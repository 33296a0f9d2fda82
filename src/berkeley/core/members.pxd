cdef object family_member(int number)
cdef object kind_member(int number)

cdef int pack(object text, unsigned char *raw) except -1
cdef object unpack(const unsigned char *raw)

cdef object host_bytes(object host)
cdef object path_bytes(object path)
cdef object ascii_bytes(object text, const char *name)
cdef object decode_ascii(const char *text)

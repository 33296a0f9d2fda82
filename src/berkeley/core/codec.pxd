from berkeley.core.libc.socket cimport sockaddr_storage, socklen_t

# The two functions of sockaddr.py, and of families.py, which stands in for it: descriptor, family, protocol, address,
# where to write, name of the call; descriptor, protocol, where to read, how many bytes.
ctypedef socklen_t (*pack_function)(int, int, int, object, sockaddr_storage *, const char *) except 0
ctypedef object (*unpack_function)(int, int, const sockaddr_storage *, socklen_t)

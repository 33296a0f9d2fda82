from berkeley.core.endpoint cimport Endpoint
from berkeley.core.libc.socket cimport iovec, mmsghdr, sockaddr_storage, socklen_t

# Memory that its views keep alive.
cdef class Block:
    cdef char *start
    cdef Py_ssize_t size

# The memory of a batch of messages.
cdef class Slots:
    cdef readonly Py_ssize_t capacity, bufsize, ancbufsize
    # How many messages the last receive has brought.
    cdef Py_ssize_t filled
    # Calls that use the batch now: readers are counted, -1 is a receive.
    cdef int users
    cdef mmsghdr *headers
    cdef iovec *parts
    cdef sockaddr_storage *names
    # Areas of control_size bytes; whether the descriptors in one have been handed out.
    cdef char *control
    cdef Py_ssize_t control_size
    cdef unsigned char *taken
    # The data of all messages, bufsize bytes each, and a memoryview of it.
    cdef Block block
    cdef object view
    # What decoding an address needs to know of the socket, and the last one decoded.
    cdef Endpoint source
    cdef int protocol
    cdef sockaddr_storage last
    cdef socklen_t last_length
    cdef object last_address

cdef int hold(Slots batch, bint receiving) except -1
cdef void let_go(Slots batch) noexcept
cdef int prepare(Slots batch) except -1
cdef void received(Slots batch, Endpoint sock, Py_ssize_t count) noexcept
cdef Py_ssize_t length_of(Slots batch, Py_ssize_t i) noexcept
cdef int flags_of(Slots batch, Py_ssize_t i) noexcept
cdef object address_of(Slots batch, Py_ssize_t i)
cdef list whole(Slots batch)

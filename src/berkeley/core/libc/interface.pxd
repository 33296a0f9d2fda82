"""<net/if.h> (POSIX.1-2024). Declarations only: no code."""

cdef extern from "<net/if.h>" nogil:
    cdef struct name_index "if_nameindex":
        unsigned int if_index
        char *if_name

    name_index *if_nameindex()
    void if_freenameindex(name_index *items)
    unsigned int if_nametoindex(const char *name)
    char *if_indextoname(unsigned int index, char *name)

    cdef struct ifreq:
        char ifr_name[16]
        int ifr_ifindex

    enum:
        IF_NAMESIZE

cdef extern from "<sys/ioctl.h>" nogil:
    int ioctl(int fd, unsigned long request, ...)

    enum:
        SIOCGIFINDEX
        SIOCGIFNAME

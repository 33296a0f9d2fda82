"""<net/if.h> (POSIX.1-2024). Declarations only: no code."""

cdef extern from "<net/if.h>" nogil:
    cdef struct name_index "if_nameindex":
        unsigned int if_index
        char *if_name

    name_index *if_nameindex()
    void if_freenameindex(name_index *items)
    unsigned int if_nametoindex(const char *name)
    char *if_indextoname(unsigned int index, char *name)

    enum:
        IF_NAMESIZE

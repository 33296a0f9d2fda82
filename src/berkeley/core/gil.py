"""The GIL: whether a system call that does not wait is made without giving it up.

To release the GIL and take it back costs as many instructions as the rest of a short call.  Two
limits keep this from harming anybody:

- Only in an interpreter with a single thread.  With others, one of them may wait for the GIL, and
  there is no asking whether: kept over many short calls, it would come to them by the switch
  interval only, milliseconds late.
- Only streams and datagrams of AF_INET, AF_INET6 and AF_UNIX.  Elsewhere the kernel may do long
  work in the call, or wait for a lock (netlink, AF_ALG).
"""

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import (
    AF_INET,
    AF_INET6,
    AF_UNIX,
    SOCK_DGRAM,
    SOCK_STREAM,
)

# Modules made by Cython run in one interpreter of a process only.
_interpreter = cython.declare(
    cython.pointer[capi.PyInterpreterState], capi.PyInterpreterState_Get()
)


@cython.cfunc
@cython.exceptval(check=False)
def _alone() -> cython.bint:
    """Whether no other thread may want the GIL."""
    if capi.BERKELEY_NO_GIL:
        return True
    thread = capi.PyInterpreterState_ThreadHead(_interpreter)
    return capi.PyThreadState_Next(thread) == cython.NULL


@cython.cfunc
@cython.exceptval(check=False)
def keeps_gil(family: cython.int, kind: cython.int) -> cython.bint:
    """Whether a short system call on a socket of *family* and type *kind* is made with the GIL."""
    if family != AF_INET and family != AF_UNIX and family != AF_INET6:
        return False
    if kind != SOCK_STREAM and kind != SOCK_DGRAM:
        return False
    return _alone()

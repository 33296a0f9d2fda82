"""Immutable types: nobody sets attributes of the base types, as nobody can of the standard
module's.

The types are heap types, so that the garbage collector sees them; Cython makes those mutable.  The
flag is Py_TPFLAGS_IMMUTABLETYPE of <Python.h>, "Type Objects" in the C API's manual.
"""

import cython
from cython.cimports.berkeley.core.libc import python as capi


@cython.cfunc
@cython.exceptval(-1, check=False)
def freeze(kind: type) -> cython.int:
    """Make *kind*, which must have no instances and no subclasses yet, immutable."""
    slots = cython.cast(cython.pointer[capi.PyTypeObject_slots], kind)
    slots.tp_flags |= capi.Py_TPFLAGS_IMMUTABLETYPE
    return 0

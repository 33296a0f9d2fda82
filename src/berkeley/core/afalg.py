"""What an operation of AF_ALG is told beside its data: Documentation/crypto/userspace-if.rst of the
kernel.

Layout: ALG_SET_OP and ALG_SET_AEAD_ASSOCLEN have a number of 4 bytes, ALG_SET_IV struct af_alg_iv
of <linux/if_alg.h>, which is the length in 4 bytes and the vector; all in the machine's byte order.
"""

import sys

import cython
from cython.cimports.berkeley.core.convert import as_int
from cython.cimports.libc.limits import INT_MAX

# <linux/socket.h>, <linux/if_alg.h>
SOL_ALG = cython.declare(cython.int, 279)
ALG_SET_IV = cython.declare(cython.int, 2)
ALG_SET_OP = cython.declare(cython.int, 3)
ALG_SET_AEAD_ASSOCLEN = cython.declare(cython.int, 4)

_BYTE_ORDER = cython.declare(str, sys.byteorder)


def control_messages(op, iv, assoclen, /):
    """The ancillary data of one operation, as sendmsg() takes it; ``...`` is for what is not given.

    Raises TypeError (no operation, a negative number), OverflowError.
    """
    if not isinstance(op, int) or not 0 <= op <= INT_MAX:
        raise TypeError("op: Invalid or missing argument 'op'")
    length: cython.int = 0
    if assoclen is not ...:
        if not isinstance(assoclen, int):
            raise TypeError(f"assoclen must be int, not {type(assoclen).__name__}")
        length = as_int(assoclen, b"assoclen")
        if length < 0:
            raise TypeError("assoclen must be a positive integer")
    ancdata: list = [(SOL_ALG, ALG_SET_OP, op.to_bytes(4, _BYTE_ORDER))]
    if iv is not ...:
        vector = bytes(memoryview(iv))
        size = len(vector).to_bytes(4, _BYTE_ORDER)
        ancdata.append((SOL_ALG, ALG_SET_IV, size + vector))
    if assoclen is not ...:
        ancdata.append((SOL_ALG, ALG_SET_AEAD_ASSOCLEN, length.to_bytes(4, _BYTE_ORDER)))
    return ancdata

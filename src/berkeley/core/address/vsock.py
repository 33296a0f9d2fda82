"""AF_VSOCK addresses: ``(CID, port)``.

Layout: struct sockaddr_vm, <linux/vm_sockets.h>, vsock(7); all in host byte order.  -1 stands for
any CID or port (VMADDR_CID_ANY, VMADDR_PORT_ANY).
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.forms import VSOCK
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.named import make
from cython.cimports.libc.string import memset

AF_VSOCK = cython.declare(cython.ushort, 40)

sockaddr_vm = cython.struct(
    svm_family=cython.ushort,
    svm_reserved1=cython.ushort,
    svm_port=cython.uint,
    svm_cid=cython.uint,
    svm_flags=cython.uchar,
    svm_zero=cython.uchar[3],
)


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    address: object, raw: cython.pointer[sockaddr_storage], caller: cython.p_const_char
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises TypeError (not a pair), OverflowError (a number over 32 bits).
    """
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_VSOCK address must be tuple, not {type(address).__name__}"
        )
    if len(cython.cast(tuple, address)) != 2:
        raise TypeError(f"{caller.decode()}(): AF_VSOCK address must be a pair (CID, port)")
    vm = cython.cast(cython.pointer[sockaddr_vm], raw)
    memset(vm, 0, cython.sizeof(sockaddr_vm))
    vm.svm_family = AF_VSOCK
    vm.svm_cid = as_u32(address[0], b"CID")
    vm.svm_port = as_u32(address[1], b"port")
    return cython.sizeof(sockaddr_vm)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_vm):
        return opaque.unpack(raw, length)
    vm = cython.cast(cython.pointer[sockaddr_vm], raw)
    return make(VSOCK, (vm.svm_cid, vm.svm_port))

"""PF_SYSTEM addresses of macOS, of SYSPROTO_CONTROL only: ``(id, unit)``, or the name of a kernel
control, whose id the kernel is asked for; the unit is then the kernel's choice.

Layout: struct sockaddr_ctl, <sys/kern_control.h>, 32 bytes in host byte order; struct ctl_info, 100
bytes, for the question.
"""

import cython
from cython.cimports.berkeley.core.address import bsd
from cython.cimports.berkeley.core.convert import as_u32
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.berkeley.core.libc.unistd import ioctl
from cython.cimports.berkeley.core.text import path_bytes
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE
from cython.cimports.libc.string import memcpy, memset

# <sys/socket.h>, <sys/sys_domain.h>
AF_SYSTEM = cython.declare(cython.int, 32)
AF_SYS_CONTROL = cython.declare(cython.ushort, 2)
SYSPROTO_CONTROL = cython.declare(cython.int, 2)
# <sys/kern_control.h>
CTLIOCGINFO = cython.declare(cython.ulong, 0xC0644E03)
MAX_KCTL_NAME = cython.declare(cython.Py_ssize_t, 96)

ctl_info = cython.struct(ctl_id=cython.uint, ctl_name=cython.char[96])

sockaddr_ctl = cython.struct(
    sc_len=cython.uchar,
    sc_family=cython.uchar,
    ss_sysaddr=cython.ushort,
    sc_id=cython.uint,
    sc_unit=cython.uint,
    sc_reserved=cython.uint[5],
)


@cython.cfunc
def info(name: object, caller: cython.p_const_char) -> object:
    """The bytes of the struct ctl_info that asks for the id of the kernel control *name*, str.

    Raises ValueError (over 95 bytes, a zero byte).
    """
    data = path_bytes(name)
    if PyBytes_GET_SIZE(data) >= MAX_KCTL_NAME:
        raise ValueError(
            f"{caller.decode()}(): the name of a kernel control has up to 95 bytes: {name!r}"
        )
    if b"\0" in data:
        raise ValueError(f"{caller.decode()}(): embedded null byte in {name!r}")
    question = cython.declare(ctl_info)
    memset(cython.address(question), 0, cython.sizeof(ctl_info))
    memcpy(cython.address(question.ctl_name[0]), PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))
    return cython.cast(cython.p_char, cython.address(question))[: cython.sizeof(ctl_info)]


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    fd: cython.int,
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* of the socket *fd* into *raw*; return its length in bytes.

    Raises OSError (another protocol, no control of this name), TypeError (not a name or a pair),
    OverflowError (a number over 32 bits), ValueError (no name of a control).
    """
    if protocol != SYSPROTO_CONTROL:
        raise OSError(f"{caller.decode()}(): unsupported PF_SYSTEM protocol: {protocol}")
    number: cython.uint
    unit: cython.uint = 0
    if isinstance(address, str):
        number = _id_of(fd, address, caller)
    elif isinstance(address, tuple) and len(address) == 2:
        number = as_u32(address[0], b"id")
        unit = as_u32(address[1], b"unit")
    else:
        raise TypeError(
            f"{caller.decode()}(): PF_SYSTEM address must be str or a pair (id, unit), "
            f"not {type(address).__name__}"
        )
    ctl = cython.cast(cython.pointer[sockaddr_ctl], raw)
    memset(ctl, 0, cython.sizeof(sockaddr_ctl))
    bsd.set_header(raw, cython.sizeof(sockaddr_ctl), AF_SYSTEM)
    ctl.ss_sysaddr = AF_SYS_CONTROL
    ctl.sc_id = number
    ctl.sc_unit = unit
    return cython.sizeof(sockaddr_ctl)


@cython.cfunc
def unpack(
    protocol: cython.int,
    raw: cython.pointer[cython.const[sockaddr_storage]],
    length: socklen_t,
) -> object:
    """The pair in the *length* bytes at *raw*, of a socket of *protocol*."""
    if protocol != SYSPROTO_CONTROL or length < cython.sizeof(sockaddr_ctl):
        return bsd.unpack(raw, length)
    ctl = cython.cast(cython.pointer[sockaddr_ctl], raw)
    return (ctl.sc_id, ctl.sc_unit)


@cython.cfunc
@cython.exceptval(0, check=True)
def _id_of(fd: cython.int, name: object, caller: cython.p_const_char) -> cython.uint:
    """The id of the kernel control *name*; the socket *fd* is asked.  Source: ctl_info of
    <sys/kern_control.h>.
    """
    question = info(name, caller)
    answer = cython.declare(ctl_info)
    memcpy(cython.address(answer), PyBytes_AS_STRING(question), cython.sizeof(ctl_info))
    result: cython.int
    with cython.nogil:
        result = ioctl(fd, CTLIOCGINFO, cython.address(answer))
    if result < 0:
        raise OSError(f"{caller.decode()}(): cannot find a kernel control with the name {name!r}")
    return answer.ctl_id

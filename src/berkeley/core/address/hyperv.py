"""AF_HYPERV addresses: ``(vm_id, service_id)``, two UUIDs as text.

They are taken in small or capital letters, and returned in small ones.

Layout: SOCKADDR_HV, <hvsocket.h>, 36 bytes: the family, two reserved bytes, two GUIDs.  A GUID is
the sixteen bytes of the UUID with the first three groups of its text, of 4, 2 and 2 bytes, in the
byte order of the machine (little-endian on Windows): <guiddef.h>.
"""

import cython
from cython.cimports.berkeley.core.address import opaque
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.berkeley.core.libc.socket import sockaddr_storage, socklen_t
from cython.cimports.cpython.bytes import PyBytes_AS_STRING, PyBytes_GET_SIZE

AF_HYPERV = cython.declare(cython.ushort, 34)
# <hvsocket.h>
HV_PROTOCOL_RAW = cython.declare(cython.int, 1)

sockaddr_hv = cython.struct(
    Family=cython.ushort,
    Reserved=cython.ushort,
    VmId=cython.uchar[16],
    ServiceId=cython.uchar[16],
)

# Characters of a UUID, and which byte of a GUID each pair of its digits is.
TEXT = cython.declare(cython.Py_ssize_t, 36)
PLACES = cython.declare(
    cython.p_const_char, b"\x03\x02\x01\x00\x05\x04\x07\x06\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
)
DIGITS = cython.declare(cython.p_const_char, b"0123456789abcdef")


@cython.cfunc
@cython.exceptval(0, check=False)
def pack(
    protocol: cython.int,
    address: object,
    raw: cython.pointer[sockaddr_storage],
    caller: cython.p_const_char,
) -> socklen_t:
    """Write *address* into *raw*; return its length in bytes.

    Raises OSError (another protocol than HV_PROTOCOL_RAW), TypeError (not a pair of str),
    ValueError (not a UUID).
    """
    if protocol != HV_PROTOCOL_RAW:
        raise OSError(f"{caller.decode()}(): unsupported AF_HYPERV protocol: {protocol}")
    if not isinstance(address, tuple):
        raise TypeError(
            f"{caller.decode()}(): AF_HYPERV address must be tuple, not {type(address).__name__}"
        )
    parts: tuple = cython.cast(tuple, address)
    if len(parts) != 2 or not isinstance(parts[0], str) or not isinstance(parts[1], str):
        raise TypeError(
            f"{caller.decode()}(): AF_HYPERV address must be a str tuple (vm_id, service_id)"
        )
    hv = cython.cast(cython.pointer[sockaddr_hv], raw)
    hv.Family = AF_HYPERV
    hv.Reserved = 0
    _pack_guid(parts[0], cython.address(hv.VmId[0]), b"vm_id", caller)
    _pack_guid(parts[1], cython.address(hv.ServiceId[0]), b"service_id", caller)
    return cython.sizeof(sockaddr_hv)


@cython.cfunc
def unpack(raw: cython.pointer[cython.const[sockaddr_storage]], length: socklen_t) -> object:
    """The pair of the *length* bytes at *raw*."""
    if length < cython.sizeof(sockaddr_hv):
        return opaque.unpack(raw, length)
    hv = cython.cast(cython.pointer[sockaddr_hv], raw)
    return (
        _unpack_guid(cython.address(hv.VmId[0])),
        _unpack_guid(cython.address(hv.ServiceId[0])),
    )


@cython.cfunc
@cython.exceptval(-1, check=False)
def _digit(character: cython.uchar) -> cython.int:
    """The number of a hexadecimal digit; 16 for another character."""
    if 48 <= character <= 57:
        return character - 48
    # Capital and small letters differ in one bit.
    character |= 32
    if 97 <= character <= 102:
        return character - 97 + 10
    return 16


@cython.cfunc
@cython.exceptval(-1, check=False)
def _pack_guid(
    text: object,
    raw: cython.pointer[cython.uchar],
    name: cython.p_const_char,
    caller: cython.p_const_char,
) -> cython.int:
    """Write the UUID *text* into the sixteen bytes at *raw*."""
    # What is not ASCII is no digit either.
    data = capi.PyUnicode_AsEncodedString(text, b"ascii", b"replace")
    here: cython.p_const_char = PyBytes_AS_STRING(data)
    good: cython.bint = PyBytes_GET_SIZE(data) == TEXT
    index: cython.Py_ssize_t
    for index in range(16):
        if not good:
            break
        if index == 4 or index == 6 or index == 8 or index == 10:
            good = here[0] == b"-"
            here += 1
        high: cython.int = _digit(here[0])
        low: cython.int = _digit(here[1])
        good = good and high < 16 and low < 16
        raw[cython.cast(cython.uchar, PLACES[index])] = cython.cast(cython.uchar, high << 4 | low)
        here += 2
    if not good:
        raise ValueError(
            f"{caller.decode()}(): AF_HYPERV address {name.decode()} is not a valid UUID string"
        )
    return 0


@cython.cfunc
def _unpack_guid(raw: cython.pointer[cython.const[cython.uchar]]) -> object:
    text = cython.declare(cython.char[36])
    here: cython.Py_ssize_t = 0
    index: cython.Py_ssize_t
    for index in range(16):
        if index == 4 or index == 6 or index == 8 or index == 10:
            text[here] = b"-"
            here += 1
        byte: cython.uchar = raw[cython.cast(cython.uchar, PLACES[index])]
        text[here] = DIGITS[byte >> 4]
        text[here + 1] = DIGITS[byte & 15]
        here += 2
    return capi.PyUnicode_DecodeFSDefaultAndSize(text, TEXT)

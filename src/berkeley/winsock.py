"""What sockets have on Windows only: ioctl(), share() and fromshare(), by ctypes on ws2_32.

What goes to Windows and comes from it is made of bytes by functions that are here on every system;
those that call Windows are here on Windows only.  None of them has run there yet.
"""

import sys
from operator import index

from berkeley.constants.windows import SIO_KEEPALIVE_VALS, SIO_LOOPBACK_FAST_PATH, SIO_RCVALL

# WSAPROTOCOL_INFOW, <winsock2.h>: its size, and where iAddressFamily, iSocketType and iProtocol
# are, 32 bits each.
PROTOCOL_INFO = 628
FAMILY, TYPE, PROTOCOL = 76, 88, 92


def encode_option(control: int, option: int | tuple[int, int, int]) -> bytes:
    """The bytes that WSAIoctl() takes for *option* of the code *control*: a number of 32 bits, for
    SIO_KEEPALIVE_VALS three (on or off, milliseconds until the first probe, and between probes).

    Raises ValueError (another code), TypeError, OverflowError (over 32 bits, or negative).
    Source: struct tcp_keepalive and SIO_RCVALL of <mstcpip.h>.
    """
    code = index(control)
    if code == SIO_KEEPALIVE_VALS:
        if not isinstance(option, tuple) or len(option) != 3:
            raise TypeError("option must be a tuple (onoff, keepalivetime, keepaliveinterval)")
        return b"".join(index(number).to_bytes(4, "little") for number in option)
    if code in (SIO_RCVALL, SIO_LOOPBACK_FAST_PATH):
        if isinstance(option, tuple):
            raise TypeError("option must be int, not tuple")
        return index(option).to_bytes(4, "little")
    raise ValueError(f"invalid ioctl command {code}")


def decode_share(data: bytes) -> tuple[int, int, int]:
    """The family, type and protocol of the socket that share() made *data* of.

    Raises ValueError (another size than that of a WSAPROTOCOL_INFOW).
    """
    if len(data) != PROTOCOL_INFO:
        raise ValueError(f"data of a shared socket must be {PROTOCOL_INFO} bytes, not {len(data)}")

    def number(offset: int) -> int:
        return int.from_bytes(data[offset : offset + 4], "little", signed=True)

    return number(FAMILY), number(TYPE), number(PROTOCOL)


if sys.platform == "win32":
    import ctypes

    SOCKET = ctypes.c_size_t
    INVALID_SOCKET = SOCKET(-1).value
    # <winsock2.h>: WSASocketW() takes family, type and protocol from the structure.
    FROM_PROTOCOL_INFO = -1
    WSA_FLAG_OVERLAPPED = 0x01
    WSA_FLAG_NO_HANDLE_INHERIT = 0x80

    _library = ctypes.WinDLL("ws2_32", use_last_error=True)
    _library.WSASocketW.restype = SOCKET

    def ioctl(handle: int, control: int, option: int | tuple[int, int, int]) -> int:
        """Call WSAIoctl() on the socket *handle*; return how many bytes it returned.

        Raises what encode_option() raises, OSError.
        """
        data = encode_option(control, option)
        returned = ctypes.c_ulong(0)
        failed = _library.WSAIoctl(
            SOCKET(handle),
            ctypes.c_ulong(control),
            data,
            ctypes.c_ulong(len(data)),
            None,
            ctypes.c_ulong(0),
            ctypes.byref(returned),
            None,
            None,
        )
        if failed:
            raise ctypes.WinError(ctypes.get_last_error())
        return returned.value

    def share(handle: int, process_id: int) -> bytes:
        """Duplicate the socket *handle* for the process *process_id*: bytes for its fromshare().

        Raises OverflowError (no number of 32 bits), OSError.  Source: WSADuplicateSocketW().
        """
        process = int.from_bytes(index(process_id).to_bytes(4, "little"), "little")
        data = ctypes.create_string_buffer(PROTOCOL_INFO)
        if _library.WSADuplicateSocketW(SOCKET(handle), ctypes.c_ulong(process), data):
            raise ctypes.WinError(ctypes.get_last_error())
        return data.raw

    def fromshare(data: bytes) -> tuple[int, int, int, int]:
        """Make a socket of what share() returned: its handle, which the caller closes, its family,
        type and protocol.

        Raises ValueError (another size), OSError.  Source: WSASocketW().
        """
        family, type, protocol = decode_share(data)
        handle: int = _library.WSASocketW(
            FROM_PROTOCOL_INFO,
            FROM_PROTOCOL_INFO,
            FROM_PROTOCOL_INFO,
            ctypes.create_string_buffer(data, PROTOCOL_INFO),
            0,
            WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT,
        )
        if handle == INVALID_SOCKET:
            raise ctypes.WinError(ctypes.get_last_error())
        return handle, family, type, protocol

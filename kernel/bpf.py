"""bpf(2), as much of it as the tests of XDP and KCM need: maps, programs, links.

Source: bpf(2), <linux/bpf.h>, Documentation/bpf/ of the kernel.
"""

import ctypes
import os
import struct

# x86-64, which is what the lab runs.
SYS_BPF = 321
MAP_CREATE, MAP_UPDATE_ELEM, PROG_LOAD, LINK_CREATE = 0, 2, 5, 28
MAP_TYPE_XSKMAP = 17
PROG_TYPE_SOCKET_FILTER, PROG_TYPE_XDP = 1, 6
ATTACH_XDP = 37
XDP_FLAGS_SKB_MODE = 1 << 1
XDP_PASS = 2

_syscall = ctypes.CDLL(None, use_errno=True).syscall


def _bpf(command: int, attributes: bytes) -> int:
    # The kernel takes zeros for what it has more.
    buffer = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result: int = _syscall(SYS_BPF, command, buffer, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def instruction(code: int, to: int = 0, source: int = 0, offset: int = 0, value: int = 0) -> bytes:
    """struct bpf_insn."""
    return struct.pack("<BBhi", code, to | source << 4, offset, value)


EXIT = instruction(0x95)


def load(kind: int, code: bytes) -> int:
    """The descriptor of a program; what the verifier says is in the exception."""
    text = ctypes.create_string_buffer(code, len(code))
    license_ = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(65536)
    attributes = struct.pack(
        "=IIQQIIQ",
        kind,
        len(code) // 8,
        ctypes.addressof(text),
        ctypes.addressof(license_),
        1,
        len(log),
        ctypes.addressof(log),
    )
    try:
        return _bpf(PROG_LOAD, attributes)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}: {log.value.decode()}") from None


def make_map(kind: int, entries: int) -> int:
    """The descriptor of a map from numbers of 32 bits to numbers of 32 bits."""
    return _bpf(MAP_CREATE, struct.pack("=IIII", kind, 4, 4, entries))


def put(map_: int, key: int, value: int) -> None:
    """Set one entry."""
    pair = (ctypes.c_uint32 * 2)(key, value)
    place = ctypes.addressof(pair)
    _bpf(MAP_UPDATE_ELEM, struct.pack("=IxxxxQQQ", map_, place, place + 4, 0))


def attach_xdp(program: int, index: int) -> int:
    """The descriptor of a link: the program sees the frames of the interface until it is closed."""
    return _bpf(LINK_CREATE, struct.pack("=IIII", program, index, ATTACH_XDP, XDP_FLAGS_SKB_MODE))


def redirect_to(map_: int) -> bytes:
    """A program of XDP: each frame goes to the socket that *map_* has for its queue."""
    return (
        # r2 = ctx->rx_queue_index; r1 = map; r3 = XDP_PASS; return bpf_redirect_map(r1, r2, r3)
        instruction(0x61, to=2, source=1, offset=16)
        + instruction(0x18, to=1, source=1, value=map_)
        + instruction(0)
        + instruction(0xB7, to=3, value=XDP_PASS)
        + instruction(0x85, value=51)
        + EXIT
    )


def message_length() -> bytes:
    """A socket filter: the length of a message that begins with the length of the rest."""
    return (
        # r6 = r1; r0 = 16 bits in network byte order at 0; return r0 + 2
        instruction(0xBF, to=6, source=1)
        + instruction(0x28, value=0)
        + instruction(0x07, to=0, value=2)
        + EXIT
    )

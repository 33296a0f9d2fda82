"""struct sock_fprog of <linux/filter.h>: classic BPF programs in and out of the kernel."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterable

from berkeley import constants as _constants

_INSTRUCTION = struct.Struct("=HBBI")
# <linux/bpf_common.h>
BPF_MAXINSNS = 4096

# (code, jt, jf, k)
Instruction = tuple[int, int, int, int]


def pack(program: Iterable[Instruction]) -> tuple[array[int], bytes]:
    """The instructions, which the caller keeps, and the struct that points to them."""
    try:
        code = b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)
    except (struct.error, TypeError) as error:
        raise ValueError(f"program: an instruction is (code, jt, jf, k): {error}") from None
    length = len(code) // _INSTRUCTION.size
    if not 0 < length <= BPF_MAXINSNS:
        raise ValueError(f"program: it has 1 to {BPF_MAXINSNS} instructions, not {length}")
    instructions = array("B", code)
    return instructions, struct.pack("@HP", length, instructions.buffer_info()[0])


def read(fd: int) -> list[tuple[int, int, int, int]]:
    """The filter of a socket.

    SO_GET_FILTER counts in instructions, not bytes, so that getsockopt() of the module cannot
    take its answer; the room here is that of the longest program.
    """
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    room = ctypes.create_string_buffer(BPF_MAXINSNS * _INSTRUCTION.size)
    count = ctypes.c_uint32(BPF_MAXINSNS)
    option = _constants.SO_GET_FILTER
    if library.getsockopt(fd, _constants.SOL_SOCKET, option, room, ctypes.byref(count)):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return list(_INSTRUCTION.iter_unpack(room.raw[: count.value * _INSTRUCTION.size]))

"""How the value of an option lies in memory, and which Python value stands for it."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from operator import index
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Linger(NamedTuple):
    """struct linger, socket(7)."""

    onoff: bool
    seconds: int


class Credentials(NamedTuple):
    """struct ucred, unix(7)."""

    pid: int
    uid: int
    gid: int


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A C type: its name, that of the Python type, the size to ask for, and the two ways between.

    What packs raises TypeError for values of another type, ValueError or struct.error for others.
    """

    ctype: str
    python: str
    size: int
    unpack: Callable[[bytes], T]
    pack: Callable[[T], bytes] | None = None


def number(code: str) -> Callable[[int], bytes]:
    """What packs an integer: no float or text is one."""
    return lambda value: struct.pack(code, index(value))


def _unpack_int(data: bytes) -> int:
    # IP_TOS and its like answer with a byte when the kernel is asked for less than an int.
    return int.from_bytes(data, _ORDER, signed=len(data) == 4)


def _units(seconds: float, per_second: int) -> int:
    """Whole units of a duration: the nearest, but never 0 for more than 0, which means no limit.

    Infinity is an OverflowError: to set no limit, write 0.
    """
    if not seconds >= 0:
        raise ValueError("a duration is not negative")
    return round(seconds * per_second) or int(seconds > 0)


def _pack_timeval(seconds: float) -> bytes:
    return struct.pack("@ll", *divmod(_units(seconds, 1_000_000), 1_000_000))


def _unpack_timeval(data: bytes) -> float:
    whole, micro = struct.unpack("@ll", data)
    return float(whole + micro / 1_000_000)


def _pack_name(name: str) -> bytes:
    if not isinstance(name, str):
        raise TypeError
    data = os.fsencode(name)
    if b"\0" in data:
        # The kernel would take what is before it.
        raise ValueError("a name has no null character")
    return data + b"\0"


def _pack_linger(value: Linger) -> bytes:
    onoff, seconds = value
    return struct.pack("@ii", bool(index(onoff)), index(seconds))


def _duration(per_second: int) -> Kind[float]:
    """An unsigned int of milliseconds, or microseconds: seconds in Python."""
    return Kind(
        "unsigned int",
        "seconds",
        4,
        lambda data: float(struct.unpack("@I", data)[0] / per_second),
        lambda seconds: struct.pack("@I", _units(seconds, per_second)),
    )


_ORDER = sys.byteorder

FLAG: Kind[bool] = Kind(
    "int",
    "bool",
    4,
    lambda data: bool(_unpack_int(data)),
    lambda value: struct.pack("@i", bool(index(value))),
)
INT: Kind[int] = Kind("int", "int", 4, _unpack_int, number("@i"))
UINT: Kind[int] = Kind(
    "unsigned int", "int", 4, lambda data: int(struct.unpack("@I", data)[0]), number("@I")
)
UINT64: Kind[int] = Kind(
    "uint64_t", "int", 8, lambda data: int(struct.unpack("=Q", data)[0]), number("=Q")
)
TIMEVAL: Kind[float] = Kind("struct timeval", "seconds", 16, _unpack_timeval, _pack_timeval)
MILLISECONDS = _duration(1000)
MICROSECONDS = _duration(1_000_000)
NETWORK_INT: Kind[int] = Kind(
    # Interface indexes of IP_UNICAST_IF: written in network byte order, read as an address is.
    "in_addr_t",
    "interface index",
    4,
    lambda data: int(struct.unpack("!I", data)[0]),
    number("!I"),
)
# By way of a view: of an int, bytes() would make as many zeros.
BYTES: Kind[bytes] = Kind("char[]", "bytes", 1024, bytes, lambda value: bytes(memoryview(value)))
NAME: Kind[str] = Kind(
    "char[]", "str", 16, lambda data: os.fsdecode(data.split(b"\0")[0]), _pack_name
)
LINGER: Kind[Linger] = Kind(
    "struct linger",
    "Linger",
    8,
    lambda data: Linger(bool(struct.unpack("@ii", data)[0]), struct.unpack("@ii", data)[1]),
    _pack_linger,
)
UCRED: Kind[Credentials] = Kind(
    "struct ucred", "Credentials", 12, lambda data: Credentials(*struct.unpack("@iII", data))
)

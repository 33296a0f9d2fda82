"""How the value of an option lies in memory, and which Python value stands for it."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
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
    """A C type: its name, the size to ask for, and the two ways between bytes and value."""

    ctype: str
    size: int
    unpack: Callable[[bytes], T]
    pack: Callable[[T], bytes] | None = None


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


def _duration(per_second: int) -> Kind[float]:
    """An unsigned int of milliseconds, or microseconds: seconds in Python."""
    return Kind(
        "unsigned int",
        4,
        lambda data: float(struct.unpack("@I", data)[0] / per_second),
        lambda seconds: struct.pack("@I", _units(seconds, per_second)),
    )


_ORDER = sys.byteorder

FLAG: Kind[bool] = Kind(
    "int", 4, lambda data: bool(_unpack_int(data)), lambda value: struct.pack("@i", bool(value))
)
INT: Kind[int] = Kind("int", 4, _unpack_int, lambda value: struct.pack("@i", value))
UINT: Kind[int] = Kind(
    "unsigned int",
    4,
    lambda data: int(struct.unpack("@I", data)[0]),
    lambda value: struct.pack("@I", value),
)
UINT64: Kind[int] = Kind(
    "uint64_t",
    8,
    lambda data: int(struct.unpack("=Q", data)[0]),
    lambda value: struct.pack("=Q", value),
)
TIMEVAL: Kind[float] = Kind("struct timeval", 16, _unpack_timeval, _pack_timeval)
MILLISECONDS = _duration(1000)
MICROSECONDS = _duration(1_000_000)
NETWORK_INT: Kind[int] = Kind(
    # Interface indexes of IP_UNICAST_IF: written in network byte order, read as an address is.
    "in_addr_t",
    4,
    lambda data: int(struct.unpack("!I", data)[0]),
    lambda value: struct.pack("!I", value),
)
BYTES: Kind[bytes] = Kind("char[]", 1024, bytes, bytes)
NAME: Kind[str] = Kind(
    "char[]", 16, lambda data: data.split(b"\0")[0].decode(), lambda value: value.encode() + b"\0"
)
LINGER: Kind[Linger] = Kind(
    "struct linger",
    8,
    lambda data: Linger(bool(struct.unpack("@ii", data)[0]), struct.unpack("@ii", data)[1]),
    lambda value: struct.pack("@ii", bool(value[0]), value[1]),
)
UCRED: Kind[Credentials] = Kind(
    "struct ucred", 12, lambda data: Credentials(*struct.unpack("@iII", data))
)

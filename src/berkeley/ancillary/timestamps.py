"""Timestamps: Documentation/networking/timestamping.rst of the kernel."""

from __future__ import annotations

from typing import NamedTuple, Self

from berkeley.ancillary.layout import fields

SECOND = 1_000_000_000


class Timestamp(NamedTuple):
    """SO_TIMESTAMP, SO_TIMESTAMPNS: when the packet came, nanoseconds since 1970.

    Those of SO_TIMESTAMP are of microseconds.  CAN's are these, too.
    """

    ns: int

    @classmethod
    def of_timeval(cls, data: bytes, layout: str = "@ll") -> Self:
        seconds, micro = fields(layout, data, "struct timeval")
        return cls(seconds * SECOND + micro * 1000)

    @classmethod
    def of_timespec(cls, data: bytes, layout: str = "@ll") -> Self:
        seconds, nano = fields(layout, data, "struct timespec")
        return cls(seconds * SECOND + nano)


class Timestamps(NamedTuple):
    """struct scm_timestamping, SO_TIMESTAMPING: nanoseconds since 1970 by the system's clock, and
    those of the device's clock; 0 where that was not asked for, or is not there.
    """

    software_ns: int
    hardware_ns: int

    @classmethod
    def decode(cls, data: bytes, layout: str = "@llllll") -> Self:
        values = fields(layout, data, "struct scm_timestamping")
        # The one in the middle is not used any more.
        return cls(values[0] * SECOND + values[1], values[4] * SECOND + values[5])

"""The whole table: one row for each option, which is a typed attribute of Options."""

from __future__ import annotations

from berkeley.options.families import FamilyOptions
from berkeley.options.internet import InternetOptions
from berkeley.options.socketlevel import SocketOptions
from berkeley.options.transport import TransportOptions


class Options(SocketOptions, InternetOptions, TransportOptions, FamilyOptions):
    """The options of a socket, by name: durations are seconds, flags bool, the rest as in C."""

    __slots__ = ()

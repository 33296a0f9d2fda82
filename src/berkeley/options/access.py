"""Reading and writing an option by its row."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from berkeley import constants as _constants
from berkeley.options.kinds import Kind

if TYPE_CHECKING:
    from typing import Self

    from berkeley.socketclass import socket

T = TypeVar("T")


class Option(Generic[T]):
    """A row: the names of option and level as C has them, the kind of its value."""

    def __init__(self, name: str, level: str, kind: Kind[T], *, writable: bool = True) -> None:
        self.name, self.level, self.kind, self.writable = name, level, kind, writable

    def numbers(self) -> tuple[int, int]:
        """Level and number, as getsockopt(2) takes them; AttributeError where C lacks the name."""
        return getattr(_constants, self.level), getattr(_constants, self.name)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Table, owner: type) -> T: ...
    def __get__(self, instance: Table | None, owner: type) -> Self | T:
        if instance is None:
            return self
        try:
            data = instance._socket.getsockopt(*self.numbers(), self.kind.size)
        except OSError as error:
            error.add_note(f"reading {self.name}")
            raise
        return self.kind.unpack(data)

    def __set__(self, instance: Table, value: T) -> None:
        if not self.writable or self.kind.pack is None:
            raise AttributeError(f"{self.name} can only be read")
        try:
            data = self.kind.pack(value)
        except struct.error as error:
            raise ValueError(f"{self.name}: {value!r} is no {self.kind.ctype}: {error}") from None
        try:
            instance._socket.setsockopt(*self.numbers(), data)
        except OSError as error:
            error.add_note(f"setting {self.name} to {value!r}")
            raise


class Table:
    """What Options adds to its rows: access by name, and iteration."""

    __slots__ = ("_socket",)

    def __init__(self, sock: socket) -> None:
        self._socket = sock

    @classmethod
    def rows(cls) -> list[Option[Any]]:
        """All rows, those of this kernel and others, in the order of the table."""
        return [row for row in vars(cls).values() if isinstance(row, Option)]

    @classmethod
    def _row(cls, name: str) -> Option[Any]:
        row = vars(cls).get(name.lower())
        if not isinstance(row, Option):
            raise KeyError(name)
        return row

    def __getitem__(self, name: str | tuple[int, int]) -> Any:
        """The value of the option of this name; of (level, number) the bytes, 256 at most."""
        if isinstance(name, tuple):
            return self._socket.getsockopt(*name, 256)
        return self._row(name).__get__(self, type(self))

    def __setitem__(self, name: str, value: Any) -> None:
        self._row(name).__set__(self, value)

    def __iter__(self) -> Iterator[str]:
        """The names of the options that can be read from this socket now.

        SO_ERROR is left out: to read it is to clear it.
        """
        for row in self.rows():
            if row.name == "SO_ERROR":
                continue
            try:
                row.__get__(self, type(self))
            except (OSError, AttributeError):
                continue
            yield row.name

    def join_group(
        self, group: str, interface: str | int | None = None, source: str | None = None
    ) -> None:
        """Join a multicast group, from one source only if *source* is given.

        *interface* is a name or an index; None lets the kernel choose.  Source: RFC 3678.
        """
        self._member("JOIN", group, interface, source)

    def leave_group(
        self, group: str, interface: str | int | None = None, source: str | None = None
    ) -> None:
        """Leave a group joined with the same arguments."""
        self._member("LEAVE", group, interface, source)

    def attach_filter(self, program: Iterable[tuple[int, int, int, int]]) -> None:
        """Let through only what a classic BPF program of ``(code, jt, jf, k)`` says; it replaces
        the one before.

        Raises ValueError (no program), OSError (one that the kernel refuses).  Source: socket(7),
        the kernel's Documentation/networking/filter.rst.
        """
        from berkeley.options.special import attach_filter

        attach_filter(self._socket, program)

    def detach_filter(self) -> None:
        """Take the filter away.  Raises OSError (ENOENT: there is none; EPERM: it is locked)."""
        self._socket.setsockopt(_constants.SOL_SOCKET, _constants.SO_DETACH_FILTER, 0)

    def original_destination(self) -> Any:
        """Where a redirected connection was going to, SO_ORIGINAL_DST.

        Raises OSError (ENOENT: it was not redirected; ENOPROTOOPT: no connection tracking).
        """
        from berkeley.options.special import original_destination

        return original_destination(self._socket)

    def peer_groups(self) -> list[int]:
        """The supplementary groups of the peer, SO_PEERGROUPS; 256 at most.  Raises OSError."""
        from berkeley.options.special import peer_groups

        return peer_groups(self._socket)

    def peer_process(self) -> int:
        """A descriptor of the peer's process, SO_PEERPIDFD (Linux 6.5); the caller closes it.

        It is not inheritable.  Raises OSError.
        """
        return self._socket.getsockopt(_constants.SOL_SOCKET, _constants.SO_PEERPIDFD)

    def _member(
        self, verb: str, group: str, interface: str | int | None, source: str | None
    ) -> None:
        from berkeley.options.multicast import request

        name = f"MCAST_{verb}_GROUP" if source is None else f"MCAST_{verb}_SOURCE_GROUP"
        level, data = request(group, interface, source)
        try:
            self._socket.setsockopt(level, getattr(_constants, name), data)
        except OSError as error:
            error.add_note(f"{name} of {group}")
            raise

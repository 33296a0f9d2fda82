"""Reading and writing an option by its row."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from errno import ERANGE
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from berkeley import constants as _constants
from berkeley.options.kinds import Kind

if TYPE_CHECKING:
    from typing import Self

    from berkeley.options.filters import Instruction
    from berkeley.socketclass import socket

T = TypeVar("T")

_LARGEST = 1024
# To read SO_ERROR is to clear it; SO_PEERPIDFD makes a descriptor.
_NOT_LISTED = ("SO_ERROR", "SO_PEERPIDFD")


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
            data = self._read(instance._socket)
        except OSError as error:
            error.add_note(f"reading {self.name}")
            raise
        return self.kind.unpack(data)

    def _read(self, sock: socket) -> bytes:
        size = self.kind.size
        while True:
            try:
                return sock.getsockopt(*self.numbers(), size)
            except OSError as error:
                # Lists say so if they are longer; getsockopt() gives 1024 bytes at most.
                if error.errno != ERANGE or size >= _LARGEST:
                    raise
                size = min(2 * size, _LARGEST)

    def __set__(self, instance: Table, value: T) -> None:
        if not self.writable or self.kind.pack is None:
            raise AttributeError(f"{self.name} can only be read")
        try:
            data = self.kind.pack(value)
        except (struct.error, ValueError) as error:
            raise ValueError(
                f"{self.name}: {value!r} does not fit {self.kind.ctype}: {error}"
            ) from None
        except TypeError:
            raise TypeError(f"{self.name} takes {self.kind.python}, not {value!r}") from None
        except OverflowError:
            # A duration without an end.
            raise OverflowError(f"{self.name}: {value!r} is too long; 0 is no limit") from None
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
        return [
            row for part in cls.__mro__ for row in vars(part).values() if isinstance(row, Option)
        ]

    @classmethod
    def _row(cls, name: object) -> Option[Any]:
        row = getattr(cls, name.lower(), None) if isinstance(name, str) else None
        if not isinstance(row, Option):
            raise KeyError(name)
        return row

    def _can_read(self, row: Option[Any]) -> bool:
        """Whether the option can be read now, without taking anything from the socket."""
        if row.name in _NOT_LISTED:
            return False
        try:
            row.__get__(self, type(self))
        except (OSError, AttributeError):
            return False
        return True

    def __getitem__(self, name: str | tuple[int, int]) -> Any:
        """The value of the option of this name; of (level, number) the bytes, 256 at most."""
        if isinstance(name, tuple):
            if name == (_constants.SOL_SOCKET, _constants.SO_GET_FILTER):
                # The kernel counts its length in instructions: it would write beyond the bytes.
                raise ValueError("SO_GET_FILTER is read by get_filter()")
            return self._socket.getsockopt(*name, 256)
        return self._row(name).__get__(self, type(self))

    def __setitem__(self, name: str | tuple[int, int], value: Any) -> None:
        """Set the option of this name; of (level, number), *value* is bytes or a C int."""
        if isinstance(name, tuple):
            self._socket.setsockopt(*name, value)
        else:
            self._row(name).__set__(self, value)

    def __contains__(self, name: object) -> bool:
        """Whether iteration gives this name, in capital letters or small."""
        try:
            return self._can_read(self._row(name))
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        """The names of the options that can be read from this socket now.

        SO_ERROR and SO_PEERPIDFD are left out: reading clears the one, and the other is a
        descriptor that the reader has to close.
        """
        for row in self.rows():
            if self._can_read(row):
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

    def attach_filter(self, program: Iterable[Instruction]) -> None:
        """Drop, or cut, what arrives as this classic BPF program says: (code, jt, jf, k) each.

        ValueError for a program that is empty or longer than BPF_MAXINSNS, 4096.
        """
        self._attach("SO_ATTACH_FILTER", program)

    def attach_reuseport_filter(self, program: Iterable[Instruction]) -> None:
        """Choose by a classic BPF program which socket of a SO_REUSEPORT group gets a packet."""
        self._attach("SO_ATTACH_REUSEPORT_CBPF", program)

    def detach_filter(self) -> None:
        """Remove the filter; OSError with ENOENT if there is none."""
        self._socket.setsockopt(_constants.SOL_SOCKET, _constants.SO_DETACH_FILTER, 0)

    def get_filter(self) -> list[tuple[int, int, int, int]]:
        """The instructions of the filter attached; empty if there is none."""
        from berkeley.options.filters import read

        return read(self._socket.fileno())

    def _attach(self, name: str, program: Iterable[Instruction]) -> None:
        from berkeley.options.filters import pack

        instructions, data = pack(program)
        try:
            self._socket.setsockopt(_constants.SOL_SOCKET, getattr(_constants, name), data)
        except OSError as error:
            error.add_note(f"{name} of {len(instructions) // 8} instructions")
            raise
        finally:
            # The kernel has read them by now: until then they have to stay where they are.
            del instructions

    def _member(
        self, verb: str, group: str, interface: str | int | None, source: str | None
    ) -> None:
        from berkeley.options.multicast import request

        name = f"MCAST_{verb}_GROUP" if source is None else f"MCAST_{verb}_SOURCE_GROUP"
        try:
            level, data = request(group, interface, source)
            self._socket.setsockopt(level, getattr(_constants, name), data)
        except OSError as error:
            where = "" if interface is None else f" on interface {interface!r}"
            error.add_note(f"{name} of {group}{where}")
            raise

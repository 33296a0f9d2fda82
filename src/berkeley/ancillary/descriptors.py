"""Descriptors in messages: SCM_RIGHTS and SCM_PIDFD of AF_UNIX, unix(7).

The record owns what it has brought: who wants a descriptor takes it, and what nobody takes is
closed.
"""

from __future__ import annotations

import array
import os
import warnings
from collections.abc import Iterable, Iterator
from typing import Self

from berkeley import SOL_SOCKET
from berkeley.ancillary.layout import Item

# <linux/socket.h>
SCM_RIGHTS = 1
SCM_PIDFD = 4


class Rights:
    """Descriptors that were received, or that are to be sent.

    Of received ones, `take()` gives one away, which is the caller's to close then; the context
    manager and `close()` close the rest, and so does the garbage collector, with a ResourceWarning.
    Descriptors to be sent stay their owner's.
    """

    __slots__ = ("_fds", "_owned")

    def __init__(self, fds: Iterable[int]) -> None:
        self._owned = False
        self._fds = list(fds)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        numbers = array.array("i")
        # A cut message may end in the middle of a number; that one was not received.
        numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
        made = cls(numbers)
        made._owned = True
        return made

    def encode(self) -> Item:
        return SOL_SOCKET, SCM_RIGHTS, array.array("i", self._fds).tobytes()

    def take(self) -> int:
        """The first descriptor; it is the caller's now.  Raises IndexError (none is left)."""
        if not self._fds:
            raise IndexError("no descriptor is left")
        return self._fds.pop(0)

    def take_all(self) -> list[int]:
        """All descriptors; they are the caller's now."""
        fds, self._fds = self._fds, []
        return fds

    def close(self) -> None:
        """Close the descriptors that nobody has taken, all of them, whatever one of them says."""
        if not self._owned:
            self._fds = []
        while self._fds:
            try:
                os.close(self._fds.pop(0))
            except BaseException:
                self.close()
                raise

    def __len__(self) -> int:
        return len(self._fds)

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._fds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # After an error in __init__, or in its arguments, there is nothing to close.
        if getattr(self, "_owned", False) and self._fds:
            warnings.warn(
                f"descriptors that nobody took: {self._fds}", ResourceWarning, 2, source=self
            )
            self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._fds})"


class ProcessDescriptor(Rights):
    """The pidfd of the sender, SO_PASSPIDFD; one descriptor, owned as those of Rights.

    There is none where the kernel could not make one; *error* is the number of its error then.
    """

    __slots__ = ("error",)

    def __init__(self, fds: Iterable[int]) -> None:
        super().__init__(fds)
        self.error = 0

    @classmethod
    def decode(cls, data: bytes) -> Self:
        made = super().decode(data)
        # The kernel puts the error, below zero, where the descriptor would be.
        made.error = -min([0, *made._fds])
        made._fds = [fd for fd in made._fds if fd >= 0]
        return made

    def encode(self) -> Item:
        raise ValueError("the kernel alone sends SCM_PIDFD")

"""The ends of a copy: a socket or a binary file, in the kernel or through the program.

A file object and its descriptor each have a position: they differ by what the object has read
beyond, or has not written yet.  The kernel knows the descriptor's alone, so that is moved to the
file's before a copy, and the file's behind the last byte after it.
"""

from __future__ import annotations

import os
import stat
from io import RawIOBase, UnsupportedOperation

from berkeley.core.socket_type import SocketType

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The type of the base type's methods: one that a subclass has made is a function.
_COMPILED = type(SocketType.recv)


class End:
    """A socket or a file.

    splice() goes on where the descriptor is, and moves it: no signal can come between.
    Raises ValueError (not a stream, a text file), TypeError (neither socket nor file).
    """

    def __init__(self, what: Any, is_target: bool) -> None:
        self.what = what
        self.is_target = is_target
        self.is_socket = isinstance(what, SocketType)
        # Whether it makes other bytes of those of its descriptor.
        self.is_wrapped = False
        # The descriptor's own position, which a buffer above it relies on.
        self._own: int | None = None
        if self.is_socket:
            if what.type != 1:  # SOCK_STREAM
                raise ValueError("only SOCK_STREAM type sockets are supported")
            method = type(what).send if is_target else type(what).recv
            self.is_wrapped = not isinstance(method, _COMPILED)
        elif not hasattr(what, "write" if is_target else "read"):
            raise TypeError(f"a stream socket or a binary file is copied, not {what!r}")
        elif "b" not in getattr(what, "mode", "b"):
            raise ValueError("file should be opened in binary mode")

    def splices(self) -> bool:
        """Whether splice() may work: the descriptor is all that there is to know of it."""
        if self.is_socket:
            return not self.is_wrapped
        try:
            mode = os.fstat(self.what.fileno()).st_mode
        except (AttributeError, UnsupportedOperation):
            return False
        # What a buffer above a pipe has read is not in the pipe any more.
        return stat.S_ISREG(mode) or self.is_target or isinstance(self.what, RawIOBase)

    def begin(self, plain: bool) -> None:
        """Move the descriptor to the file's position: what is in its buffer counts."""
        if self.is_socket or plain:
            return
        if hasattr(self.what, "flush"):
            self.what.flush()
        if stat.S_ISREG(os.fstat(self.what.fileno()).st_mode):
            position = self.what.tell()
            self._own = os.lseek(self.what.fileno(), 0, os.SEEK_CUR)
            os.lseek(self.what.fileno(), position, os.SEEK_SET)

    def settle(self) -> None:
        """Leave the file's position behind the last byte."""
        if self._own is not None:
            position = os.lseek(self.what.fileno(), 0, os.SEEK_CUR)
            os.lseek(self.what.fileno(), self._own, os.SEEK_SET)
            self._own = None
            self.what.seek(position)

    def read(self, size: int) -> bytes:
        """Some bytes, through the program; ``b""`` is the end."""
        if self.is_socket:
            data = self.what.recv(size)
        else:
            data = getattr(self.what, "read1", self.what.read)(size)
            if data is None:
                raise BlockingIOError
        return bytes(data)

    def write(self, data: bytes) -> int:
        """Write some, through the program: how many bytes."""
        if self.is_socket:
            return int(self.what.send(data))
        written = self.what.write(data)
        if written is None:
            raise BlockingIOError
        return int(written)

"""SocketIO, the raw stream under socket.makefile()."""

from __future__ import annotations

import io
from errno import EAGAIN, EWOULDBLOCK

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from _typeshed import ReadableBuffer, WriteableBuffer

    from berkeley.socketclass import socket

_WOULD_BLOCK = {EAGAIN, EWOULDBLOCK}
_close = io.RawIOBase.close


class SocketIO(io.RawIOBase):
    """A raw stream over a socket: one system call for one read or write.

    Closing it does not close the socket, but a closed socket keeps its descriptor until the last
    stream is closed.  *mode* is ``"r"``, ``"w"`` or ``"rw"``, with or without ``"b"``.
    """

    # The buffer above asks in every call whether it is closed.  What RawIOBase has for that
    # searches the instance for another name each time, which took a quarter of readline().  The
    # others, too, are found sooner in slots than in the dictionary of a class of io.
    __slots__ = ("_mode", "_reading", "_sock", "_timeout_occurred", "_writing", "closed")
    closed: bool
    _sock: socket | None

    def __init__(self, sock: socket, mode: Literal["r", "w", "rw", "rb", "wb", "rwb"]) -> None:
        # First: a refused stream is closed by its finalizer all the same.
        self.closed = False
        self._sock = None
        if mode not in ("r", "w", "rw", "rb", "wb", "rwb"):
            raise ValueError(f"invalid mode: {mode!r}")
        self._sock = sock
        self._mode = mode if "b" in mode else mode + "b"
        self._reading = "r" in mode
        self._writing = "w" in mode
        self._timeout_occurred = False

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Read into *buffer*; how many bytes, 0 for end of stream, None if it would have to wait.

        After a timeout the stream cannot be read any more: a buffer above it may have lost its
        place.
        """
        sock = self._sock
        if sock is None or not self._reading:
            raise self._refusal("readable")
        if self._timeout_occurred:
            raise OSError("cannot read from timed out object")
        try:
            return sock.recv_into(buffer)
        except TimeoutError:
            self._timeout_occurred = True
            raise
        except OSError as error:
            if error.errno in _WOULD_BLOCK:
                return None
            raise

    def write(self, buffer: ReadableBuffer, /) -> int | None:
        """Send *buffer*; how many bytes were taken, None if it would have to wait."""
        sock = self._sock
        if sock is None or not self._writing:
            raise self._refusal("writable")
        try:
            return sock.send(buffer)
        except OSError as error:
            if error.errno in _WOULD_BLOCK:
                return None
            raise

    def _refusal(self, ability: str) -> ValueError:
        if self._sock is None:
            return ValueError("I/O operation on closed file.")
        return io.UnsupportedOperation(f"File or stream is not {ability}.")

    def readable(self) -> bool:
        """True when the stream was opened for reading."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return self._reading

    def writable(self) -> bool:
        """True when the stream was opened for writing."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return self._writing

    def seekable(self) -> bool:
        """False."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return False

    def fileno(self) -> int:
        """The descriptor, which the socket owns."""
        if self._sock is None:
            raise self._refusal("open")
        return self._sock.fileno()

    @property
    def name(self) -> int:
        """The descriptor, -1 when the stream is closed."""
        return -1 if self._sock is None else self.fileno()

    @property
    def mode(self) -> str:
        """``"rb"``, ``"wb"`` or ``"rwb"``."""
        return self._mode

    def close(self) -> None:
        """Close the stream; the socket too, if it waits for that."""
        if self.closed:
            return
        try:
            _close(self)
        finally:
            self.closed = True
        sock, self._sock = self._sock, None
        if sock is not None:
            sock._decref_socketios()

"""The public class: socket, an ordinary Python class on top of the compiled base type.

It overrides nothing that is called often.  Being an ordinary class, it can be subclassed and its
attributes can be patched (``mock.patch("socket.socket.connect")``), which an extension type
refuses.
"""

from __future__ import annotations

import io
import os
import sys

from berkeley import core as _core
from berkeley.core.endpoint import dup as _dup
from berkeley.core.members import register as _register
from berkeley.core.socket_type import SocketType, set_public
from berkeley.enums import AddressFamily, SocketKind
from berkeley.fileio import SocketIO

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from inspect import Signature
    from typing import IO, Any, ClassVar, Literal, Self, TypeAlias, overload

    from _typeshed import ReadableBuffer, WriteableBuffer

    import berkeley.core.coalesced
    import berkeley.core.exactly
    import berkeley.core.segments  # noqa: F401 (type checkers then find it in _core)
    from berkeley.core.batch import MessageBatch
    from berkeley.core.message import _CMSG
    from berkeley.core.mmsg import _Message
    from berkeley.core.transfer import _Address
    from berkeley.options import Options
    from berkeley.reading import ResumableReader

    _Read: TypeAlias = Literal["rb", "br"]
    _Write: TypeAlias = Literal["wb", "bw"]
    _ReadWrite: TypeAlias = Literal["rwb", "rbw", "wrb", "wbr", "brw", "bwr"]

_register(AddressFamily, SocketKind)

# <linux/socket.h>
_MSG_PEEK = 2

# Of which makefile()'s modes are made.
_LETTERS = frozenset("rwb")


class _Signature:
    """What inspect.signature() says of the class, whose __init__ is the compiled type's.

    Subclasses have signatures of their own.
    """

    def __get__(self, instance: object, owner: type) -> object:
        if owner is not socket:
            raise AttributeError("__signature__")
        from inspect import Parameter, Signature

        defaults = {"family": -1, "type": -1, "proto": -1, "fileno": None}
        return Signature(
            [
                Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)
                for name, default in defaults.items()
            ]
        )


class socket(SocketType):
    """socket(family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None): a socket.

    With *fileno* the object takes an existing descriptor over, and finds out family, type and
    protocol itself where they are not given.  The descriptor is not inheritable.
    Raises OSError (EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT: the kernel lacks it),
    ValueError, TypeError.
    Source: socket(2), socket(7).
    """

    # The base type has no weak references, as that of the standard module: subclasses of it bring
    # their own.
    __slots__ = ("__weakref__",)
    __module__ = "berkeley"
    if TYPE_CHECKING:
        __signature__: ClassVar[Signature]
    else:
        __signature__ = _Signature()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if not self._closed:
            self.close()

    def __repr__(self) -> str:
        """The class, the descriptor and, while it is open, both addresses."""
        kind = type(self)
        closed = " [closed]" if self._closed else ""
        parts = [
            f"<{kind.__module__}.{kind.__qualname__}{closed} fd={self.fileno()}",
            f"family={self.family!s}",
            f"type={self.type!s}",
            f"proto={self.proto}",
        ]
        if not self._closed:
            for name, get in (("laddr", self.getsockname), ("raddr", self.getpeername)):
                try:
                    address = get()
                except (OSError, AttributeError):
                    continue
                if address:
                    parts.append(f"{name}={address}")
        return ", ".join(parts) + ">"

    def dup(self) -> Self:
        """A new object of the same class for the same socket, with a descriptor of its own."""
        fd = _dup(self.fileno())
        try:
            copy = self.__class__(self.family, self.type, self.proto, fileno=fd)
        except BaseException:
            os.close(fd)
            raise
        copy.settimeout(self.gettimeout())
        return copy

    def get_inheritable(self) -> bool:
        """True when a child process made by exec() keeps the descriptor."""
        return os.get_inheritable(self.fileno())

    def set_inheritable(self, inheritable: bool) -> None:
        """Let child processes made by exec() keep the descriptor, or not.  Raises OSError."""
        os.set_inheritable(self.fileno(), inheritable)

    if TYPE_CHECKING:

        @overload
        def makefile(
            self,
            mode: _Read,
            buffering: int | None = None,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[True],
        ) -> ResumableReader: ...
        @overload
        def makefile(
            self,
            mode: Literal["b"] | _Read | _Write | _ReadWrite,
            buffering: Literal[0],
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> SocketIO: ...
        @overload
        def makefile(
            self,
            mode: _ReadWrite,
            buffering: Literal[-1, 1] | None = None,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> io.BufferedRWPair: ...
        @overload
        def makefile(
            self,
            mode: Literal["b"] | _Read,
            buffering: Literal[-1, 1] | None = None,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> io.BufferedReader: ...
        @overload
        def makefile(
            self,
            mode: _Write,
            buffering: Literal[-1, 1] | None = None,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> io.BufferedWriter: ...
        @overload
        def makefile(
            self,
            mode: Literal["b"] | _Read | _Write | _ReadWrite,
            buffering: int,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> io.IOBase: ...
        @overload
        def makefile(
            self,
            mode: Literal["r", "w", "rw", "wr", ""] = "r",
            buffering: int | None = None,
            *,
            encoding: str | None = None,
            errors: str | None = None,
            newline: str | None = None,
            resumable: Literal[False] = False,
        ) -> io.TextIOWrapper: ...

    def makefile(
        self,
        mode: str = "r",
        buffering: int | None = None,
        *,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        resumable: bool = False,
    ) -> Any:
        """A file object for the socket, which has to be blocking; a timeout is allowed.

        *mode* is made of ``r``, ``w`` and ``b``; *buffering* is a size in bytes, None or negative
        for the default, 0 for the raw stream (binary only), 1 for line buffering in text.  The
        other arguments are those of open().  A *resumable* one, which is ``"rb"`` only, can be read
        on after a timeout.  The descriptor is closed when the socket and all its files are.
        Raises ValueError (mode, unbuffered text).
        """
        if not _LETTERS.issuperset(mode):
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        writing = "w" in mode
        reading = "r" in mode or not writing
        binary = "b" in mode
        size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
        if size == 0 and not binary:
            raise ValueError("unbuffered streams must be binary")
        if resumable and (writing or not binary or size == 0):
            raise ValueError("resumable streams are buffered, binary and for reading")
        raw_mode: Literal["r", "w", "rw"]
        raw_mode = "rw" if reading and writing else "r" if reading else "w"
        raw = SocketIO(self, raw_mode)
        self._io_refs += 1
        if size == 0:
            return raw
        line_buffering = size == 1 and not binary
        if line_buffering:
            size = io.DEFAULT_BUFFER_SIZE
        buffer: Any
        if reading and writing:
            buffer = io.BufferedRWPair(raw, raw, size)
        elif resumable:
            from berkeley.reading import ResumableReader

            return ResumableReader(raw, size)
        elif reading:
            buffer = io.BufferedReader(raw, size)
        else:
            buffer = io.BufferedWriter(raw, size)
        if binary:
            return buffer
        text = io.TextIOWrapper(buffer, io.text_encoding(encoding), errors, newline, line_buffering)
        text.mode = mode  # type: ignore[misc]
        return text

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        """Send a binary file from *offset* to its end, or *count* bytes; return how many were sent.

        The file's position is behind the last byte sent, also after an exception.  The socket must
        be a stream and must not be non-blocking.  Raises ValueError, TypeError, TimeoutError,
        OSError.
        Source: sendfile(2); files without a descriptor are read and sent.
        """
        # Here and below: few programs send files.
        from berkeley import filesending

        try:
            return self._sendfile_use_sendfile(file, offset, count)
        except filesending._GiveupOnSendfile:
            return self._sendfile_use_send(file, offset, count)

    @property
    def options(self) -> Options:
        """The options of this socket by name, with Python types."""
        from berkeley.options import Options

        return Options(self)

    # Many messages in a call, which the standard module lacks.  The core loads these modules when
    # they are first asked for.

    def sendmmsg(self, messages: Iterable[_Message] | MessageBatch, flags: int = 0, /) -> int:
        """Send many messages in one call; return how many were sent, which may be fewer than given.

        A message is bytes-like, or ``(data, address)``, or ``(data, address, ancdata)``; address is
        None on a connected socket, data bytes-like or a list or tuple of bytes-like objects.  No
        more than 1024 are taken from *messages*, an iterable.  The messages of a MessageBatch go
        back to where they came from.  An error is raised when the first message has it; otherwise
        the messages before are sent, and the next call meets it.
        Raises TypeError, ValueError (a stream, which has no messages), TimeoutError, OSError.
        Source: sendmmsg(2).
        """
        return _core.mmsg.sendmmsg(self, messages, flags)

    def recv_exactly(self, count: int, /) -> bytes:
        """Receive *count* bytes of a stream; the timeout is that of the whole.

        Raises IncompleteReadError (an EOFError) when the stream ends before, with what came as
        ``partial``; TimeoutError, OSError and what signal handlers raise, with what came as
        ``received``: nothing is lost, and the call can be made again for the rest.
        """
        if type(self) is socket:
            return _core.exactly.recv_exactly(self, count)
        from berkeley.reading import recv_exactly

        return recv_exactly(self, count, socket)

    def recv_exactly_into(self, buffer: WriteableBuffer, /) -> int:
        """Fill *buffer* with bytes of a stream; return its length.  Otherwise as recv_exactly();
        ``partial`` and ``received`` are how many bytes are in the buffer.
        """
        if type(self) is socket:
            return _core.exactly.recv_exactly_into(self, buffer)
        from berkeley.reading import recv_exactly_into

        return recv_exactly_into(self, buffer, socket)

    def peek(self, count: int, /) -> bytes:
        """At most *count* bytes of what is there, waiting for some, without taking them:
        MSG_PEEK, recv(2).

        Raises ValueError (negative), TimeoutError, OSError.
        """
        return self.recv(count, _MSG_PEEK)

    def recvmmsg(
        self, count: int, bufsize: int, ancbufsize: int = 0, flags: int = 0, /
    ) -> list[tuple[bytes, list[_CMSG], int, Any]]:
        """Receive at most *count* messages, as many as are there, one at least.

        Returns a list of ``(data, ancdata, msg_flags, address)``, each as recvmsg() returns it.
        Raises ValueError (a number out of range), TimeoutError, OSError.  Source: recvmmsg(2).
        """
        return _core.mmsg.recvmmsg(self, count, bufsize, ancbufsize, flags)

    def recvmmsg_into(self, batch: MessageBatch, flags: int = 0, /) -> int:
        """Receive messages into *batch*, as many as are there and fit, one at least; return how
        many.

        Raises RuntimeError (the batch is in use), TimeoutError, OSError.  Source: recvmmsg(2).
        """
        return _core.mmsg.recvmmsg_into(self, batch, flags)

    def send_segments(
        self, data: ReadableBuffer, size: int, address: _Address | None = None, flags: int = 0
    ) -> int:
        """Send *data* as datagrams of *size* bytes, the last one may be shorter; return how many
        bytes were sent.

        These are all unless the socket is non-blocking, its timeout has passed, or a later datagram
        meets an error: then the whole datagrams that were sent count, and the next call meets the
        error.  UDP_SEGMENT is used where the kernel and the device have it.
        Raises ValueError (size), TimeoutError, OSError.  Source: udp(7).
        """
        return _core.segments.send_segments(self, data, size, address, flags)

    def recv_segments(self, bufsize: int = 65535, flags: int = 0) -> tuple[bytes, int, Any]:
        """Receive datagrams of one sender and one size, put together where the kernel does that.

        Returns ``(data, size, address)``: all but the last of the datagrams in *data* have *size*
        bytes; of a single one it is the length.  segments() takes them apart.  The first call
        switches UDP_GRO on, and then recv() and its relatives get datagrams put together as well.
        Raises ValueError (bufsize), TimeoutError, OSError.  Source: udp(7).
        """
        return _core.coalesced.recv_segments(self, bufsize, flags)

    def recv_segments_into(
        self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0
    ) -> tuple[int, int, Any]:
        """recv_segments() into *buffer*, at most *nbytes* bytes, 0 for its length.

        Returns ``(how many bytes, size, address)``.  Raises ValueError (negative, more than the
        buffer holds), TimeoutError, OSError.  Source: udp(7).
        """
        return _core.coalesced.recv_segments_into(self, buffer, nbytes, flags)

    # The names below are private, and ssl.SSLSocket and the standard library's tests use them.

    def _sendfile_use_sendfile(
        self, file: IO[bytes], offset: int = 0, count: int | None = None
    ) -> int:
        from berkeley import filesending

        return filesending.by_sendfile(self, file, offset, count)

    def _sendfile_use_send(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:
        from berkeley import filesending

        return filesending.by_send(self, file, offset, count)

    def _sendfile_zerocopy(
        self,
        zerocopy_func: Callable[[int, int, int], int],
        giveup_exc_type: Callable[[object], BaseException],
        file: IO[bytes],
        offset: int = 0,
        count: int | None = None,
    ) -> int:
        from berkeley import filesending

        return filesending.by_copy(self, zerocopy_func, giveup_exc_type, file, offset, count)

    def _check_sendfile_params(self, file: IO[bytes], offset: int, count: int | None) -> None:
        from berkeley import filesending

        filesending.check(self, file, offset, count)


set_public(socket, vars(sys.modules["berkeley"]))

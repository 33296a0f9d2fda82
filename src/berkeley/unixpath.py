"""Names of AF_UNIX that are longer than struct sockaddr_un: unix(7).

sun_path has room for 107 bytes and a zero.  A longer path is handed to the kernel by way of a
descriptor, as ``/proc/self/fd/N`` (proc(5)): of the socket's file to connect to it, of its folder
to bind in it.  The descriptor is needed during the call alone.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from berkeley.core.transfer import _Address

    # What bind() and connect() take, and what they do not: paths of pathlib.
    _UnixName = _Address | os.PathLike[str] | os.PathLike[bytes]

MAX_PATH = 107


def as_bytes(name: _UnixName) -> bytes:
    """A path or an abstract name as the kernel has it.

    Raises TypeError (neither text nor bytes).
    """
    if isinstance(name, str | os.PathLike):
        return os.fsencode(name)
    try:
        return bytes(memoryview(name))  # type: ignore[arg-type]  # refuses tuples
    except TypeError:
        # The words of bind().
        text = f"a bytes-like object is required, not '{type(name).__name__}'"
        raise TypeError(text) from None


def is_abstract(name: bytes) -> bool:
    """True for what is no path: an abstract name, and ``b""``, for which bind() chooses one."""
    return name[:1] in (b"", b"\0")


@contextmanager
def connectable(name: _UnixName) -> Iterator[str]:
    """*name* as connect() and sendto() take it, whatever its length; to be used as a context.

    Raises OSError (of a long path: the file is not there).
    """
    short = as_bytes(name)
    if len(short) <= MAX_PATH or is_abstract(short):
        yield os.fsdecode(short)
        return
    file = os.open(short, os.O_PATH | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{file}"
    finally:
        os.close(file)


@contextmanager
def bindable(name: _UnixName) -> Iterator[str]:
    """*name* as bind() takes it, whatever the length of its folder; to be used as a context.

    What getsockname() tells of a long one is the short form, which nobody else can use.
    Raises OSError (of a long path: there is no such folder).
    """
    short = as_bytes(name)
    if len(short) <= MAX_PATH or is_abstract(short):
        yield os.fsdecode(short)
        return
    with folder_of(short) as folder:
        yield beneath(folder, os.path.basename(short))


@contextmanager
def folder_of(path: bytes) -> Iterator[int]:
    """A descriptor of the folder that *path* is in; good for nothing but names beneath it."""
    flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
    folder = os.open(os.path.dirname(path) or b".", flags)
    try:
        yield folder
    finally:
        os.close(folder)


def beneath(folder: int, file: bytes) -> str:
    """The file of that name in the folder of that descriptor, as a path for this process."""
    return f"/proc/self/fd/{folder}/{os.fsdecode(file)}"

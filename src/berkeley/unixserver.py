"""AF_UNIX servers: paths that nobody is bound to any more are reclaimed.  unix(7), flock(2).

A socket's file outlives the socket, and then stands in the way of the next bind().  Whether someone
is bound to it tells a datagram socket that connects: the kernel answers ECONNREFUSED if nobody is,
EPROTOTYPE if it is a stream socket's.  A server notices nothing of that, and one that is bound and
does not listen yet is found as well.

Between asking and removing, another process could reclaim the path and bind to it; and between the
file and what the kernel knows of it there is a moment in which a bound path seems to be free.  So
all of it, with bind(), is done under a lock: flock() of a file beside the path, removed at the end.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import contextmanager

import berkeley
from berkeley.unixpath import MAX_PATH, as_bytes, beneath, folder_of, is_abstract

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from berkeley.socketclass import socket
    from berkeley.unixpath import _UnixName


def listen_at(
    name: _UnixName, backlog: int | None = None, mode: int | None = None, reuse_port: bool = False
) -> socket:
    """A stream socket that listens at a path of any length, or at an abstract name.

    *mode* is what the file's permissions shall be, whatever the umask; they are never wider.
    Raises ValueError, OSError (EADDRINUSE: a socket is bound to the path, or it is another file).
    """
    sock = berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_STREAM)
    try:
        address = as_bytes(name)
        if mode is not None and is_abstract(address):
            raise ValueError("an abstract name has no permissions: mode is for paths")
        if mode is not None:
            _check(mode)
        if reuse_port:
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT, 1)
        try:
            if is_abstract(address):
                sock.bind(address)
                _listen(sock, backlog)
            else:
                with folder_of(address) as folder:
                    _listen_in(folder, address, sock, backlog, mode)
        except OSError as error:
            if error.errno is None:
                raise
            text = f"{error.strerror} (while attempting to bind on address {name!r})"
            raise OSError(error.errno, text) from None
    except BaseException:
        sock.close()
        raise
    return sock


def _check(mode: int) -> None:
    if not isinstance(mode, int):
        raise TypeError(f"mode: permissions are a number as 0o660, not {mode!r}")
    if not 0 <= mode <= 0o777:
        # Most likely 660 for 0o660, which would open the file to others than those meant.
        raise ValueError(f"mode: permissions are from 0 to 0o777, and {mode} is {oct(mode)}")


def reclaim(name: _UnixName) -> bool:
    """Remove the file of a socket if no socket is bound to it; True if it has been removed.

    Raises OSError (no such folder, no right to write there).
    """
    path = as_bytes(name)
    if is_abstract(path):
        return False
    with folder_of(path) as folder, _locked(folder, os.path.basename(path)):
        return _remove_stale(folder, path)


def _listen_in(
    folder: int, path: bytes, sock: socket, backlog: int | None, mode: int | None
) -> None:
    """Bind to the last part of *path*, which is in *folder*, and listen."""
    file = os.path.basename(path)
    if mode is not None:
        # bind() makes the file with the socket's own permissions less those of the umask, so there
        # is no moment in which they are wider; the umask itself is all threads'.
        os.fchmod(sock.fileno(), mode)
    with _locked(folder, file):
        _remove_stale(folder, path)
        sock.bind(_short(folder, path))
        try:
            if mode is not None:
                _set_mode(folder, file, mode)
            _listen(sock, backlog)
        except BaseException:
            os.unlink(file, dir_fd=folder)
            raise


def _listen(sock: socket, backlog: int | None) -> None:
    if backlog is None:
        sock.listen()
    else:
        sock.listen(backlog)


def _set_mode(folder: int, file: bytes, mode: int) -> None:
    """Give back what the umask has taken."""
    flags = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
    # By a descriptor: in a folder of others the name may have become a link to any file by now.
    descriptor = os.open(file, flags, dir_fd=folder)
    try:
        found = os.fstat(descriptor).st_mode
        if stat.S_ISSOCK(found) and stat.S_IMODE(found) != mode:
            os.chmod(f"/proc/self/fd/{descriptor}", mode)
    finally:
        os.close(descriptor)


def _remove_stale(folder: int, path: bytes) -> bool:
    """Remove the file of *path* if it is a socket's to which nobody is bound; the lock is ours."""
    file = os.path.basename(path)
    try:
        found = os.stat(file, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISSOCK(found.st_mode) or _is_bound(_short(folder, path)):
            return False
        os.unlink(file, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def _is_bound(path: str) -> bool:
    """Whether a socket is bound to the file, of whatever type; when in doubt it is."""
    with berkeley.socket(berkeley.AF_UNIX, berkeley.SOCK_DGRAM) as asking:
        try:
            asking.connect(path)
        except OSError as error:
            return error.errno != errno.ECONNREFUSED
    return True


def _short(folder: int, path: bytes) -> str:
    """The path as bind() and connect() take it."""
    return os.fsdecode(path) if len(path) <= MAX_PATH else beneath(folder, os.path.basename(path))


@contextmanager
def _locked(folder: int, file: bytes) -> Iterator[None]:
    """While the context lasts no other process and no other thread is in one for the same path."""
    lock = b".%b.berkeley" % file
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        descriptor = os.open(lock, flags, 0o600, dir_fd=folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                if _is_file(descriptor, folder, lock):
                    try:
                        yield
                    finally:
                        os.unlink(lock, dir_fd=folder)
                    return
            finally:
                # Closing would not do: a process forked by another thread may have a copy.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)


def _is_file(descriptor: int, folder: int, file: bytes) -> bool:
    """False if the file has been removed, as whoever had the lock before us does."""
    try:
        found = os.stat(file, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(found, os.fstat(descriptor))

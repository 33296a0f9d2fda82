"""Connecting and listening in one call: create_connection, create_server, has_dualstack_ipv6.

Programs patch ``socket.getaddrinfo`` and ``socket.socket`` to change what these functions do, so
the names are looked up in the public module at each call.
"""

from __future__ import annotations

import berkeley
from berkeley.enums import AF_INET

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from typing import Final, TypeAlias

    from berkeley.core.transfer import _Address
    from berkeley.socketclass import socket
    from berkeley.unixpath import _UnixName

    _Path: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]


class _GlobalDefaultTimeout:
    """The type of the default of create_connection()'s timeout: that of setdefaulttimeout()."""


_GLOBAL_DEFAULT_TIMEOUT: Final = _GlobalDefaultTimeout()


def create_connection(
    address: tuple[str | bytes | None, int | str | None] | _Path,
    timeout: float | _GlobalDefaultTimeout | None = _GLOBAL_DEFAULT_TIMEOUT,
    source_address: _Address | None = None,
    *,
    all_errors: bool = False,
    happy_eyeballs_delay: float | None = None,
    interleave: int | None = None,
    deadline: float | None = None,
) -> socket:
    """Connect a TCP socket to ``(host, port)``, trying the addresses of *host* one after the other;
    or an AF_UNIX stream socket to a path (str, bytes, os.PathLike).

    *timeout* in seconds holds for each attempt, and stays on the socket; None is no timeout.
    *source_address* is what each attempt binds to first.
    With *happy_eyeballs_delay*, the seconds after which the next address is tried beside those
    that have not answered yet, the first connection counts (RFC 8305, which advises 0.25).
    *interleave* is how many addresses of the first family come before the families take turns; 0
    leaves the order alone.  It is 1 with a delay, otherwise 0.
    *deadline* is the seconds, from now, that the call takes at most: for finding the addresses and
    all attempts.  0 or less has passed already.
    Raises the last attempt's OSError when all fail, or with *all_errors* an ExceptionGroup of them
    all; with one of the last three arguments, errors that there is no way to an address come after
    others.  gaierror when *host* is not found; TimeoutError when the deadline has passed, its cause
    being what the attempts met until then.
    """
    if (
        happy_eyeballs_delay is not None
        or interleave is not None
        or deadline is not None
        or isinstance(address, (str, bytes))
        or hasattr(address, "__fspath__")
    ):
        # Loaded when somebody asks for it.
        from berkeley.racing import connect

        def make(family: int, kind: int, protocol: int) -> socket:
            sock = berkeley.socket(family, kind, protocol)
            try:
                if not isinstance(timeout, _GlobalDefaultTimeout):
                    sock.settimeout(timeout)
            except BaseException:
                sock.close()
                raise
            return sock

        return connect(
            address,
            make,
            source_address,
            all_errors,
            happy_eyeballs_delay,
            interleave,
            deadline,
        )
    host, port = address
    errors: list[OSError] = []
    try:
        for family, kind, protocol, _, target in berkeley.getaddrinfo(
            host, port, 0, berkeley.SOCK_STREAM
        ):
            sock = None
            try:
                sock = berkeley.socket(family, kind, protocol)
                if not isinstance(timeout, _GlobalDefaultTimeout):
                    sock.settimeout(timeout)
                if source_address is not None:
                    sock.bind(source_address)
                sock.connect(target)
            except OSError as error:
                if not all_errors:
                    errors.clear()
                errors.append(error)
                if sock is not None:
                    sock.close()
            except BaseException:
                if sock is not None:
                    sock.close()
                raise
            else:
                return sock
        if not errors:
            raise OSError("getaddrinfo returns an empty list")
        if all_errors:
            raise ExceptionGroup("create_connection failed", errors)
        raise errors[0]
    finally:
        # An exception refers to this frame by its traceback: through the list it would refer to
        # itself.
        errors.clear()


def create_server(
    address: _UnixName,
    *,
    family: int = AF_INET,
    backlog: int | None = None,
    reuse_port: bool = False,
    dualstack_ipv6: bool = False,
    mode: int | None = None,
    mptcp: bool = False,
) -> socket:
    """A TCP socket that listens at *address*, or a stream socket of AF_UNIX.

    *family* is AF_INET, AF_INET6 or AF_UNIX; an IPv6 socket takes IPv4 connections as well only
    with *dualstack_ipv6*.  *backlog* is that of listen().  The address may be bound again at once
    after the server has ended (SO_REUSEADDR), and with *reuse_port* by several sockets at a time
    (SO_REUSEPORT).  With *mptcp* it is a socket of Multipath TCP where the kernel has that.
    Of AF_UNIX, *address* is a path of any length, where the file of a socket that nobody is bound
    to is replaced, or an abstract name.  *mode* is the file's permissions; None leaves them to the
    umask.  The file stays when the socket is closed.
    Raises ValueError, OSError (naming the address).
    """
    if dualstack_ipv6:
        if not berkeley.has_dualstack_ipv6():
            raise ValueError("dualstack_ipv6 not supported on this platform")
        if family != berkeley.AF_INET6:
            raise ValueError("dualstack_ipv6 requires AF_INET6 family")
    if mptcp:
        from berkeley.mptcp import stream_socket

        sock = stream_socket(family)
    elif family == berkeley.AF_UNIX:
        from berkeley.unixserver import listen_at

        return listen_at(address, backlog, mode, reuse_port)
    else:
        sock = berkeley.socket(family, berkeley.SOCK_STREAM)
    try:
        if mode is not None:
            raise ValueError("mode requires AF_UNIX family")
        try:
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEADDR, 1)
        except OSError:
            # A comfort, not a need: some families lack it.
            pass
        if reuse_port:
            sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_REUSEPORT, 1)
        if family == berkeley.AF_INET6:
            only = 0 if dualstack_ipv6 else 1
            sock.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY, only)
        try:
            sock.bind(address)  # type: ignore[arg-type]  # a Path is refused here
        except TypeError as error:
            if isinstance(address, (str, bytes)) or hasattr(address, "__fspath__"):
                error.add_note("a path needs family=AF_UNIX; a host and a port are a tuple")
            raise
        except OSError as error:
            text = f"{error.strerror} (while attempting to bind on address {address!r})"
            raise OSError(error.errno, text) from None
        if backlog is None:
            sock.listen()
        else:
            sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock


def has_dualstack_ipv6() -> bool:
    """True if one IPv6 socket can take IPv4 connections as well; found by trying."""
    try:
        with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_STREAM) as sock:
            sock.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY, 0)
            return True
    except OSError:
        return False

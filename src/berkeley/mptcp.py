"""Multipath TCP where the kernel has it.  mptcp(7), RFC 8684."""

from __future__ import annotations

import berkeley

TYPE_CHECKING = False
if TYPE_CHECKING:
    from berkeley.socketclass import socket


def stream_socket(family: int) -> socket:
    """A socket of MPTCP, or of TCP where there is none; its ``proto`` tells which.

    Raises ValueError (neither AF_INET nor AF_INET6), OSError.
    """
    if family not in (berkeley.AF_INET, berkeley.AF_INET6):
        raise ValueError("mptcp requires AF_INET or AF_INET6 family")
    try:
        return berkeley.socket(family, berkeley.SOCK_STREAM, berkeley.IPPROTO_MPTCP)
    except OSError:
        # EPROTONOSUPPORT: built without it, ENOPROTOOPT: net.mptcp.enabled is 0, EINVAL: before
        # Linux 5.6, EACCES: a security module.  Whatever else it may be, TCP says it as well.
        return berkeley.socket(family, berkeley.SOCK_STREAM)

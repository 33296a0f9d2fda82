"""Stands in for ``_socket``: flat, the constants as plain ints, and the capsule that _ssl asks for.

Names only.  ``berkeley._socket.socket`` is the base type that berkeley.socket stands on.
"""

import berkeley as _berkeley
from berkeley import constants as _constants
from berkeley.core import layout as _layout
from berkeley.core.ancillary import CMSG_LEN as CMSG_LEN
from berkeley.core.ancillary import CMSG_SPACE as CMSG_SPACE
from berkeley.core.byteorder import htonl as htonl
from berkeley.core.byteorder import htons as htons
from berkeley.core.byteorder import ntohl as ntohl
from berkeley.core.byteorder import ntohs as ntohs
from berkeley.core.endpoint import close as close
from berkeley.core.endpoint import dup as dup
from berkeley.core.endpoint import getdefaulttimeout as getdefaulttimeout
from berkeley.core.endpoint import setdefaulttimeout as setdefaulttimeout
from berkeley.core.errors import gaierror as gaierror
from berkeley.core.errors import herror as herror
from berkeley.core.interfaces import if_indextoname as if_indextoname
from berkeley.core.interfaces import if_nameindex as if_nameindex
from berkeley.core.interfaces import if_nametoindex as if_nametoindex
from berkeley.core.iptext import inet_aton as inet_aton
from berkeley.core.iptext import inet_ntoa as inet_ntoa
from berkeley.core.iptext import inet_ntop as inet_ntop
from berkeley.core.iptext import inet_pton as inet_pton
from berkeley.core.names import getaddrinfo as getaddrinfo
from berkeley.core.names import getnameinfo as getnameinfo
from berkeley.core.netdb import gethostbyaddr as gethostbyaddr
from berkeley.core.netdb import gethostbyname as gethostbyname
from berkeley.core.netdb import gethostbyname_ex as gethostbyname_ex
from berkeley.core.netdb import gethostname as gethostname
from berkeley.core.netdb import getprotobyname as getprotobyname
from berkeley.core.netdb import getservbyname as getservbyname
from berkeley.core.netdb import getservbyport as getservbyport
from berkeley.core.netdb import sethostname as sethostname
from berkeley.core.socket_type import SocketType as SocketType
from berkeley.core.socket_type import socketpair as socketpair

# As typing.TYPE_CHECKING; typing itself takes longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import CapsuleType

    from berkeley.constants import *  # noqa: F403

    CAPI: CapsuleType
globals().update(_constants.documented())

socket = SocketType
error = OSError
timeout = TimeoutError
has_ipv6 = _berkeley.has_ipv6


# Hidden from type checkers, for whom a module with __getattr__ has every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """The capsule is made and its promise checked only for a program that asks, for TLS."""
        if name == "CAPI":
            from berkeley.selftest import check_layout

            check_layout()
            capsule = globals()["CAPI"] = _layout.capsule(SocketType)
            return capsule
        if name[:2] != "__" and name in _constants.more():
            return _constants.more()[name]
        raise AttributeError(f"module '_socket' has no attribute {name!r}")

"""berkeley: the socket module of Python, implemented anew.

``import berkeley as socket`` replaces the standard module in one file, ``berkeley.install()`` at
the top of a program, or ``python -m berkeley run app.py``, in all of it.  ``python -m berkeley
doctor`` tells what this kernel can do and what the standard module here lacks.
"""

# Names only: the compiled core is berkeley.core, the rest is beside it.  What type checkers see
# instead is __init__.pyi, which tools/stubs.py makes.

from errno import EAGAIN as EAGAIN
from errno import EBADF as EBADF
from errno import EWOULDBLOCK as EWOULDBLOCK

from berkeley import constants as _constants
from berkeley import core as _core  # noqa: F401 (first: it loads the compiled modules)
from berkeley import enums as _enums
from berkeley.connection import _GLOBAL_DEFAULT_TIMEOUT as _GLOBAL_DEFAULT_TIMEOUT
from berkeley.connection import create_connection as create_connection
from berkeley.connection import create_server as create_server
from berkeley.connection import has_dualstack_ipv6 as has_dualstack_ipv6
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
from berkeley.descriptors import _LOCALHOST as _LOCALHOST
from berkeley.descriptors import _LOCALHOST_V6 as _LOCALHOST_V6
from berkeley.descriptors import _fallback_socketpair as _fallback_socketpair
from berkeley.descriptors import fromfd as fromfd
from berkeley.descriptors import recv_fds as recv_fds
from berkeley.descriptors import send_fds as send_fds
from berkeley.descriptors import socketpair as socketpair
from berkeley.fileio import SocketIO as SocketIO
from berkeley.hostname import getfqdn as getfqdn
from berkeley.socketclass import socket as socket

# A star import of tables this large takes 300 us, an update takes ten.  Members of enums replace
# the plain ints of the same names.
globals().update(_constants.documented())
globals().update({k: v for k, v in vars(_enums).items() if k[0] != "_"})

error = OSError
timeout = TimeoutError

# The core always has IPv6; whether the kernel has it, socket(AF_INET6) tells.
has_ipv6 = True

__version__ = "0.1.0"
# Where the names are that few programs ask for: those modules are imported then.
_LATER = {
    "IncompleteReadError": "berkeley.reading",
    "MessageBatch": "berkeley.batching",
    "Splice": "berkeley.splicing",
    "ZeroCopy": "berkeley.zerocopy",
    "_GiveupOnSendfile": "berkeley.filesending",
    "create_server_group": "berkeley.servergroup",
    "getifaddrs": "berkeley.interfaces",
    "install": "berkeley.dropin",
    "listen_fds": "berkeley.activation",
    "listen_fds_with_names": "berkeley.activation",
    "recvfile": "berkeley.splicing",
    "segments": "berkeley.batching",
    "sendfile_step": "berkeley.filesending",
    "uninstall": "berkeley.dropin",
}
# Modules that the standard module happens to have as attributes; programs say socket.errno.EAGAIN.
_MODULES = frozenset(("array", "errno", "io", "os", "selectors", "sys"))
# Additions to the names of the socket module: not for `from berkeley import *`.
_OWN = {
    "IncompleteReadError",
    "MessageBatch",
    "ZeroCopy",
    "create_server_group",
    "getifaddrs",
    "install",
    "listen_fds",
    "listen_fds_with_names",
    "segments",
    "Splice",
    "recvfile",
    "sendfile_step",
    "uninstall",
}


def __getattr__(name: str) -> object:
    """Names that are seldom asked for, made when they are."""
    if name == "__all__":
        return [k for k in __dir__() if k[0] != "_" and k not in _OWN]
    if name in _LATER:
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_LATER[name]), name)
        return value
    if name == "ancillary":
        # `from berkeley import` would ask this function again.
        import berkeley.ancillary as package

        return package
    if name in _MODULES:
        return __import__(name)
    if name in ("CAPI", "_socket"):
        # `from berkeley import` would ask this function again.
        import berkeley._socket as flat

        return flat if name == "_socket" else flat.CAPI
    if name[:2] != "__":
        # The constants beyond the documents; from now on they are plain attributes.
        more = _constants.more()
        globals().update({k: v for k, v in more.items() if k not in globals()})
        if name in more:
            return more[name]
    raise AttributeError(f"module 'berkeley' has no attribute {name!r}")


def __dir__() -> list[str]:
    """All names, whether they have been asked for or not."""
    module = type(_enums)
    names = {k for k, v in globals().items() if not isinstance(v, module)}
    return sorted(names | _constants.more().keys() | _LATER.keys() | {"CAPI"})

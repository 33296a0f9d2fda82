"""Options of sockets with Python types: ``sock.options.tcp_nodelay = True``."""

from berkeley.options.kinds import Credentials, Linger
from berkeley.options.structs import MemoryInfo, PathMTU, Timestamping, TxTime
from berkeley.options.table import Options

__all__ = [
    "Credentials",
    "Linger",
    "MemoryInfo",
    "Options",
    "PathMTU",
    "Timestamping",
    "TxTime",
]

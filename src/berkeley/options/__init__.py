"""Options of sockets with Python types: ``sock.options.tcp_nodelay = True``."""

from berkeley.options.kinds import Credentials, Linger
from berkeley.options.table import Options

__all__ = ["Credentials", "Linger", "Options"]

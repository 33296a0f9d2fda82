"""The two modules that are compared, and what differs between them by its nature.

The standard module is the one of the running interpreter: its version decides what is right
(design, D9).
"""

import _socket
import re
import socket
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import berkeley
from berkeley import _socket as berkeley_base


@dataclass(frozen=True)
class Side:
    """One module: as programs import it, and the flat one below it."""

    name: str
    module: ModuleType
    base: ModuleType

    def is_socket(self, value: object) -> bool:
        return isinstance(value, self.base.socket)


STANDARD = Side("standard", socket, _socket)
BERKELEY = Side("berkeley", berkeley, berkeley_base)
SIDES = (STANDARD, BERKELEY)

# The base type has another name in each module: "_socket.socket" and
# "berkeley.core.socket_type.SocketType".
_OWN_NAMES = re.compile(r"\bberkeley(\.\w+)*\.(?=\w)|\bberkeley\b|\b_socket\.")
_MEMORY = re.compile(r"0x[0-9a-f]{6,}")


def neutral(text: str) -> str:
    """*text* with neither module's name nor addresses of memory in it."""
    text = _MEMORY.sub("0x...", text)
    return _OWN_NAMES.sub(lambda found: "socket." if found[0].endswith(".") else "socket", text)


def class_name(kind: type[Any]) -> str:
    """The name of a class without the module that defines it, for classes that each module has."""
    module = kind.__module__
    if module == "builtins" or module.split(".")[0] in ("socket", "_socket", "berkeley"):
        return kind.__qualname__
    return f"{module}.{kind.__qualname__}"

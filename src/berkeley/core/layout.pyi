from typing import Any

from typing_extensions import CapsuleType

from berkeley.core.socket_type import SocketType

def capsule(kind: type[SocketType], /) -> CapsuleType: ...
def check(sock: Any, /) -> str: ...

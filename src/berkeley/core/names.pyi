from typing import TypeAlias

from berkeley.enums import AddressFamily, SocketKind

# IPv4, IPv6, and any other family, which is its number and the raw bytes.
_Found: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

def getaddrinfo(
    host: str | bytes | None,
    port: int | str | bytes | None,
    family: int = 0,
    type: int = 0,
    proto: int = 0,
    flags: int = 0,
    *,
    timeout: float | None = None,
) -> list[tuple[AddressFamily, SocketKind, int, str, _Found]]: ...
def getnameinfo(
    sockaddr: tuple[str, int] | tuple[str, int, int] | tuple[str, int, int, int],
    flags: int,
    /,
    *,
    timeout: float | None = None,
) -> tuple[str, str]: ...

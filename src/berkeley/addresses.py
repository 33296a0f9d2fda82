"""The classes of addresses with names, for annotations and isinstance(): tuples that the kernel has
told.

    from berkeley.addresses import Inet6Address

Each is made when it is first asked for, or when its first address is met.
"""

from berkeley.core.named import kind_of, names


def __getattr__(name: str) -> type:
    kind = kind_of(name)
    if kind is None:
        raise AttributeError(f"module 'berkeley.addresses' has no attribute {name!r}")
    return kind


def __dir__() -> list[str]:
    return sorted(names())

from berkeley.enums import AddressFamily, SocketKind

# What other compiled modules call, made by Cython.
__pyx_capi__: dict[str, object]

def register(families: type[AddressFamily], kinds: type[SocketKind], /) -> None: ...

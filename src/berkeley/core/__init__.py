"""The compiled core: everything here is Python compiled by Cython, and all that talks to the kernel
is here.

All its modules are in one shared object, `_compiled`, each with an initialization function of its
own: loading one file takes a third of the time that 27 take.  They are loaded here, lower layers
first; a module imports only from lines above its own.
"""

# What importlib is made of: importing importlib itself takes longer than all of this.
from _frozen_importlib import ModuleSpec as _ModuleSpec
from _frozen_importlib import _load
from _frozen_importlib_external import ExtensionFileLoader as _ExtensionFileLoader
from _imp import extension_suffixes as _extension_suffixes

LAYERS = """
    errors convert immutable members
    wait buffers text interfaces byteorder
    hosts iptext
    address.opaque
    address.inet address.inet6 address.unix address.netlink address.packet address.vsock
    address.bdaddr
    address.can address.tipc address.bluetooth address.alg address.qipcrtr address.xdp
    address.ieee802154
    sockaddr
    ancillary options names netdb
    endpoint
    attempt
    transfer
    message
    socket_type
    layout
"""

# The address formats of other systems.  Nothing on Linux needs them: they are loaded when somebody
# asks for `foreign`.
FOREIGN = """
    address.bsd address.bluetooth_items
    address.bluetooth_freebsd address.bluetooth_netbsd address.bluetooth_windows
    address.hyperv address.control
    foreign
"""


def _load_all(names: str) -> None:
    from berkeley.core import address

    file = f"{__path__[0]}/_compiled{_extension_suffixes()[0]}"
    for name in names.split():
        full_name = f"{__name__}.{name}"
        loader = _ExtensionFileLoader(full_name, file)
        module = _load(_ModuleSpec(full_name, loader, origin=file))
        # What the import system does for a module that it has found itself.
        package, _, last = name.rpartition(".")
        if package:
            setattr(address, last, module)
        else:
            globals()[last] = module


def __getattr__(name: str) -> object:
    if name == "foreign":
        _load_all(FOREIGN)
        return globals()[name]
    raise AttributeError(f"module 'berkeley.core' has no attribute {name!r}")


_load_all(LAYERS)

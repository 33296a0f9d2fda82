"""The compiled core: everything here is Python compiled by Cython, and all that talks to the kernel
is here.

Its modules are in one shared object, `_compiled`, each with an initialization function of its own:
loading one file takes a third of the time that 27 take.  They are loaded here, lower layers first;
a module imports only from lines above its own.  What few programs need is in a second one,
`_compiled_later`.
"""

# What importlib is made of: importing importlib itself takes longer than all of this.
from _frozen_importlib import ModuleSpec as _ModuleSpec
from _frozen_importlib import _init_module_attrs, _load
from _frozen_importlib_external import ExtensionFileLoader as _ExtensionFileLoader
from _imp import create_dynamic as _create_dynamic
from _imp import exec_dynamic as _exec_dynamic
from _imp import extension_suffixes as _extension_suffixes
from _thread import RLock as _RLock
from posix import register_at_fork as _register_at_fork
from sys import modules as _modules

LAYERS = """
    errors convert immutable members
    wait buffers text interfaces byteorder
    hosts iptext
    recent named
    address.opaque
    address.inet address.inet6 address.unix
    sockaddr
    ancillary options names netdb
    gil flight connecting
    endpoint
    attempt
    transfer
    message
    socket_type
    layout
"""
# Loading a module takes a hundredth of the time of the import: what few programs need is loaded
# when it is asked for, by the name at the end, with all that is before it.
LATER = {
    "families": """
        address.netlink address.packet address.vsock
        address.bdaddr address.bluetooth_items address.bluetooth
        address.can address.tipc address.alg address.qipcrtr address.xdp address.ieee802154
        families
    """,
}
LATER["afalg"] = "afalg"
LATER["batch"] = "views slots batch"
LATER["mmsg"] = "views slots batch gathering mmsg"
LATER["segments"] = "segments"
LATER["coalesced"] = "views segments coalesced"
LATER["zerocopy"] = "loans zerocopy"
LATER["exactly"] = "exactly"
# The address formats of other systems: nothing on Linux uses them.
LATER["foreign"] = f"""
    {LATER["families"]}
    address.bsd
    address.bluetooth_freebsd address.bluetooth_netbsd address.bluetooth_windows
    address.hyperv address.control
    foreign
"""

_loading = _RLock()
# A child has none of the threads that may have been loading.
_register_at_fork(after_in_child=_loading._at_fork_reinit)


def _load_all(names: str, shared_object: str) -> None:
    file = f"{__path__[0]}/{shared_object}{_extension_suffixes()[0]}"
    for name in names.split():
        full_name = f"{__name__}.{name}"
        module = _modules.get(full_name)
        if module is None:
            # As the import system does it, without its lock, its search and its caches.
            spec = _ModuleSpec(full_name, _ExtensionFileLoader(full_name, file), origin=file)
            module = _create_dynamic(spec)
            _init_module_attrs(spec, module)
            _modules[full_name] = module
            _exec_dynamic(module)
        # What the import system does for a module that it has found itself.
        package, _, last = full_name.rpartition(".")
        setattr(_modules[package], last, module)


def __getattr__(name: str) -> object:
    if name in LATER:
        with _loading:
            _load_all(LATER[name], "_compiled_later")
        return globals()[name]
    raise AttributeError(f"module 'berkeley.core' has no attribute {name!r}")


# Found without a look into this folder, which has many files.
_address = _ModuleSpec(f"{__name__}.address", None, is_package=True)
_address.submodule_search_locations = [f"{__path__[0]}/address"]
address = _load(_address)
_load_all(LAYERS, "_compiled")

"""The self-test of the drop-in: does this interpreter's _ssl find in our sockets what it looks for?

Its own ``_socket`` is loaded beside ours, a socket made by it, and the memory of that object
compared with our layout.  If CPython ever changes it, TLS refuses to start, and says why, rather
than read a wrong descriptor.
"""

import importlib.machinery
import importlib.util
import sys
from types import ModuleType

from berkeley.core import layout

_NAME = "_socket"


def standard_socket_module() -> ModuleType:
    """The interpreter's own ``_socket``, whatever stands in sys.modules under that name.

    Raises ImportError.
    """
    finders: list[type] = [importlib.machinery.BuiltinImporter, importlib.machinery.PathFinder]
    for finder in finders:
        spec = finder.find_spec(_NAME)  # type: ignore[attr-defined]
        if spec is not None:
            break
    else:
        raise ImportError("this interpreter has no _socket of its own", name=_NAME)
    # In CPython 3.11 the module has one state for all: what is loaded again under its name is
    # written over the module that sys.modules has there, be it ours.
    present = sys.modules.pop(_NAME, None)
    try:
        module = importlib.util.module_from_spec(spec)
        assert spec.loader is not None
        spec.loader.exec_module(module)
    finally:
        # Loading has entered it in sys.modules in some versions.
        sys.modules.pop(_NAME, None)
        if present is not None:
            sys.modules[_NAME] = present
    return module


def check_layout() -> None:
    """Raise ImportError if CPython's _ssl would misread the memory of berkeley's sockets."""
    module = standard_socket_module()
    sock = module.socket(module.AF_UNIX, module.SOCK_DGRAM)
    try:
        sock.settimeout(1234.5)
        wrong = layout.check(sock)
    finally:
        sock.close()
    if wrong:
        raise ImportError(
            f"berkeley cannot serve TLS on this interpreter: its socket objects are laid out "
            f"differently ({wrong}); please report this with the output of python -VV",
            name=_NAME,
        )

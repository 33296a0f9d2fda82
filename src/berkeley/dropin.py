"""install() and uninstall(): berkeley in the place of ``socket`` and ``_socket``.

What has imported the standard module before keeps it, so this comes first in a program;
``python -m berkeley run`` sees to that.
"""

from __future__ import annotations

import sys

# As typing.TYPE_CHECKING; typing and importlib.abc take longer to import than all of berkeley.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import Loader, MetaPathFinder
    from importlib.machinery import ModuleSpec
    from types import ModuleType
else:
    Loader = MetaPathFinder = object

# The name that programs import, and the module that they get.
_REPLACED = {"socket": "berkeley", "_socket": "berkeley._socket"}


class _Loader(Loader):
    """Gives the module that is already there, and leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has put its own spec into the module; reload() and pickle want the real
        # one.
        module.__spec__ = self._spec


class _Finder(MetaPathFinder):
    """Finds berkeley under the standard names, also after they were removed from sys.modules."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        ours = _REPLACED.get(name)
        if ours is None:
            return None
        from importlib import import_module
        from importlib.machinery import ModuleSpec

        return ModuleSpec(name, _Loader(import_module(ours)), origin="berkeley")


_finder = _Finder()
_before: dict[str, ModuleType | None] = {}


def installed() -> bool:
    """True while ``import socket`` gives berkeley."""
    return _finder in sys.meta_path


def install() -> None:
    """Make ``import socket`` and ``import _socket`` give berkeley from now on.

    Modules that imported the standard ones before keep them.  A second call does nothing.
    """
    if installed():
        return
    sys.meta_path.insert(0, _finder)
    for name in _REPLACED:
        _before[name] = sys.modules.pop(name, None)


def uninstall() -> None:
    """Take install() back: the next ``import socket`` gives the standard module.

    Modules that imported berkeley in the meantime keep it.
    """
    if not installed():
        return
    sys.meta_path.remove(_finder)
    for name in _REPLACED:
        sys.modules.pop(name, None)
        module = _before.pop(name)
        if module is not None:
            sys.modules[name] = module

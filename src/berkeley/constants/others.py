"""Which table another system than Linux has."""

from importlib import import_module
from types import ModuleType


def table_of(platform: str) -> ModuleType:
    """The table of *platform*, a name of sys.platform; ImportError where there is none."""
    # Some names end with the version: freebsd14.
    name = "windows" if platform == "win32" else platform.rstrip("0123456789")
    if name not in ("darwin", "freebsd", "netbsd", "openbsd", "windows"):
        raise ImportError(f"berkeley has no table of constants for {platform!r}")
    return import_module(f"berkeley.constants.{name}")

"""The constants of this system, as plain ints.

One table per platform; Linux's is in two halves: the names of the documents, which are here at
once, and more(), which is read when a program asks for a name in it.  What differs between machines
is laid over them.  Nothing here depends on the headers of the machine that berkeley was built on.
"""

from sys import platform as _platform

if _platform == "linux":
    from posix import uname as _uname

    from berkeley.constants import linux as _table

    _machine = _uname().machine
else:
    from berkeley.constants.others import table_of as _table_of

    _table = _table_of(_platform)
    _machine = ""

# alpha, mips, parisc, powerpc, SuperH and sparc have other numbers for a part of the table.
_differs = _machine.startswith(("alpha", "mips", "parisc", "ppc", "sh", "sparc"))

_more: dict[str, int] = {}


def _overlay(names: dict[str, int]) -> dict[str, int]:
    """What this machine has in place of some of *names*."""
    if not _differs:
        return {}
    from berkeley.constants import linux_machines

    return {k: v for k, v in linux_machines.of(_machine).items() if k in names}


def more() -> dict[str, int]:
    """The names beyond the documents, and their values; none on other systems than Linux."""
    if _machine and not _more:
        # `from berkeley.constants import` would ask __getattr__ first, which asks here.
        import berkeley.constants.linux_uapi as linux_uapi

        _more.update((k, v) for k, v in vars(linux_uapi).items() if k[0] != "_")
        _more.update(_overlay(_more))
    return _more


def documented() -> dict[str, int]:
    """The names of the documents, and their values."""
    return _documented


# Two BDADDR_* are strings, as in C; for whoever counts, they are the only ones.
_documented: dict[str, int] = {k: v for k, v in vars(_table).items() if k[0] != "_"}
_documented.update(_overlay(_documented))
globals().update(_documented)


def __getattr__(name: str) -> int:
    # The import system asks for __path__ and the like.
    if name[:1] != "_" and name in more():
        return _more[name]
    raise AttributeError(f"module 'berkeley.constants' has no attribute {name!r}")

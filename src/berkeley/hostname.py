"""getfqdn: a fully qualified name for a host."""

import berkeley


def getfqdn(name: str = "") -> str:
    """The first name of the host *name* that has a dot in it, else the one found, else *name*.

    ``''``, ``'0.0.0.0'`` and ``'::'`` stand for this machine.
    """
    name = name.strip()
    if name in ("", "0.0.0.0", "::"):
        name = berkeley.gethostname()
    try:
        canonical, aliases, _ = berkeley.gethostbyaddr(name)
    except OSError:
        return name
    for candidate in (canonical, *aliases):
        if "." in candidate:
            return candidate
    return canonical

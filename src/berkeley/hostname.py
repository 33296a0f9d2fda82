"""getfqdn: a fully qualified name for a host.

This machine is looked for in the file of hosts alone, hosts(5), where what it calls itself belongs.
The resolver would go on to DNS for a name that is not there, and wait for servers that do not
answer: half a minute at the start of a server on a laptop without a network.
"""

import berkeley

# _PATH_HOSTS of <netdb.h>
HOSTS = "/etc/hosts"


def getfqdn(name: str = "") -> str:
    """The first name of the host *name* that has a dot in it, else the one found, else *name*.

    ``''``, ``'0.0.0.0'`` and ``'::'`` stand for this machine.  For these, the machine's own name,
    ``localhost`` and loopback addresses no server is asked.
    """
    name = name.strip()
    if name in ("", "0.0.0.0", "::"):
        name = berkeley.gethostname()
        found = _in_file(name)
    elif _is_local(name):
        found = _in_file(name)
    else:
        try:
            canonical, aliases, _ = berkeley.gethostbyaddr(name)
        except OSError:
            return name
        found = [canonical, *aliases]
    for candidate in found:
        if "." in candidate:
            return candidate
    return found[0] if found else name


def _is_local(name: object) -> bool:
    if not isinstance(name, str):
        return False
    lower = name.lower()
    return (
        # RFC 6761, section 6.3: these are never looked up in DNS.
        lower in ("localhost", "::1")
        or lower.endswith(".localhost")
        or (lower.startswith("127.") and _is_ipv4(lower))
        or lower == berkeley.gethostname().lower()
    )


def _is_ipv4(text: str) -> bool:
    try:
        berkeley.inet_pton(berkeley.AF_INET, text)
    except OSError:
        return False
    return True


def _in_file(name: str) -> list[str]:
    """What hosts(5) calls *name*, a name or an address: the first line of each of its addresses,
    which is what the resolver answers, and behind them the other lines that have the name.
    """
    try:
        # Names of hosts are ASCII; whatever else is there must not be an error.
        with open(HOSTS, encoding="ascii", errors="surrogateescape") as file:
            lines = [words for line in file if (words := line.partition("#")[0].split())]
    except OSError:
        return []
    lower = name.lower()
    its = [words for words in lines if lower in map(str.lower, words[1:])]
    first = {words[0].lower(): words for words in reversed(lines)}
    addresses = [words[0].lower() for words in its] or [lower]
    found = [first[address] for address in addresses if address in first]
    return [word for words in found + its for word in words[1:]]

"""The constants of this system, as plain ints.

One table per platform; what differs between machines is laid over it.  Nothing
here depends on the headers of the machine that berkeley was built on.
"""

import posix as _posix

from berkeley.constants import linux as _table

# A star import would take 300 us: it looks at each of the 2 400 names. Own names
# (__name__, ...) stay, since they come last.
globals().update({**vars(_table), **globals()})

# alpha, mips, parisc, powerpc, SuperH and sparc have other numbers for a part of
# the table; the second module is not even read anywhere else.
_machine = _posix.uname().machine
if _machine.startswith(("alpha", "mips", "parisc", "ppc", "sh", "sparc")):
    from berkeley.constants import linux_machines as _machines

    globals().update(_machines.of(_machine))

# `from berkeley.constants import *` gives constants only.
globals().pop("linux")

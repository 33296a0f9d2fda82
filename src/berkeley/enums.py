"""The four enums of the socket module, made from the constants.

`from berkeley.enums import *` gives the classes and every member under its own
name, which is what programs see; `berkeley.constants` keeps the plain ints.

The members are what CPython's module would make of the same names: sorted by
value and then by name, so that of several names with one value (AF_NETLINK,
AF_ROUTE) the first gives the member its name; names with small letters
(AF_DECnet) stay plain ints.
"""

import enum as _enum

from berkeley.constants import documented as _table

_documented = _table()


def _by_value(member):
    return member[1], member[0]


def _make(base, class_name, prefix):
    """Return an enum of the constants that begin with *prefix*, and export its members.

    _simple_enum is how the standard library makes its own: without the checks that
    a class statement pays for, in a third of the time.  Every version since 3.11
    has it, and CPython's tests compare its results with the slow way's.
    """
    members = [(k, v) for k, v in _documented.items() if k.startswith(prefix) and k.isupper()]
    members.sort(key=_by_value)
    # pickle finds the class, and so its members, by this module's name.
    body = {**dict(members), "__module__": "berkeley"}
    made = _enum._simple_enum(base, boundary=_enum.KEEP)(type(class_name, (), body))
    globals().update(made.__members__)
    return made


AddressFamily = _make(_enum.IntEnum, "AddressFamily", "AF_")
SocketKind = _make(_enum.IntEnum, "SocketKind", "SOCK_")
MsgFlag = _make(_enum.IntFlag, "MsgFlag", "MSG_")
AddressInfo = _make(_enum.IntFlag, "AddressInfo", "AI_")

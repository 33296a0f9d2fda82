"""Enum members for numbers: a family is AddressFamily.AF_INET, a type SocketKind.SOCK_STREAM.

The enums are made above this layer, which registers them here; looking a member up by the enum
itself takes ten times as long as everything else that ``sock.family`` does.
"""

import cython

# All known families and types are smaller; larger numbers are looked up each time.
KNOWN = cython.declare(cython.int, 64)

_families = cython.declare(list, [None] * 64)
_kinds = cython.declare(list, [None] * 64)


def register(families, kinds, /):
    """Give the members of the two enums from now on, in place of plain numbers."""
    for members, enum in ((_families, families), (_kinds, kinds)):
        for member in enum:
            if 0 <= member < KNOWN:
                members[member] = member


@cython.cfunc
def family_member(number: cython.int) -> object:
    """The AddressFamily member of *number*, or the number itself."""
    if 0 <= number < KNOWN:
        member = _families[number]
        if member is not None:
            return member
    return number


@cython.cfunc
def kind_member(number: cython.int) -> object:
    """The SocketKind member of *number*, or the number itself."""
    if 0 <= number < KNOWN:
        member = _kinds[number]
        if member is not None:
            return member
    return number

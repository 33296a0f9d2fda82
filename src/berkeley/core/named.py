"""Addresses with names: what the kernel tells is a tuple whose items are attributes as well.

    address.host, address.port, address.scope_id

They are equal to plain tuples, hash as these do, print as these do, and are pickled and copied as
these are, so nobody who takes a tuple sees a difference who does not ask for the very type.  IPv4
addresses are plain: docs/design.md says why.

A class is made when its first address is met.
"""

from _operator import itemgetter

import cython
from cython.cimports.berkeley.core.libc import python as capi
from cython.cimports.cpython.object import PyTypeObject

# In the order of forms.pxd: the class, and the names of its items.
FORMS = cython.declare(
    tuple,
    (
        ("Inet6Address", "host port flowinfo scope_id"),
        ("NetlinkAddress", "pid groups"),
        ("PacketAddress", "ifname proto pkttype hatype addr"),
        ("VsockAddress", "cid port"),
        ("CanAddress", "interface"),
        ("CanIsotpAddress", "interface rx_addr tx_addr"),
        ("CanJ1939Address", "interface name pgn addr"),
        ("TipcAddress", "addr_type v1 v2 v3 scope"),
        ("AlgAddress", "type name feat mask"),
        ("QipcrtrAddress", "node port"),
        ("XdpAddress", "interface queue_id flags shared_umem_fd"),
        ("Ieee802154Address", "pan_id addr"),
        ("RfcommAddress", "bdaddr channel"),
        ("L2capAddress", "bdaddr psm"),
        ("L2capCidAddress", "bdaddr psm cid"),
        ("L2capTypeAddress", "bdaddr psm cid bdaddr_type"),
        ("HciAddress", "device_id channel"),
        ("IsoAddress", "bdaddr bdaddr_type"),
        ("IsoBroadcastAddress", "bdaddr bdaddr_type bc_bdaddr bc_bdaddr_type bc_sid bc_bis"),
    ),
)

_kinds = cython.declare(list, [None] * len(FORMS))
_new = cython.declare(
    cython.pointer[capi.PyTypeObject_slots],
    cython.cast(cython.pointer[capi.PyTypeObject_slots], tuple),
)


def _reduce(address):
    # Whoever reads it need not have berkeley.
    return (tuple, (tuple(address),))


def kind_of(name, /):
    """The class called *name*; None if there is none."""
    form: cython.Py_ssize_t
    for form in range(len(FORMS)):
        if FORMS[form][0] == name:
            return _kind(form)
    return None


def names():
    """The names of all classes."""
    return [form[0] for form in FORMS]


@cython.cfunc
def _kind(form: cython.Py_ssize_t) -> object:
    kind = _kinds[form]
    if kind is None:
        name, words = FORMS[form]
        fields = tuple(words.split())
        members = {field: property(itemgetter(i)) for i, field in enumerate(fields)}
        members["__slots__"] = ()
        members["__module__"] = "berkeley.addresses"
        members["__doc__"] = f"({', '.join(fields)}): an address that the kernel has told."
        members["__match_args__"] = fields
        members["_fields"] = fields
        kind = type(name, (tuple,), members)
        # Not a method: one in Python would bring Cython's type of functions into the import.
        import copyreg

        copyreg.pickle(kind, _reduce)
        _kinds[form] = kind
    return kind


@cython.cfunc
def make(form: cython.int, items: tuple) -> object:
    """The address of a form of forms.pxd with these items."""
    kind = _kind(form)
    return _new.tp_new(cython.cast(cython.pointer[PyTypeObject], kind), (items,), cython.NULL)

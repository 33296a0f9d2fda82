"""The contract with CPython's _ssl: the capsule ``_socket.CAPI``, and a check of the layout behind
it.

_ssl asks the capsule for the socket type, and then reads the descriptor and the timeout out of the
memory of an object of that type, at the places where CPython's own type has them.  So our type has
them there too; see endpoint.py.  The capsule is a struct of three pointers: the type, OSError,
TimeoutError.
"""

import cython
from cython.cimports.berkeley.core.endpoint import Endpoint
from cython.cimports.cpython.object import PyObject
from cython.cimports.cpython.pycapsule import PyCapsule_New

PySocketModule_APIObject = cython.struct(
    Sock_Type=cython.pointer[PyObject],
    error=cython.pointer[PyObject],
    timeout_error=cython.pointer[PyObject],
)

_api = cython.declare(PySocketModule_APIObject)
_kept: list = []


def capsule(kind, /):
    """A new capsule named ``_socket.CAPI`` that gives *kind* as the socket type."""
    # The struct has borrowed pointers: the objects live as long as the process.
    _kept.append(kind)
    _api.Sock_Type = cython.cast(cython.pointer[PyObject], kind)
    _api.error = cython.cast(cython.pointer[PyObject], OSError)
    _api.timeout_error = cython.cast(cython.pointer[PyObject], TimeoutError)
    return PyCapsule_New(cython.address(_api), b"_socket.CAPI", cython.NULL)


def check(sock, /):
    """What is wrong with reading a socket of the interpreter's own ``_socket`` by our layout;
    ``''`` if nothing.

    *sock* has a timeout that is not None and not 0.  Its memory is read by way of our field offsets
    and compared with what its methods say.
    """
    # Up to the timeout: the seventh field is none of _ssl's business, and 3.11 has none.
    if type(sock).__basicsize__ < cython.sizeof(cython.p_void) * 6:
        return f"objects of {type(sock)} are smaller than ours"
    foreign = cython.cast(Endpoint, cython.cast(cython.p_void, sock))
    expected = (
        ("descriptor", foreign.sock_fd, sock.fileno()),
        ("family", foreign.sock_family, int(sock.family)),
        ("type", foreign.sock_type, int(sock.type)),
        ("protocol", foreign.sock_proto, sock.proto),
        ("timeout", foreign.sock_timeout, round(sock.gettimeout() * 1e9)),
    )
    wrong = [name for name, ours, theirs in expected if ours != theirs]
    return f"{', '.join(wrong)} not where they were" if wrong else ""

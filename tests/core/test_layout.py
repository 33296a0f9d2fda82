"""The layout that CPython's _ssl reads: compared with the interpreter's own socket type."""

import _socket
import ctypes

import pytest

import berkeley
from berkeley.core import layout


class Fields(ctypes.Structure):
    """The part of PySocketSockObject that _ssl reads, behind the object header."""

    _fields_ = (
        ("fd", ctypes.c_int),
        ("family", ctypes.c_int),
        ("type", ctypes.c_int),
        ("proto", ctypes.c_int),
        ("errorhandler", ctypes.c_void_p),
        ("timeout", ctypes.c_int64),
    )


@pytest.mark.parametrize("kind", [berkeley.SocketType, berkeley.socket, _socket.socket])
@pytest.mark.parametrize("timeout", [None, 0.0, 1234.5])
def test_fields(kind, timeout):
    sock = kind(berkeley.AF_UNIX, berkeley.SOCK_DGRAM)
    try:
        sock.settimeout(timeout)
        fields = Fields.from_address(id(sock) + object.__basicsize__)
        assert fields.fd == sock.fileno()
        assert (fields.family, fields.type, fields.proto) == (1, 2, 0)
        if timeout is None:
            # Any negative number: _ssl asks no more of it.
            assert fields.timeout < 0
        else:
            assert fields.timeout == round(timeout * 1e9)
    finally:
        sock.close()
    assert fields.fd == -1


def test_the_interpreters_own_passes():
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    with_timeout = 1234.5
    try:
        sock.settimeout(with_timeout)
        assert layout.check(sock) == ""
    finally:
        sock.close()


def test_a_difference_is_named():
    """A subclass that says something else than its memory."""

    class Odd(_socket.socket):
        def gettimeout(self):
            return 5.0

        def fileno(self):
            return 77

    sock = Odd(_socket.AF_UNIX, _socket.SOCK_DGRAM)
    try:
        sock.settimeout(1.0)
        assert layout.check(sock) == "descriptor, timeout not where they were"
    finally:
        sock.close()


def test_smaller_objects_are_not_read():
    assert "smaller" in layout.check(object())


def test_capsule():
    class API(ctypes.Structure):
        _fields_ = (
            ("type", ctypes.py_object),
            ("error", ctypes.py_object),
            ("timeout", ctypes.py_object),
        )

    capsule = layout.capsule(berkeley.SocketType)
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype = ctypes.c_void_p
    pointer.argtypes = (ctypes.py_object, ctypes.c_char_p)
    api = API.from_address(pointer(capsule, b"_socket.CAPI"))
    assert api.type is berkeley.SocketType
    assert api.error is OSError
    assert api.timeout is TimeoutError
    assert repr(berkeley.CAPI).startswith('<capsule object "_socket.CAPI"')

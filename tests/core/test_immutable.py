"""The base types are immutable; the public class is not."""

import gc

import pytest

import berkeley
from berkeley.core import endpoint, message, socket_type, transfer

BASES = [
    endpoint.Endpoint,
    transfer.Transfer,
    message.Message,
    socket_type.SocketType,
]


@pytest.mark.parametrize("kind", BASES, ids=lambda kind: kind.__name__)
def test_nobody_sets_attributes(kind):
    for name in ("close", "fileno", "extra", "__init__"):
        with pytest.raises(TypeError, match="immutable"):
            setattr(kind, name, None)
    with pytest.raises(TypeError, match="immutable"):
        del kind.close
    assert not hasattr(kind, "extra")


def test_collected():
    """Heap types, and their instances, are still the garbage collector's."""
    for kind in BASES:
        assert kind.__flags__ & (1 << 9), "Py_TPFLAGS_HEAPTYPE"
        assert kind.__flags__ & (1 << 8), "Py_TPFLAGS_IMMUTABLETYPE"
    with berkeley.socket() as sock:
        assert gc.is_tracked(sock)


def test_the_public_class_takes_attributes(monkeypatch):
    monkeypatch.setattr(berkeley.socket, "extra", 5, raising=False)
    with berkeley.socket() as sock:
        assert sock.extra == 5

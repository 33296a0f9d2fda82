"""HTTPS with unmodified packages, in both forms of the drop-in."""

import pytest

CLIENTS = ["urllib.request", "requests", "urllib3", "aiohttp"]


@pytest.mark.parametrize("package", CLIENTS)
@pytest.mark.parametrize("form", ["whole", "file"])
def test_https(program, certificate, form, package):
    pytest.importorskip(package)
    found = program(form, "https_clients.py", package, certificate.authority, certificate.chain)
    assert found == {
        "answers": [5, 100_005],
        "first": "/path",
        "modules": ["berkeley", "berkeley._socket", "berkeley"],
        # Nothing but berkeley's sockets, on either side.
        "sockets": ["socket.bind berkeley.socket", "socket.connect berkeley.socket"],
    }


@pytest.mark.parametrize("package", CLIENTS)
def test_the_program_itself(program, certificate, package):
    """In neither form it finds the standard module's sockets: it can tell them apart."""
    pytest.importorskip(package)
    found = program("none", "https_clients.py", package, certificate.authority, certificate.chain)
    assert found["answers"] == [5, 100_005]
    assert found["modules"] == ["socket", "_socket", "socket"]
    assert found["sockets"] == ["socket.bind socket.socket", "socket.connect socket.socket"]

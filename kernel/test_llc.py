"""AF_LLC: an address without a form of its own, ``(family, bytes)``, in every call; IEEE 802.2.

Layout: struct sockaddr_llc, <linux/llc.h>; behind the family it has the type of hardware, three
flags, the service access point, the hardware address and two bytes of padding.
"""

import struct
from collections.abc import Iterator
from typing import Any

import pytest

import berkeley
from tests.families.network import ip, ready

pytestmark = [pytest.mark.config("CONFIG_LLC2"), pytest.mark.needs("llc", "ip")]

ADDRESS = struct.Struct("=HBBBB6s2x")
# Individual service access points have an even number; nobody has these.
SAP, OTHER_SAP = 0x40, 0x50

Address = tuple[int, bytes]


def address(sap: int, mac: bytes) -> Address:
    return berkeley.AF_LLC, ADDRESS.pack(berkeley.ARPHRD_ETHER, 0, 0, 0, sap, mac)


def unnumbered(where: Address) -> Address:
    """The address as it comes with a datagram: the kernel says that it was in a UI frame."""
    return where[0], where[1][:4] + b"\1" + where[1][5:]


def llc(kind: int, where: Address) -> berkeley.socket:
    sock = berkeley.socket(berkeley.AF_LLC, kind)
    sock.settimeout(30)
    sock.bind(where)
    return sock


@pytest.fixture
def ends() -> Iterator[tuple[Address, Address]]:
    """The addresses of a cable's two ends; LLC has only the first network namespace."""
    ip("link", "add", "llc0", "type", "veth", "peer", "name", "llc1")
    for name in ("llc0", "llc1"):
        ip("link", "set", name, "up")
    near, far = ready("llc0"), ready("llc1")
    yield address(SAP, near), address(OTHER_SAP, far)
    ip("link", "delete", "llc0")


@pytest.mark.exchange("LLC", "datagrams; every address is (family, bytes)")
def test_datagrams(ends: tuple[Address, Address]) -> None:
    here, there = ends
    with llc(berkeley.SOCK_DGRAM, here) as near, llc(berkeley.SOCK_DGRAM, there) as far:
        # Nothing added, nothing cut: 14 bytes behind the family.
        assert near.getsockname() == here
        assert far.getsockname() == there
        assert near.sendto(b"payload of a frame", there) == 18
        data, sender = far.recvfrom(1000)
        assert data == b"payload of a frame"
        assert sender == unnumbered(here)
        # The address that came is one to send to.
        far.sendmsg([b"and ", b"back"], [], 0, sender)
        data, _, flags, sender = near.recvmsg(1000)
        assert (data, flags, sender) == (b"and back", 0, unnumbered(there))


@pytest.mark.exchange("LLC", "a connection (LLC type 2)")
def test_connection(ends: tuple[Address, Address]) -> None:
    here, there = ends
    with llc(berkeley.SOCK_STREAM, here) as near, llc(berkeley.SOCK_STREAM, there) as server:
        server.listen(1)
        near.connect(there)
        far, sender = server.accept()
        with far:
            far.settimeout(30)
            assert sender == here
            assert near.getpeername() == there
            assert far.getpeername() == here
            near.sendall(b"there")
            assert far.recv(100) == b"there"
            far.sendall(b"and back")
            assert near.recv(100) == b"and back"


def test_what_is_no_address() -> None:
    with berkeley.socket(berkeley.AF_LLC, berkeley.SOCK_DGRAM) as sock:
        wrong: Any
        for wrong in ("text", (berkeley.AF_LLC,), (berkeley.AF_LLC, b"", 0), None):
            with pytest.raises(OSError, match="must be \\(family, bytes\\)"):
                sock.bind(wrong)
        with pytest.raises(ValueError, match="126 bytes or less"):
            sock.bind((berkeley.AF_LLC, bytes(127)))
        # The kernel's own check of the length.
        with pytest.raises(OSError, match="Invalid argument"):
            sock.bind((berkeley.AF_LLC, bytes(5)))

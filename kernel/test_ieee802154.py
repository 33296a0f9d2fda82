"""AF_IEEE802154: two radios of mac802154_hwsim, which hear each other.

Source: net/ieee802154/socket.c, include/net/nl802154.h of the kernel; nothing in user space has
their numbers.
"""

import errno
import struct
import subprocess
from collections.abc import Iterator

import pytest

import berkeley

LIMIT = 10
PAN = 0xBEEF
# include/net/nl802154.h
SET_PAN_ID, SET_SHORT_ADDR = 10, 11
IFINDEX, PAN_ID, SHORT_ADDR = 3, 9, 10
# <linux/genetlink.h>
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 3, 1, 2
NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR = 1, 4, 2


def attribute(kind: int, data: bytes) -> bytes:
    """struct nlattr, padded to four bytes."""
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def ask(sock: berkeley.socket, family: int, command: int, attributes: bytes) -> bytes:
    """Send a command of generic netlink; what is behind the header of the answer."""
    data = struct.pack("=BBH", command, 1, 0) + attributes
    flags = NLM_F_REQUEST | NLM_F_ACK
    sock.send(struct.pack("=IHHII", 16 + len(data), family, flags, 1, 0) + data)
    answer = sock.recv(65536)
    length, kind = struct.unpack_from("=IH", answer)
    if kind == NLMSG_ERROR:
        (number,) = struct.unpack_from("=i", answer, 16)
        assert number == 0, errno.errorcode[-number]
        return b""
    # The acknowledgement comes on its own.
    sock.recv(65536)
    return answer[20:length]


def configure(name: str, short: int) -> None:
    """Give the interface, which is down, its PAN and its short address."""
    with berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_GENERIC) as sock:
        sock.settimeout(LIMIT)
        wanted = attribute(CTRL_ATTR_FAMILY_NAME, b"nl802154\0")
        answer = ask(sock, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, wanted)
        attributes = {}
        while answer:
            length, kind = struct.unpack_from("=HH", answer)
            attributes[kind] = answer[4:length]
            answer = answer[length + -length % 4 :]
        (family,) = struct.unpack("=H", attributes[CTRL_ATTR_FAMILY_ID])
        index = attribute(IFINDEX, struct.pack("=I", berkeley.if_nametoindex(name)))
        pan, address = struct.pack("<H", PAN), struct.pack("<H", short)
        ask(sock, family, SET_PAN_ID, index + attribute(PAN_ID, pan))
        ask(sock, family, SET_SHORT_ADDR, index + attribute(SHORT_ADDR, address))


def hardware_address(name: str) -> bytes:
    """The extended address, in the order in which it is printed."""
    with open(f"/sys/class/net/{name}/address") as file:
        return bytes.fromhex(file.read().replace(":", ""))


def set_up(name: str, up: bool) -> None:
    subprocess.run(["ip", "link", "set", name, "up" if up else "down"], check=True)


@pytest.fixture(scope="module")
def radios() -> Iterator[list[str]]:
    """Two interfaces that are up: short addresses 1 and 2."""
    subprocess.run(["modprobe", "mac802154_hwsim"], check=True)
    names = ["wpan0", "wpan1"]
    for short, name in enumerate(names, 1):
        configure(name, short)
        set_up(name, True)
    yield names
    for name in names:
        set_up(name, False)


def test_forms_of_the_addresses(radios):
    name = radios[0]
    with berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_DGRAM) as sock:
        sock.bind((PAN, hardware_address(name)))
        # Only what has arrived has an address that the kernel tells.
        with pytest.raises(OSError) as caught:
            sock.getsockname()
        assert caught.value.errno == errno.EOPNOTSUPP


@pytest.mark.parametrize("address", [(PAN, 3), (0, 1), (PAN, bytes(8)), (PAN, None)], ids=repr)
def test_nobody_has_the_address(radios, address):
    with (
        berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_DGRAM) as sock,
        pytest.raises(OSError) as caught,
    ):
        sock.bind(address)
    assert caught.value.errno == errno.ENODEV


@pytest.mark.exchange("IEEE802154", "DGRAM by short and by extended addresses")
@pytest.mark.parametrize("extended", [False, True], ids=["short", "extended"])
def test_datagram(radios, extended):
    near_address, far_address = (
        (PAN, hardware_address(name) if extended else short) for short, name in enumerate(radios, 1)
    )
    near = berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_DGRAM)
    far = berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_DGRAM)
    with near, far:
        for sock, address in ((near, near_address), (far, far_address)):
            sock.settimeout(LIMIT)
            sock.bind(address)
        assert near.sendto(b"there", far_address) == 5
        data, sender = far.recvfrom(100)
        assert data == b"there"
        assert sender == near_address
        far.connect(near_address)
        assert far.send(b"and back") == 8
        assert near.recvfrom(100) == (b"and back", far_address)


@pytest.mark.exchange("IEEE802154", "RAW frame, broadcast")
def test_raw(radios):
    near = berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_RAW)
    far = berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_RAW)
    with near, far:
        for sock, name in ((near, radios[0]), (far, radios[1])):
            sock.settimeout(LIMIT)
            sock.bind((PAN, hardware_address(name)))
        # Data, no acknowledgement, short addresses, one PAN: control, number, PAN, to, from.
        frame = struct.pack("<HBHHH", 0x8841, 7, PAN, 0xFFFF, 1) + b"to all"
        assert near.send(frame) == len(frame)
        # The header, which the kernel has read, is not in what arrives.
        assert far.recv(200) == b"to all"


@pytest.mark.exchange("IEEE802154", "options")
def test_options(radios):
    with berkeley.socket(berkeley.AF_IEEE802154, berkeley.SOCK_DGRAM) as sock:
        level = berkeley.SOL_IEEE802154
        assert sock.getsockopt(level, berkeley.WPAN_WANTACK) == 1
        sock.setsockopt(level, berkeley.WPAN_WANTACK, 0)
        assert sock.getsockopt(level, berkeley.WPAN_WANTACK) == 0

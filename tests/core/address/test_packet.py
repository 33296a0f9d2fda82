"""AF_PACKET addresses, on the loopback interface: packet(7)."""

import errno

import pytest

import berkeley

pytestmark = pytest.mark.needs("packet")

# <linux/if_ether.h>, <linux/if_packet.h>, <linux/if_arp.h>
ETH_P_ALL, ETH_P_EXPERIMENT = 3, 0x88B5
PACKET_HOST, PACKET_OUTGOING = 0, 4
ARPHRD_LOOPBACK = 772


@pytest.fixture
def sock():
    with berkeley.socket(
        berkeley.AF_PACKET, berkeley.SOCK_RAW, berkeley.htons(ETH_P_EXPERIMENT)
    ) as sock:
        sock.settimeout(30)
        yield sock


def test_bound(sock):
    sock.bind(("lo", ETH_P_EXPERIMENT))
    assert sock.getsockname() == ("lo", ETH_P_EXPERIMENT, 0, ARPHRD_LOOPBACK, bytes(6))


def test_every_interface(sock):
    sock.bind(("", ETH_P_EXPERIMENT))
    assert sock.getsockname()[:2] == ("", ETH_P_EXPERIMENT)


def test_a_frame_to_ourselves(sock):
    sock.bind(("lo", ETH_P_EXPERIMENT))
    frame = bytes(12) + ETH_P_EXPERIMENT.to_bytes(2, "big") + b"payload of a frame"
    assert sock.send(frame) == len(frame)
    data, sender = sock.recvfrom(1000)
    assert data == frame
    assert sender == ("lo", ETH_P_EXPERIMENT, PACKET_HOST, ARPHRD_LOOPBACK, bytes(6))


@pytest.mark.parametrize(
    "hardware", [b"", b"\1", b"\1\2\3\4\5\6", bytearray(8), memoryview(b"12345678")]
)
def test_sendto_with_all_five_items(hardware):
    with berkeley.socket(
        berkeley.AF_PACKET, berkeley.SOCK_DGRAM, berkeley.htons(ETH_P_EXPERIMENT)
    ) as sock:
        sock.settimeout(30)
        sock.bind(("lo", ETH_P_EXPERIMENT))
        target = ("lo", ETH_P_EXPERIMENT, PACKET_OUTGOING, ARPHRD_LOOPBACK, hardware)
        assert sock.sendto(b"x" * 60, target) == 60
        assert sock.recvfrom(100)[0] == b"x" * 60


@pytest.mark.parametrize("name", [b"lo", "lo"])
def test_forms_of_the_name(sock, name):
    sock.bind((name, ETH_P_EXPERIMENT))
    assert sock.getsockname()[0] == "lo"


def test_no_such_interface(sock):
    with pytest.raises(OSError) as caught:
        sock.bind(("nosuchinterface", 0))
    assert caught.value.errno == errno.ENODEV


@pytest.mark.parametrize("proto", [-1, 0x10000, 1 << 80])
def test_protocol_out_of_range(sock, proto):
    with pytest.raises(OverflowError):
        sock.bind(("lo", proto))


def test_hardware_address_too_long(sock):
    with pytest.raises(ValueError, match="8 bytes or less"):
        sock.bind(("lo", 0, 0, 0, bytes(9)))


@pytest.mark.parametrize(
    "address",
    [
        None,
        "lo",
        ["lo", 0],
        (),
        ("lo",),
        ("lo", 0, 0, 0, b"", 0),
        (5, 0),
        ("lo", "0"),
        ("lo", 0, "0"),
        ("lo", 0, 0, 0.0),
        ("lo", 0, 0, 0, "text"),
        ("lo", 0, 0, 0, None),
    ],
    ids=repr,
)
def test_not_an_address(sock, address):
    with pytest.raises(TypeError):
        sock.bind(address)

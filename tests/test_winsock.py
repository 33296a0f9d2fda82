"""What goes to Windows and comes from it, as bytes.

They are worked out from <mstcpip.h> and <winsock2.h> (Microsoft Learn: "SIO_KEEPALIVE_VALS control
code", "WSAPROTOCOL_INFOW structure"); Windows is little-endian.  Nothing is called here.
"""

import sys

import pytest

import berkeley
from berkeley import winsock
from berkeley.constants import windows


@pytest.mark.parametrize(
    ("control", "option", "golden"),
    [
        (windows.SIO_RCVALL, windows.RCVALL_ON, "01000000"),
        (windows.SIO_RCVALL, windows.RCVALL_OFF, "00000000"),
        (windows.SIO_RCVALL, 0xFFFFFFFF, "ffffffff"),
        (windows.SIO_LOOPBACK_FAST_PATH, True, "01000000"),
        # struct tcp_keepalive: onoff, keepalivetime, keepaliveinterval
        (windows.SIO_KEEPALIVE_VALS, (1, 7_200_000, 1000), "01000000 00dd6d00 e8030000"),
        (windows.SIO_KEEPALIVE_VALS, (0, 0, 0xFFFFFFFF), "00000000 00000000 ffffffff"),
    ],
)
def test_options(control, option, golden):
    assert winsock.encode_option(control, option) == bytes.fromhex(golden)


@pytest.mark.parametrize("control", [0, -1, 0x98000002, windows.TCP_QUICKACK])
def test_another_code(control):
    with pytest.raises(ValueError, match=f"invalid ioctl command {control}"):
        winsock.encode_option(control, 1)


@pytest.mark.parametrize(
    ("control", "option"),
    [
        (windows.SIO_RCVALL, "1"),
        (windows.SIO_RCVALL, 1.0),
        (windows.SIO_RCVALL, None),
        (windows.SIO_RCVALL, (1, 2, 3)),
        (windows.SIO_KEEPALIVE_VALS, 1),
        (windows.SIO_KEEPALIVE_VALS, (1, 2)),
        (windows.SIO_KEEPALIVE_VALS, (1, 2, 3, 4)),
        (windows.SIO_KEEPALIVE_VALS, [1, 2, 3]),
        (windows.SIO_KEEPALIVE_VALS, (1, 2, 3.0)),
        ("1", 1),
        (None, 1),
    ],
)
def test_another_type(control, option):
    with pytest.raises(TypeError):
        winsock.encode_option(control, option)


@pytest.mark.parametrize("number", [-1, 1 << 32])
def test_a_number_that_does_not_fit(number):
    with pytest.raises(OverflowError):
        winsock.encode_option(windows.SIO_RCVALL, number)
    with pytest.raises(OverflowError):
        winsock.encode_option(windows.SIO_KEEPALIVE_VALS, (1, number, 1))


def test_what_a_shared_socket_is():
    # Four flags, provider's flags, its GUID, entry of the catalog (20 + 16 + 4 = 40), a chain of 8
    # numbers (72), version (76): then iAddressFamily, two sizes, iSocketType, iProtocol.
    data = bytes(76) + bytes.fromhex("17000000 1c000000 1c000000 02000000 11000000")
    data += bytes(628 - len(data))
    assert winsock.decode_share(data) == (
        windows.AF_INET6,
        windows.SOCK_DGRAM,
        windows.IPPROTO_UDP,
    )


@pytest.mark.parametrize("size", [0, 372, 627, 629])
def test_another_size(size):
    with pytest.raises(ValueError, match=f"must be 628 bytes, not {size}"):
        winsock.decode_share(bytes(size))


def test_a_name_is_in_the_module_only_where_the_system_has_it():
    names = {"ioctl", "share", "fromshare"}
    there = names if sys.platform == "win32" else set()
    assert {name for name in names if hasattr(winsock, name)} == there
    assert {name for name in names if hasattr(berkeley.socket, name)} == there - {"fromshare"}
    assert hasattr(berkeley, "fromshare") == ("fromshare" in there)

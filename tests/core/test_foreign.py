"""Addresses of other systems, as bytes worked out from the layouts that the systems publish.

<netinet/in.h>, <netinet6/in6.h>, <sys/un.h>, <net/if_dl.h> of the BSDs: a byte of length, a byte of
family; ports and addresses of IP in network byte order, scopes in the byte order of the machine,
here little-endian.  <ws2def.h>, <ws2ipdef.h> of Windows: a family of 16 bits.  The bytes of single
families are in the files of address/.
"""

import random

import pytest

from berkeley.constants.others import table_of
from berkeley.core import foreign

BSDS = ["darwin", "freebsd", "netbsd", "openbsd"]
SYSTEMS = [*BSDS, "win32"]
IPV4 = ("192.0.2.1", 0x1234)
IPV6 = ("2001:db8::1", 0x1234, 0x12345, 7)
IPV6_BEHIND_THE_FAMILY = "1234 00012345 20010db8000000000000000000000001 07000000"


def family(system, name):
    return getattr(table_of(system), name)


@pytest.mark.parametrize(
    ("system", "name", "address", "golden"),
    [
        *((system, "AF_INET", IPV4, "10 02 1234 c0000201" + "00" * 8) for system in BSDS),
        ("win32", "AF_INET", IPV4, "0200 1234 c0000201" + "00" * 8),
        ("darwin", "AF_INET6", IPV6, "1c 1e" + IPV6_BEHIND_THE_FAMILY),
        ("freebsd", "AF_INET6", IPV6, "1c 1c" + IPV6_BEHIND_THE_FAMILY),
        ("netbsd", "AF_INET6", IPV6, "1c 18" + IPV6_BEHIND_THE_FAMILY),
        ("openbsd", "AF_INET6", IPV6, "1c 18" + IPV6_BEHIND_THE_FAMILY),
        ("win32", "AF_INET6", IPV6, "1700" + IPV6_BEHIND_THE_FAMILY),
        # <netlink/netlink.h>: two bytes of padding, pid and groups.
        ("freebsd", "AF_NETLINK", (0x1234, 5), "0c 26 0000 34120000 05000000"),
        # <netcan/can.h>: two bytes of padding, the index of the interface, two unused numbers.
        ("netbsd", "AF_CAN", ("",), "10 23 0000 00000000 0000000000000000"),
        *((system, "AF_UNIX", "/tmp/x", "09 01 2f746d702f78 00") for system in BSDS),
        *((system, "AF_UNIX", "", "03 01 00") for system in BSDS),
    ],
)
def test_golden_bytes(system, name, address, golden):
    data = bytes.fromhex(golden)
    assert foreign.encode(system, family(system, name), 1, address) == data
    assert foreign.decode(system, 1, data) == address


@pytest.mark.parametrize("system", BSDS)
@pytest.mark.parametrize(
    ("address", "golden"),
    [
        # <net/if_dl.h>: index, type IFT_ETHER, three lengths, name and hardware address.
        ((18, bytes.fromhex("0300 06 03 06 00 656d30 020000000001")),
         "11 12 0300 06 03 06 00 656d30 020000000001"),
        ((255, b""), "02 ff"),
        ((0, bytes(126)), "80 00" + "00" * 126),
    ],
)  # fmt: skip
def test_families_without_a_form(system, address, golden):
    link = family(system, "AF_LINK")
    assert foreign.encode(system, link, 0, address) == bytes.fromhex(golden)
    assert foreign.decode(system, 0, bytes.fromhex(golden)) == address


def test_families_without_a_form_on_windows():
    golden = bytes.fromhex("2100 0102")
    assert foreign.encode("win32", 33, 0, (33, b"\x01\x02")) == golden
    assert foreign.decode("win32", 0, golden) == (33, b"\x01\x02")


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_form(system):
    with pytest.raises(OSError, match="bad family"):
        foreign.encode(system, 99, 0, "x")
    with pytest.raises(ValueError):
        foreign.encode(system, 99, 0, (99, bytes(127)))
    with pytest.raises(OverflowError):
        foreign.encode(system, 99, 0, (0x10000, b""))


@pytest.mark.parametrize("system", BSDS)
def test_a_family_is_a_byte(system):
    with pytest.raises(OverflowError):
        foreign.encode(system, 99, 0, (256, b""))


def test_addresses_of_divert_sockets_are_those_of_ip():
    """divert(4): the kernel takes sockaddr_in with AF_INET in it."""
    golden = bytes.fromhex("10 02 1234 c0000201" + "00" * 8)
    assert foreign.encode("freebsd", family("freebsd", "AF_DIVERT"), 0, IPV4) == golden


@pytest.mark.parametrize("system", BSDS)
def test_paths(system):
    unix = family(system, "AF_UNIX")
    longest = "x" * 103
    data = foreign.encode(system, unix, 0, longest)
    assert data == bytes.fromhex("6a 01") + b"x" * 103 + b"\0"
    assert foreign.decode(system, 0, data) == longest
    with pytest.raises(OSError, match="too long"):
        foreign.encode(system, unix, 0, longest + "x")
    # The kernel may return all 104 bytes, without a zero byte; there are no abstract names.
    assert foreign.decode(system, 0, b"\x6a\x01" + b"x" * 104) == "x" * 104
    assert foreign.decode(system, 0, b"\x80\x01" + b"x" * 126) == "x" * 104
    assert foreign.decode(system, 0, b"\x05\x01\0ab") == ""
    assert foreign.decode(system, 0, b"\x02\x01") == ""
    with pytest.raises(TypeError):
        foreign.encode(system, unix, 0, 5)


def test_windows_has_no_paths():
    assert foreign.decode("win32", 0, b"\x01\x00/tmp/x\0") == (1, b"/tmp/x\0")


def test_can_has_one_protocol():
    with pytest.raises(OSError, match="unsupported CAN protocol 6"):
        foreign.encode("netbsd", 35, 6, ("", 1, 2))
    data = bytes.fromhex("10 23 0000 00000000 0000000000000000")
    assert foreign.decode("netbsd", 6, data) == (35, data[2:])


@pytest.mark.parametrize(
    ("system", "family", "size"),
    [
        *((system, family, size) for system, family, size in (
            ("darwin", 30, 28), ("freebsd", 28, 28), ("netbsd", 24, 28), ("openbsd", 24, 28),
            ("freebsd", 38, 12), ("netbsd", 35, 16),
        )),
        *((system, 2, 16) for system in BSDS),
    ],
)  # fmt: skip
def test_too_few_bytes(system, family, size):
    for short in range(2, size):
        data = bytes([short, family, *range(short - 2)])
        assert foreign.decode(system, 1, data) == (family, data[2:])
    for nothing in (b"", b"\x01"):
        assert foreign.decode(system, 1, nothing) is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_any_bytes(system):
    """What the kernel gives is decoded, whatever it is: AddressSanitizer sees reads beyond it."""
    rng = random.Random(system)
    kinds = foreign.KINDS[system]
    for family in [*kinds, 0, 99, 255]:
        for size in range(129):
            data = bytearray(rng.randbytes(size))
            data[:2] = family.to_bytes(2, "little") if system == "win32" else bytes([size, family])
            for protocol in (0, 1, 2, 3, 4, 134, 135, 136, 137):
                address = foreign.decode(system, protocol, data)
                assert isinstance(address, (tuple, str))
                if isinstance(address, tuple) and isinstance(address[-1], bytes):
                    assert address == (family, bytes(data[2:]))


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_numbers_are_those_of_the_table(system):
    table = vars(table_of(system))
    names = {
        "AF_UNIX", "AF_INET", "AF_INET6", "AF_SYSTEM", "AF_BLUETOOTH", "AF_HYPERV", "AF_DIVERT"
    }  # fmt: skip
    names |= {"freebsd": {"AF_NETLINK"}, "netbsd": {"AF_CAN"}}.get(system, set())
    # OpenBSD has the number, but no Bluetooth.
    names -= {"openbsd": {"AF_BLUETOOTH"}}.get(system, set())
    assert foreign.KINDS[system].keys() == {table[name] for name in names & table.keys()}


def test_a_platform_with_its_version():
    assert foreign.encode("freebsd14", 2, 0, IPV4) == foreign.encode("freebsd", 2, 0, IPV4)


@pytest.mark.parametrize("system", ["linux", "", "win", "Darwin", "14"])
def test_no_such_system(system):
    with pytest.raises(ValueError, match="one of darwin, freebsd, netbsd, openbsd, win32"):
        foreign.encode(system, 2, 0, IPV4)
    with pytest.raises(ValueError):
        foreign.decode(system, 0, b"")


def test_types_of_arguments():
    with pytest.raises(TypeError):
        foreign.encode(5, 2, 0, IPV4)
    for arguments in (("2", 0, IPV4), (2, None, IPV4), (2, 0, IPV4, "1")):
        with pytest.raises(TypeError):
            foreign.encode("darwin", *arguments)
    with pytest.raises(TypeError):
        foreign.decode("darwin", "0", b"")
    with pytest.raises(TypeError):
        foreign.decode("darwin", 0, "text")
    assert foreign.decode("darwin", 0, bytearray(b"\x02\x63")) == (99, b"")
    assert foreign.decode("darwin", 0, memoryview(b"\x02\x63")) == (99, b"")


def test_control_info_takes_text():
    with pytest.raises(TypeError):
        foreign.control_info(5)

"""AF_HYPERV addresses of Windows, two UUIDs.

The bytes are worked out from SOCKADDR_HV in <hvsocket.h> (Microsoft Learn: "Make your own
integration services") and GUID in <guiddef.h>: family and a reserved number of 16 bits each, then
two GUIDs whose first three groups are little-endian, as the machine is.
"""

import pytest

from berkeley.constants import windows
from berkeley.core import foreign

RAW = windows.HV_PROTOCOL_RAW
VM = "00112233-4455-6677-8899-aabbccddeeff"
SERVICE = "0000c738-facb-11e6-bd58-64006a7986d3"


def encode(address, protocol=RAW):
    return foreign.encode("win32", windows.AF_HYPERV, protocol, address)


def decode(data):
    return foreign.decode("win32", RAW, data)


@pytest.mark.parametrize(
    ("address", "golden"),
    [
        (
            (VM, SERVICE),
            "2200 0000 33221100 5544 7766 8899aabbccddeeff 38c70000 cbfa e611 bd5864006a7986d3",
        ),
        (
            (windows.HV_GUID_PARENT.lower(), windows.HV_GUID_LOOPBACK.lower()),
            "2200 0000 da7c2ea4 3fd0 0c48 9cc2a4de20abb878 9761e1e0 56dd 104a 91955ee7a155a838",
        ),
        (
            (windows.HV_GUID_WILDCARD, windows.HV_GUID_BROADCAST.lower()),
            "2200 0000" + "00" * 16 + "ff" * 16,
        ),
        (
            (windows.HV_GUID_CHILDREN.lower(), windows.HV_GUID_ZERO),
            "2200 0000 898bdb90 350d 794f 8ce949ea0ac8b7cd" + "00" * 16,
        ),
    ],
)
def test_golden_bytes(address, golden):
    assert encode(address) == bytes.fromhex(golden)
    assert decode(bytes.fromhex(golden)) == address


def test_capital_letters():
    assert encode((VM.upper(), SERVICE.upper())) == encode((VM, SERVICE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        VM[:-1],
        VM + "0",
        "{" + VM + "}",
        VM.replace("-", ""),
        VM.replace("-", "_"),
        VM.replace("f", "g"),
        VM[:8] + "0" + VM[9:],
        "0-112233-4455-6677-8899-aabbccddeeff",
        VM[:-1] + "\0",
        VM[:-1] + "é",
        VM[:-1] + "\udc80",
        "@" + VM[1:],
        "`" + VM[1:],
        ":" + VM[1:],
        "\x10" + VM[1:],
    ],
    ids=ascii,
)
def test_no_uuid(text):
    with pytest.raises(ValueError, match="vm_id is not a valid UUID"):
        encode((text, SERVICE))
    with pytest.raises(ValueError, match="service_id is not a valid UUID"):
        encode((VM, text))


@pytest.mark.parametrize("address", [None, VM, [VM, SERVICE], 5, b"x"], ids=repr)
def test_no_tuple(address):
    with pytest.raises(TypeError, match="must be tuple"):
        encode(address)


@pytest.mark.parametrize(
    "address",
    [(), (VM,), (VM, SERVICE, VM), (VM, 1), (VM.encode(), SERVICE), (None, None)],
    ids=repr,
)
def test_no_pair_of_str(address):
    with pytest.raises(TypeError, match="must be a str tuple"):
        encode(address)


@pytest.mark.parametrize("protocol", [0, 2])
def test_another_protocol(protocol):
    with pytest.raises(OSError, match=f"protocol: {protocol}"):
        encode((VM, SERVICE), protocol)


@pytest.mark.parametrize("size", range(2, 36))
def test_too_few_bytes(size):
    data = encode((VM, SERVICE))[:size]
    assert decode(data) == (windows.AF_HYPERV, data[2:])


def test_more_bytes():
    assert decode(encode((VM, SERVICE)) + bytes(92)) == (VM, SERVICE)

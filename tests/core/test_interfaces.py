"""Network interfaces, against /sys/class/net and the command ip."""

import errno
import json
import pathlib
import subprocess
import sys

import pytest

import berkeley

SYS = pathlib.Path("/sys/class/net")


def kernels():
    """The interfaces as the kernel shows them in sysfs."""
    # A folder is an interface; bonding_masters and the like are files.
    return {int((p / "ifindex").read_text()): p.name for p in SYS.iterdir() if p.is_dir()}


@pytest.mark.skipif(not SYS.is_dir(), reason="missing: sysfs at /sys")
def test_all_of_sysfs():
    assert dict(berkeley.if_nameindex()) == kernels()


@pytest.mark.needs("ip")
def test_all_of_ip():
    done = subprocess.run(["ip", "-j", "link"], capture_output=True, check=True, text=True)
    assert berkeley.if_nameindex() == [(i["ifindex"], i["ifname"]) for i in json.loads(done.stdout)]


def test_there_and_back():
    items = berkeley.if_nameindex()
    assert items
    for index, name in items:
        assert (type(index), type(name)) == (int, str)
        assert berkeley.if_nametoindex(name) == berkeley.if_nametoindex(name.encode()) == index
        assert berkeley.if_indextoname(index) == name


def test_path_like():
    name = berkeley.if_nameindex()[0][1]
    assert berkeley.if_nametoindex(pathlib.PurePath(name)) == berkeley.if_nametoindex(name)


@pytest.mark.parametrize("name", ["", "nosuchinterface", "x" * 1000, b"\xff", "lo ", "LO"])
def test_no_such_name(name):
    with pytest.raises(OSError, match="no interface with this name") as caught:
        berkeley.if_nametoindex(name)
    assert caught.value.errno is None


@pytest.mark.parametrize("name", ["lo\0", "\0", b"lo\0x"])
def test_zero_byte(name):
    with pytest.raises(ValueError, match="null"):
        berkeley.if_nametoindex(name)


@pytest.mark.parametrize("wrong", [None, 1, 1.5, ["lo"], bytearray(b"lo")])
def test_name_types(wrong):
    with pytest.raises(TypeError):
        berkeley.if_nametoindex(wrong)


@pytest.mark.parametrize("index", [0, 2**31 - 1, 2**32 - 1])
def test_no_such_index(index):
    with pytest.raises(OSError) as caught:
        berkeley.if_indextoname(index)
    assert caught.value.errno == errno.ENXIO


@pytest.mark.parametrize("index", [2**32, 2**64, 2**200])
def test_index_too_large(index):
    with pytest.raises(OverflowError):
        berkeley.if_indextoname(index)


@pytest.mark.parametrize("index", [-1, -(2**32), -(2**200)])
def test_negative_index(index):
    # ValueError since 3.14, as in the interpreter's own module.
    with pytest.raises(ValueError if sys.version_info >= (3, 14) else OverflowError):
        berkeley.if_indextoname(index)


@pytest.mark.parametrize("wrong", [None, "1", 1.0, b"1"])
def test_index_types(wrong):
    with pytest.raises(TypeError):
        berkeley.if_indextoname(wrong)


@pytest.mark.needs("namespaces", "ip")
def test_in_a_namespace_of_our_own(child):
    """Interfaces with a longest and an odd name; more than one call of the kernel's can hold."""
    child(
        """
        import ctypes, subprocess, berkeley
        assert ctypes.CDLL(None).unshare(0x40000000) == 0
        assert [name for _, name in berkeley.if_nameindex()][0] == "lo"
        names = ["a234567890bcdef", "x.5-_y"] + [f"veth{i}" for i in range(60)]
        batch = "".join(f"link add {name} type dummy\\n" for name in names)
        done = subprocess.run(["ip", "-batch", "-"], input=batch, text=True, capture_output=True)
        if "not supported" in done.stderr or "Unknown device type" in done.stderr:
            names = []
        found = dict(berkeley.if_nameindex())
        assert set(names) <= set(found.values()), done.stderr
        for index, name in found.items():
            assert berkeley.if_indextoname(index) == name
            assert berkeley.if_nametoindex(name) == index
        """
    )

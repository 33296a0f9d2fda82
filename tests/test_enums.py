"""The enums are what CPython's module makes of the same constants."""

import enum
import pickle
import socket
import types

import pytest

import berkeley
from berkeley import constants, enums
from tools import constants as tool

ENUMS = [
    pytest.param(enum.IntEnum, enums.AddressFamily, "AF_", id="AddressFamily"),
    pytest.param(enum.IntEnum, enums.SocketKind, "SOCK_", id="SocketKind"),
    pytest.param(enum.IntFlag, enums.MsgFlag, "MSG_", id="MsgFlag"),
    pytest.param(enum.IntFlag, enums.AddressInfo, "AI_", id="AddressInfo"),
]


def plain_ints() -> types.ModuleType:
    """Return a module of the plain constants, as `_socket` is one."""
    module = types.ModuleType("_socket")
    vars(module).update({k: v for k, v in constants.documented().items() if not k.startswith("_")})
    return module


@pytest.mark.parametrize(("base", "ours", "prefix"), ENUMS)
def test_same_as_cpythons_slow_way(base, ours, prefix) -> None:
    checked = enum._old_convert_(
        base,
        ours.__name__,
        "socket",
        lambda name: name.isupper() and name.startswith(prefix),
        source=plain_ints(),
    )
    enum._test_simple_enum(checked, ours)


@pytest.mark.parametrize(("base", "ours", "prefix"), ENUMS)
def test_names_of_the_module(base, ours, prefix) -> None:
    for name, member in ours.__members__.items():
        assert getattr(enums, name) is member
        assert member == getattr(constants, name)
        assert isinstance(member, base)
    assert ours.__module__ == "berkeley"


def test_star_import_gives_classes_and_members_only() -> None:
    classes = [enums.AddressFamily, enums.SocketKind, enums.MsgFlag, enums.AddressInfo]
    expected = {cls.__name__ for cls in classes}.union(*(cls.__members__ for cls in classes))
    assert {name for name in vars(enums) if not name.startswith("_")} == expected


@pytest.mark.parametrize(
    "name",
    [n for n in dir(socket) if n.startswith(("AF_", "SOCK_", "MSG_", "AI_"))],
)
def test_text_is_the_standard_modules(name) -> None:
    theirs, ours = getattr(socket, name), getattr(enums, name, getattr(constants, name))
    assert (repr(ours), str(ours), f"{ours}") == (repr(theirs), str(theirs), f"{theirs}")


def test_flags_combine_as_the_standard_modules() -> None:
    theirs = socket.MSG_PEEK | socket.MSG_OOB
    ours = enums.MSG_PEEK | enums.MSG_OOB
    assert (repr(ours), str(ours)) == (repr(theirs), str(theirs))
    # A bit that has no name is kept: the kernel may know more than this table.
    assert enums.MsgFlag(1 << 30 | 1 << 28) & 1 << 28 == 1 << 28


def test_aliases() -> None:
    assert enums.AF_ROUTE is enums.AF_NETLINK
    assert enums.AF_UNIX.name == "AF_UNIX"
    assert enums.MSG_MORE.name == "MSG_MORE"
    assert not hasattr(enums, "AF_DECnet")
    with pytest.raises(ValueError, match="12345"):
        enums.AddressFamily(12345)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", ["AF_INET", "SOCK_STREAM", "MSG_PEEK", "AI_PASSIVE"])
def test_pickle(name, protocol) -> None:
    member = getattr(enums, name)
    data = pickle.dumps(member, protocol)
    assert b"berkeley" in data
    assert pickle.loads(data) is member
    assert getattr(berkeley, type(member).__name__) is type(member)


def test_stub_is_up_to_date() -> None:
    assert tool.STUB.read_text() == tool.stub(), "run tools/constants.py --stubs"

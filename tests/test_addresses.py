"""The classes of addresses, as a program imports them."""

import ast
from pathlib import Path

import pytest

import berkeley.addresses
from berkeley.core.named import kind_of, names

STUB = Path(berkeley.addresses.__file__).with_suffix(".pyi")


def test_the_module_has_all_classes():
    assert dir(berkeley.addresses) == sorted(names())
    for name in names():
        assert getattr(berkeley.addresses, name) is kind_of(name)
    with pytest.raises(AttributeError, match="'Inet7Address'"):
        berkeley.addresses.Inet7Address  # noqa: B018


def test_isinstance():
    from berkeley.addresses import NetlinkAddress

    with berkeley.socket(berkeley.AF_NETLINK, berkeley.SOCK_RAW) as sock:
        assert isinstance(sock.getsockname(), NetlinkAddress)


def test_the_stub_names_the_same_items():
    found = {
        node.name: tuple(each.name for each in node.body if isinstance(each, ast.FunctionDef))
        for node in ast.parse(STUB.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    assert found == {name: kind_of(name)._fields for name in names()}

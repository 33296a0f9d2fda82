"""The table of Linux's constants against C's headers, and against CPython's module."""

import json
import re
from pathlib import Path

import pytest

from tools import constants as tool

DATA = Path(__file__).resolve().parent.parent / "data"

# A header of each of Debian's packages, to see whether it is installed.
PACKAGES = {
    "libc6-dev": "netdb.h",
    "linux-libc-dev": "linux/tcp.h",
    "libbluetooth-dev": "bluetooth/bluetooth.h",
}


def package_of(group: tool.Group) -> str:
    last = group.headers[-1]
    if last.startswith("bluetooth/"):
        return "libbluetooth-dev"
    return "linux-libc-dev" if last.startswith(("linux/", "asm/")) else "libc6-dev"


def groups_of(package: str) -> list[tool.Group]:
    return [group for group in tool.read_groups() if group.headers and package_of(group) == package]


def cpython() -> dict[str, int | str]:
    """Return the constants of CPython's module: name to value, on x86-64."""
    names = json.loads((DATA / "names.json").read_text())["names"]
    return {
        name: entry["value"]
        for name, entry in names.items()
        if entry["kind"] == "const" and name != "has_ipv6"
    }


@pytest.fixture(scope="module")
def compiler() -> None:
    try:
        tool.Headers()
    except OSError:
        pytest.skip("no C compiler: install gcc, or set CC")


def test_number_of_names(record_property) -> None:
    names = len(tool.read_table())
    record_property("names", names)
    print(f"{names} names in the table")
    assert names > 1200, f"only {names} names"


def test_every_name_belongs_to_one_group() -> None:
    names = [name for group in tool.read_groups() for name in group.names]
    assert len(names) == len(set(names))
    assert set(names) == set(tool.read_table())


@pytest.mark.parametrize("package", PACKAGES)
def test_values_are_those_of_the_headers(package, compiler, record_property) -> None:
    if not (tool.INCLUDE / PACKAGES[package]).exists():
        pytest.skip(f"the package {package} is not installed")
    report = tool.compare(tool.Headers(), groups_of(package))
    record_property("compared", len(report.compared))
    print(f"{package}: {len(report.compared)} of {len(tool.read_table())} names compared")
    assert not report.differences
    assert report.compared


@pytest.mark.parametrize("machine", tool.MACHINES)
def test_values_of_other_machines(machine, compiler, record_property) -> None:
    try:
        headers = tool.Headers(machine=machine)
    except FileNotFoundError:
        triplet = tool.MACHINES[machine].triplet
        pytest.skip(f"no headers of {triplet}: Debian's linux-libc-dev has them since trixie")
    report = tool.compare(headers)
    record_property("compared", len(report.compared))
    assert not report.differences
    assert report.compared


def test_cpython_has_the_same_values() -> None:
    table = tool.read_table()
    wrong = {name: value for name, value in cpython().items() if table.get(name) != value}
    assert not wrong, f"missing or different: {wrong}"


@pytest.mark.parametrize("prefix", ["AF_", "SOCK_", "MSG_", "AI_"])
def test_no_name_takes_the_place_of_cpythons_in_an_enum(prefix) -> None:
    """Of several names with one value the first in the alphabet names the member."""

    def canonical(names: dict[str, int | str]) -> dict[int | str, str]:
        found = sorted(name for name in names if name.startswith(prefix) and name.isupper())
        return {names[name]: name for name in reversed(found)}

    ours, theirs = canonical(tool.read_table()), canonical(cpython())
    assert {value: ours[value] for value in theirs} == theirs


def test_overlays_say_only_what_differs() -> None:
    table = tool.read_table()
    for machine, values in tool.read_overlays().items():
        same = [name for name, value in values.items() if table[name] == value]
        assert not same, f"{machine}: the same as in the table"


def test_table_marks_what_differs() -> None:
    text = "\n".join(half.read_text() for half in tool.HALVES)
    marks = re.findall(r"^(\w+) = \w+  # differs on (.+)$", text, re.MULTILINE)
    overlays = tool.read_overlays()
    expected: dict[str, list[str]] = {}
    for machine in sorted(overlays):
        for name in overlays[machine]:
            expected.setdefault(name, []).append(machine)
    assert {name: machines.split(", ") for name, machines in marks} == expected


@pytest.mark.parametrize(
    ("machine", "name", "value"),
    [
        ("mips64", "SOCK_STREAM", 2),
        ("mips", "SOL_SOCKET", 0xFFFF),
        ("sparc64", "SO_PASSRIGHTS", 0x5C),
        ("parisc64", "SO_PEERPIDFD", 0x404B),
        ("alpha", "SOCK_NONBLOCK", 0x40000000),
        ("ppc64le", "SO_PEERCRED", 21),
        ("sh4a", "FIONREAD", 0x8004667F),
    ],
)
def test_overlay_of_a_machine(machine, name, value) -> None:
    from berkeley.constants import linux_machines

    assert linux_machines.of(machine)[name] == value


@pytest.mark.parametrize("machine", ["x86_64", "i686", "aarch64", "armv7l", "riscv64", "s390x"])
def test_no_overlay(machine) -> None:
    from berkeley.constants import linux_machines

    assert linux_machines.of(machine) == {}


def test_package_gives_the_names_of_this_machine() -> None:
    from posix import uname

    from berkeley import constants
    from berkeley.constants import linux_machines

    public = {**constants.documented(), **constants.more()}
    assert public == {**tool.read_table(), **linux_machines.of(uname().machine)}

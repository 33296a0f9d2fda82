#!/usr/bin/env python3
"""Compare the table of constants with the C headers of this machine.

    tools/constants.py                      values that differ, how many were compared
    tools/constants.py --include DIR        the same with other headers (DIR/linux/tcp.h)
    tools/constants.py --machines           the overlays of other machines as well
    tools/constants.py --new                what the headers have and the table has not
    tools/constants.py --stubs              write src/berkeley/enums.pyi anew

The table says itself which headers define a group of names: every group begins
with a comment like `# <linux/tcp.h>: ...`.  Each group is compiled on its own,
because the kernel's headers and the C library's cannot be included together.

Debian's packages: libc6-dev, linux-libc-dev, libbluetooth-dev; the headers of other
machines are in linux-libc-dev itself (since trixie) or in linux-libc-dev-mips-cross
and its like.  $CC is the compiler, cc by default; nothing that it makes is run.
"""

import argparse
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CONSTANTS = ROOT / "src" / "berkeley" / "constants"
HALVES = (CONSTANTS / "linux.py", CONSTANTS / "linux_uapi.py")
STUB = ROOT / "src" / "berkeley" / "enums.pyi"
INCLUDE = Path("/usr/include")

ENUMS = {
    "AddressFamily": ("IntEnum", "AF_"),
    "SocketKind": ("IntEnum", "SOCK_"),
    "MsgFlag": ("IntFlag", "MSG_"),
    "AddressInfo": ("IntFlag", "AI_"),
}

# C has the names of <linux/can/bcm.h> without the prefix that CPython gives them.
CPYTHON_PREFIX = "CAN_BCM_"


class Machine(NamedTuple):
    """A key of linux_machines.MACHINES: where its headers are, and what they ask for."""

    triplet: str
    flags: str
    # Names with the size of a C type in them that is not this compiler's.
    unchecked: tuple[str, ...] = ()


MACHINES = {
    "alpha": Machine("alpha-linux-gnu", "-D__alpha__"),
    # 64-bit types, as here, but the C library's headers are there for 32 bits only.
    "mips": Machine(
        "mips-linux-gnu", "-D__MIPSEB__ -D_MIPS_SIM=1 -D_MIPS_SZLONG=64 -D_MIPS_SZPTR=64"
    ),
    "parisc": Machine("hppa-linux-gnu", "-D__hppa__"),
    "ppc": Machine("powerpc64le-linux-gnu", "-D__powerpc64__ -D_CALL_ELF=2"),
    "sh": Machine(
        "sh4-linux-gnu",
        "-D__sh__",
        ("SIOCGSTAMP", "SIOCGSTAMP_OLD", "SIOCGSTAMPNS", "SIOCGSTAMPNS_OLD"),
    ),
    "sparc": Machine("sparc64-linux-gnu", "-D__sparc__ -D__arch64__"),
}

# What --new does not show: first what the table leaves out for a reason (its docstring
# has them), then counts and sizes, then what is no option, flag or message of a socket.
LEFT_OUT = re.compile(
    r"""AF_LOCAL | AF_FILE | MSG_PROXY | MSG_TRYHARD | SOCK_(.*_LOCK.*|TXREHASH.*|DE.*|DIAG.*)
    | .*_(MAX|LAST|CNT|MASK|NPROTO|THRESHOLD|SIZE|MAJOR|MINOR) | _.* | .*__.* | .*_MAXKEYLEN
    | BT_(ERROR|INFO|CONNECTED|OPEN|BOUND|LISTEN|CONNECT2?|CONFIG|DISCONN|CLOSED)
    | (AI|NI)_IDN_.* | IF_(GET|IFACE|LINK|PROTO)_.* | IPPORT_.* | IP6T_.*
    | IPV6_(TLV|PRIORITY|OPT)_.* | ICMP_(EXT|AFI)_.* | ICMPV6_ROUTER_PREF_.* | ICMP6_.*
    | TCP_(FLAG|COOKIE|S_DATA|RESERVED|DATA_OFFSET|MSS|MAX.*|QUEUES_NR).* | TCP(OPT|OLEN|F)_.*
    | MPTCP_(SUBFLOW_)?(ATTR|CMD|EVENT|PM|SCHED)_.* | HWTSTAMP_PROVIDER_.* | SK_DIAG_.*
    | HCI_(?!CHANNEL|FILTER).* | L2CAP_.* | CAN_ERR_.* | NETLINK_(UN)?CONNECTED | RTNLGRP_NOP.*
    | (NL|GENL|RT|RTM|NFNL|TIPC|RDS|NFC|ATM|SMC|X25|ROSE|AX25|NETROM|IPX|CAIF|PN|DCCP|RXRPC)_.*
    | (PX|ETH|PPPOL2TP_MSG)_.*""",
    re.VERBOSE,
)


class Group(NamedTuple):
    """Names of the table that come from the same headers."""

    title: str
    headers: tuple[str, ...]
    names: tuple[str, ...]


class Difference(NamedTuple):
    name: str
    table: int
    header: int


class Report(NamedTuple):
    """What a comparison found; *unknown* are names these headers do not have."""

    compared: list[str]
    unknown: list[str]
    differences: list[Difference]


def read_table() -> dict[str, int | str]:
    """Return the table, without importing berkeley: it need not be built."""
    names: dict[str, int | str] = {}
    for half in HALVES:
        names.update(runpy.run_path(str(half)))
    return {name: value for name, value in names.items() if not name.startswith("_")}


def read_overlays() -> dict[str, dict[str, int]]:
    overlays: dict[str, dict[str, int]] = runpy.run_path(str(CONSTANTS / "linux_machines.py"))[
        "MACHINES"
    ]
    return overlays


def read_groups() -> list[Group]:
    """Return the groups of the table; a group in no header has an empty *headers*."""
    groups = []
    text = "\n\n".join(half.read_text().rstrip("\n") for half in HALVES)
    for block in text.split("\n\n# ")[1:]:
        title, _, body = block.partition("\n")
        where, _, about = title.partition(": ")
        headers = tuple(re.findall(r"<([^>]+)>", where)) if where.startswith("<") else ()
        names = tuple(re.findall(r"^(\w+) = ", body, re.MULTILINE))
        groups.append(Group(about, headers, names))
    return groups


class Headers:
    """The C headers below one directory, seen through the compiler."""

    def __init__(self, include: Path = INCLUDE, machine: str | None = None) -> None:
        self.machine = machine
        self.compiler = os.environ.get("CC", "cc").split()
        places = [include]
        flags: list[str] = []
        if machine is not None:
            places.insert(0, self.place_of(machine, include))
            flags = MACHINES[machine].flags.split()
        # A cross package may hold the machine's C library too; otherwise only what
        # comes from the kernel can be compared.
        self.has_libc = machine is None or (places[0] / "bits").is_dir()
        multiarch = self._run(["-print-multiarch"]).strip()
        own = Path(self._run(["-print-file-name=include"]).strip())
        places = [own, *places, include / multiarch] if multiarch else [own, *places]
        self.flags = ["-D_GNU_SOURCE", "-nostdinc", "-w", *flags]
        for place in places:
            self.flags += ["-isystem", str(place)]

    @staticmethod
    def place_of(machine: str, include: Path = INCLUDE) -> Path:
        """Return the directory that has *machine*'s asm/; FileNotFoundError if none has."""
        triplet = MACHINES[machine].triplet
        for place in (include.parent / triplet / "include", include / triplet):
            if (place / "asm").exists():
                return place
        raise FileNotFoundError(f"no headers of {machine} ({triplet}) for {include}")

    def values(self, group: Group, names: Iterable[str]) -> dict[str, int]:
        """Return the values of those *names* that the headers of *group* define.

        The numbers are read from the assembly text, as the kernel's build does it
        (asm-offsets): so a compiler for another machine will do, too.
        """
        wanted = list(names)
        includes = "".join(f"#include <{header}>\n" for header in group.headers)
        while wanted:
            program = f"{includes}void names(void) {{\n"
            for number, name in enumerate(wanted, 1):
                value = f"(long long) ({name.removeprefix(CPYTHON_PREFIX)})"
                program += f'#line {number} "names"\n'
                program += f'__asm__("\\n->{name} %0" : : "i" ({value}));\n'
            program += "}\n"
            result = self._compile(["-S", "-o", "-"], program)
            if result.returncode == 0:
                found = re.findall(r"->(\w+) [#$]?(-?\d+)", result.stdout)
                return {name: int(value) for name, value in found}
            # Every name that these headers lack is an error on its own line.
            bad = {int(n) for n in re.findall(r"^names:(\d+):.*error", result.stderr, re.MULTILINE)}
            if not bad:
                return {}  # a header is missing, or does not compile
            wanted = [name for number, name in enumerate(wanted, 1) if number not in bad]
        return {}

    def defined(self, group: Group) -> set[str]:
        """Return all macros without arguments and all enum constants of the headers."""
        includes = "".join(f"#include <{header}>\n" for header in group.headers)
        macros = self._compile(["-E", "-dM"], includes).stdout
        text = self._compile(["-E", "-P"], includes).stdout
        names = set(re.findall(r"^#define (\w+) .", macros, re.MULTILINE))
        for members in re.findall(r"\benum\b[^{};()]*\{([^}]*)\}", text):
            names.update(re.findall(r"(?:^|,)\s*(\w+)", members))
        return names

    def _compile(self, mode: list[str], program: str) -> subprocess.CompletedProcess[str]:
        command = [*self.compiler, *self.flags, *mode, "-x", "c", "-"]
        return subprocess.run(command, input=program, capture_output=True, text=True)

    def _run(self, arguments: list[str]) -> str:
        command = [*self.compiler, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def compare(headers: Headers, groups: list[Group] | None = None) -> Report:
    """Compare the table, or *groups*, with its overlay if *headers* are another machine's."""
    table = read_table()
    table.update(read_overlays()[headers.machine] if headers.machine else {})
    unchecked = MACHINES[headers.machine].unchecked if headers.machine else ()
    report = Report([], [], [])
    for group in read_groups() if groups is None else groups:
        if not group.headers or (not headers.has_libc and group.headers == ("sys/socket.h",)):
            found = {}
        else:
            found = headers.values(group, group.names)
        for name in group.names:
            value = table[name]
            if name not in found or name in unchecked or isinstance(value, str):
                report.unknown.append(name)
                continue
            report.compared.append(name)
            # C writes some 32-bit numbers as negative ones (-1U is the same as -1).
            if found[name] != value and found[name] % 2**32 != value:
                report.differences.append(Difference(name, value, found[name]))
    return report


def new_names(headers: Headers) -> Iterator[tuple[Group, dict[str, int]]]:
    """Yield per header what has a prefix of the group's names and is not in the table."""
    known = set(read_table())
    for group in read_groups():
        if not group.headers or CPYTHON_PREFIX in group.names[0]:
            continue
        prefixes = {name.split("_")[0] + "_" for name in group.names if "_" in name}
        names = [
            name
            for name in sorted(headers.defined(group) - known)
            if name.startswith(tuple(prefixes)) and not LEFT_OUT.fullmatch(name)
        ]
        found = headers.values(group, names)
        known.update(names)
        if found:
            yield group, found


def stub() -> str:
    """Return the text of enums.pyi: what enums.py makes at run time, spelt out."""
    table = {name: v for name, v in read_table().items() if isinstance(v, int)}
    lines = [
        "# The four enums of the socket module, and their members as names of the module.",
        "# Made by tools/constants.py --stubs from constants/linux.py. Do not edit.",
        "",
        "from enum import IntEnum, IntFlag",
        "",
    ]
    names = []
    for enum, (base, prefix) in ENUMS.items():
        members = [(v, name) for name, v in table.items() if name.startswith(prefix)]
        members = sorted(member for member in members if member[1].isupper())
        lines += [f"class {enum}({base}):", *(f"    {name} = {v}" for v, name in members), ""]
        names += [f"{name} = {enum}.{name}" for _, name in members]
    return "\n".join([*lines, *names, ""])


def show(title: str, report: Report, verbose: bool) -> bool:
    """Print *report* and return whether the table is right."""
    for difference in report.differences:
        print(f"{title}: {difference.name} is {difference.table:#x}, C has {difference.header:#x}")
    print(
        f"{title}: {len(report.compared)} compared, {len(report.differences)} different, "
        f"{len(report.unknown)} not in these headers"
    )
    if verbose:
        print("  not in these headers:", *report.unknown)
    return not report.differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--include", type=Path, default=INCLUDE, help="root of the headers")
    parser.add_argument("--machines", action="store_true", help="compare the overlays, too")
    parser.add_argument("--new", action="store_true", help="show names the table has not")
    parser.add_argument("--stubs", action="store_true", help="write enums.pyi")
    parser.add_argument("--verbose", action="store_true", help="name what was not compared")
    options = parser.parse_args()
    if options.stubs:
        STUB.write_text(stub())
        return 0
    headers = Headers(options.include)
    if options.new:
        for group, names in new_names(headers):
            print("#", *(f"<{header}>" for header in group.headers))
            print(*(f"{name} = {value:#x}" for name, value in names.items()), "", sep="\n")
        return 0
    right = show("table", compare(headers), options.verbose)
    for machine in MACHINES if options.machines else ():
        try:
            other = Headers(options.include, machine)
        except FileNotFoundError as error:
            print(error)
            continue
        right &= show(machine, compare(other), options.verbose)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

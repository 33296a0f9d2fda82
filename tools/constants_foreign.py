#!/usr/bin/env python3
"""Compare the tables of other systems' constants, and their structs, with published sources.

    tools/constants_foreign.py DIR          what differs, how many were compared with which source
    tools/constants_foreign.py DIR --fetch  the same, after fetching the sources into DIR (400 MB)
    tools/constants_foreign.py DIR --verbose  and which names no source has

Three sources, made by different people:

headers  the systems' own header files, compiled: the package `ziglang` of PyPI has those of macOS,
         FreeBSD, NetBSD and OpenBSD, those of mingw-w64 for Windows, and a compiler for all
go       golang.org/x/sys, the constants that Go's authors took from each system (Debian's
         golang-golang-x-sys-dev); not Windows
rust     the crates libc and, for Windows, winapi (Debian's librust-libc-dev, librust-winapi-dev)

Nothing that the compiler makes is run: numbers are read from its assembly text.
"""

import argparse
import ast
import json
import operator
import os
import re
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CONSTANTS = ROOT / "src" / "berkeley" / "constants"
PACKAGES = ("golang-golang-x-sys-dev", "librust-libc-dev", "librust-winapi-dev")
GO = "usr/share/gocode/src/golang.org/x/sys/unix/zerrors_{}_amd64.go"
CRATES = "usr/share/cargo/registry"
BSD = "libc-*/src/unix/bsd"


class Platform(NamedTuple):
    """Where the facts of a system are."""

    target: str
    # What C has to include before any other header.
    prelude: tuple[str, ...]
    # Files of the crates; a later one has precedence.
    rust: tuple[str, ...]
    # Names of the table that have another one in C.
    renamed: Mapping[str, str] = MappingProxyType({})


PLATFORMS = {
    "darwin": Platform(
        "x86_64-macos", ("sys/types.h", "sys/socket.h"), (f"{BSD}/mod.rs", f"{BSD}/apple/mod.rs")
    ),
    "freebsd": Platform(
        "x86_64-freebsd",
        (
            "sys/types.h",
            "sys/socket.h",
            "sys/bitstring.h",
            "netgraph/bluetooth/include/ng_hci.h",
            "netgraph/bluetooth/include/ng_l2cap.h",
        ),
        (
            f"{BSD}/mod.rs",
            f"{BSD}/freebsdlike/mod.rs",
            f"{BSD}/freebsdlike/freebsd/mod.rs",
            f"{BSD}/freebsdlike/freebsd/freebsd14/mod.rs",
        ),
        {
            "BTPROTO_HCI": "BLUETOOTH_PROTO_HCI",
            "BTPROTO_L2CAP": "BLUETOOTH_PROTO_L2CAP",
            "BTPROTO_RFCOMM": "BLUETOOTH_PROTO_RFCOMM",
            "BTPROTO_SCO": "BLUETOOTH_PROTO_SCO",
            "HCI_FILTER": "SO_HCI_RAW_FILTER",
            "SOL_HCI": "SOL_HCI_RAW",
        },
    ),
    "netbsd": Platform(
        "x86_64-netbsd",
        ("sys/types.h", "sys/socket.h"),
        (f"{BSD}/mod.rs", f"{BSD}/netbsdlike/mod.rs", f"{BSD}/netbsdlike/netbsd/mod.rs"),
        {"SOL_HCI": "BTPROTO_HCI"},
    ),
    "openbsd": Platform(
        "x86_64-openbsd",
        ("sys/types.h", "sys/socket.h"),
        (f"{BSD}/mod.rs", f"{BSD}/netbsdlike/mod.rs", f"{BSD}/netbsdlike/openbsd/mod.rs"),
    ),
    "windows": Platform(
        "x86_64-windows-gnu",
        ("winsock2.h",),
        ("winapi-*/src/shared/*.rs", "winapi-*/src/um/w*s*2*.rs"),
        {
            "AF_BLUETOOTH": "AF_BTH",
            "BTPROTO_RFCOMM": "BTHPROTO_RFCOMM",
            "SHUT_RD": "SD_RECEIVE",
            "SHUT_WR": "SD_SEND",
            "SHUT_RDWR": "SD_BOTH",
            "TCP_QUICKACK": "SIO_TCP_SET_ACK_FREQUENCY",
        },
    ),
}

# What the codecs of core/foreign.py hold true: per system and header, expressions of C and values.
LAYOUTS: dict[str, dict[str, dict[str, int]]] = json.loads(
    (ROOT / "tools" / "foreign_layouts.json").read_text()
)

# Where a source is known to be another than what the table is made of: platform, source, name.
KNOWN = {
    # Go's table was taken from a NetBSD before 8, where messages had a smaller struct sockcred.
    ("netbsd", "go", "SCM_CREDS"): 4,
    # Microsoft's <ws2tcpip.h> makes EAI_NODATA the same as EAI_NONAME, mingw-w64's does not.
    ("windows", "headers", "EAI_NODATA"): 11004,
}


class Difference(NamedTuple):
    source: str
    name: str
    ours: int
    theirs: int


class Report(NamedTuple):
    """What the comparison of one table found; *compared*: source to names."""

    names: int
    compared: dict[str, set[str]]
    differences: list[Difference]

    def twice(self) -> set[str]:
        """The names that two sources or more have."""
        found = list(self.compared.values())
        return {name for names in found for name in names if sum(name in s for s in found) > 1}


def read_table(platform: str) -> dict[str, int | str]:
    """Return the table of *platform*, without importing berkeley: it need not be built."""
    values = runpy.run_path(str(CONSTANTS / f"{platform}.py"))
    return {name: value for name, value in values.items() if not name.startswith("_")}


def read_groups(platform: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the groups of the table: headers (none if no header has these), names."""
    groups = []
    for block in (CONSTANTS / f"{platform}.py").read_text().split("\n\n# ")[1:]:
        title, _, body = block.partition("\n")
        headers = tuple(re.findall(r"<([^>]+)>", title)) if title.startswith("<") else ()
        groups.append((headers, tuple(re.findall(r"^(\w+) = ", body, re.MULTILINE))))
    return groups


class Headers:
    """The header files of one system, seen through the compiler of the package ziglang."""

    def __init__(self, directory: Path, platform: str) -> None:
        self.zig = directory / "ziglang" / "zig"
        self.cache = directory / "cache"
        self.platform = PLATFORMS[platform]
        if not self.zig.exists():
            raise FileNotFoundError(f"{self.zig} (package ziglang of PyPI)")

    def values(self, headers: Iterable[str], expressions: Iterable[str]) -> dict[str, int]:
        """Return the values of those *expressions* that are constant with *headers*."""
        includes = ("stddef.h", *self.platform.prelude, *headers)
        before = "".join(f"#if __has_include(<{h}>)\n#include <{h}>\n#endif\n" for h in includes)
        wanted = list(expressions)
        while wanted:
            program = f"{before}void names(void) {{\n"
            for number, expression in enumerate(wanted):
                program += f'#line {number} "names"\n__asm__("\\n.ascii \\"->{number} %0\\""'
                program += f' : : "i" ((long long) ({expression})));\n'
            code, text = self._compile(program + "}\n")
            if code == 0:
                found = re.findall(r"->(\d+) [#$]?(-?\d+)", text)
                return {wanted[int(number)]: int(value) for number, value in found}
            # Every name that these headers lack is an error on its own line.
            bad = {int(n) for n in re.findall(r"^names:(\d+):.*error", text, re.MULTILINE)}
            if not bad:
                raise RuntimeError(f"{headers}: {text[:2000]}")
            wanted = [name for number, name in enumerate(wanted) if number not in bad]
        return {}

    def _compile(self, program: str) -> tuple[int, str]:
        """Return 0 and the assembly text, or another number and the compiler's messages."""
        with tempfile.TemporaryDirectory() as scratch:
            command = [str(self.zig), "cc", "-target", self.platform.target, "-S", "-w"]
            command += ["-ferror-limit=0", "-D__APPLE_USE_RFC_3542", "-D_WIN32_WINNT=0x0A00"]
            command += ["-o", f"{scratch}/names.s", "-x", "c", "-"]
            cache = {f"ZIG_{which}_CACHE_DIR": str(self.cache) for which in ("GLOBAL", "LOCAL")}
            result = subprocess.run(
                command, input=program, capture_output=True, text=True, env={**os.environ, **cache}
            )
            if result.returncode:
                return result.returncode, result.stderr
            return 0, Path(scratch, "names.s").read_text()


def from_headers(directory: Path, platform: str) -> dict[str, int]:
    """Return what the header files have of the table."""
    headers = Headers(directory, platform)
    found = {}
    for include, names in read_groups(platform):
        if include:
            c_names = {name: headers.platform.renamed.get(name, name) for name in names}
            values = headers.values(include, c_names.values())
            found.update({name: values[c] for name, c in c_names.items() if c in values})
    return found


def from_go(directory: Path, platform: str) -> dict[str, int]:
    """Return all constants of golang.org/x/sys."""
    file = directory / GO.format(platform)
    if platform != "windows" and not file.exists():
        raise FileNotFoundError(f"{file} (package golang-golang-x-sys-dev)")
    text = file.read_text() if file.exists() else ""
    found = re.findall(r"^\t(\w+)\s+= (-?(?:0x)?[0-9a-f]+)$", text, re.MULTILINE)
    return {name: int(value, 0) for name, value in found}


_OPERATORS: dict[type[ast.AST], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitOr: operator.or_,
    ast.LShift: operator.lshift,
}


def evaluate(text: str, names: dict[str, int]) -> int:
    """Return the value of a constant expression of Rust; ValueError for what is none."""
    text = re.sub(r"\bas (::)?\w+|\b(\d+|0x[0-9A-Fa-f]+)_?[iu](8|16|32|64|size)\b", r"\2", text)
    text = re.sub(r"_WSAIOW!", "_WSAIOW", text).replace("::", "").replace("!", "~")

    def value(node: ast.AST) -> int:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        if isinstance(node, ast.Name) and node.id in names:
            return names[node.id]
        if isinstance(node, ast.UnaryOp):
            number = value(node.operand)
            return -number if isinstance(node.op, ast.USub) else ~number
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_WSAIOW":
            # winsock2.h: an ioctl that takes data, of a group and with a number.
            return 0x80000000 | value(node.args[0]) | value(node.args[1])
        raise ValueError(text)

    try:
        return value(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        raise ValueError(text) from None


def from_rust(directory: Path, platform: str) -> dict[str, int]:
    """Return all constants of the crates that are expressions of integers."""
    names: dict[str, int] = {}
    files = [f for p in PLATFORMS[platform].rust for f in sorted((directory / CRATES).glob(p))]
    if not files:
        raise FileNotFoundError(f"{directory / CRATES} (packages librust-*-dev)")
    constant = re.compile(r"^\s*pub const (\w+): [\w:]+ = ([^;\"]+);", re.MULTILINE)
    text = "\n".join(file.read_text() for file in files)
    # Some are made of others that come later.
    for _ in range(2):
        for name, expression in constant.findall(text):
            try:
                names[name] = evaluate(expression, names)
            except ValueError:
                continue
    renamed = PLATFORMS[platform].renamed
    return names | {name: names[other] for name, other in renamed.items() if other in names}


SOURCES: dict[str, Callable[[Path, str], dict[str, int]]] = {
    "headers": from_headers,
    "go": from_go,
    "rust": from_rust,
}


def compare(directory: Path, platform: str) -> Report:
    """Compare the table of *platform* with the sources in *directory*.

    Raises FileNotFoundError (a source is missing).
    """
    table = {n: v for n, v in read_table(platform).items() if isinstance(v, int)}
    report = Report(len(table), {}, [])
    for source, read in SOURCES.items():
        found = read(directory, platform)
        report.compared[source] = table.keys() & found.keys()
        for name in sorted(report.compared[source]):
            if found[name] == KNOWN.get((platform, source, name)):
                continue
            # C and Rust write some 32-bit numbers as negative ones (-1U is the same as -1).
            if found[name] != table[name] and found[name] % 2**32 != table[name] % 2**32:
                report.differences.append(Difference(source, name, table[name], found[name]))
    return report


def compare_layouts(directory: Path, platform: str) -> Report:
    """Compare the structs that the codecs hold true with the header files."""
    headers = Headers(directory, platform)
    expected = {f"{h}: {e}": v for h, found in LAYOUTS[platform].items() for e, v in found.items()}
    report = Report(len(expected), {"headers": set()}, [])
    for header, expressions in LAYOUTS[platform].items():
        for expression, value in headers.values([header], expressions).items():
            report.compared["headers"].add(f"{header}: {expression}")
            if value != expressions[expression]:
                difference = Difference("headers", expression, expressions[expression], value)
                report.differences.append(difference)
    return report


def fetch(directory: Path) -> None:
    """Download the sources into *directory*, with pip and apt-get."""
    directory.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
    subprocess.run([*pip, "--target", str(directory), "ziglang"], check=True)
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES], check=True, cwd=scratch)
        for package in sorted(Path(scratch).glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), str(directory)], check=True)


def show(title: str, report: Report, verbose: bool) -> bool:
    """Print *report* and return whether the table is right."""
    for source, name, ours, theirs in report.differences:
        print(f"{title}: {name} is {ours:#x}, {source} has {theirs:#x}")
    everything = set().union(*report.compared.values())
    counts = ", ".join(f"{len(names)} with {source}" for source, names in report.compared.items())
    print(
        f"{title}: {report.names} names, {len(everything)} compared ({counts}; "
        f"{len(report.twice())} with two or more), {len(report.differences)} different"
    )
    if verbose and title in PLATFORMS:
        table = read_table(title)
        print("  in no source:", *(name for name in table if name not in everything))
    return not report.differences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("directory", type=Path, help="where the sources are")
    parser.add_argument("--fetch", action="store_true", help="download them first")
    parser.add_argument("--verbose", action="store_true", help="name what was not compared")
    options = parser.parse_args()
    directory = options.directory.absolute()
    if options.fetch:
        fetch(directory)
    right = True
    for platform in PLATFORMS:
        right &= show(platform, compare(directory, platform), options.verbose)
        right &= show(f"{platform}, structs", compare_layouts(directory, platform), False)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())

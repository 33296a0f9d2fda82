"""The layers: a module imports only from rows above its own in this table."""

import ast
import io
import pathlib
import re
import tokenize

import pytest

import berkeley
from berkeley import core

PACKAGE = pathlib.Path(berkeley.__file__).parent

# Lower layers first; a module may import from the rows above its own, not from its own row.  The
# rows are the design's, and where one module of such a row needs another (wait needs errors, iptext
# and the codecs need hosts) it is two rows here.
ROWS = [
    "core.libc.*",
    "core.errors core.immutable core.members core.landing core.flying core.forms core.outgoing",
    "core.codec core.vector constants.*",
    "core.convert lookups",
    "core.wait core.buffers core.byteorder core.views constants",
    "core.afalg core.text core.recent core.named core.gil core.flight",
    "core.connecting core.interfaces core.hosts",
    "core.iptext core.address.opaque",
    "core.address.bdaddr core.address.bsd",
    "core.address.bluetooth_items",
    "core.address.*",
    "core.sockaddr core.foreign",
    "core.families",
    "core.ancillary core.options core.names core.netdb",
    "core.endpoint",
    "core.attempt",
    "core.transfer",
    "core.message",
    "core.slots core.gathering core.segments core.loans",
    "core.batch core.coalesced",
    "core.mmsg core.zerocopy core.exactly",
    "core.socket_type",
    "core.layout",
    "core.address core.libc",
    "core enums",
    "unixpath copyends",
    "fileio filesending winsock batching racing zerocopy splicing reading",
    "options.kinds options.multicast options.filters",
    "options.access options.structs options.tcpinfo options.mptcpinfo",
    "options.socketlevel options.internet options.transport options.families",
    "options.table",
    "options",
    "socketclass",
    "addresses mptcp activation servergroup unixserver",
    "connection descriptors hostname dropin selftest",
    ".",
    "ancillary.layout",
    "ancillary.descriptors ancillary.errors ancillary.ip ancillary.protocols",
    "ancillary.socketlevel ancillary.timestamps",
    "ancillary.table",
    "ancillary",
    "_socket",
    "netlink",
    "interfaces",
    "cli.*",
    "cli",
    "__main__ startup.*",
]
# These look public names up at each call, because programs patch them there; and so does _socket,
# which the package makes on demand.
LATE = {"connection", "descriptors", "hostname", "dropin", "racing"}
LATE |= {"mptcp", "activation", "servergroup", "unixserver"}
# These ask for what few programs need when it is needed.
ON_DEMAND = {("core.sockaddr", "core.families"), ("core.message", "core.afalg")}


def modules():
    """Each source file of the package by its dotted name, ``.`` for the package itself."""
    found = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".pxd"):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "."
            found.setdefault(name, []).append(path)
    return found


MODULES = modules()


def row_of(name):
    for number, row in enumerate(ROWS):
        for pattern in row.split():
            if pattern == name or (pattern[-1] == "*" and name.startswith(pattern[:-1])):
                return number
    raise AssertionError(f"berkeley.{name} has no row in this test")


def absolute(full_name):
    """A dotted name as one of MODULES; None for what is not of the package."""
    if full_name == "berkeley":
        return "."
    for prefix in ("berkeley.", "cython.cimports.berkeley."):
        if full_name.startswith(prefix):
            name = full_name.removeprefix(prefix)
            while name not in MODULES:
                # A name in a module.
                name, _, last = name.rpartition(".")
                if not last:
                    return "."
            return name
    return None


def running(tree):
    """All nodes of a module but those for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            for other in node.orelse:
                yield from running(other)
            continue
        yield node
        yield from running(node)


def imports(path):
    """The full names that a file imports or cimports."""
    if path.suffix == ".pxd":
        text = path.read_text()
        yield from re.findall(r"^\s*from ([\w.]+) cimport", text, re.M)
        yield from re.findall(r"^\s*cimport ([\w.]+)", text, re.M)
        return
    for node in running(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def python_files():
    return [path for paths in MODULES.values() for path in paths if path.suffix == ".py"]


@pytest.mark.parametrize("name", MODULES)
def test_imports_come_from_below(name):
    row = row_of(name)
    for path in MODULES[name]:
        for full_name in imports(path):
            other = absolute(full_name)
            if other is None or other == name or (name, other) in ON_DEMAND:
                continue
            if other == "." and name in LATE:
                continue
            if name == "." and other in ("_socket", "ancillary"):
                # Made when it is asked for: __getattr__.
                continue
            assert row_of(other) <= row, f"{name} imports {other}, which is above it"
            same_row = row_of(other) == row
            assert not same_row or name.startswith(("core.libc", "cli")), (
                f"{name} imports {other}, which is of its own row"
            )


def test_late_imports_are_attributes_of_the_module():
    """Where a low module names the package itself, it takes no name out of it at import time."""
    for name in LATE:
        for path in MODULES[name]:
            for node in running(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom):
                    assert node.module != "berkeley", path


def test_order_of_loading():
    """The core's own list of layers, by which it loads its modules, is in the order of the rows."""
    text = " ".join((core.LAYERS, *core.LATER.values()))
    names = [f"core.{name}" for name in dict.fromkeys(text.split())]
    compiled = {n for n in MODULES if n.startswith("core.") and not n.startswith("core.libc")}
    compiled = {n for n in compiled if any(p.suffix == ".py" for p in MODULES[n])}
    assert set(names) == compiled - {"core.address"}
    place = {name: i for i, name in enumerate(names)}
    for name in names:
        for path in MODULES[name]:
            for full_name in imports(path):
                other = absolute(full_name)
                if other in place and other != name and (name, other) not in ON_DEMAND:
                    assert place[other] < place[name], f"{name} is loaded before {other}"


def names_in(path):
    """The identifiers and words of code of a file, without strings and comments."""
    with io.BytesIO(path.read_bytes()) as data:
        for token in tokenize.tokenize(data.readline):
            if token.type == tokenize.NAME:
                yield token.string


def test_cython_is_the_cores_alone():
    for path in python_files():
        if "core" not in path.relative_to(PACKAGE).parts:
            assert "cython" not in set(names_in(path)), path


STANDARD = {"socket", "_socket", "selectors", "ssl", "asyncio", "socketserver", "http", "urllib"}
# The command line runs in a process of its own, where the standard module may be compared with.
AT_HOME_WITH_IT = {"cli"}


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_standard_module_is_not_imported(path):
    if path.relative_to(PACKAGE).parts[0] in AT_HOME_WITH_IT:
        return
    for full_name in imports(path):
        assert full_name.split(".")[0] not in STANDARD, f"{path} imports {full_name}"


def makes_error_of_a_code(node):
    """Whether a call makes an OSError from more than a text."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    if node.func.id in ("gaierror", "herror", "BlockingIOError", "InterruptedError"):
        return True
    return node.func.id == "OSError" and len(node.args) > 1


def test_errors_of_codes_are_made_in_one_place():
    for path in python_files():
        relative = str(path.relative_to(PACKAGE))
        if not relative.startswith("core/") or relative == "core/errors.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not makes_error_of_a_code(node), f"{relative}:{node.lineno}"


def test_timeout_errors_are_made_in_one_place():
    for path in python_files():
        if path.name != "errors.py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    made = node.exc.func
                    assert getattr(made, "id", "") != "TimeoutError", f"{path}:{node.lineno}"


def test_declarations_hold_no_code():
    for name, paths in MODULES.items():
        if name.startswith("core.libc."):
            assert [path.suffix for path in paths] == [".pxd"], name
            assert "Declarations only: no code." in paths[0].read_text()


def test_every_compiled_module_has_types():
    for name, paths in MODULES.items():
        for path in paths:
            relative = path.relative_to(PACKAGE).parts
            if path.suffix == ".py" and relative[0] == "core" and path.name != "__init__.py":
                defines = any(
                    isinstance(node, ast.FunctionDef | ast.ClassDef)
                    and not any(
                        isinstance(d, ast.Attribute) and d.attr == "cfunc"
                        for d in node.decorator_list
                    )
                    for node in ast.parse(path.read_text()).body
                )
                if defines:
                    assert path.with_suffix(".pyi").exists(), name

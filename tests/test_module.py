"""The module: every name of the documents, with its value, kind and signature."""

import importlib
import inspect
import json
import pathlib
import re
import socket as standard
import sys

import pytest

import berkeley

DATA = json.loads((pathlib.Path(__file__).parent / "data" / "names.json").read_text())
NAMES, METHODS = DATA["names"], DATA["methods"]
CONSTANTS = {n: v for n, v in NAMES.items() if v["kind"] == "const"}
FUNCTIONS = {n: v for n, v in NAMES.items() if v["kind"] == "function"}
CLASSES = {n: v for n, v in NAMES.items() if v["kind"] == "class"}


def test_all_names_are_in_all():
    assert len(NAMES) == 536
    assert set(NAMES) - set(berkeley.__all__) == set()
    assert sorted(berkeley.__all__) == sorted(set(berkeley.__all__))
    for name in berkeley.__all__:
        assert hasattr(berkeley, name), name


def test_names_of_this_interpreters_own_module():
    public = {n for n in standard.__all__ if hasattr(standard, n)}
    assert public - set(berkeley.__all__) == set()


def test_all_has_nothing_else():
    """Besides what names.json has, constants alone."""
    extra = [name for name in berkeley.__all__ if name not in NAMES]
    assert len(extra) > 500
    assert [name for name in extra if not isinstance(getattr(berkeley, name), int)] == []


@pytest.mark.parametrize("name", CONSTANTS)
def test_constant(name):
    expected = CONSTANTS[name]
    ours = getattr(berkeley, name)
    if name == "has_ipv6":
        assert ours is True
        return
    # The interpreter's own value counts where there is one.
    value = getattr(standard, name, expected.get("value"))
    assert ours == value
    assert type(ours).__name__ == type(value).__name__ or type(ours).__name__ == expected["type"]


@pytest.mark.parametrize("name", CLASSES)
def test_class(name):
    ours = getattr(berkeley, name)
    assert inspect.isclass(ours)
    kind = CLASSES[name]["type"]
    if kind.startswith("builtins."):
        assert ours is getattr(__import__("builtins"), kind.removeprefix("builtins."))
    else:
        assert ours.__name__ == kind.rpartition(".")[2] or name == "SocketType"
    theirs = getattr(standard, name)
    assert issubclass(ours, OSError) == issubclass(theirs, OSError)
    assert issubclass(ours, int) == issubclass(theirs, int)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    ours = getattr(berkeley, name)
    assert callable(ours)
    assert not inspect.isclass(ours)
    assert ours.__doc__
    assert ours.__name__ == name


def parsed(text):
    """The signature that names.json has as text."""
    # What is no Python there is the repr of a default.
    text = re.sub(r"<.*?>+", "None", text)
    namespace = {}
    exec(f"def function{text}: pass", namespace)
    return inspect.signature(namespace["function"])


def parameters(signature):
    """Kinds, names and which have defaults; the names of positional-only ones do not matter."""
    return [
        (p.kind, "" if p.kind is p.POSITIONAL_ONLY else p.name, p.default is p.empty)
        for p in signature.parameters.values()
    ]


@pytest.mark.parametrize("name", [n for n, v in FUNCTIONS.items() if v["signature"][0] == "("])
def test_signature(name):
    expected = parameters(parsed(FUNCTIONS[name]["signature"]))
    ours = parameters(inspect.signature(getattr(berkeley, name)))
    # What berkeley adds comes behind, by name, and need not be given.
    added = ours[len(expected) :]
    assert added == [(inspect.Parameter.KEYWORD_ONLY, key, False) for _, key, _ in added]
    assert ours[: len(expected)] == expected


@pytest.mark.parametrize("name", [n for n, v in METHODS.items() if v["signature"][:1] == "("])
def test_method(name):
    # Without self, which is positional only in compiled methods.
    expected = parameters(parsed(METHODS[name]["signature"]))[1:]
    ours = parameters(inspect.signature(getattr(berkeley.socket, name)))[1:]
    # Additions are keywords behind the others.
    assert ours[: len(expected)] == expected
    assert {kind for kind, *_ in ours[len(expected) :]} <= {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("name", [n for n, v in METHODS.items() if v["signature"][:1] != "("])
def test_method_without_a_signature(name):
    with berkeley.socket() as sock:
        getattr(sock, name)
    if METHODS[name]["signature"].startswith(f"{name}("):
        assert callable(getattr(berkeley.socket, name))


def test_methods_of_this_interpreters_own_class():
    theirs = {n for n in dir(standard.socket) if not n.startswith("__")}
    assert theirs - set(dir(berkeley.socket)) == set()


def test_import_is_alone(child):
    """The standard module, and what imports it, is not loaded behind ours."""
    done = child(
        """
        import sys
        import berkeley
        berkeley.create_server(("127.0.0.1", 0)).close()
        assert not {"socket", "_socket", "selectors", "select", "ssl", "asyncio"} & set(sys.modules)
        print(len(sys.modules))
        """
    )
    assert int(done.stdout) > 10


def test_star_import(child):
    done = child(
        """
        from berkeley import *
        import berkeley
        assert socket is berkeley.socket
        assert gaierror is berkeley.gaierror
        missing = [name for name in berkeley.__all__ if name not in globals()]
        assert missing == [], missing
        assert "_socket" not in globals()
        with socket(AF_UNIX, SOCK_DGRAM) as s:
            assert s.family is AF_UNIX
        print("done")
        """
    )
    assert done.stdout == "done\n"


def test_dir():
    assert {"socket", "AF_INET", "getaddrinfo"} <= set(dir(berkeley))


def test_unknown_names():
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(berkeley, "no_such_name")  # noqa: B009
    with pytest.raises(ImportError):
        from berkeley import no_such_name  # noqa: F401


def test_reload():
    """importlib.reload() leaves the classes that programs hold alone."""
    before = {name: getattr(berkeley, name) for name in ("socket", "gaierror", "AF_INET")}
    importlib.reload(berkeley)
    for name, thing in before.items():
        assert getattr(berkeley, name) is thing


def test_version():
    assert berkeley.__version__.count(".") == 2
    assert berkeley.__name__ == "berkeley"
    assert sys.modules["berkeley"] is berkeley


@pytest.mark.parametrize("name", ["array", "errno", "io", "os", "selectors", "sys"])
def test_modules_that_programs_reach_through_socket(name):
    assert getattr(berkeley, name) is __import__(name)
    assert name not in berkeley.__all__


def test_signature_of_the_class():
    expected = "(family=-1, type=-1, proto=-1, fileno=None)"
    assert str(inspect.signature(berkeley.socket)) == expected

"""getfqdn: a name with a dot in it, if there is one."""

import errno

import pytest

import berkeley


@pytest.fixture
def known(monkeypatch):
    """What gethostbyaddr() answers: programs and tests patch it in the same way."""
    asked = []

    def answer(result):
        def gethostbyaddr(name):
            asked.append(name)
            if isinstance(result, OSError):
                raise result
            return result

        monkeypatch.setattr(berkeley, "gethostbyaddr", gethostbyaddr)
        monkeypatch.setattr(berkeley, "gethostname", lambda: "machine")
        return asked

    return answer


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (("host.example", [], ["192.0.2.1"]), "host.example"),
        (("host", ["alias", "host.example", "host.other"], []), "host.example"),
        (("host", ["alias"], []), "host"),
        (OSError(errno.ENOENT, "x"), "name"),
        (berkeley.herror(1, "x"), "name"),
        (berkeley.gaierror(-2, "x"), "name"),
    ],
)
def test_choice(known, result, expected):
    asked = known(result)
    assert berkeley.getfqdn("  name \n") == expected
    assert asked == ["name"]


@pytest.mark.parametrize("name", ["", "0.0.0.0", "::", "  "])
def test_this_machine(known, name):
    asked = known(OSError())
    assert berkeley.getfqdn(name) == "machine"
    assert asked == ["machine"]


def test_default(known):
    known(OSError())
    assert berkeley.getfqdn() == "machine"


def test_the_real_one():
    assert berkeley.getfqdn("127.0.0.1") == berkeley.gethostbyaddr("127.0.0.1")[0]
    with pytest.raises(AttributeError):
        berkeley.getfqdn(None)

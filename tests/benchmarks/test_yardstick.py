"""benchmarks.yardstick: the C program, compiled and asked."""

import pytest

from benchmarks import yardstick
from benchmarks.datagrams import bound
from benchmarks.row import Unavailable
from benchmarks.topics import ROWS


@pytest.fixture(scope="module")
def running():
    try:
        context = yardstick.running()
        program = context.__enter__()
    except yardstick.NoYardstick as reason:
        pytest.skip(str(reason))
    yield program
    context.__exit__(None, None, None)


def has_ipv6():
    import socket

    try:
        with bound(socket, "AF_INET6", ("::1", 0), ("::1", 0)):
            return True
    except Unavailable:
        return False


@pytest.mark.parametrize("name", sorted({row.bare for row in ROWS if row.bare is not None}))
def test_every_work_runs_and_takes_time(running, name):
    if "inet6" in name and not has_ipv6():
        pytest.skip("no IPv6 on the loopback")
    assert running.time(name, 3) > 0
    assert running.timer(name)(3) > 0


def test_an_unknown_work_ends_the_program_with_a_message(capfd):
    with pytest.raises(yardstick.NoYardstick, match="no-such-work"):  # noqa: SIM117
        with yardstick.running() as program:
            program.time("no-such-work", 1)
    assert "no work is called no-such-work" in capfd.readouterr().err


def test_without_a_compiler_the_reason_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(yardstick.NoYardstick, match="no C compiler"):
        yardstick.compile_to(tmp_path / "program")


def test_a_compiler_that_fails_is_quoted(monkeypatch, tmp_path):
    source = tmp_path / "broken.c"
    source.write_text("int main(void) { return undeclared; }\n")
    monkeypatch.setattr(yardstick, "SOURCE", source)
    try:
        yardstick.compile_to(tmp_path / "program")
    except yardstick.NoYardstick as reason:
        if "no C compiler" in str(reason):
            pytest.skip(str(reason))
        assert "undeclared" in str(reason)
    else:
        pytest.fail("a broken program was compiled")

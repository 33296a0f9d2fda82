"""benchmarks.system_calls: what strace writes, and a count of real operations."""

from collections import Counter

import pytest

from benchmarks import system_calls

TEXT = """\
sendto(3, "\\0"..., 64, 0, NULL, 0) = 64
recvfrom(4, "\\0"..., 64, 0, NULL, NULL) = 64
sendto(3, "\\0"..., 64, 0, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)
--- SIGCHLD {si_signo=SIGCHLD} ---
+++ exited with 0 +++
"""


def test_the_calls_are_counted_by_name():
    assert system_calls.calls_of(TEXT) == {"sendto": 2, "recvfrom": 1}


def test_one_operation_is_the_difference_without_what_does_not_repeat():
    few = Counter({"sendto": 100, "mmap": 20})
    many = Counter({"sendto": 500, "mmap": 20, "recvfrom": 300, "brk": 3})
    assert system_calls.difference(few, many) == {"recvfrom": 1.5, "sendto": 2.0}


def test_one_call_has_no_number_and_more_have():
    assert system_calls.words_of({"poll": 2.0, "recvfrom": 1.0}) == "2 poll, recvfrom"
    assert system_calls.words_of({}) == ""


def test_without_strace_the_program_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_calls.main([]) == 2
    assert "There is no strace" in capsys.readouterr().out


@pytest.mark.needs("strace")
def test_a_timeout_costs_the_standard_module_two_polls_and_berkeley_none():
    name = "send + recv, 64 bytes, with a timeout"
    theirs = system_calls.counted("socket", [name])[name]
    ours = system_calls.counted("berkeley", [name])[name]
    assert theirs == {"poll": 2.0, "recvfrom": 1.0, "sendto": 1.0}
    assert ours == {"recvfrom": 1.0, "sendto": 1.0}


@pytest.mark.needs("strace")
def test_an_operation_that_fails_is_told():
    with pytest.raises(RuntimeError, match="no such row"):
        system_calls.counted("socket", ["no such row"])

"""One child process: runs some of CPython's tests, and writes what happens as it happens.

Runs on the interpreter under test with nothing but its standard library:
``python child.py REQUEST EVENTS``.

REQUEST is a JSON file:
    module    ``test.test_socket``
    classes   class names to run, or null for all
    tests     test ids to run, or null for all
    exclude   test ids to leave out (they ran in an earlier child)
    list      true: say what would run, run nothing
    use       resources of regrtest's, as its option -u: ``network``, ``walltime`` ...
    expect    ``berkeley`` or ``standard``: what `socket` must be here
    gil       false: the GIL must be off

EVENTS receives JSON lines: ``plan`` (every test that will run, with its class), ``start``,
``result`` and ``end``. A test with a start and no result is the one that crashed or hung.
"""

import importlib
import json
import os
import sys
import traceback
import unittest
from collections.abc import Iterator
from typing import Any

# Two outcomes for one test (a failing subtest, an error in tearDown): the later one here counts.
SEVERITY = ("pass", "xfail", "skip", "xpass", "fail", "error")
LONGEST_DETAIL = 6000


class Events:
    """Writes events to a file, which is open only meanwhile: no descriptor for a test to close."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pid = os.getpid()
        # tests replace functions of os; these are kept
        self._open, self._write, self._close = os.open, os.write, os.close
        self._getpid, self._dumps = os.getpid, json.dumps

    def emit(self, event: str, **fields: object) -> None:
        """Append one line, unless this is a process that a test forked and forgot."""
        if self._getpid() != self._pid:
            return
        line = (self._dumps({"event": event, **fields}) + "\n").encode("ascii")
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        fd = self._open(self._path, flags, 0o600)
        try:
            while line:
                line = line[self._write(fd, line) :]
        finally:
            self._close(fd)


class Recorder(unittest.TestResult):
    """A test result that turns every call into events."""

    def __init__(self, events: Events) -> None:
        super().__init__()
        self._events = events
        self._current: str | None = None
        self._outcome = ("pass", "")

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._current = test.id()
        self._outcome = ("pass", "")
        self._events.emit("start", id=self._current)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        if self._current is None:
            return  # 3.12.1 stops skipped tests that it has not started
        outcome, detail = self._outcome
        self._events.emit("result", id=self._current, outcome=outcome, detail=detail)
        self._current = None

    def _note(self, test: unittest.TestCase, outcome: str, detail: str = "") -> None:
        detail = detail[-LONGEST_DETAIL:]
        if self._current is None:
            # setUpClass and the like, and tests that 3.12.1 skips: there was no start
            self._events.emit("result", id=test.id(), outcome=outcome, detail=detail)
        elif SEVERITY.index(outcome) >= SEVERITY.index(self._outcome[0]):
            self._outcome = (outcome, detail)

    @staticmethod
    def _text(err: Any) -> str:
        try:
            return "".join(traceback.format_exception(*err))
        except Exception as error:  # an exception that cannot be shown
            return f"{err[0]!r} (while showing it: {error!r})"

    def addSuccess(self, test: unittest.TestCase) -> None:
        self._note(test, "pass")

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._note(test, "fail", self._text(err))

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self._note(test, "error", self._text(err))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        if hasattr(test, "test_case"):
            # a skipped subtest is an entry of its own: the test itself may have passed
            self._events.emit("result", id=test.id(), outcome="skip", detail=str(reason))
        else:
            self._note(test, "skip", str(reason))

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._note(test, "xfail")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        self._note(test, "xpass", "unexpected success")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            outcome = "fail" if issubclass(err[0], test.failureException) else "error"
            self._note(test, outcome, subtest.id() + "\n" + self._text(err))


def flatten(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Yield the tests of nested suites, in the order in which they run."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def prepare(use: list[str]) -> None:
    """Do what regrtest does before it loads a test: resources, crash reports, an audit hook."""
    import faulthandler

    support: Any = importlib.import_module("test.support")
    faulthandler.enable(all_threads=True)
    support.record_original_stdout(sys.stdout)
    support.verbose = 0
    support.use_resources = dict.fromkeys(use) if sys.version_info >= (3, 15) else use
    sys.addaudithook(lambda name, args: None)


def complaint(request: dict[str, Any]) -> str | None:
    """Say what is wrong here, if anything: is `socket` the module that it should be?"""
    socket, _socket = importlib.import_module("socket"), importlib.import_module("_socket")
    try:
        berkeley = importlib.import_module("berkeley")
    except ImportError:
        installed = False
    else:
        installed = socket.socket is berkeley.socket and issubclass(socket.socket, _socket.socket)
    if installed != (request["expect"] == "berkeley"):
        return f"socket is {socket!r} and _socket is {_socket!r}: not {request['expect']}"
    if not request.get("gil", True) and getattr(sys, "_is_gil_enabled", lambda: True)():
        return "the GIL is on"
    return None


def load(request: dict[str, Any]) -> list[unittest.TestCase]:
    """Return the tests that the request names.

    Raises SkipTest and whatever else the module raises when it is imported.
    """
    module = importlib.import_module(request["module"])
    tests = list(flatten(unittest.TestLoader().loadTestsFromModule(module)))
    classes, names, exclude = request["classes"], request["tests"], set(request["exclude"])
    if classes is not None:
        tests = [test for test in tests if type(test).__qualname__ in classes]
    if names is not None:
        names = set(names)
        tests = [test for test in tests if test.id() in names]
    return [test for test in tests if test.id() not in exclude]


def main(request_path: str, events_path: str) -> None:
    """Run the request; the exit status is 0 whenever the end was reached."""
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    events = Events(events_path)
    # as with `python -m test`, the current folder (a fresh temporary one) can be imported from;
    # this file's folder cannot
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.getcwd(), *(place for place in sys.path if place != here)]
    wrong = complaint(request)
    if wrong:
        events.emit("wrong", detail=wrong)
        return
    prepare(request["use"])
    name = f"load ({request['module']})"
    try:
        tests = load(request)
    except unittest.SkipTest as reason:
        events.emit("result", id=name, outcome="skip", detail=str(reason))
    except BaseException:
        events.emit("result", id=name, outcome="error", detail=traceback.format_exc())
    else:
        plan = [(test.id(), type(test).__qualname__) for test in tests]
        events.emit("plan", tests=plan)
        if not request["list"]:
            unittest.TestSuite(tests).run(Recorder(events))
    events.emit("end")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Records what each test of an exchange came to, and skips what the kernel is configured without.

The outcomes go to the file that $KERNEL_OUTCOMES names, a JSON line a test, written when it starts
and when it ends: a test that the kernel did not survive is known by it. `kernel.report` reads them.
"""

import json
import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from kernel import guest
from kernel.background import Background
from kernel.outcomes import ABSENT, EXCHANGED, FAILED, OTHER_KERNEL, SKIPPED, STARTED

# Descriptors counted around each test, capabilities, connected pairs, children.
pytest_plugins = ("tests.conftest",)

MARKERS = (
    'exchange(family, what): the test shows that data went through, as in ("CAN", "raw frame")',
    "config(*items): skip if the kernel is configured without one of them, as in CONFIG_CAN",
    'kernel(since="6.2", before="7.1", reason=...): skip on others; no exchange on the default one',
)
ALLOWED = pytest.StashKey[tuple[str, str]]()
FOUND = pytest.StashKey[tuple[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    for line in MARKERS:
        config.addinivalue_line("markers", line)


def pytest_sessionstart(session: pytest.Session) -> None:
    if not guest.inside() and not session.config.option.collectonly:
        raise pytest.UsageError("these tests need a kernel of their own: make kernel-tests")


def _record(test: str, outcome: str, reason: str, exchanges: list[tuple[str, ...]]) -> None:
    if path := os.environ.get("KERNEL_OUTCOMES"):
        with open(path, "a", encoding="utf-8") as file:
            json.dump([test, outcome, reason, exchanges], file)
            file.write("\n")


def _exchanges(item: pytest.Item) -> list[tuple[str, ...]]:
    return [mark.args for mark in item.iter_markers("exchange")]


def _unsupported(item: pytest.Item) -> tuple[str, str] | None:
    """Why the kernel cannot do the test, by its markers: outcome and reason."""
    for mark in item.iter_markers("config"):
        if lacking := guest.lacking(*mark.args):
            return ABSENT, f"{', '.join(lacking)} not set"
    release = os.uname().release
    for mark in item.iter_markers("kernel"):
        since, before = mark.kwargs.get("since", "0.0"), mark.kwargs.get("before", "999.0")
        if not guest.version(since) <= guest.version(release) < guest.version(before):
            return OTHER_KERNEL, mark.kwargs["reason"]
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    _record(item.nodeid, STARTED, "", _exchanges(item))
    if found := _unsupported(item):
        item.stash[ALLOWED] = found
        pytest.skip(f"kernel {os.uname().release}: {found[1]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed or hasattr(report, "wasxfail"):
        text = str(call.excinfo.value) if call.excinfo else report.when
        item.stash[FOUND] = FAILED, (text.splitlines() or [repr(call.excinfo)])[0]
    elif report.skipped:
        reason = str(call.excinfo.value) if call.excinfo else ""
        item.stash[FOUND] = item.stash.get(ALLOWED, (SKIPPED, reason))
    if report.when == "teardown":
        _record(item.nodeid, *item.stash.get(FOUND, (EXCHANGED, "")), _exchanges(item))
    return report


def pytest_collectreport(report: pytest.CollectReport) -> None:
    # A file that cannot be imported, or skips itself: its exchanges are not known.
    if not report.passed:
        _record(report.nodeid, FAILED, f"not collected: {report.longrepr}", [])


@pytest.fixture(scope="session")
def vcan() -> str:
    """The name of an interface of CAN that is up, and takes CAN FD."""
    return guest.VCAN


@pytest.fixture
def background() -> Iterator[Callable[..., Background[Any]]]:
    """Start ``background(call, *args)`` in a thread; ``.result()`` waits for what it returns.

    What the call raised is raised by `result`, or by the end of the test if that was not called.
    """
    started: list[Background[Any]] = []

    def start(call: Callable[..., Any], *args: Any, **more: Any) -> Background[Any]:
        started.append(Background(call, *args, **more))
        return started[-1]

    yield start
    for one in started:
        one.result()

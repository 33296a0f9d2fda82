"""Runs a unit to its end: goes on behind a test that crashed or hung; every test gets a result."""

import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from conformance.launch import ChildRun, run_child
from conformance.model import Interpreter, Result, Unit, UnitRun
from conformance.suites import longest_test, resources

RESTARTS = 4

# starts a child for (request, patience in seconds)
Launcher = Callable[[dict[str, Any], float], ChildRun]


class WrongModule(Exception):
    """The child did not have the `socket` that it should have: no result would mean anything."""


def launcher(
    interpreter: Interpreter, side: str, log_name: str, use: Iterable[str] = ()
) -> Launcher:
    """Return what starts the children of one unit; a new log file is begun.

    *use*: resources of regrtest's that the tests are given beside those of `suites.resources`.
    """
    log = interpreter.folder / "logs" / side / f"{log_name}.txt"
    log.unlink(missing_ok=True)

    def launch(request: dict[str, Any], patience: float) -> ChildRun:
        request = {**request, "use": [*request["use"], *use]}
        return run_child(interpreter, side, request, patience, log)

    return launch


def listing(unit: Unit, launch: Launcher) -> list[str]:
    """Return the classes of the unit's module, in order; empty if it cannot be loaded."""
    child = launch(_request(unit, listing=True), 120.0)
    _check(child)
    plan = [event["tests"] for event in child.events if event["event"] == "plan"]
    return list(dict.fromkeys(cls for tests in plan for _, cls in tests))


def execute(
    unit: Unit, launch: Launcher, patience: float | None = None, tests: Iterable[str] | None = None
) -> UnitRun:
    """Run *unit* (or of it only *tests*, by id) and return a result for every test that it has.

    *patience*: the seconds that one test may take, if not the usual ones of its module.
    Raises WrongModule.
    """
    began = time.monotonic()
    seconds = longest_test(unit.module) if patience is None else patience
    only = None if tests is None else sorted(tests)
    plan: list[str] = []
    results: dict[str, Result] = {}
    for _ in range(RESTARTS + 1):
        request = _request(unit, only, list(results))
        child = launch(request, seconds)
        _check(child)
        current = _collect(child, plan, results)
        ended = any(event["event"] == "end" for event in child.events)
        if ended and not child.status and not child.hung:
            break
        result = Result("timeout" if child.hung else "crash", _story(child, seconds))
        if ended:
            results[f"exit ({unit.name})"] = result
            break
        culprit = current or next((test for test in plan if test not in results), None)
        results[culprit or f"load ({unit.module})"] = result
        if culprit is None or all(test in results for test in plan):
            break
    _account(plan, results)
    return UnitRun(results, time.monotonic() - began)


def _request(
    unit: Unit, tests: list[str] | None = None, exclude: Iterable[str] = (), listing: bool = False
) -> dict[str, Any]:
    return {
        "module": unit.module,
        "classes": [unit.cls] if unit.cls else None,
        "tests": tests,
        "exclude": list(exclude),
        "list": listing,
        "use": list(resources(unit.module)),
    }


def _check(child: ChildRun) -> None:
    for event in child.events:
        if event["event"] == "wrong":
            raise WrongModule(event["detail"])


def _collect(child: ChildRun, plan: list[str], results: dict[str, Result]) -> str | None:
    """Add a child's events to *plan* and *results*; return the test that was running at its end."""
    current = None
    for event in child.events:
        match event["event"]:
            case "plan":
                known = set(plan)
                plan.extend(test for test, _ in event["tests"] if test not in known)
            case "start":
                current = event["id"]
            case "result":
                results[event["id"]] = Result(event["outcome"], event["detail"])
                if event["id"] == current:
                    current = None
    return current


def _story(child: ChildRun, seconds: float) -> str:
    if child.hung:
        how = f"no end after {seconds:g} s"
    elif child.status < 0:
        how = f"ended by {signal.Signals(-child.status).name}"
    else:
        how = f"exit status {child.status}"
    return f"{child.log}\n{how}"


def _account(plan: list[str], results: dict[str, Result]) -> None:
    """Give every planned test a result: that of its class's or module's set-up, if that had one."""
    fixtures = {
        name[name.index("(") + 1 : -1]: name
        for name in results
        if name.startswith(("setUpClass (", "setUpModule (")) and name.endswith(")")
    }
    used = set()
    for test in plan:
        if test in results:
            continue
        parent = next((place for place in fixtures if test.startswith(place + ".")), None)
        if parent is None:
            results[test] = Result("missing", "it did not run")
        else:
            used.add(fixtures[parent])
            results[test] = results[fixtures[parent]]
    for name in used:
        del results[name]

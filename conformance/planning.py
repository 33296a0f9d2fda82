"""Cuts an interpreter's tests into units, a class each, and decides in which order they start.

A process a class costs a minute more than a process a module (3.13: 560 classes, two cores),
and no class sees what another has left behind.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

from conformance.execute import launcher, listing
from conformance.model import Interpreter, Unit
from conformance.store import Store
from conformance.suites import SLOW, for_interpreter


def selected(unit: Unit, tests: Sequence[str]) -> bool:
    """Whether --tests names the unit, its module or its package (no --tests: everything)."""
    return not tests or any(unit.name == name or unit.name.startswith(name + ".") for name in tests)


def modules(interpreter: Interpreter, tests: Sequence[str]) -> list[str]:
    """Return the modules that the interpreter has, of those that --tests may mean something in."""
    found = []
    for suite in for_interpreter(interpreter.name):
        for module in interpreter.modules.get(suite) or ():
            short = module.removeprefix("test.")
            # test_socket.BasicTCPTest is in test_socket, test_asyncio.test_locks in test_asyncio
            related = (f"{short}.".startswith(f"{name}.") for name in tests)
            within = (f"{name}.".startswith(f"{short}.") for name in tests)
            if not tests or any(related) or any(within):
                found.append(module)
    return found


def absent(interpreter: Interpreter) -> list[str]:
    """Return the test modules that this interpreter does not come with."""
    return [name for name in for_interpreter(interpreter.name) if not interpreter.modules.get(name)]


def units(
    interpreter: Interpreter,
    sides: Sequence[tuple[str, Store | None]],
    tests: Sequence[str],
    jobs: int = 1,
    whole: bool = False,
) -> list[Unit]:
    """Return the units to run on every side: a class that only one side has is one for both.

    *sides* are the names of sides with the stores that remember their classes; without a store, the
    classes are asked for each time. With *whole*, a module is one unit, if *tests* names no class
    of it.
    """

    def classes(asked: tuple[str, tuple[str, Store | None]]) -> list[str]:
        module, (side, store) = asked
        found = store.classes(module) if store else None
        if found is None:
            whole = Unit(module)
            found = listing(whole, launcher(interpreter, side, f"{whole.name}.classes"))
            if store:
                store.save_classes(module, found)
        return found

    named = modules(interpreter, tests)
    if whole:
        pieces = [Unit(module) for module in named if selected(Unit(module), tests)]
        named = [module for module in named if Unit(module) not in pieces]
    else:
        pieces = []
    questions = list(product(named, sides))
    with ThreadPoolExecutor(jobs) as pool:
        answers = list(pool.map(classes, questions))
    planned: dict[str, dict[Unit, None]] = {}
    for (module, _), names in zip(questions, answers, strict=True):
        planned.setdefault(module, {}).update({Unit(module, name): None for name in names})
    # a module that cannot be loaded is run as one piece, which records why
    found = [unit for module, ours in planned.items() for unit in ours or [Unit(module)]]
    return pieces + [unit for unit in found if selected(unit, tests)]


def slowest_first(todo: Iterable[Unit], times: Store) -> list[Unit]:
    """Return the units in the order in which to start them; *times* knows how long they took."""

    def key(unit: Unit) -> float:
        seconds = times.seconds(unit)
        if seconds is not None:
            return -seconds
        return -1000.0 if unit.suite.startswith(SLOW) else -10.0

    return sorted(todo, key=key)

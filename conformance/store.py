"""Keeps results in the work folder: the standard module's are measured once an interpreter."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from conformance.model import Interpreter, Result, Unit, UnitRun
from conformance.suites import resources

CHILD = Path(__file__).with_name("child.py")


class Store:
    """The results of one side on one interpreter, a file a unit."""

    def __init__(self, interpreter: Interpreter, side: str, use: Sequence[str] = ()) -> None:
        self._folder = interpreter.folder / side
        self._use = tuple(use)
        own = hashlib.sha256(CHILD.read_bytes()).hexdigest()
        self._base = f"{interpreter.fingerprint}-{own}"

    def _fingerprint(self, module: str) -> str:
        return "-".join((self._base, *resources(module), *self._use))

    def _path(self, unit: Unit) -> Path:
        return self._folder / f"{unit.name}.json"

    def load(self, unit: Unit) -> UnitRun | None:
        """Return the stored results, None if interpreter, tests, resources or child.py changed."""
        try:
            data = json.loads(self._path(unit).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if data["fingerprint"] != self._fingerprint(unit.module):
            return None
        results = {test: Result(*result) for test, result in data["results"].items()}
        return UnitRun(results, data["seconds"])

    def seconds(self, unit: Unit) -> float | None:
        """Return how long the unit took when its results were stored, changed since or not."""
        try:
            stored = json.loads(self._path(unit).read_text(encoding="utf-8"))["seconds"]
        except (OSError, ValueError, KeyError):
            return None
        return float(stored)

    def save(self, unit: Unit, run: UnitRun) -> None:
        """Store the results; a reader sees the old ones or the new ones, nothing between."""
        data = {
            "fingerprint": self._fingerprint(unit.module),
            "seconds": round(run.seconds, 2),
            "results": {
                test: [result.outcome, result.detail] for test, result in run.results.items()
            },
        }
        self._write(self._path(unit), data)

    def classes(self, module: str) -> list[str] | None:
        """Return the stored class names of *module*, under the same conditions as `load`."""
        try:
            data = json.loads((self._folder / f"{module}.classes").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return list(data["classes"]) if data["fingerprint"] == self._fingerprint(module) else None

    def save_classes(self, module: str, classes: list[str]) -> None:
        """Store the class names of *module*."""
        path = self._folder / f"{module}.classes"
        self._write(path, {"fingerprint": self._fingerprint(module), "classes": classes})

    @staticmethod
    def _write(path: Path, data: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_text(json.dumps(data, indent=0), encoding="utf-8")
        new.replace(path)

"""A call in a thread, whose result or exception comes back: the other end of an exchange."""

import functools
import threading
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Seconds. What takes a millisecond elsewhere takes 25 under emulation.
LIMIT = 20.0


class Background(threading.Thread, Generic[T]):
    """One call, started at once."""

    # A daemon: a call that hangs must not keep the guest from its end.
    def __init__(self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> None:
        super().__init__(daemon=True)
        self._call: Callable[[], T] = functools.partial(call, *args, **more)
        self._error: BaseException | None = None
        self._value: T
        self.start()

    def run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:
            self._error = error

    def result(self, timeout: float = LIMIT) -> T:
        """What the call returned. Raises what it raised; TimeoutError if it has not ended."""
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError(f"the call in the background has not ended within {timeout:g} s")
        if self._error:
            raise self._error
        return self._value

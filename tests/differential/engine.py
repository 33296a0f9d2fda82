"""Makes one call on one module, in a fresh scene, and writes down all that can be seen of it.

An Outcome holds what the call returned or raised, in a form that does not depend on the module, and
besides: warnings, exceptions that were ignored, descriptors left open, and the state of every
socket afterwards.
"""

import ast
import fcntl
import io
import os
import re
import struct
import sys
import termios
import warnings
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import CodeType
from typing import Any

from tests.differential.scenes import SCENES
from tests.differential.sides import Side, class_name, neutral
from tests.differential.values import NAMES


@dataclass(frozen=True)
class Call:
    """A row of a table: statements to run in a scene; the value of the last one is the result."""

    scene: str
    text: str

    @property
    def id(self) -> str:
        return f"{self.scene}: {self.text}"


@dataclass(frozen=True)
class Raised:
    """An exception: its class by name, the names of all it inherits from, its arguments."""

    kind: str
    bases: tuple[str, ...]
    args: Any
    details: Any

    @property
    def text(self) -> str:
        return str(self.args[0]) if len(self.args) == 1 else ""


@dataclass
class Outcome:
    """What a call did; `events` are audit events, empty where nobody listens."""

    result: Any
    warned: list[str]
    ignored: list[str]
    left_open: int
    states: dict[str, str]
    events: list[Any] = field(default_factory=list)


class Recorder:
    """Where an audit hook puts what it hears; `events` is None while nobody wants to know."""

    def __init__(self) -> None:
        self.events: list[Any] | None = None

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.events is not None and event.startswith("socket."):
            self.events.append((event, args))


@cache
def compiled(text: str) -> tuple[CodeType, CodeType]:
    """All statements but the last one, and the last one as an expression (None if it is none)."""
    tree = ast.parse(text)
    last: ast.expr = ast.Constant(None, lineno=1, col_offset=0)
    if isinstance(tree.body[-1], ast.Expr):
        last = tree.body.pop().value  # type: ignore[attr-defined]
    return compile(tree, "<call>", "exec"), compile(ast.Expression(last), "<call>", "eval")


class Normaliser:
    """Replaces what differs from run to run: ports and names of the kernel's choice, paths."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.ports: set[int] = set()
        self.path: str | None = None

    def learn(self, values: Iterable[Any]) -> None:
        """Take the ports of the sockets in *values* for names of theirs."""
        for value in values:
            if isinstance(value, (tuple, list)):
                self.learn(value)
            elif self.side.is_socket(value):
                for name in ("getsockname", "getpeername"):
                    try:
                        address = getattr(self.side.base.socket, name)(value)
                    except OSError:
                        continue
                    if isinstance(address, tuple) and len(address) in (2, 4) and address[1]:
                        self.ports.add(address[1])

    def is_port(self, value: Any) -> bool:
        return isinstance(value, int) and value in self.ports

    def text(self, text: str) -> str:
        text = neutral(text)
        if self.path is not None:
            text = text.replace(self.path, "<path>")
        for port in self.ports:
            text = re.sub(rf"\b{port}\b", "<port>", text)
        return text

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        if kind.__module__ == "berkeley.addresses":
            # A tuple that has names as well, docs/differences.md.
            kind = tuple
        if kind is str:
            return self.text(value)
        if kind is bytes and re.fullmatch(rb"\x00[0-9a-f]{5}", value):
            return "<name chosen by the kernel>"
        if isinstance(value, (bytes, bytearray)) and self.path is not None:
            value = kind(value.replace(self.path.encode(), b"<path>"))
        if kind in (tuple, list):
            if len(value) in (2, 4) and type(value[0]) is str and self.is_port(value[1]):
                value = (value[0], "<port>", *value[2:])
            return (kind.__name__, *map(self, value))
        if kind is dict:
            return ("dict", *((self(key), self(item)) for key, item in value.items()))
        if self.side.is_socket(value):
            return ("socket", class_name(kind), neutral(state(value, self.side)))
        if isinstance(value, Enum):
            return (class_name(kind), value.name, value.value)
        if isinstance(value, BaseException):
            return self.exception(value)
        if isinstance(value, type):
            return class_name(value)
        if isinstance(value, (int, float, bytes, bytearray, type(None))):
            return (class_name(kind), value)
        return (class_name(kind), self.text(repr(value)))

    def event(self, value: Any) -> Any:
        """An argument of an audit event; of a socket only its class, not its state of now."""
        if isinstance(value, tuple):
            return tuple(map(self.event, value))
        if self.side.is_socket(value):
            return class_name(type(value))
        return "<port>" if self.is_port(value) else self(value)

    def exception(self, error: BaseException) -> Raised:
        details: Any = None
        if isinstance(error, OSError):
            details = self((error.errno, error.strerror, error.filename))
        elif isinstance(error, BaseExceptionGroup):
            details = self(list(error.exceptions))
        return Raised(
            class_name(type(error)),
            tuple(class_name(base) for base in type(error).__mro__),
            tuple(self.text(str(a)) if isinstance(a, str) else self(a) for a in error.args[:5]),
            details,
        )


def state(sock: Any, side: Side) -> str:
    """What can be seen of a socket from outside, the number of bytes that wait in it included."""
    base = side.base.socket
    fd = base.fileno(sock)
    seen = f"{sock.family!r} {sock.type!r} proto={sock.proto} timeout={base.gettimeout(sock)}"
    if fd < 0:
        return seen + " closed"
    flags = fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK
    seen += f" nonblocking={flags != 0} inheritable={os.get_inheritable(fd)}"
    try:
        waiting = struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, bytes(4)))[0]
    except OSError:
        return seen + " listening"
    return f"{seen} waiting={waiting}"


def descriptors() -> set[int]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
        except OSError:
            continue
        found.add(int(name))
    return found


def shut(sock: Any, side: Side) -> None:
    """Close a socket in whatever state a call has left its Python attributes."""
    fd = side.base.socket.detach(sock)
    if fd >= 0:
        os.close(fd)


def close_all(values: Iterable[Any], side: Side) -> None:
    """Close sockets and files among *values*, also those in tuples and lists."""
    for value in values:
        if isinstance(value, (tuple, list)):
            close_all(value, side)
        elif side.is_socket(value):
            shut(value, side)
        elif isinstance(value, io.IOBase):
            try:
                value.close()
            except Exception:
                # A file over a socket that the call has closed; its buffer may still hold data.
                continue


def run(call: Call, side: Side, recorder: Recorder | None = None) -> Outcome:
    """Make *call* on the module of *side*; *recorder* hears audit events meanwhile."""
    before = descriptors()
    first, last = compiled(call.text)
    normal = Normaliser(side)
    ignored: list[str] = []
    names: dict[str, Any] = {}
    result: Any = None
    hook = sys.unraisablehook
    sys.unraisablehook = lambda seen: ignored.append(class_name(seen.exc_type))
    try:
        with ExitStack() as scene, warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")

            def keep(value: Any) -> Any:
                if side.is_socket(value):
                    scene.callback(shut, value, side)
                else:
                    scene.callback(getattr(value, "cleanup", None) or value.close)
                return value

            names.update(NAMES, socket=side.module, base=side.base, keep=keep)
            names["__name__"] = "calls"
            made = SCENES[call.scene](side.module, keep)
            names.update(made)
            normal.path = made.get("path")
            normal.learn(made.values())
            events: list[Any] = []
            if recorder is not None:
                recorder.events = events
            try:
                exec(first, names)
                result = eval(last, names)
            except Exception as error:
                result = error.with_traceback(None)
                # The frames that the exception has seen hold sockets.
                result.__context__ = result.__cause__ = None
            finally:
                if recorder is not None:
                    recorder.events = None
            side.module.setdefaulttimeout(None)
            extra = {k: v for k, v in names.items() if k not in NAMES and k != "base"}
            normal.learn([*extra.values(), result])
            states = {
                name: neutral(state(value, side))
                for name, value in extra.items()
                if side.is_socket(value)
            }
            raised = isinstance(result, BaseException)
            outcome = normal.exception(result) if raised else ("returned", normal(result))
            events = [(name, normal.event(args)) for name, args in events]
            close_all([*(v for k, v in extra.items() if k not in made), result], side)
            names.clear()
            extra.clear()
            del result
        messages = [f"{class_name(w.category)}: {_plain(normal, w.message)}" for w in warned]
    finally:
        sys.unraisablehook = hook
    made.clear()
    left = descriptors() - before
    for fd in left:
        os.close(fd)
    return Outcome(outcome, messages, ignored, len(left), states, events)


def _plain(normal: Normaliser, message: Any) -> str:
    text = re.sub(r"fd=\d+", "fd=N", normal.text(str(message)))
    # The socket that a warning is about is gone, so nobody could be asked for its port.
    return re.sub(r"(addr=\('[^']*', )\d+", r"\1<port>", text)

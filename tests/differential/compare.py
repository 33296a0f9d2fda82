"""When two outcomes of a call are equal: the rules, in one place.

Results are equal in value and type; the class of an exception is equal, and so are its arguments,
except for the texts of TypeError, ValueError and OverflowError.  There, ours may say more than
CPython's: it has to name the call or the argument, unless the text is one that programs look at.
"""

import ast
import inspect
import re
from functools import cache
from typing import Any

import berkeley
from tests.differential.engine import Call, Outcome, Raised

# Texts that programs and test suites compare or search; ours is the same to the letter.
LOOKED_AT = re.compile(
    r"timed out|a bytes-like object is required, not '.*'|cannot pickle .*|negative file descriptor"
    r"|Timeout value out of range|embedded null character|embedded null byte"
    r"|negative buffersize in \w+|non-blocking sockets are not supported"
    r"|only SOCK_STREAM type sockets are supported|file should be opened in binary mode"
    r"|invalid mode .*|unbuffered streams must be binary|I/O operation on closed (socket|file)\."
    r"|dualstack_ipv6 .*|count must be a positive integer .*|.* must be 0-\d+\.?"
    r"|unknown address family \d+"
)
# What may stand before a text: the name of the argument or of the call.
PREFIX = re.compile(r"[a-zA-Z_ ]+(\(\))?: ")
MAY_SAY_MORE = ("TypeError", "ValueError", "OverflowError", "AttributeError")
# The parts of addresses and items, which are arguments as well; and what Python itself calls them.
PARTS = frozenset(
    [
        "address",
        "host",
        "port",
        "flowinfo",
        "scope_id",
        "path",
        "family",
        "cmsg_level",
        "cmsg_type",
        "cmsg_data",
        "timeout",
        "fileno",
        "__init__",
        "keywords",
    ]
)


@cache
def _parameters(name: str) -> frozenset[str]:
    found: set[str] = {name}
    for owner in (berkeley, berkeley.socket, berkeley.SocketIO):
        try:
            found.update(inspect.signature(getattr(owner, name)).parameters)
        except (AttributeError, TypeError, ValueError):
            continue
    return frozenset(found - {"self", "args", "kwargs"})


@cache
def called(text: str) -> frozenset[str]:
    """The names of all attributes that the text of a call uses, those in setattr() included."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and str(node.value).isidentifier():
            found.add(str(node.value))
    return frozenset(found)


def says_what(text: str, call: Call) -> bool:
    """True when a message names the call, or one of its arguments."""
    words = set(re.findall(r"\w+", text))
    return any(words & _parameters(name) for name in called(call.text)) or bool(words & PARTS)


def texts_agree(theirs: str, ours: str, call: Call) -> bool:
    if ours == theirs:
        return True
    named = PREFIX.match(ours)
    if LOOKED_AT.fullmatch(theirs):
        return named is not None and ours[named.end() :] == theirs
    return named is not None or says_what(ours, call)


def values_agree(theirs: Any, ours: Any, call: Call) -> bool:
    """Equal, down to the exceptions that stand among the results of a call of several steps."""
    if isinstance(theirs, Raised) and isinstance(ours, Raised):
        if (theirs.kind, theirs.bases, theirs.details) != (ours.kind, ours.bases, ours.details):
            return False
        if theirs.kind in MAY_SAY_MORE:
            return texts_agree(theirs.text, ours.text, call)
        return theirs.args == ours.args
    if isinstance(theirs, tuple) and isinstance(ours, tuple):
        return len(theirs) == len(ours) and all(
            values_agree(a, b, call) for a, b in zip(theirs, ours)
        )
    if isinstance(theirs, float) and theirs != theirs:
        return isinstance(ours, float) and ours != ours
    return bool(type(theirs) is type(ours) and theirs == ours)


def differences(theirs: Outcome, ours: Outcome, call: Call) -> dict[str, str]:
    """What differs, by aspect: result, warned, ignored, left_open, state; empty if nothing."""
    found = {}
    if not values_agree(theirs.result, ours.result, call):
        found["result"] = _both(_shown(theirs.result), _shown(ours.result))
    for aspect in ("warned", "ignored", "left_open"):
        one, other = getattr(theirs, aspect), getattr(ours, aspect)
        if one != other:
            found[aspect] = _both(one, other)
    states = {name: (theirs.states.get(name), ours.states.get(name)) for name in theirs.states}
    if any(one != other for one, other in states.values()):
        found["state"] = "\n".join(f"{name}: {_both(*pair)}" for name, pair in states.items())
    return found


def _both(theirs: Any, ours: Any) -> str:
    return f"{theirs}\n   ours: {ours}"


def _shown(result: Any) -> str:
    if isinstance(result, Raised):
        return f"{result.kind}{result.args!r}"
    return str(result[1])

"""When two outcomes of a call are equal: the rules, in one place.

Results are equal in value and type; the class of an exception is equal, and so are its arguments, except for the
texts of TypeError, ValueError and OverflowError.  There, ours may say more than CPython's: it has to name the
call or the argument, unless the text is one that programs look at.
"""

import ast
import inspect
import re
from functools import lru_cache
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
MAY_SAY_MORE = ("TypeError", "ValueError", "OverflowError")
# The parts of addresses and items, which are arguments as well.
PARTS = frozenset(
    "address host port flowinfo scope_id path family cmsg_level cmsg_type cmsg_data timeout fileno".split()
)


@lru_cache(maxsize=None)
def _parameters(name: str) -> frozenset[str]:
    found: set[str] = {name}
    for owner in (berkeley, berkeley.socket, berkeley.SocketIO):
        try:
            found.update(inspect.signature(getattr(owner, name)).parameters)
        except (AttributeError, TypeError, ValueError):
            continue
    return frozenset(found - {"self", "args", "kwargs"})


@lru_cache(maxsize=None)
def called(text: str) -> frozenset[str]:
    """The names of all attributes and functions that the text of a call uses."""
    tree = ast.parse(text)
    return frozenset(n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute))


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


def differences(theirs: Outcome, ours: Outcome, call: Call) -> list[str]:
    """What differs, a line each; an empty list when nothing does."""
    found = []
    if not values_agree(theirs.result, ours.result, call):
        found.append(f"result: {_shown(theirs.result)}\n   ours: {_shown(ours.result)}")
    for name in ("warned", "ignored", "left_open"):
        if getattr(theirs, name) != getattr(ours, name):
            found.append(f"{name}: {getattr(theirs, name)}\n   ours: {getattr(ours, name)}")
    for name in {**theirs.states, **ours.states}:
        one, other = theirs.states.get(name), ours.states.get(name)
        if one != other:
            found.append(f"{name} is left as {one}\n   ours: {other}")
    return found


def _shown(result: Any) -> str:
    if isinstance(result, Raised):
        return f"{result.kind}{result.args!r}"
    return str(result[1])

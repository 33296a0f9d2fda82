"""The differences from the standard module that are meant: which calls, in what, and why.

The calls of an entry are those whose id its pattern matches (a regular expression for the whole
id); it allows them one aspect, the names of which are those of compare.py.  An entry that no call
needs any more fails the tests, so the table cannot go stale; the documents are made from it.
"""

import re
import sys
from typing import NamedTuple


class Difference(NamedTuple):
    """A meant difference in one *aspect* of *calls*, from Python *first* to Python *last* "
    "(inclusive)."""

    aspect: str
    calls: str
    reason: str
    first: tuple[int, int] = (3, 11)
    last: tuple[int, int] = (3, 99)

    @property
    def here(self) -> bool:
        """True when the running interpreter is one of those versions."""
        return self.first <= sys.version_info[:2] <= self.last

    def applies(self, call_id: str, aspect: str) -> bool:
        return (
            self.here
            and aspect == self.aspect
            and re.fullmatch(self.calls, call_id, re.DOTALL) is not None
        )


# Numbers that do not fit the C type of a field; the standard module keeps the lowest 32 bits of
# most.
TOO_LARGE = r"(-1|-?2\*\*\d+( - 1)?|10\*\*30)"

DIFFERENCES = [
    Difference(
        "left_open",
        r"(stream|folder): .*socket\.fromfd\(.*",
        "When fromfd() cannot make the socket, the duplicate is closed; the standard module "
        "leaves it open.",
    ),
    Difference(
        "left_open",
        r"none: s = keep\(socket\.socket\(\)\); s\.__init__\(.*",
        "A second __init__() closes the descriptor of the first; the standard module leaves it "
        "open.",
    ),
    Difference(
        "warned",
        r"(waiting|none): socket\.create_(connection|server)\(.*",
        "Whatever goes wrong, TypeError included, the socket made so far is closed; the standard "
        "module leaves it to the garbage collector, with a ResourceWarning.",
    ),
    Difference(
        "result",
        r"(none|newudp6): .*\('::1', \d+, .*" + TOO_LARGE + r".*",
        "flowinfo and scope_id that do not fit 32 bits are an OverflowError; the standard module "
        "cuts them.",
    ),
    Difference(
        "result",
        r".*'(fe80::1%lo|::1%1|::1%lo)'.*",
        "The zone of an IPv6 host (fe80::1%eth0) is kept when the address has no scope_id of its "
        "own; the standard module overwrites it with 0.",
    ),
    Difference(
        "result",
        r"none: (socket|base)\.(close|dup|fromfd|socket)\(.*" + TOO_LARGE + r"[,)].*",
        "A descriptor that does not fit a C int is an OverflowError; the standard module cuts it "
        "to another.",
    ),
    Difference(
        "result",
        r"new: sock\.setsockopt\(.*, None, .*",
        "An optlen that does not fit 32 bits, or is negative, is an OverflowError; the standard "
        "module cuts it. An exception that its __index__ raises comes through.",
    ),
    Difference(
        "result",
        r"stream: sock\.getsockopt\(.*, " + TOO_LARGE + r"\)",
        "A buflen that does not fit a C int is out of range, as every other that is too large.",
    ),
    Difference(
        "result",
        r"(new|stream): sock\.setsockopt\(.*, (None|-?2\*\*\d+( - 1)?|Index\(5\.0\)|Broken\(\)"
        r"|Decimal\(5\))\).*",
        "What is wrong with the value of an option is told as since 3.14: a number that does not "
        "fit is an OverflowError, an exception of its __index__ comes through, and None without "
        "optlen is said to lack it.",
        last=(3, 13),
    ),
    Difference(
        "result",
        r"stream: socket\.recv_fds\(.*",
        "recv_fds() heeds its flags, as documented; the standard module ignores them.",
    ),
    Difference(
        "state",
        r"stream: .*socket\.recv_fds\(.*",
        "As above.",
    ),
    Difference(
        "result",
        r"(stream|udp4|newunix): .*socket\.send_fds\(.*",
        "send_fds() heeds flags and address, as documented; the standard module ignores them.",
    ),
    Difference(
        "state",
        r"(stream|udp4|newunix): .*socket\.send_fds\(.*",
        "As above.",
    ),
    Difference(
        "left_open",
        r"newunix: .*socket\.send_fds\(.*",
        "As above: the descriptor arrives.",
    ),
    Difference(
        "result",
        r"stream: f = sock\.makefile\('r?w', 1\); .*",
        "makefile() with buffering=1 gives a text stream that is line buffered, as open() does; "
        "the standard module makes a buffer of one byte under a text layer that does not flush "
        "at the end of a line.",
    ),
    Difference(
        "result",
        r"folder: import os; r, w = os\.pipe\(\); .*",
        "sendfile() sends what a pipe gives; the standard module takes its size, 0, for the end.",
    ),
    Difference(
        "state",
        r"folder: import os; r, w = os\.pipe\(\); .*",
        "As above.",
    ),
    Difference(
        "result",
        r"(folder|closed|detached): (sock\.close\(\); )?sock\.(sendfile"
        r"|_sendfile_use_sendfile)\(.*",
        "sendfile() on a closed socket is an OSError (EBADF), as every other call; the standard "
        "module raises a ValueError of its selector.",
    ),
    Difference(
        "result",
        r"folder: R = type\('R', .*sock\.sendfile\(R\(\), 5\).*",
        "sendfile() with an offset reads a file without seek() from where it is; the standard "
        "module raises AttributeError.",
    ),
    Difference(
        "result",
        r"folder: .*sock\.(sendfile|_sendfile_use_send)\(file, (None|Index\(\d\)|1\.0|0"
        r", 2\*\*\d+)\).*",
        "sendfile() looks at offset and count before it sends anything; a count that is larger "
        "than the file is no error, however large.",
    ),
    Difference(
        "state",
        r"folder: sock\.sendfile\(file, (None|Index\(\d\)|0, 2\*\*\d+)\)",
        "As above: nothing has been sent, or all.",
    ),
    Difference(
        "result",
        r"timed: sock\._?accept\(\)|full_timed: .*",
        "A call on a socket with a timeout tries first and waits after, so what can be said or "
        "done at once is not a timeout: accept() on a socket that does not listen, sending "
        "nothing.",
    ),
    Difference(
        "state",
        r"full_timed: .*",
        "As above.",
    ),
    Difference(
        "result",
        r"none: S = type\('S', .*__init__.*close\(\)"
        r"|none: s = socket\.socket\.__new__\(socket\.socket\).*",
        "A socket whose __init__ has not run is a closed socket, without AttributeErrors.",
    ),
    Difference(
        "result",
        r"none: (base\.(socket|socketpair|getaddrinfo)|socket\.SocketType)\(.*"
        r"|none: base\.socketpair\(\)",
        "Families and types are enum members, which are ints, also in the base type and in the "
        "flat module.",
    ),
    Difference(
        "state",
        r"none: s = (type\('S', \(base\.socket|base\.socket\.__new__).*",
        "As above.",
    ),
    Difference(
        "result",
        r"none: (base|socket\.socket\.__bases__\[0\])\.(socket\.)?__name__",
        "The base type has the name under which the module shows it, SocketType.",
    ),
    Difference(
        "result",
        r"(stream: sock|none: (type\()?socket\.socket)\.__slots__\)?"
        r"|none: socket\._socket\.__name__|none: type\(socket\._GLOBAL_DEFAULT_TIMEOUT\) is object",
        "What the module is made of inside: where __slots__ are, the name of the flat module, "
        "sentinels.",
    ),
    Difference(
        "result",
        r"stream: (sock\._closed = 1; .*|del sock\._(closed|io_refs); 1|setattr\(sock"
        r", '_io_refs', None\)|sock\._real_close\(None\))",
        "Private attributes of sockets are C fields: _closed is a bool, _io_refs an int; "
        "_real_close() has no use for its argument.",
    ),
    Difference(
        "state",
        r"stream: sock\._real_close\(None\)",
        "As above.",
    ),
    Difference(
        "result",
        r"stream: import pickle; pickle\.dumps\(sock, 0\)",
        "A socket refuses every pickle protocol with the same text.",
    ),
    Difference(
        "result",
        r"none: socket\.create_connection\('(127\.0\.0\.1|ab)'\)",
        "A text is the path of an AF_UNIX socket; the standard module takes it for a pair.",
    ),
    Difference(
        "result",
        r"none: socket\.(create_connection|getaddrinfo)\(.*\\0.*",
        "A host name or a port with a zero byte is an error; the standard module cuts it there.",
    ),
    Difference(
        "result",
        r"none: socket\.getaddrinfo\('127\.0\.0\.1', (True|IntSub\(5\)|Number\.TWO"
        r"|Index\(5(\.0)?\)|Broken\(\))\)",
        "getaddrinfo() takes every integer for a port: subclasses of int, members of an IntEnum, "
        "and objects with __index__; the standard module takes int itself only.",
    ),
    Difference(
        "result",
        r"none: socket\.if_indextoname\((Index|Broken)\(.*",
        "if_indextoname() takes objects with __index__, as other calls do.",
    ),
    Difference(
        "result",
        r"none: socket\.if_indextoname\(2\*\*(32|63)\)",
        "An index that does not fit 32 bits is an OverflowError; the standard module cuts it "
        "(until 3.12).",
        last=(3, 12),
    ),
    Difference(
        "result",
        r"stream: sock\.sendmsg_afalg\(.*",
        "sendmsg_afalg() looks at its arguments before it looks at the family of the socket.",
    ),
    Difference(
        "result",
        r"none: socket\.socket\.close\(object\(\)\)",
        "close() is a method of the base type: called with something else, it is a TypeError.",
    ),
    Difference(
        "result",
        r"none: socket\.SocketIO\(None, 'r'\)\.name",
        "The name of a stream without a socket is -1, as that of a closed one.",
    ),
    Difference(
        "ignored",
        r"(none|stream): socket\.SocketIO\(.*",
        "A stream whose making has failed is finalized in silence.",
        first=(3, 13),
    ),
]

# The same for audit events, which are an aspect of their own.
EVENTS = [
    Difference(
        "events",
        r"none: (s = type\('S', \(base\.socket,\), \{\}\)\(\).*|repr\(base\.socket\(\)\))",
        "The base type fills in the defaults of family, type and proto itself.",
    ),
    Difference(
        "events",
        r"none: type\(socket\.CAPI\).*",
        "Asking for the capsule runs the self-test of the layout, which makes a socket object.",
    ),
    Difference(
        "events",
        r"none: socket\.getfqdn\(.*",
        "getfqdn() looks for this machine in the file of hosts: it compares names with its own.",
    ),
]


def reason(call_id: str, aspect: str) -> str | None:
    """Why a call may differ in *aspect* on this interpreter; None when it may not."""
    for difference in EVENTS if aspect == "events" else DIFFERENCES:
        if difference.applies(call_id, aspect):
            return difference.reason
    return None

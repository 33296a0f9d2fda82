"""The differences from the standard module that are meant: which calls, and why.

Each entry is a pattern for the ids of calls (a regular expression that matches a whole id) and a reason, which
the documents repeat.  A listed call that does not differ fails the tests: the table cannot go stale.
"""

import re
from typing import NamedTuple


class Difference(NamedTuple):
    """A meant difference: of result and state (`calls`), or of audit events (`events`)."""

    calls: str
    reason: str


DIFFERENCES: list[Difference] = []
EVENTS: list[Difference] = []


def reason(call_id: str, table: list[Difference]) -> str | None:
    """Why the call may differ; None when it may not."""
    for difference in table:
        if re.fullmatch(difference.calls, call_id):
            return difference.reason
    return None

"""The tables of calls, one file a subject, and all of them together."""

from tests.differential.calls import (
    addresses,
    arguments,
    attributes,
    buffers,
    connection,
    descriptors,
    files,
    integers,
    iptext,
    lifecycle,
    messages,
    names,
    options,
    timeouts,
    transfer,
)
from tests.differential.engine import Call
from tests.differential.sides import STANDARD

# Private names that not every version of the standard module has: without them there is nothing
# to compare.
NEWER = {
    "_sendfile_zerocopy": hasattr(STANDARD.module.socket, "_sendfile_zerocopy"),
    "_fallback_socketpair": hasattr(STANDARD.module, "_fallback_socketpair"),
}


def comparable(call: Call) -> bool:
    return all(there or name not in call.text for name, there in NEWER.items())


TABLES = {
    table.__name__.rpartition(".")[2]: list(dict.fromkeys(filter(comparable, table.CALLS)))
    for table in (
        addresses,
        arguments,
        attributes,
        buffers,
        connection,
        descriptors,
        files,
        integers,
        iptext,
        lifecycle,
        messages,
        names,
        options,
        timeouts,
        transfer,
    )
}
ALL = list(dict.fromkeys(call for table in TABLES.values() for call in table))

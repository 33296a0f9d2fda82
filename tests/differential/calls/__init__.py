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
    lifecycle,
    messages,
    names,
    options,
    timeouts,
    transfer,
)

TABLES = {
    table.__name__.rpartition(".")[2]: table.CALLS
    for table in (
        addresses,
        arguments,
        attributes,
        buffers,
        connection,
        descriptors,
        files,
        integers,
        lifecycle,
        messages,
        names,
        options,
        timeouts,
        transfer,
    )
}
ALL = list(dict.fromkeys(call for table in TABLES.values() for call in table))

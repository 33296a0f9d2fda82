"""All rows, in the order of the table."""

from benchmarks import (
    addresses,
    cold,
    datagrams,
    files,
    imports,
    lifecycle,
    memory,
    messages,
    names,
    options,
    transfer,
)
from benchmarks.row import Row

ROWS: list[Row] = [
    *transfer.ROWS,
    *datagrams.ROWS,
    *messages.ROWS,
    *lifecycle.ROWS,
    *options.ROWS,
    *addresses.ROWS,
    *files.ROWS,
    *names.ROWS,
    *memory.ROWS,
    *imports.ROWS,
    *cold.ROWS,
]

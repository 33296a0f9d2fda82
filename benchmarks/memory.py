"""Rows of memory: an open socket object, the kernel's share not included."""

import sys
import tracemalloc
from typing import Any

from benchmarks.interleave import collector_at_rest
from benchmarks.row import Row, Session
from benchmarks.sample import Sample

# Few enough for the usual limit of 1 024 descriptors.
SOCKETS = 256


def size(session: Session) -> Sample:
    """sys.getsizeof(), the collector's header included."""
    with session.berkeley.socket() as ours, session.standard.socket() as theirs:
        return Sample([sys.getsizeof(ours)], [sys.getsizeof(theirs)], unit="bytes")


def traced(module: Any) -> float:
    """Bytes that tracemalloc sees of one of many open sockets."""
    sockets: list[Any] = [None] * SOCKETS
    with collector_at_rest():
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for number in range(SOCKETS):
                sockets[number] = module.socket()
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
            for sock in filter(None, sockets):
                sock.close()
    return (after - before) / SOCKETS


def allocated(session: Session) -> Sample:
    for module in (session.berkeley, session.standard):
        traced(module)
    return Sample([traced(session.berkeley)], [traced(session.standard)], unit="bytes")


ROWS = [
    Row("open socket, sys.getsizeof", size),
    Row("open socket, tracemalloc", allocated),
]

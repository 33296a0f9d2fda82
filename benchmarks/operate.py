"""python -m benchmarks.operate MODULE COUNTS ROWS...: the operations of rows, and nothing else.

For tools that watch a process from outside, as callgrind does.  Each row runs each of the COUNTS
(such as 500,2500) times in a process of its own, forked from this one so that the imports are paid
once.  Prints the rows' processes: a line a row, a process a count.
"""

import gc
import os
import sys
from importlib import import_module
from typing import Any

from benchmarks.row import Row
from benchmarks.topics import ROWS


def fork(module: Any, row: Row, count: int) -> int:
    """Run the operation in a new process to its end; return that process's id.

    Raises RuntimeError (the operation failed).
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            assert row.work is not None
            with row.work(module) as operation:
                operation(count)
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError(f"{row.name}: failed, see above")
    return child


def main() -> None:
    name, counts, *wanted = sys.argv[1:]
    module = import_module(name)
    rows = {row.name: row for row in ROWS}
    gc.disable()
    for each in wanted:
        print(*(fork(module, rows[each], int(count)) for count in counts.split(",")), flush=True)


if __name__ == "__main__":
    main()

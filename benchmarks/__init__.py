"""Both modules side by side: `python -m benchmarks`, or `make bench`.

One file a topic gives the rows of the table: transfer, datagrams, messages, lifecycle, options,
addresses, files, names, memory, imports.  yardstick.c does the same work in plain C.  interleave
measures, bounds says how much is allowed, judge measures again what is beyond, table and results
show it.  instructions counts instead of timing.
"""

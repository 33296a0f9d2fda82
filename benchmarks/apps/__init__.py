"""Applications on both modules: `python -m benchmarks.apps`, or `make bench-apps`.

One file an application: asyncio_echo, http_server, http_client, requests_client, aiohttp_client,
epoll_echo, accept_close.  Each is a program that knows nothing of berkeley: it runs in a process of
its own, once as `python FILE` and once as `python -m berkeley run FILE`.  load.c is the other side
of them.  child starts them, rows says what is measured, benchmarks.scale what 10 000 connections
cost, and the rest is as for the single calls: benchmarks.interleave, judge, table and results.
"""

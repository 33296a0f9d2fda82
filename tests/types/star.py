"""A program that takes all names of the module at once."""

# ruff: noqa: F403, F405

from typing import assert_type

from berkeley import *

sock = socket(AF_INET, SOCK_STREAM)
sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
assert_type(sock, socket)
assert_type(AF_INET, AddressFamily)
assert_type(gethostname(), str)

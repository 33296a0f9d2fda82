"""Hands what was found and built to a run in a guest kernel, which is too slow to build."""

import contextlib
import json
import socket
from dataclasses import asdict
from pathlib import Path

from conformance.model import Interpreter

AF_RDS = 21  # <linux/socket.h>


def write(path: Path, found: list[Interpreter], absent: dict[str, str], digest: str) -> None:
    """Store the interpreters, each with berkeley built for it, and the sources' *digest*."""
    data = {
        "interpreters": [asdict(interpreter) for interpreter in found],
        "absent": absent,
        "digest": digest,
    }
    path.write_text(json.dumps(data), encoding="utf-8")


def read(path: Path) -> tuple[list[Interpreter], dict[str, str], str]:
    """Return what `write` was given."""
    data = json.loads(path.read_text(encoding="utf-8"))
    found = [
        Interpreter(**{**one, "command": tuple(one["command"])}) for one in data["interpreters"]
    ]
    return found, data["absent"], data["digest"]


def connect_rds() -> None:
    """Let the kernel connect RDS to 127.0.0.1, if it has RDS; it then stays connected.

    The first message has to wait for the connection, and close() drops what waits: test_socket's
    first RDS test closes at once, and on a fresh kernel its other end may wait for ever.
    """
    kind = socket.SOCK_SEQPACKET
    with (
        contextlib.suppress(OSError),
        socket.socket(AF_RDS, kind) as near,
        socket.socket(AF_RDS, kind) as far,
    ):
        for sock in (near, far):
            sock.settimeout(10)
            sock.bind(("127.0.0.1", 0))
        near.sendto(b"connect", far.getsockname())
        far.recv(100)

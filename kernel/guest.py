"""The guest's kernel: its release and its configuration, as tools/kernel-lab has set them up."""

import functools
import os
from pathlib import Path

# The interface of CAN that the guest has, up; its MTU is that of CAN FD.
VCAN = "vcan0"


def inside() -> bool:
    """Whether this is the guest."""
    return "KERNEL_LAB" in os.environ


def version(text: str) -> tuple[int, ...]:
    """``(6, 12)`` of ``6.12.117+deb13-amd64``, and of ``6.12``: what is compared."""
    return tuple(int(part) for part in text.split("-")[0].split("+")[0].split(".")[:2])


@functools.cache
def configuration() -> dict[str, str]:
    """The kernel's configuration: ``y``, ``m`` or a value by name; what is not set is not in it."""
    lines = Path(f"/boot/config-{os.uname().release}").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith("CONFIG_"))


def lacking(*items: str) -> list[str]:
    """Those of *items* (``CONFIG_CAN``) that are neither built in nor a module."""
    for item in items:
        assert item.startswith("CONFIG_"), item
    return [item for item in items if configuration().get(item) not in ("y", "m")]

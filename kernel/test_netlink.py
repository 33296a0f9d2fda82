"""AF_NETLINK in the guest kernel: the same exchanges as everywhere, and a uevent of a device."""

from pathlib import Path

import pytest

import berkeley
from tests.families.network import *  # noqa: F403
from tests.families.test_netlink import *  # noqa: F403


@pytest.mark.exchange("NETLINK", "KOBJECT_UEVENT of a device, asked for")
def test_the_kernel_tells_of_a_device_again() -> None:
    """Here, where nobody else listens: a program may ask for the event of any device."""
    with berkeley.socket(
        berkeley.AF_NETLINK, berkeley.SOCK_RAW, berkeley.NETLINK_KOBJECT_UEVENT
    ) as sock:
        sock.settimeout(30)
        sock.bind((0, 1))
        Path("/sys/class/net/lo/uevent").write_text("change")
        data, sender = sock.recvfrom(1 << 16)
    assert sender == (0, 1)
    title, *pairs = data.rstrip(b"\0").decode().split("\0")
    assert title == "change@/devices/virtual/net/lo"
    assert {"ACTION=change", "SUBSYSTEM=net", "INTERFACE=lo"} <= set(pairs)

"""The sniffer, run as a user would run it, on a network of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

import berkeley
from tests.families.network import *  # noqa: F403

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sniffer.py"
STRICT = ("-X", "dev", "-W", "error")
TIMEOUT = 60
PORT = 9


@pytest.mark.needs("packet")
@pytest.mark.parametrize(
    ("family", "host", "header"),
    [(berkeley.AF_INET, "127.0.0.1", 28), (berkeley.AF_INET6, "::1", 48)],
    ids=["v4", "v6"],
)
def test_one_packet(network, family, host, header):
    command = [sys.executable, *STRICT, str(EXAMPLE), "lo", "--count", "2"]
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as sniffer,
        berkeley.socket(family, berkeley.SOCK_DGRAM) as near,
        berkeley.socket(family, berkeley.SOCK_DGRAM) as far,
    ):
        said = sniffer.stdout.readline()
        lo = ("lo", berkeley.ETH_P_ALL, 0, berkeley.ARPHRD_LOOPBACK, bytes(6))
        assert said == f"listening on {lo}\n"
        # Over the loopback interface a packet is seen twice: on its way out, and in.
        far.bind((host, 0))
        near.sendto(b"payload", far.getsockname())
        rest, errors = sniffer.communicate(timeout=TIMEOUT)
    assert (errors, sniffer.returncode) == ("", 0)
    what = f"by 00:00:00:00:00:00: {host} > {host} protocol 17, {header + 7} bytes"
    assert rest.splitlines() == [f"lo from us {what}", f"lo to us {what}"]


def test_no_such_interface(python):
    berkeley_has_none = "no-such-one"
    assert berkeley_has_none not in dict(berkeley.if_nameindex()).values()
    ended = python(*STRICT, EXAMPLE, berkeley_has_none)
    assert ended.returncode == 1
    assert ended.stderr in (
        "sniffer.py: [Errno 19] No such device\n",
        "sniffer.py: [Errno 1] Operation not permitted\n",
    )

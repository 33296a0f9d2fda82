"""Records of the socket layer against the kernel: marks, priorities, times, labels."""

import ctypes
import errno
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import berkeley
from berkeley import SO_MARK, SO_PASSSEC, SO_PRIORITY, SOL_SOCKET, ancillary
from berkeley.ancillary import Mark, Priority, SecurityLabel, TransmitTime

# Linux 6.3; Linux 6.14.
SO_RCVMARK, SO_RCVPRIORITY = berkeley.SO_RCVMARK, berkeley.SO_RCVPRIORITY


@pytest.fixture
def datagrams():
    """Two datagram sockets over IPv4; the second has the address."""
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("127.0.0.1", 0))
        far.settimeout(10)
        near.connect(far.getsockname())
        yield near, far


def set_or_skip(sock, option, value):
    """Set an option that takes a new kernel, or a right."""
    try:
        sock.setsockopt(SOL_SOCKET, option, value)
    except OSError as error:
        if error.errno not in (errno.ENOPROTOOPT, errno.EPERM):
            raise
        pytest.skip(f"missing: the option {option} of SOL_SOCKET ({error})")


def test_mark_of_the_socket_and_of_one_send(datagrams):
    near, far = datagrams
    set_or_skip(far, SO_RCVMARK, 1)
    near.setsockopt(SOL_SOCKET, SO_MARK, 77)
    near.send(b"socket's")
    near.sendmsg([b"its own"], [ancillary.encode(Mark(0x80000001))])
    assert ancillary.receive(far, 10, Mark)[:2] == (b"socket's", [Mark(77)])
    assert ancillary.receive(far, 10, Mark)[:2] == (b"its own", [Mark(0x80000001)])


def test_priority_of_the_socket_and_of_one_send(datagrams):
    near, far = datagrams
    set_or_skip(far, SO_RCVPRIORITY, 1)
    near.setsockopt(SOL_SOCKET, SO_PRIORITY, 3)
    near.send(b"socket's")
    near.sendmsg([b"its own"], [ancillary.encode(Priority(5))])
    assert ancillary.receive(far, 10, Priority)[:2] == (b"socket's", [Priority(3)])
    assert ancillary.receive(far, 10, Priority)[:2] == (b"its own", [Priority(5)])


def test_mark_and_priority_are_told_apart(datagrams):
    near, far = datagrams
    for option in (SO_RCVMARK, SO_RCVPRIORITY):
        set_or_skip(far, option, 1)
    near.sendmsg([b"x"], [ancillary.encode(Mark(1)), ancillary.encode(Priority(2))])
    message = ancillary.receive(far, 1, Mark, Priority)
    assert not message.records_truncated
    assert (message.first(Mark), message.first(Priority)) == (Mark(1), Priority(2))


def test_a_time_needs_its_clock(datagrams):
    near, far = datagrams
    item = ancillary.encode(TransmitTime(5))
    with pytest.raises(OSError) as caught:
        near.sendmsg([b"x"], [item])
    assert caught.value.errno == errno.EINVAL
    near.options.so_txtime = (time.CLOCK_MONOTONIC, 0)
    near.sendmsg([b"x"], [item])
    assert far.recv(1) == b"x"


def queue_by_time(lead_ns):
    """Give this thread a network of its own whose loopback interface sends by the packets' times.

    They leave *lead_ns* before their time.
    """
    assert ctypes.CDLL(None).unshare(0x40000000) == 0
    for command in (
        "ip link set lo up",
        f"tc qdisc add dev lo root etf clockid CLOCK_TAI delta {lead_ns}",
    ):
        done = subprocess.run(command.split(), capture_output=True, text=True)
        if "Specified qdisc kind is unknown" in done.stderr:
            pytest.skip("missing: the queue etf (the kernel's CONFIG_NET_SCH_ETF)")
        assert (done.returncode, done.stderr) == (0, "")


def send_by_time(lead_ns):
    """What the error queue says of a packet that is too late, and when another one came."""
    queue_by_time(lead_ns)
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("127.0.0.1", 0))
        far.settimeout(20)
        near.connect(far.getsockname())
        near.options.so_txtime = (time.CLOCK_TAI, berkeley.SOF_TXTIME_REPORT_ERRORS)
        near.sendmsg([b"late"], [ancillary.encode(TransmitTime(0x123456789A))])
        late = ancillary.receive(
            near, 100, ancillary.ExtendedError, flags=berkeley.MSG_ERRQUEUE
        ).first(ancillary.ExtendedError)
        leaves = time.clock_gettime_ns(time.CLOCK_TAI) + 300_000_000
        near.sendmsg([b"x"], [ancillary.encode(TransmitTime(leaves + lead_ns))])
        assert far.recv(1) == b"x"
        return late, time.clock_gettime_ns(time.CLOCK_TAI) - leaves


@pytest.mark.needs("namespaces", "ip")
def test_a_time_is_kept():
    if shutil.which("tc") is None:
        pytest.skip("missing: the command tc (package iproute2)")
    # A thread of its own: the namespace is that thread's, and ends with it.
    with ThreadPoolExecutor(1) as thread:
        late, ns = thread.submit(send_by_time, 2_000_000_000).result()
    assert (late.origin_name, late.errno) == ("txtime", errno.EINVAL)
    assert late.code == berkeley.SO_EE_CODE_TXTIME_INVALID_PARAM
    # The kernel tells the time in two halves.
    assert late.data << 32 | late.info == 0x123456789A
    assert ns >= 0


@pytest.mark.exchange("UNIX", "typed SCM_SECURITY and SO_PEERSEC, by SELinux")
def test_label_of_the_sender():
    near, far = berkeley.socketpair(type=berkeley.SOCK_DGRAM)
    with near, far:
        far.setsockopt(SOL_SOCKET, SO_PASSSEC, 1)
        near.send(b"x")
        message = ancillary.receive(far, 1, SecurityLabel)
    if not message.records:
        pytest.skip("missing: a security module that labels sockets, as SELinux")
    with open("/proc/self/attr/current", "rb") as file:
        label = os.fsdecode(file.read().strip(b"\0\n"))
    assert message.records == [SecurityLabel(label)]
    near, far = berkeley.socketpair()
    with near, far:
        assert far.options.so_peersec == label
    with pytest.raises(TypeError, match="SecurityLabel is not sent"):
        ancillary.encode(message.records[0])


@pytest.mark.parametrize("level", [SOL_SOCKET, berkeley.IPPROTO_IP])
@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"system_u:system_r:init_t:s0\0", "system_u:system_r:init_t:s0"),
        (b"_", "_"),
        (b"\xff\0", "\udcff"),
        (b"", ""),
    ],
)
def test_label_from_bytes(level, data, label):
    assert ancillary.decode(level, berkeley.SCM_SECURITY, data) == SecurityLabel(label)

"""Filters, groups and processes of peers, original destinations."""

import errno
import os

import pytest

import berkeley

# BPF_LD | BPF_B | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K of <linux/bpf_common.h>
LOAD_BYTE, JUMP_IF_EQUAL, RETURN = 0x30, 0x15, 0x06
# A UDP socket's filter sees the header, of 8 bytes, as well.
ONLY_A = [
    (LOAD_BYTE, 0, 0, 8),
    (JUMP_IF_EQUAL, 0, 1, ord("a")),
    (RETURN, 0, 0, 0xFFFF),
    (RETURN, 0, 0, 0),
]


@pytest.fixture
def udp():
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as near,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as far,
    ):
        far.bind(("127.0.0.1", 0))
        near.connect(far.getsockname())
        far.setblocking(False)
        yield near, far


def test_filter(udp):
    near, far = udp
    far.options.attach_filter(ONLY_A)
    for data in (b"b1", b"a1", b"c", b"a2"):
        near.send(data)
    assert [far.recv(10), far.recv(10)] == [b"a1", b"a2"]
    with pytest.raises(BlockingIOError):
        far.recv(10)
    far.options.detach_filter()
    near.send(b"b2")
    assert far.recv(10) == b"b2"
    with pytest.raises(FileNotFoundError):
        far.options.detach_filter()


def test_a_locked_filter(udp):
    _, far = udp
    far.options.attach_filter([(RETURN, 0, 0, 0)])
    far.options.so_lock_filter = True
    with pytest.raises(PermissionError):
        far.options.detach_filter()


def test_no_filter(udp):
    _, far = udp
    for program in ([], [(0, 0, 0, 0)] * 4097, [(1, 2, 3)], [(1, 2, 3, -1)], [None]):
        with pytest.raises(ValueError, match="program"):
            far.options.attach_filter(program)
    with pytest.raises(OSError) as caught:
        far.options.attach_filter([(LOAD_BYTE, 0, 0, 8)])
    assert caught.value.errno == errno.EINVAL


def test_peer(pair):
    near, _ = pair
    assert sorted(near.options.peer_groups()) == sorted(os.getgroups())
    try:
        fd = near.options.peer_process()
    except OSError as error:
        pytest.skip(f"missing: SO_PEERPIDFD ({error})")
    with open(f"/proc/self/fdinfo/{fd}") as file:
        assert f"Pid:\t{os.getpid()}\n" in file.read()
    assert not os.get_inheritable(fd)
    os.close(fd)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_not_redirected(family):
    with berkeley.socket(getattr(berkeley, family)) as sock, pytest.raises(OSError) as caught:
        sock.options.original_destination()
    assert caught.value.errno in (errno.ENOENT, errno.ENOPROTOOPT, errno.ENOTCONN, errno.EOPNOTSUPP)

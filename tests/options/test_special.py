"""Options whose values are structs, lists, descriptors or programs, against the real kernel."""

import errno
import os
import socket as standard
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

import berkeley
import berkeley.options
from berkeley.options import PathMTU, Timestamping, TxTime, mptcpinfo

# <linux/bpf_common.h>: BPF_RET | BPF_K; what is let through is cut to k bytes.
RETURN = 0x06


def udp() -> berkeley.socket:
    sock = berkeley.socket(type=berkeley.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


def test_a_filter_cuts_is_read_back_and_goes() -> None:
    with udp() as sock, udp() as sender:
        assert sock.options.get_filter() == []
        program = [(0x00, 0, 0, 7), (RETURN, 0, 0, 8 + 3)]
        sock.options.attach_filter(program)
        assert sock.options.get_filter() == program
        sender.sendto(b"abcdef", sock.getsockname())
        assert sock.recv(10) == b"abc"
        with pytest.raises(ValueError, match="get_filter"):
            sock.options[berkeley.SOL_SOCKET, berkeley.SO_GET_FILTER]
        sock.options.detach_filter()
        assert sock.options.get_filter() == []
        sender.sendto(b"abcdef", sock.getsockname())
        assert sock.recv(10) == b"abcdef"
        with pytest.raises(OSError) as caught:
            sock.options.detach_filter()
        assert caught.value.errno == errno.ENOENT


def test_a_locked_filter_stays() -> None:
    with udp() as sock:
        sock.options.attach_filter([(RETURN, 0, 0, 0xFFFF)])
        sock.options.so_lock_filter = True
        assert sock.options.so_lock_filter is True
        with pytest.raises(PermissionError):
            sock.options.detach_filter()


def test_programs_that_are_none() -> None:
    with udp() as sock:
        for program in ([], [(RETURN, 0, 0, 0)] * 4097):
            with pytest.raises(ValueError, match="1 to 4096 instructions"):
                sock.options.attach_filter(program)
        with pytest.raises(ValueError, match="an instruction is"):
            sock.options.attach_filter([(RETURN, 0, 0, -1)])
        with pytest.raises(OSError) as caught:
            sock.options.attach_filter([(0x00, 0, 0, 7)])
        assert caught.value.errno == errno.EINVAL
        assert caught.value.__notes__ == ["SO_ATTACH_FILTER of 1 instructions"]


def test_a_program_chooses_the_socket_of_a_group() -> None:
    with (
        berkeley.socket(type=berkeley.SOCK_DGRAM) as first,
        berkeley.socket(type=berkeley.SOCK_DGRAM) as second,
        udp() as sender,
    ):
        for sock in (first, second):
            sock.options.so_reuseport = True
            sock.bind(first.getsockname() if sock is second else ("127.0.0.1", 0))
        for index, sock in enumerate((first, second)):
            first.options.attach_reuseport_filter([(RETURN, 0, 0, index)])
            sender.sendto(b"x", first.getsockname())
            sock.settimeout(5)
            assert sock.recv(10) == b"x"


def test_groups_of_the_peer() -> None:
    left, right = berkeley.socketpair()
    with left, right:
        assert left.options.so_peergroups == tuple(os.getgroups())


def test_groups_of_the_peer_are_asked_for_with_more_room() -> None:
    # The list of groups is the process's: a child has one of more than fit at first.
    program = (
        "import os, berkeley\n"
        "os.setgroups(range(200))\n"
        "left, right = berkeley.socketpair()\n"
        "with left, right:\n"
        "    assert left.options.so_peergroups == tuple(range(200))\n"
        "print('done')\n"
    )
    if os.getuid():
        pytest.skip("missing: the right to set groups (CAP_SETGID)")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"done\n"


def test_descriptor_of_the_peer() -> None:
    left, right = berkeley.socketpair()
    with left, right:
        pidfd = left.options.so_peerpidfd
        try:
            assert not os.get_inheritable(pidfd)
            with open(f"/proc/self/fdinfo/{pidfd}") as info:
                assert f"Pid:\t{os.getpid()}\n" in info.readlines()
        finally:
            os.close(pidfd)
        before = os.listdir("/proc/self/fd")
        assert "SO_PEERPIDFD" not in list(left.options)
        assert os.listdir("/proc/self/fd") == before


def test_memory() -> None:
    with udp() as sock, udp() as sender:
        sender.sendto(b"x", sock.getsockname())
        info = sock.options.so_meminfo
        assert (info.rcvbuf, info.sndbuf) == (sock.options.so_rcvbuf, sock.options.so_sndbuf)
        assert info.rmem_alloc > 0
        assert info.drops == 0


def test_flags_and_enums() -> None:
    with udp() as sock:
        flags = Timestamping.RX_SOFTWARE | Timestamping.SOFTWARE
        sock.options.so_timestamping = flags
        assert sock.options.so_timestamping is flags
        assert sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_TIMESTAMPING) == 24
        sock.options.ip_mtu_discover = PathMTU.DO
        assert sock.options.ip_mtu_discover is PathMTU.DO
        assert sock.getsockopt(berkeley.IPPROTO_IP, berkeley.IP_MTU_DISCOVER) == 2
        sock.options.so_txtime = TxTime(time.CLOCK_MONOTONIC, 0)
        assert sock.options.so_txtime == TxTime(time.CLOCK_MONOTONIC, 0)


@pytest.mark.parametrize(
    ("enum", "prefix"), [(PathMTU, "IP_PMTUDISC_"), (Timestamping, "SOF_TIMESTAMPING_")]
)
def test_members_are_the_constants(enum, prefix) -> None:
    constants = {
        name.removeprefix(prefix): getattr(berkeley, name)
        for name in dir(berkeley)
        if name.startswith(prefix)
    }
    assert {member.name: member.value for member in enum} == constants


def test_interface_of_multicast() -> None:
    lo = berkeley.if_nametoindex("lo")
    with udp() as sock:
        sock.options.ip_multicast_if = "127.0.0.1"
        assert sock.options.ip_multicast_if == "127.0.0.1"
        sock.options.ip_multicast_if = lo
        assert sock.options.ip_multicast_if == "0.0.0.0"
        with pytest.raises(OSError) as caught:
            sock.options.ip_multicast_if = 0x7FFFFFFF
        assert caught.value.errno == errno.EADDRNOTAVAIL
        sock.options.ip_unicast_if = lo
        assert sock.options.ip_unicast_if == lo


def test_keys_of_fast_open() -> None:
    with berkeley.socket() as sock:
        for key in (bytes(range(16)), bytes(range(32))):
            sock.options.tcp_fastopen_key = key
            assert sock.options.tcp_fastopen_key == key
        with pytest.raises(OSError) as caught:
            sock.options.tcp_fastopen_key = b"short"
        assert caught.value.errno == errno.EINVAL


def test_original_addresses_from_bytes() -> None:
    # Of a redirected connection: test_original_destination.py; here are a flow and a scope as well.
    host = struct.pack("=H", 2) + struct.pack("!H4s8x", 80, standard.inet_aton("192.0.2.1"))
    assert berkeley.options.Options.so_original_dst.kind.unpack(host) == ("192.0.2.1", 80)
    address = standard.inet_pton(standard.AF_INET6, "2001:db8::1")
    host = struct.pack("=H", 10) + struct.pack("!HI16s", 80, 5, address) + struct.pack("=I", 3)
    kind = berkeley.options.Options.ip6t_so_original_dst.kind
    assert kind.unpack(host) == ("2001:db8::1", 80, 5, 3)


@pytest.mark.needs("mptcp")
def test_mptcp_info_of_a_connection() -> None:
    protocol = berkeley.IPPROTO_MPTCP
    with berkeley.socket(proto=protocol) as server, berkeley.socket(proto=protocol) as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            info = client.options.mptcp_info
            assert info.mptcpi_flags & berkeley.MPTCP_INFO_FLAG_FALLBACK == 0
            assert info.mptcpi_token != 0


def test_layout_is_that_of_c(tmp_path) -> None:
    header = Path("/usr/include/linux/mptcp.h").read_text()
    offsets, at = {}, 0
    for name, code in mptcpinfo.FIELDS:
        at += struct.calcsize("=" + code)
        if f"\t{name};" in header:
            offsets[name] = at - struct.calcsize(code[-1])
    assert "mptcpi_csum_enabled" in offsets
    lines = "".join(f'printf("%zu ", offsetof(struct mptcp_info, {name}));' for name in offsets)
    program = tmp_path / "layout.c"
    program.write_text(
        "#include <stddef.h>\n#include <stdio.h>\n#include <netinet/in.h>\n"
        f"#include <linux/filter.h>\n#include <linux/mptcp.h>\nint main(void) {{ {lines}\n"
        'printf("%zu %zu %zu", sizeof(struct sock_fprog), offsetof(struct sock_fprog, filter),'
        " sizeof(struct sock_filter)); return 0; }"
    )
    subprocess.run(["cc", "-o", tmp_path / "layout", program], check=True)
    printed = subprocess.run([tmp_path / "layout"], check=True, capture_output=True).stdout
    pointer = struct.calcsize("@HP")
    expected = [*offsets.values(), pointer, pointer - struct.calcsize("@P"), 8]
    assert [int(number) for number in printed.split()] == expected


@pytest.mark.needs("ipv6")
@pytest.mark.parametrize("source", [None, "::1"])
def test_ipv6_groups_by_index(source) -> None:
    lo = berkeley.if_nametoindex("lo")
    with berkeley.socket(berkeley.AF_INET6, berkeley.SOCK_DGRAM) as sock:
        sock.options.join_group("ff02::1234", lo, source)
        with open("/proc/net/igmp6") as table:
            assert any(
                line.split()[1:3] == ["lo", "ff020000000000000000000000001234"] for line in table
            )
        sock.options.leave_group("ff02::1234", lo, source)
        with pytest.raises(OSError) as caught:
            sock.options.leave_group("ff02::1234", lo, source)
        assert caught.value.errno in (errno.EADDRNOTAVAIL, errno.EINVAL)

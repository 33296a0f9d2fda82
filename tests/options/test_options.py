"""Every row against the kernel: what it reads is what the standard module's getsockopt reads."""

import errno
import os
import socket as standard
import struct
import subprocess
from pathlib import Path

import pytest

import berkeley
from berkeley.options import Credentials, Linger, Options, tcpinfo
from berkeley.options.multicast import request


def test_rows_have_numbers_and_are_named_as_they_are_found() -> None:
    for row in Options.rows():
        assert row.numbers() == (getattr(berkeley, row.level), getattr(berkeley, row.name))
        assert getattr(Options, row.name.lower()) is row


KINDS = {
    "IPPROTO_IPV6": (berkeley.AF_INET6, berkeley.SOCK_STREAM, 0),
    "IPPROTO_UDP": (berkeley.AF_INET, berkeley.SOCK_DGRAM, 0),
    "SOL_UDPLITE": (berkeley.AF_INET, berkeley.SOCK_DGRAM, berkeley.IPPROTO_UDPLITE),
    "SOL_MPTCP": (berkeley.AF_INET, berkeley.SOCK_STREAM, berkeley.IPPROTO_MPTCP),
    "SOL_SCTP": (berkeley.AF_INET, berkeley.SOCK_STREAM, berkeley.IPPROTO_SCTP),
    "SOL_CAN_RAW": (berkeley.AF_CAN, berkeley.SOCK_RAW, berkeley.CAN_RAW),
    "SOL_CAN_J1939": (berkeley.AF_CAN, berkeley.SOCK_DGRAM, berkeley.CAN_J1939),
    "AF_VSOCK": (berkeley.AF_VSOCK, berkeley.SOCK_STREAM, 0),
    "SOL_TIPC": (berkeley.AF_TIPC, berkeley.SOCK_STREAM, 0),
    "SOL_NETLINK": (berkeley.AF_NETLINK, berkeley.SOCK_RAW, 0),
    "SOL_PACKET": (berkeley.AF_PACKET, berkeley.SOCK_RAW, 0),
}
# Of any length that the kernel likes.
OPEN = ("char[]", "gid_t[]", "struct tcp_info", "struct mptcp_info")


@pytest.mark.parametrize("row", Options.rows(), ids=lambda row: row.name)
def test_row_reads_what_the_standard_module_reads(row) -> None:
    kind = KINDS.get(row.level, (berkeley.AF_INET, berkeley.SOCK_STREAM, 0))
    try:
        sock = berkeley.socket(*kind)
    except OSError as error:
        pytest.skip(f"missing: sockets for {row.level} ({error})")
    size = 1024 if row.kind.ctype in OPEN else row.kind.size
    # Said to be of AF_INET: the standard module reads no structs of AF_VSOCK.
    with sock, standard.socket(standard.AF_INET, fileno=os.dup(sock.fileno())) as raw:
        try:
            expected = raw.getsockopt(*row.numbers(), size)
        except OSError as error:
            with pytest.raises(OSError) as caught:
                sock.options[row.name]
            assert caught.value.errno == error.errno
            assert caught.value.__notes__ == [f"reading {row.name}"]
        else:
            assert len(expected) == row.kind.size or row.kind.ctype in OPEN
            if row.kind.ctype.startswith("struct") and row.kind.ctype.endswith("info"):
                assert vars(sock.options[row.name]).keys() == vars(row.kind.unpack(expected)).keys()
            else:
                assert sock.options[row.name] == row.kind.unpack(expected)


def test_values_set_are_read_back_in_bytes() -> None:
    with berkeley.socket() as sock:
        sock.options.tcp_nodelay = True
        assert sock.options.tcp_nodelay is True
        assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_NODELAY) == 1
        sock.options["TCP_KEEPIDLE"] = 77
        assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_KEEPIDLE) == 77
        sock.options.tcp_user_timeout = 1.5
        assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_USER_TIMEOUT) == 1500
        sock.options.so_linger = Linger(True, 5)
        linger = sock.getsockopt(berkeley.SOL_SOCKET, berkeley.SO_LINGER, 8)
        assert struct.unpack("@ii", linger) == (1, 5)
        sock.options.so_rcvtimeo = 2.5
        assert sock.options.so_rcvtimeo == 2.5
        sock.options.so_max_pacing_rate = 1 << 40
        assert sock.options.so_max_pacing_rate == 1 << 40


def test_a_short_duration_is_never_no_limit() -> None:
    with berkeley.socket() as sock:
        sock.options.tcp_user_timeout = 0.0001
        assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_USER_TIMEOUT) == 1
        sock.options.tcp_user_timeout = 0
        assert sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_USER_TIMEOUT) == 0
        sock.options.so_rcvtimeo = 1e-9
        assert sock.options.so_rcvtimeo > 0
        with pytest.raises(OverflowError):
            sock.options.so_rcvtimeo = float("inf")
        with pytest.raises(ValueError, match="not negative"):
            sock.options.so_rcvtimeo = -1
        with pytest.raises(ValueError, match="not negative"):
            sock.options.tcp_user_timeout = float("nan")


def test_peer_credentials() -> None:
    left, right = berkeley.socketpair()
    with left, right:
        assert left.options.so_peercred == Credentials(os.getpid(), os.getuid(), os.getgid())


def test_errors_name_the_option() -> None:
    with berkeley.socket() as sock:
        with pytest.raises(AttributeError, match="SO_TYPE can only be read"):
            sock.options["SO_TYPE"] = 1
        with pytest.raises(ValueError, match="TCP_KEEPIDLE"):
            sock.options.tcp_keepidle = 1 << 40
        with pytest.raises(KeyError, match="SO_NONE"):
            sock.options["SO_NONE"]
        with pytest.raises(OSError) as caught:
            sock.options.tcp_keepidle = -1
        assert caught.value.errno == errno.EINVAL
        assert caught.value.__notes__ == ["setting TCP_KEEPIDLE to -1"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("TCP_NODELAY", "no", "TCP_NODELAY takes bool, not 'no'"),
        ("TCP_KEEPIDLE", 1.5, "TCP_KEEPIDLE takes int, not 1.5"),
        ("TCP_USER_TIMEOUT", None, "TCP_USER_TIMEOUT takes seconds, not None"),
        ("SO_RCVTIMEO", "1", "SO_RCVTIMEO takes seconds, not '1'"),
        ("SO_LINGER", 5, "SO_LINGER takes Linger, not 5"),
        ("TCP_CONGESTION", b"reno", "TCP_CONGESTION takes str, not b'reno'"),
        ("TCP_FASTOPEN_KEY", 16, "TCP_FASTOPEN_KEY takes bytes, not 16"),
        ("IP_MULTICAST_IF", 1.5, "IP_MULTICAST_IF takes index or address, not 1.5"),
        ("SO_TXTIME", 1, "SO_TXTIME takes TxTime, not 1"),
    ],
)
def test_another_type_is_named(name, value, message) -> None:
    with berkeley.socket() as sock, pytest.raises(TypeError) as caught:
        sock.options[name] = value
    assert str(caught.value) == message


def test_values_that_do_not_fit_are_named() -> None:
    with berkeley.socket() as sock:
        with pytest.raises(ValueError) as caught:
            sock.options.tcp_user_timeout = -1
        assert str(caught.value) == (
            "TCP_USER_TIMEOUT: -1 does not fit unsigned int: a duration is not negative"
        )
        with pytest.raises(OverflowError) as endless:
            sock.options.so_rcvtimeo = float("inf")
        assert str(endless.value) == "SO_RCVTIMEO: inf is too long; 0 is no limit"
        with pytest.raises(ValueError, match="IP_MULTICAST_IF: 'lo' does not fit"):
            sock.options.ip_multicast_if = "lo"


def test_keys_are_names_in_any_letters() -> None:
    with berkeley.socket() as sock:
        assert "SO_RCVBUF" in sock.options
        assert "so_rcvbuf" in sock.options
        assert "SO_ERROR" not in sock.options
        assert "UDP_CORK" not in sock.options
        assert "SO_NONE" not in sock.options
        assert 2 not in sock.options
        with pytest.raises(KeyError, match="2"):
            sock.options[2]  # type: ignore[call-overload]


def test_iteration_gives_what_can_be_read() -> None:
    with berkeley.socket(type=berkeley.SOCK_DGRAM) as sock:
        names = list(sock.options)
    assert "UDP_CORK" in names
    assert "SO_RCVBUF" in names
    assert "TCP_NODELAY" not in names
    assert "SO_ERROR" not in names


def test_unknown_numbers_are_bytes() -> None:
    with berkeley.socket() as sock:
        value = sock.options[berkeley.SOL_SOCKET, berkeley.SO_TYPE]
    assert value == struct.pack("@i", berkeley.SOCK_STREAM)
    number = berkeley.IPPROTO_TCP, berkeley.TCP_KEEPCNT
    with berkeley.socket() as sock:
        for data in (struct.pack("@i", 3), 3):
            sock.options[number] = data
            assert sock.options[number] == struct.pack("@i", 3)


def test_tcp_info_of_a_connection() -> None:
    with berkeley.create_server(("127.0.0.1", 0)) as server:
        with berkeley.create_connection(server.getsockname()) as client:
            info = client.options.tcp_info
            assert info.tcpi_state == berkeley.TCP_ESTABLISHED
            assert info.tcpi_snd_mss == client.options.tcp_maxseg
        assert server.options.tcp_info.tcpi_state == berkeley.TCP_LISTEN


def test_tcp_info_has_the_fields_that_the_length_allows() -> None:
    full = tcpinfo.unpack(bytes(range(248)))
    assert full.tcpi_rto == struct.unpack_from("=I", bytes(range(248)), 8)[0]
    short = tcpinfo.unpack(bytes(11))
    assert not hasattr(short, "tcpi_rto")
    assert short.tcpi_rcv_wscale == 0


@pytest.mark.parametrize(
    ("source", "again", "gone"),
    [
        (None, errno.EADDRINUSE, errno.EADDRNOTAVAIL),
        ("127.0.0.2", errno.EADDRNOTAVAIL, errno.EINVAL),
    ],
)
def test_a_group_is_joined_once_and_left_once(source, again, gone) -> None:
    with berkeley.socket(type=berkeley.SOCK_DGRAM) as sock:
        sock.options.join_group("239.1.2.3", "lo", source)
        with pytest.raises(OSError) as caught:
            sock.options.join_group("239.1.2.3", "lo", source)
        assert caught.value.errno == again
        sock.options.leave_group("239.1.2.3", "lo", source)
        with pytest.raises(OSError) as caught:
            sock.options.leave_group("239.1.2.3", "lo", source)
        assert caught.value.errno == gone
        with pytest.raises(OSError) as caught:
            sock.options.join_group("239.1.2.3", "no such", source)
    of = "MCAST_JOIN_GROUP" if source is None else "MCAST_JOIN_SOURCE_GROUP"
    assert caught.value.__notes__ == [f"{of} of 239.1.2.3 on interface 'no such'"]


def test_layouts_are_those_of_c(tmp_path) -> None:
    names = [name for name, _ in tcpinfo.FIELDS]
    c_names = [n for n in names if n not in ("tcpi_wscale", "tcpi_flags")]
    known = Path("/usr/include/linux/tcp.h").read_text()
    c_names = [n for n in c_names if n + ";" in known]
    lines = "".join(f'printf("%zu ", offsetof(struct tcp_info, {n}));' for n in c_names)
    program = tmp_path / "layout.c"
    program.write_text(
        "#include <stddef.h>\n#include <stdio.h>\n#include <netinet/in.h>\n#include <linux/tcp.h>\n"
        f"int main(void) {{ {lines}\n"
        'printf("%zu %zu ", offsetof(struct group_req, gr_group), sizeof(struct group_source_req));'
        " return 0; }"
    )
    subprocess.run(["cc", "-o", tmp_path / "layout", program], check=True)
    printed = subprocess.run([tmp_path / "layout"], check=True, capture_output=True).stdout
    offsets, at = {}, 0
    for name, code in tcpinfo.FIELDS:
        offsets[name] = at
        at += struct.calcsize(code)
    level, data = request("239.1.2.3", 1, "127.0.0.2")
    assert level == berkeley.IPPROTO_IP
    start = data.index(struct.pack("=HH", berkeley.AF_INET, 0))
    expected = [offsets[n] for n in c_names] + [start, len(data)]
    assert [int(n) for n in printed.split()] == expected


@pytest.mark.parametrize(
    ("name", "value", "error", "text"),
    [
        ("SO_LINGER", 5, TypeError, "SO_LINGER takes Linger, not 5"),
        ("SO_LINGER", (1,), ValueError, "SO_LINGER"),
        ("SO_LINGER", (1, 2, 3), ValueError, "SO_LINGER"),
        ("IP_OPTIONS", 5, TypeError, "IP_OPTIONS takes bytes, not 5"),
        ("IP_OPTIONS", "x", TypeError, "IP_OPTIONS takes bytes, not 'x'"),
        ("SO_BINDTODEVICE", "lo\0x", ValueError, "a name has no null character"),
        ("TCP_CONGESTION", 5, TypeError, "TCP_CONGESTION takes str, not 5"),
    ],
)
def test_a_value_of_another_kind(name, value, error, text):
    with berkeley.socket() as sock, pytest.raises(error, match=text):
        sock.options[name] = value


@pytest.mark.parametrize("name", [5, None, b"SO_TYPE", "SO_NONSENSE", "rows", "__class__"])
def test_what_is_no_name(name):
    with berkeley.socket() as sock:
        with pytest.raises(KeyError):
            sock.options[name]
        with pytest.raises(KeyError):
            sock.options[name] = 1

"""``python -m berkeley ss``: the sockets that the test opens, compared with iproute2's ss."""

import json
import os
import shutil
import subprocess

import pytest

import berkeley
from berkeley.cli import main, processes
from berkeley.cli.tcp_info import TCP_INFO, TcpInfo

needs_ss = pytest.mark.skipif(
    shutil.which("ss") is None, reason="missing: the command ss (package iproute2)"
)


def lines(capsys, *words):
    assert main(["ss", *words]) == 0
    return capsys.readouterr().out.splitlines()


def records(capsys, *words):
    assert main(["ss", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


def iproute2(*words):
    done = subprocess.run(["ss", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def of(table, *pieces):
    """The lines that have one of the *pieces*, a blank between the words, sorted."""
    joined = [" ".join(line.split()) for line in table]
    return sorted(line for line in joined if any(piece in line for piece in pieces))


# In a network namespace where nothing else is; the child compares every line.
NAMESPACE = """
    import contextlib, ctypes, io, subprocess, sys
    import berkeley
    from berkeley.cli import main
    from berkeley.cli.tcp_info import TCP_INFO, TcpInfo

    def tcp_info(sock, name):
        data = sock.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_INFO, TCP_INFO.size)
        return TcpInfo.unpack(data, "").values[name]

    assert ctypes.CDLL(None).unshare(0x40000000) == 0
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    AF_UNIX, AF_INET, AF_INET6 = berkeley.AF_UNIX, berkeley.AF_INET, berkeley.AF_INET6
    STREAM, DGRAM, SEQPACKET = berkeley.SOCK_STREAM, berkeley.SOCK_DGRAM, berkeley.SOCK_SEQPACKET

    # TCP: listening with room for 7, on both families, on IPv6 alone; one that waits for accept().
    server = berkeley.create_server(("127.0.0.1", 5001), backlog=7)
    both = berkeley.create_server(("::", 5002), family=AF_INET6, dualstack_ipv6=True)
    only6 = berkeley.create_server(("::", 5003), family=AF_INET6)
    device = berkeley.socket(AF_INET, STREAM)
    device.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_BINDTODEVICE, b"lo")
    device.bind(("", 5004)); device.listen()
    waiting = berkeley.create_connection(("127.0.0.1", 5001))
    # 5 bytes that nobody has read; IPv4 on a socket of IPv6.
    client = berkeley.create_connection(("127.0.0.1", 5002))
    accepted, _ = both.accept()
    client.sendall(b"hello")
    assert accepted.recv(1, berkeley.MSG_PEEK) == b"h"
    while tcp_info(client, "unacked"):
        pass  # the other side may take 40 ms to confirm
    six = berkeley.create_connection(("::1", 5003))
    six_accepted, _ = only6.accept()
    # CLOSE-WAIT and FIN-WAIT-2; TIME-WAIT.
    leaving = berkeley.create_connection(("127.0.0.1", 5002))
    left, _ = both.accept()
    leaving.shutdown(berkeley.SHUT_WR)
    assert left.recv(1) == b""
    while tcp_info(leaving, "state") != berkeley.TCP_FIN_WAIT2:
        pass
    gone = berkeley.create_connection(("::1", 5003))
    last, _ = only6.accept()
    gone.close(); assert last.recv(1) == b""; last.close()
    # UDP: bound, connected, to a device, with a datagram that nobody has read.
    bound = berkeley.socket(AF_INET, DGRAM); bound.bind(("127.0.0.1", 6001))
    bound6 = berkeley.socket(AF_INET6, DGRAM); bound6.bind(("::", 6002))
    alone6 = berkeley.socket(AF_INET6, DGRAM)
    alone6.setsockopt(berkeley.IPPROTO_IPV6, berkeley.IPV6_V6ONLY, 1); alone6.bind(("::", 6003))
    udp = berkeley.socket(AF_INET, DGRAM); udp.connect(("127.0.0.1", 6001)); udp.send(b"x" * 100)
    udp6 = berkeley.socket(AF_INET6, DGRAM); udp6.connect(("::1", 6002))
    on_lo = berkeley.socket(AF_INET6, DGRAM)
    on_lo.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_BINDTODEVICE, b"lo"); on_lo.bind(("::", 6004))
    # UNIX: a pair, abstract names (one with a NUL), a path, one that waits for accept().
    pair = berkeley.socketpair(); pair[0].send(b"hello")
    abstract = berkeley.socket(AF_UNIX, DGRAM); abstract.bind("\\0one\\0two")
    to_abstract = berkeley.socket(AF_UNIX, DGRAM); to_abstract.connect("\\0one\\0two")
    unbound = berkeley.socket(AF_UNIX, DGRAM)
    path = berkeley.socket(AF_UNIX, SEQPACKET); path.bind(sys.argv[1]); path.listen(3)
    to_path = berkeley.socket(AF_UNIX, SEQPACKET); to_path.connect(sys.argv[1])

    def words(text):
        return sorted(" ".join(line.split()) for line in text.splitlines())

    def ours(*options):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main(["ss", *options]) == 0
        return words(out.getvalue())

    for options, number in {
        "-t": 8, "-ta": 13, "-tl": 4, "-4t": 4, "-6t": 4, "-4ta": 6, "-6ta": 7,
        "-ua": 6, "-ul": 4, "-4ua": 2, "-x": 5, "-xa": 7, "-xl": 2, "-tu": 10, "-tux": 15,
        "-tuxa": 26, "-tap": 13, "-uap": 6, "-xap": 7, "-x4": 10, "-4": 5, "-6": 5, "-4a": 8,
    }.items():
        done = subprocess.run(["ss", "-nH", options], capture_output=True, text=True, check=True)
        theirs = words(done.stdout)
        found = ours("-H", options)
        assert found == theirs, "\\n".join([options, *found, "-- and ss:", *theirs])
        # The kernel may have sockets of its own there, as that of RDS over TCP.
        assert len(found) >= number, "\\n".join([options, *found])
    states = {line.split()[0] for line in ours("-H", "-ta")}
    expected = {"ESTAB", "LISTEN", "TIME-WAIT", "CLOSE-WAIT", "FIN-WAIT-2"}
    assert states == expected, states
    # Without any option: what ss shows of these kinds.
    done = subprocess.run(["ss", "-nH"], capture_output=True, text=True, check=True)
    assert ours("-H") == words(done.stdout)
    for sock in [*globals().values()]:
        if isinstance(sock, berkeley.socket):
            sock.close()
    for sock in pair:
        sock.close()
"""


@needs_ss
@pytest.mark.needs("namespaces", "ip", "ipv6")
def test_every_line_in_a_namespace(child, tmp_path):
    child(NAMESPACE, str(tmp_path / "path"))


class TestOwnSockets:
    """Without any privilege, among whatever else is on this host."""

    @needs_ss
    def test_tcp(self, capsys, tcp):
        near, far = tcp
        ends = [f"{host}:{port}" for host, port in (near.getsockname(), far.getsockname())]
        found = of(lines(capsys, "-t", "-H", "-p"), *ends)
        assert len(found) == 2
        assert found == of(iproute2("-tnHp"), *ends)

    @needs_ss
    def test_listening(self, capsys):
        with berkeley.create_server(("127.0.0.1", 0), backlog=9) as server:
            end = f"127.0.0.1:{server.getsockname()[1]} "
            found = of(lines(capsys, "-tl"), end)
            assert found == [f"LISTEN 0 9 {end}0.0.0.0:*"]
            assert found == of(iproute2("-tlnH"), end)

    @needs_ss
    def test_udp(self, capsys, udp):
        near, far = udp
        end = f"127.0.0.1:{near.getsockname()[1]} "
        far.send(b"x" * 9)
        assert near.recv(1, berkeley.MSG_PEEK) == b"x"
        found = of(lines(capsys, "-ua"), end)
        assert len(found) == 1
        assert found == of(iproute2("-uanH"), end)
        assert int(found[0].split()[1]) > 0

    @needs_ss
    def test_unix(self, capsys, pair):
        inodes = [str(os.fstat(sock.fileno()).st_ino) for sock in pair]
        found = of(lines(capsys, "-xp"), *inodes)
        assert len(found) == 2
        assert found == of(iproute2("-xpH"), *inodes)

    @needs_ss
    def test_info(self, capsys, tcp):
        """Of what does not change by itself, the same words as ss has."""
        near, far = tcp
        near.sendall(b"hello")
        assert far.recv(5) == b"hello"
        ours = "\n".join(lines(capsys, "-ti", "-4")).replace("\n\t", " ").split("\n")
        theirs = "\n".join(iproute2("-tni4")).replace("\n\t", " ").split("\n")
        start = f"127.0.0.1:{near.getsockname()[1]} 127.0.0.1:{far.getsockname()[1]}"
        (ours,), (theirs,) = of(ours, start), of(theirs, start)
        kept = ("mss", "pmtu", "rcvmss", "advmss", "bytes_sent", "wscale", "data_segs_out")
        for name in kept:
            (word,) = [word for word in ours.split() if word.startswith(f"{name}:")]
            assert word in theirs.split()
        assert "bytes_sent:5" in ours.split()

    def test_process(self, capsys, pair):
        near, _ = pair
        inode = os.fstat(near.fileno()).st_ino
        (found,) = of(lines(capsys, "-xp", "-H"), f"* {inode} *")
        with open("/proc/self/comm") as file:
            name = file.read().strip()
        assert f'users:(("{name}",pid={os.getpid()},fd={near.fileno()}))' in found

    def test_json(self, capsys, tcp):
        near, far = tcp
        port = near.getsockname()[1]
        (found,) = [one for one in records(capsys, "-t") if one["local"]["port"] == port]
        assert list(found) == [
            "netid",
            "state",
            "receive_queue",
            "send_queue",
            "local",
            "peer",
            "v6only",
            "uid",
            "inode",
            "processes",
            "congestion",
            "tcp_info",
        ]
        assert (found["netid"], found["state"]) == ("tcp", "ESTAB")
        assert found["local"] == {"address": "127.0.0.1", "port": port, "interface": None}
        assert found["peer"]["port"] == far.getsockname()[1]
        assert found["uid"] == os.getuid()
        assert found["inode"] == os.fstat(near.fileno()).st_ino
        (user,) = found["processes"]
        assert (user["pid"], user["fd"]) == (os.getpid(), near.fileno())
        algorithm = near.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_CONGESTION, 16)
        assert found["congestion"] == algorithm.rstrip(b"\0").decode()
        info = near.getsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_INFO, TCP_INFO.size)
        values = TcpInfo.unpack(info, "").values
        for name in ("state", "wscale", "snd_mss", "pmtu", "advmss", "bytes_acked"):
            assert found["tcp_info"][name] == values[name]

    def test_resolve(self, capsys):
        with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
            name = berkeley.gethostbyaddr("127.0.0.1")[0]
            assert len(of(lines(capsys, "-ua", "-r"), f" {name}:{port} ")) == 1


class TestForm:
    def test_header(self, capsys):
        titles = "State Recv-Q Send-Q Local Address:Port Peer Address:Port Process"
        assert " ".join(lines(capsys, "-t")[0].split()) == titles
        assert " ".join(lines(capsys, "-x")[0].split()) == f"Netid {titles}"
        assert " ".join(lines(capsys)[0].split()) == f"Netid {titles}"

    def test_columns(self, capsys):
        """The ports of all lines are one below the other."""
        with (
            berkeley.create_server(("127.0.0.1", 0)) as server,
            berkeley.create_server(("", 0)) as other,
        ):
            table = lines(capsys, "-tl")
            ports = [f":{sock.getsockname()[1]} " for sock in (server, other)]
            places = [row.index(port) for port in ports for row in table if port in row]
        assert places == [table[0].index(":Port")] * 2

    def test_older_kernels_tcp_info(self):
        """Fields that the kernel does not give are 0."""
        info = TcpInfo.unpack(bytes(7) + b"\x00" + (204000).to_bytes(4, "little") * 2, "cubic")
        assert info.values["bytes_retrans"] == 0
        assert info.words()[0] == "cubic"

    def test_only_what_is_asked_for_is_imported(self, child):
        child(
            """
            import sys
            from berkeley.cli import main
            assert main(["ss", "-l"]) == 0
            assert "berkeley.netlink" in sys.modules
            assert not {"berkeley.cli.sniff", "berkeley.cli.doctor", "socket"} & {*sys.modules}
            """
        )

    def test_help(self, capsys):
        with pytest.raises(SystemExit) as end:
            main(["--help"])
        assert end.value.code == 0
        out = capsys.readouterr().out
        assert "list the sockets of this host" in out
        assert "show the packets that pass an interface" in out

    def test_unknown_option(self, capsys):
        with pytest.raises(SystemExit) as end:
            main(["ss", "-z"])
        assert end.value.code == 2
        assert "-z" in capsys.readouterr().err


class TestProcesses:
    def test_holders(self, pair):
        near, far = pair
        found = processes.holders()
        for sock in (near, far):
            (holder,) = found[os.fstat(sock.fileno()).st_ino]
            assert (holder.pid, holder.fd) == (os.getpid(), sock.fileno())

    def test_process_that_is_gone(self):
        done = subprocess.Popen(["true"])
        done.wait()
        with pytest.raises(FileNotFoundError):
            processes.descriptors(str(done.pid))

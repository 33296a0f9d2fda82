"""``python -m berkeley sniff``: traffic that the test makes, the lines, and the file for tshark."""

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys

import pytest

import berkeley
from berkeley.cli import main, sniff
from berkeley.cli.capture import Frame
from berkeley.cli.dissect import dissect
from berkeley.cli.linktype import LINKTYPE_ETHERNET

needs_packet = pytest.mark.needs("packet")
needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="missing: the command tshark (package tshark)"
)

TIME = r"\d\d:\d\d:\d\d\.\d{9}"


@pytest.fixture
def sniffing(child_environment):
    """Start ``sniff WORDS...``; it is listening when the context begins."""

    @contextlib.contextmanager
    def start(*words, text=True):
        command = [sys.executable, "-m", "berkeley", "sniff", *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": text}
        with subprocess.Popen(command, env=child_environment(), **pipes) as process:
            try:
                first = process.stderr.readline()
                assert ("listening on " if text else b"listening on ") in first
                yield process
            finally:
                process.kill()

    return start


def end(process):
    """Wait until it has ended well; return its lines and its summary."""
    # communicate() would lose what readline() has read beyond its line.
    out, errors = process.stdout.read(), process.stderr.read()
    assert process.wait(timeout=90) == 0, errors
    return out.splitlines(), errors.splitlines()[-1]


def fields(path, *names, options=()):
    """What tshark reads in the file: a row a packet."""
    command = ["tshark", "-r", str(path), "-T", "fields", *options]
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return [tuple(row.split("\t")) for row in done.stdout.splitlines()]


def checksum(*words):
    """RFC 1071, of the 16-bit words."""
    total = sum(words)
    return 0xFFFF - (total & 0xFFFF) - (total >> 16)


@needs_packet
class TestTraffic:
    def test_udp(self, sniffing, udp, tmp_path):
        near, far = udp
        ports = near.getsockname()[1], far.getsockname()[1]
        path = tmp_path / "udp.pcapng"
        expression = f"udp and src port {ports[0]} and dst port {ports[1]}"
        with sniffing("lo", "--count", 3, "--filter", expression, "--write", path) as process:
            for size in (0, 5, 1000):
                near.send(bytes(size))
                far.send(b"not asked for")
            found, summary = end(process)
        assert len(found) == 3
        for line, size in zip(found, (0, 5, 1000), strict=True):
            ends = f"127.0.0.1:{ports[0]} > 127.0.0.1:{ports[1]}"
            text = f"{TIME} lo in udp {ends} length {42 + size} payload {size}"
            assert re.fullmatch(text, line)
        assert re.fullmatch(r"3 packets, \d+ received by the kernel, 0 dropped by it", summary)
        if shutil.which("tshark"):
            names = ("ip.src", "udp.srcport", "udp.dstport", "udp.length", "frame.len")
            assert fields(path, *names) == [
                ("127.0.0.1", str(ports[0]), str(ports[1]), str(8 + size), str(42 + size))
                for size in (0, 5, 1000)
            ]

    @needs_tshark
    def test_tcp(self, sniffing, tmp_path):
        """A connection from its first segment to its last; tshark agrees line by line."""
        path = tmp_path / "tcp.pcapng"
        with berkeley.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with sniffing("lo", "-f", f"tcp port {port}", "-w", path) as process:
                with berkeley.create_connection(("127.0.0.1", port)) as client:
                    far, _ = server.accept()
                    with far:
                        client.sendall(b"hello")
                        assert far.recv(5) == b"hello"
                        far.shutdown(berkeley.SHUT_WR)
                        assert client.recv(1) == b""
                        client.shutdown(berkeley.SHUT_WR)
                        assert far.recv(1) == b""
                found = [process.stdout.readline() for _ in range(4)]
                process.send_signal(signal.SIGINT)
                more, _ = end(process)
        found = [line.rstrip("\n") for line in found] + more
        names = ("tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.len", "tcp.flags", "frame.len")
        rows = fields(path, *names, options=("-o", "tcp.relative_sequence_numbers:FALSE"))
        assert len(rows) == len(found)
        for line, row in zip(found, rows, strict=True):
            source, destination, sequence, payload, flags, length = row
            assert f"127.0.0.1:{source} > 127.0.0.1:{destination} length {length} " in line
            assert f" seq {sequence} " in line
            assert line.endswith(f" payload {payload}")
            for bit, flag in ((1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK")):
                shown = re.search(r"\[(.*)\]", line)[1].split()
                assert (flag in shown) == bool(int(flags, 16) & bit)
        assert "[SYN]" in found[0]
        assert "[SYN ACK]" in found[1]
        assert sum("payload 5" in line for line in found) == 1

    @pytest.mark.needs("ipv6")
    def test_icmp(self, sniffing, tmp_path):
        """An echo and its answer, over IPv4 and IPv6, in one file."""
        number = os.getpid() & 0xFFFF  # others may ping at the same time
        ours = f" id {number} seq 1 "
        echo = struct.pack("!BBHHH", 8, 0, checksum(0x0800, number, 1), number, 1)
        echo6 = struct.pack("!BBHHH", 128, 0, 0, number, 1) + b"data"
        path = tmp_path / "icmp.pcapng"
        with sniffing("lo", "-f", "icmp or icmp6", "-w", path) as process:
            found = []
            for kind, protocol, message, to in (
                (berkeley.AF_INET, berkeley.IPPROTO_ICMP, echo, "127.0.0.9"),
                (berkeley.AF_INET6, berkeley.IPPROTO_ICMPV6, echo6, "::1"),
            ):
                with berkeley.socket(kind, berkeley.SOCK_RAW, protocol) as sock:
                    sock.sendto(message, (to, 0))
                wanted = len(found) + 2
                while len(found) < wanted:
                    line = process.stdout.readline()
                    if ours in line:
                        found.append(line.split(" ", 3)[-1].rstrip("\n"))
            process.send_signal(signal.SIGINT)
            end(process)
        assert found == [
            f"icmp 127.0.0.1 > 127.0.0.9 length 42 echo request{ours}payload 0",
            f"icmp 127.0.0.9 > 127.0.0.1 length 42 echo reply{ours}payload 0",
            f"icmp6 ::1 > ::1 length 66 echo request{ours}payload 4",
            f"icmp6 ::1 > ::1 length 66 echo reply{ours}payload 4",
        ]
        if shutil.which("tshark"):
            expression = f"icmp.ident == {number} || icmpv6.echo.identifier == {number}"
            rows = fields(path, "icmp.type", "icmpv6.type", options=("-Y", expression))
            assert rows == [("8", ""), ("0", ""), ("", "128"), ("", "129")]

    @needs_tshark
    def test_ping(self, sniffing, tmp_path):
        """Five packets of ``lo`` as tshark sees them, with what capinfos says of the file."""
        path = tmp_path / "x.pcapng"
        with sniffing("lo", "--count", 5, "--write", path, "--quiet") as process:
            with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_RAW, 1) as sock:
                for number in range(3):
                    header = (8, 0, checksum(0x0800, number), 0, number)
                    sock.sendto(struct.pack("!BBHHH", *header), ("127.1", 0))
            found, _ = end(process)
        assert found == []
        assert len(fields(path, "frame.number")) == 5
        done = subprocess.run(["capinfos", path], capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr
        said = dict(re.findall(r"^ *(.*?) *[:=] +(.*)$", done.stdout, re.MULTILINE))
        assert said["Capture application"] == f"berkeley {berkeley.__version__}"
        assert said["File timestamp precision"] == "nanoseconds (9)"
        assert said["Number of packets"] == "5"
        assert said["Number of stat entries"] == "1"
        assert said["Name"] == "lo"

    def test_standard_output(self, sniffing, udp):
        """``--write -``: the blocks, and no lines."""
        near, far = udp
        port = far.getsockname()[1]
        words = ("lo", "-c", 1, "-f", f"dst port {port}", "-w", "-")
        with sniffing(*words, text=False) as process:
            near.send(b"hello")
            out, _ = process.communicate(timeout=90)
        assert process.returncode == 0
        assert out[:4] == bytes.fromhex("0a0d0d0a")
        assert out.count(b"hello") == 1
        assert b" in udp " not in out

    def test_all_interfaces(self, sniffing, udp):
        near, far = udp
        expression = f"udp dst port {far.getsockname()[1]}"
        with sniffing("--count", 2, "--filter", expression) as process:
            near.send(b"1")
            near.send(b"22")
            found, _ = end(process)
        assert [line.split()[1:3] for line in found] == [["lo", "in"]] * 2
        assert [line.split()[-1] for line in found] == ["1", "2"]

    def test_snaplen(self, sniffing, udp):
        near, far = udp
        expression = f"udp dst port {far.getsockname()[1]}"
        with sniffing("lo", "-c", 1, "-s", 42, "-f", expression) as process:
            near.send(bytes(500))
            found, _ = end(process)
        assert found[0].endswith("length 542 payload 500")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_signals(self, sniffing, udp, number):
        """Ctrl-C and kill: the summary, and status 0."""
        near, far = udp
        with sniffing("lo", "-f", f"udp dst port {far.getsockname()[1]}") as process:
            near.send(b"x")
            assert process.stdout.readline().endswith("payload 1\n")
            process.send_signal(number)
            found, summary = end(process)
        assert found == []
        assert summary.startswith("1 packets, ")

    def test_reader_that_has_gone(self, sniffing, udp):
        near, far = udp
        with sniffing("lo", "-f", f"udp dst port {far.getsockname()[1]}") as process:
            process.stdout.close()
            near.send(b"x")
            assert process.wait(timeout=90) == 1
            assert "Traceback" not in process.stderr.read()


class TestRefusals:
    @needs_packet
    def test_unknown_interface(self, capsys):
        assert main(["sniff", "no-such-one"]) == 1
        error = capsys.readouterr().err
        assert "there is no interface 'no-such-one'; there are " in error
        assert "lo" in error

    @needs_packet
    def test_long_name(self, capsys):
        assert main(["sniff", "x" * 16]) == 1
        assert "x" * 16 in capsys.readouterr().err

    def test_filter(self, capsys):
        assert main(["sniff", "lo", "--filter", "tcp and port http"]) == 2
        first, shown, arrow = capsys.readouterr().err.splitlines()
        assert first == "berkeley sniff: a port is a number from 0 to 65535"
        assert shown[arrow.index("^") :] == "http"

    @needs_packet
    def test_file(self, capsys, tmp_path):
        assert main(["sniff", "lo", "-w", str(tmp_path / "none" / "x.pcapng")]) == 1
        assert "No such file or directory" in capsys.readouterr().err

    @pytest.mark.parametrize("words", [["--count", "0"], ["-c", "x"], ["-s", "-1"], ["lo", "eth0"]])
    def test_usage(self, capsys, words):
        with pytest.raises(SystemExit) as caught:
            main(["sniff", *words])
        assert caught.value.code == 2
        assert "usage:" in capsys.readouterr().err

    def test_no_privilege(self, child):
        """capset(2): the child gives up all that it may do."""
        done = child(
            """
            import ctypes, struct, sys
            header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
            assert ctypes.CDLL(None).capset(header, bytes(24)) == 0
            from berkeley.cli import main
            sys.exit(main(["sniff", "lo"]))
            """,
            status=1,
        )
        assert "CAP_NET_RAW" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.needs("namespaces", "packet")
    def test_interface_that_is_down(self, child):
        done = child(
            """
            import ctypes, sys
            assert ctypes.CDLL(None).unshare(0x40000000) == 0
            from berkeley.cli import main
            sys.exit(main(["sniff", "lo"]))
            """,
            status=1,
        )
        assert "lo: Network is down" in done.stderr


def test_line():
    frame = Frame(0, "eth0", berkeley.PACKET_OUTGOING, LINKTYPE_ETHERNET, b"", 60)
    data = bytes(12) + bytes.fromhex("8100 0005 0806") + bytes(8)
    text = sniff.line(frame, dissect(LINKTYPE_ETHERNET, data))
    ends = "00:00:00:00:00:00 > 00:00:00:00:00:00"
    assert re.fullmatch(rf"{TIME} eth0 out arp {ends} length 60 vlan 5 operation 0", text)
    text = sniff.line(frame, dissect(147, b""))
    assert re.fullmatch(rf"{TIME} eth0 out unknown length 60", text)


@needs_packet
class TestOutputs:
    def test_a_full_disk_is_said(self, sniffing, udp):
        near, _ = udp
        with sniffing("lo", "-w", "/dev/full", "-f", "udp") as process:
            near.send(b"x")
            assert process.wait(timeout=60) == 1
            assert "cannot write /dev/full: No space left on device" in process.stderr.read()

    def test_a_signal_ends_the_opening_of_a_pipe(self, child_environment, tmp_path):
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        command = [sys.executable, "-m", "berkeley", "sniff", "lo", "-w", str(fifo)]
        environment = child_environment()
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            # It holds the packet socket once it is about to open the file.
            link = f"/proc/{process.pid}/fd"
            while not any("socket:" in target for target in targets(link)):
                assert process.poll() is None
            process.terminate()
            assert process.wait(timeout=60) == -signal.SIGTERM

    def test_a_signal_ends_the_wait_for_a_reader(self, sniffing, udp):
        near, _ = udp
        with sniffing("lo", "-f", "udp") as process:
            room = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ)
            poll = select.poll()
            poll.register(process.stdout, select.POLLIN)
            for _ in range(room // 50):
                near.send(b"x")
            poll.poll()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0


def targets(folder):
    """What the descriptors of a process are of; those that go meanwhile are left out."""
    for name in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"{folder}/{name}")


def test_a_filter_of_parentheses(capsys):
    assert main(["sniff", "lo", "-f", "(" * 5000 + "tcp" + ")" * 5000]) == 2
    assert "too many parentheses" in capsys.readouterr().err

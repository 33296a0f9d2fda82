"""The documents' example of CAN as it stands there, and examples/can_raw.py."""

import contextlib
import errno
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import berkeley as socket
from kernel.can_frames import BCM_HEAD, LIMIT, bcm, frame, raw

pytestmark = pytest.mark.config("CONFIG_CAN", "CONFIG_CAN_RAW", "CONFIG_CAN_BCM")

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "can_raw.py"
EXTENDED = socket.CAN_EFF_FLAG

# The same in the documents of 3.10 to 3.12; only its first line is not theirs.
PROGRAM = """
import berkeley as socket
import struct


# CAN frame packing/unpacking (see 'struct can_frame' in <linux/can.h>)

can_frame_fmt = "=IB3x8s"
can_frame_size = struct.calcsize(can_frame_fmt)

def build_can_frame(can_id, data):
    can_dlc = len(data)
    data = data.ljust(8, b'\\x00')
    return struct.pack(can_frame_fmt, can_id, can_dlc, data)

def dissect_can_frame(frame):
    can_id, can_dlc, data = struct.unpack(can_frame_fmt, frame)
    return (can_id, can_dlc, data[:can_dlc])


# create a raw socket and bind it to the 'vcan0' interface
s = socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW)
s.bind(('vcan0',))

while True:
    cf, addr = s.recvfrom(can_frame_size)

    print('Received: can_id=%x, can_dlc=%x, data=%s' % dissect_can_frame(cf))

    try:
        s.send(cf)
    except OSError:
        print('Error sending CAN frame')

    try:
        s.send(build_can_frame(0x01, b'\\x01\\x02\\x03'))
    except OSError:
        print('Error sending CAN frame')
"""


@contextlib.contextmanager
def program(*arguments):
    """Run Python with *arguments*; at the end the process is terminated if it still runs."""
    command = [sys.executable, "-u", "-W", "error", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()


def run(*arguments):
    """Run the example to its end: status, what it wrote, and its errors."""
    command = [sys.executable, "-W", "error", EXAMPLE, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.exchange("CAN", "the documents' program, as written")
def test_program_of_the_documents(vcan):
    with program("-c", PROGRAM) as process, raw(vcan) as sock:
        # Nothing tells when it is ready: it is asked, each time by another frame.
        sock.settimeout(0.5)
        for number in range(2 * LIMIT):
            sock.send(frame(0x123, b"ask" + bytes([number])))
            with contextlib.suppress(TimeoutError):
                answer = sock.recv(100)
                break
        else:
            pytest.fail(f"no answer; the program says {process.communicate(timeout=LIMIT)}")
        sock.settimeout(LIMIT)
        _, data = answer[:8], answer[8:12]
        assert answer == frame(0x123, data)
        assert sock.recv(100) == frame(0x01, b"\1\2\3")
        written = process.stdout.readline()
        assert written == f"Received: can_id=123, can_dlc=4, data={data}\n".encode()


@pytest.mark.exchange("CAN", "the documents' line for BCM: connect, then send and recv")
def test_broadcast_manager_of_the_documents(vcan):
    with socket.socket(socket.AF_CAN, socket.SOCK_DGRAM, socket.CAN_BCM) as s, raw(vcan) as sock:
        s.settimeout(LIMIT)
        s.connect((vcan,))
        s.send(bcm(socket.CAN_BCM_TX_SEND, 0x42, [frame(0x42, b"sent")]))
        assert sock.recv(100) == frame(0x42, b"sent")
        every = socket.CAN_BCM_RX_FILTER_ID
        s.sendall(bcm(socket.CAN_BCM_RX_SETUP, 0x43, flags=every))
        for call in (
            lambda: s.recv(100),
            lambda: s.recvfrom(100)[0],
            lambda: s.recvmsg(100)[0],
        ):
            sock.send(frame(0x43, b"received"))
            data = call()
            assert BCM_HEAD.unpack_from(data)[0] == socket.CAN_BCM_RX_CHANGED
            assert data[BCM_HEAD.size :] == frame(0x43, b"received")


@pytest.mark.exchange("CAN", "examples/can_raw.py")
@pytest.mark.parametrize("everywhere", [False, True], ids=["vcan0", "all"])
def test_echo(vcan, everywhere):
    interface = "" if everywhere else vcan
    with program(EXAMPLE, "echo", interface, "--count", "2") as process, raw(vcan) as sock:
        where = interface or "all interfaces"
        assert process.stdout.readline() == f"Listening on {where}\n".encode()
        for sent in (frame(0x123, b"abc"), frame(0x1234567 | EXTENDED)):
            sock.send(sent)
            assert [sock.recv(100), sock.recv(100)] == [sent, frame(1, b"\1\2\3")]
        written, errors = process.communicate(timeout=LIMIT)
        assert (process.returncode, errors) == (0, b"")
        lines = [f"Received: {vcan} 123 [3] 61 62 63", f"Received: {vcan} 81234567 [0] "]
        assert written.decode().splitlines() == lines


@pytest.mark.exchange("CAN", "examples/can_raw.py")
@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (["123", "010203"], frame(0x123, b"\1\2\3")),
        (["00000123", ""], frame(0x123 | EXTENDED)),
        (["1fffffff", "0011223344556677"], frame(0x1FFFFFFF | EXTENDED, b"\0\x11\x22\x33DUfw")),
    ],
)
def test_send(vcan, words, sent):
    with raw(vcan) as sock:
        assert run("send", vcan, *words) == (0, "", "")
        assert sock.recv(100) == sent


@pytest.mark.exchange("CAN", "examples/can_raw.py")
def test_send_cyclic(vcan):
    with raw(vcan) as sock:
        words = ["123", "0a", "--every", "0.01", "--count", "3"]
        assert run("send", vcan, *words) == (0, "Sent 3 frames\n", "")
        assert [sock.recv(100) for _ in range(3)] == [frame(0x123, b"\n")] * 3


@pytest.fixture
def inside(monkeypatch, capsys):
    """Run the example in this process: it starts sooner. Status, and what it wrote as errors."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", [EXAMPLE.name, *words])
        try:
            status = runpy.run_path(str(EXAMPLE))["main"]()
        except SystemExit as end:
            status = end.code
        return status, capsys.readouterr().err

    return call


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["vcan77", "1", ""], f"vcan77: [Errno {errno.ENODEV}] No such device\n"),
        (["vcan0", "1", "00" * 9], "vcan0: a frame has at most 8 bytes of data\n"),
        (["vcan0", "1", "", "--every", "-1"], f"vcan0: [Errno {errno.EINVAL}] Invalid argument\n"),
    ],
)
def test_what_cannot_be_done(inside, words, message):
    assert inside("send", *words) == (1, message)


@pytest.mark.parametrize("words", [["20000000", ""], ["-1", ""], ["x", ""], ["1", "0"], ["1"]])
def test_not_understood(inside, words):
    status, message = inside("send", "vcan0", *words)
    assert status == 2
    assert message.startswith("usage: can_raw.py send")

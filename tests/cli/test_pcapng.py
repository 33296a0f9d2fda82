"""Files of packets: the blocks byte by byte, and what tshark reads in them."""

import io
import shutil
import struct
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.cli import pcapng
from berkeley.cli.capture import Frame, Statistics
from berkeley.cli.linktype import (
    LINKTYPE_CAN_SOCKETCAN,
    LINKTYPE_ETHERNET,
    LINKTYPE_LINUX_SLL2,
    LINKTYPE_RAW,
)

needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="missing: the command tshark (package tshark)"
)

# An IPv4 packet with UDP from 192.0.2.1 port 5000 to 192.0.2.2 port 53, payload "abc".
UDP = bytes.fromhex("4500001f00000000401100 00c0000201 c0000202 13880035000b0000 616263")
TIME = 1_700_000_000_123_456_789


def frame(linktype=LINKTYPE_RAW, data=UDP, *, interface="tun0", direction=0, length=None):
    return Frame(
        TIME, interface, direction, linktype, data, len(data) if length is None else length
    )


def written(*frames, statistics=None):
    file = io.BytesIO()
    writer = pcapng.Writer(file, 65535)
    for one in frames:
        writer.write(one)
    if statistics:
        writer.finish(statistics)
    return file.getvalue()


def blocks(data):
    """``(type, body, options)`` of each block; the lengths before and after must agree."""
    found = []
    while data:
        kind, length = struct.unpack_from("=II", data)
        assert length % 4 == 0
        assert struct.unpack_from("=I", data, length - 4) == (length,)
        fixed = {0x0A0D0D0A: 16, 1: 8, 5: 12, 6: 20}[kind]
        body, rest = data[8 : 8 + fixed], data[8 + fixed : length - 4]
        if kind == 6:
            (captured,) = struct.unpack_from("=I", body, 12)
            padded = -(-captured // 4) * 4
            assert rest[captured:padded] == bytes(padded - captured)
            body, rest = body + rest[:captured], rest[padded:]
        options = {}
        while True:
            code, size = struct.unpack_from("=HH", rest)
            if code == 0:
                assert (size, len(rest)) == (0, 4)
                break
            options[code] = rest[4 : 4 + size]
            rest = rest[4 + -(-size // 4) * 4 :]
        found.append((kind, body, options))
        data = data[length:]
    return found


def test_section_header():
    ((kind, body, options),) = blocks(written())
    assert kind == 0x0A0D0D0A
    assert struct.unpack("=IHHq", body) == (0x1A2B3C4D, 1, 0, -1)
    assert options[4].decode() == f"berkeley {berkeley.__version__}"


def test_packet():
    _, interface, packet = blocks(written(frame(data=b"abcde", length=1500)))
    assert interface == (1, struct.pack("=HHI", 101, 0, 65535), {2: b"tun0", 9: b"\x09"})
    fields = (0, TIME >> 32, TIME & 0xFFFFFFFF, 5, 1500)
    assert packet == (6, struct.pack("=5I", *fields) + b"abcde", {2: struct.pack("=I", 5)})


@pytest.mark.parametrize(
    ("direction", "flags"),
    [
        (berkeley.PACKET_HOST, 0x05),
        (berkeley.PACKET_BROADCAST, 0x0D),
        (berkeley.PACKET_MULTICAST, 0x09),
        (berkeley.PACKET_OTHERHOST, 0x11),
        (berkeley.PACKET_OUTGOING, 0x02),
        (berkeley.PACKET_LOOPBACK, 0),
    ],
)
def test_direction(direction, flags):
    *_, (_, _, options) = blocks(written(frame(direction=direction)))
    assert options[2] == struct.pack("=I", flags)


def test_interfaces():
    """One description each, before the first frame; the frames name them by number."""
    frames = [frame(interface="a"), frame(interface="b"), frame(interface="a")]
    found = blocks(written(*frames, frame(LINKTYPE_ETHERNET, interface="a")))
    assert [kind for kind, *_ in found[1:]] == [1, 6, 1, 6, 6, 1, 6]
    numbers = [struct.unpack_from("=I", body)[0] for kind, body, _ in found if kind == 6]
    assert numbers == [0, 1, 0, 2]


def test_statistics():
    *_, (kind, body, options) = blocks(written(frame(), statistics=Statistics(9, 2)))
    assert (kind, body) == (5, struct.pack("=3I", 0, TIME >> 32, TIME & 0xFFFFFFFF))
    assert options == {4: struct.pack("=Q", 9), 5: struct.pack("=Q", 2)}


def test_no_statistics_of_many_interfaces():
    frames = [frame(interface="a"), frame(interface="b")]
    found = blocks(written(*frames, statistics=Statistics(9, 2)))
    assert [kind for kind, *_ in found[1:]] == [1, 6, 1, 6]


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_any_frames(contents):
    found = blocks(written(*(frame(data=data) for data in contents)))
    assert [body[20:] for kind, body, _ in found if kind == 6] == contents


@needs_tshark
def test_tshark_reads_it(tmp_path):
    """Four interfaces of four link types in one file."""
    sll2 = struct.pack("!HHIHBB8s", 0x0800, 0, 3, 512, 0, 0, b"")
    frames = [
        frame(LINKTYPE_RAW, interface="tun0"),
        frame(LINKTYPE_ETHERNET, bytes(12) + b"\x08\x00" + UDP, interface="eth0"),
        frame(LINKTYPE_LINUX_SLL2, sll2 + UDP, interface="ppp0"),
        frame(LINKTYPE_CAN_SOCKETCAN, bytes.fromhex("000001230200 0000aabb"), interface="can0"),
    ]
    path = tmp_path / "four.pcapng"
    path.write_bytes(written(*frames))
    fields = ["frame.interface_name", "frame.time_epoch", "ip.src", "udp.dstport", "can.id"]
    done = subprocess.run(
        ["tshark", "-r", path, "-T", "fields", *(word for f in fields for word in ("-e", f))],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    assert [row[0] for row in rows] == ["tun0", "eth0", "ppp0", "can0"]
    assert {row[1] for row in rows} == {"1700000000.123456789"}
    assert [row[2:4] for row in rows[:3]] == [["192.0.2.1", "53"]] * 3
    assert int(rows[3][4], 0) == 0x123

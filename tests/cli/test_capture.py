"""What AF_PACKET gives to sniff: frames, what was counted, and devices of several types."""

import json
import sys
import time

import pytest

import berkeley
from berkeley.cli.capture import Capture
from berkeley.cli.dissect import dissect
from berkeley.cli.linktype import LINKTYPE_ETHERNET


@pytest.mark.needs("packet")
class TestCapture:
    def test_frame(self, udp):
        near, _ = udp
        with Capture("lo", promiscuous=True) as capture:
            capture.sock.settimeout(10)
            before = time.time_ns()
            near.send(b"hello")
            frame = capture.receive()
            while not frame.data.endswith(b"hello"):
                frame = capture.receive()
            assert before <= frame.timestamp <= time.time_ns()
            assert (frame.interface, frame.direction) == ("lo", berkeley.PACKET_HOST)
            assert (frame.linktype, frame.length) == (LINKTYPE_ETHERNET, 14 + 20 + 8 + 5)
            assert len(frame.data) == frame.length
            statistics = capture.statistics()
            assert statistics.received >= 1
            assert statistics.dropped == 0

    def test_each_once(self, udp):
        """Of the two copies on lo one is taken, also where all interfaces are asked for."""
        near, far = udp
        port = far.getsockname()[1]
        for interface in ("lo", ""):
            with Capture(interface) as capture:
                capture.sock.settimeout(10)
                near.send(b"first")
                near.send(b"last")
                payloads = []
                while b"last" not in payloads:
                    frame = capture.receive()
                    if dissect(frame.linktype, frame.data).destination_port == port:
                        payloads.append(frame.data[42:])
            assert payloads == [b"first", b"last"]

    def test_dropped(self, udp):
        near, _ = udp
        with Capture("lo") as capture:
            capture.sock.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RCVBUF, 4096)
            for _ in range(50):
                near.send(bytes(1000))
            statistics = capture.statistics()
        assert statistics.received >= 50
        assert statistics.dropped > 0


# VLAN tags, devices without a link header, and devices of a type with no LINKTYPE of its own, in a
# network namespace of the child's.
DEVICES = """
    import ctypes, fcntl, json, os, struct, subprocess
    import berkeley
    from berkeley.cli.capture import Capture
    from berkeley.cli.dissect import dissect

    assert ctypes.CDLL(None).unshare(0x40000000) == 0
    UDP = bytes.fromhex("4500001f00000000401100 00c0000201 c0000202 13880035000b0000 616263")
    TUNSETIFF, TUNSETLINK = 0x400454CA, 0x400454CD  # <linux/if_tun.h>
    found = {}

    def ip(*words):
        subprocess.run(["ip", *words], check=True)

    def take(name, wanted, send):
        with Capture(name) as capture:
            capture.sock.settimeout(10)
            send()
            while True:
                frame = capture.receive()
                if wanted in frame.data:
                    packet = dissect(frame.linktype, frame.data)
                    found[name] = [frame.interface, frame.direction, frame.linktype,
                        frame.length, frame.data.hex(), packet.protocols, packet.vlans]
                    return

    ip("link", "add", "left", "type", "veth", "peer", "name", "right")
    # In this order: left has a carrier when it is opened, and sends from then on.
    ip("link", "set", "right", "up")
    ip("link", "set", "left", "up")
    tagged = b"\\xff" * 6 + bytes.fromhex("020000000001 8100 2007 0800") + UDP
    with berkeley.socket(berkeley.AF_PACKET, berkeley.SOCK_RAW, 0) as sock:
        sock.bind(("left", 0))
        take("right", UDP, lambda: sock.send(tagged))
    if os.path.exists("/dev/net/tun"):
        kinds = {"tun": None, "odd": berkeley.ARPHRD_PPP, "can": berkeley.ARPHRD_CAN}
        for name, kind in kinds.items():
            device = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), 0x1001))
            if kind:
                fcntl.ioctl(device, TUNSETLINK, kind)
            ip("link", "set", name, "up")
            take(name, UDP[4:], lambda: os.write(device, UDP))
            os.close(device)
    print(json.dumps(found))
"""


@pytest.mark.needs("namespaces", "ip", "packet")
def test_devices(child):
    found = json.loads(child(DEVICES).stdout)
    udp = "4500001f0000000040110000c0000201c000020213880035000b0000616263"
    interface, direction, linktype, length, data, protocols, vlans = found.pop("right")
    assert (interface, direction) == ("right", berkeley.PACKET_BROADCAST)
    assert (linktype, length) == (1, 14 + 4 + 31)
    assert data == "ff" * 6 + "020000000001" + "81002007" + "0800" + udp
    assert (protocols, vlans) == (["vlan", "ip", "udp"], [7])
    if not found:
        pytest.skip("missing: /dev/net/tun")
    assert found["tun"] == ["tun", 0, 101, 31, udp, ["ip", "udp"], []]
    name, _, linktype, length, data, protocols, _ = found["odd"]
    assert (name, linktype, length, protocols) == ("odd", 276, 20 + 31, ["ip", "udp"])
    assert data[:4] == "0800"
    assert data[16:24] == "02000000"
    assert data[40:] == udp
    _, _, linktype, length, data, protocols, _ = found["can"]
    assert (linktype, length, protocols) == (227, 31, ["can"])
    # What can_id is in host byte order on the wire of a device of CAN.
    assert int(data[:8], 16) == int.from_bytes(bytes.fromhex(udp[:8]), sys.byteorder)
    assert data[8:] == udp[8:]

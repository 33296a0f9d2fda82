"""getifaddrs: compared with iproute2's ip, in a network namespace of the test's own."""

import json
import struct

import pytest

import berkeley
from berkeley import interfaces, netlink
from berkeley.interfaces import AddressFlag, InterfaceFlag

pytestmark = pytest.mark.needs("namespaces", "ip")

PREPARE = """
import ctypes, dataclasses, json, subprocess, sys
import berkeley

def ip(*arguments, **more):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=True, **more)

assert ctypes.CDLL(None).unshare(0x40000000) == 0
"""

# Names and addresses of every kind; link-local addresses by hand, for they would come by and by.
COMMANDS = """
link set lo up
link add LAN type bridge
link set LAN mtu 1280 up
link add Left0 address 02:00:00:00:00:01 type veth peer name right0 address 02:00:00:00:00:02
link set Left0 addrgenmode none
link set right0 addrgenmode none
link set Left0 up multicast off
link set right0 up promisc on
addr add fe80::1/64 dev Left0 nodad
addr add fe80::2/64 dev right0 nodad noprefixroute
addr add 2001:db8::1 peer 2001:db8::2/128 dev Left0 nodad
addr add 2001:db8:1::1/48 dev Left0 nodad preferred_lft 0 valid_lft 1000
addr add 192.0.2.1/24 broadcast + dev Left0 label Left0:web
addr add 192.0.2.2/24 dev Left0
addr add 198.51.100.1 peer 198.51.100.9/32 dev Left0
addr add 198.51.100.2 peer 203.0.113.0/25 dev Left0
addr add 10.0.0.1/0 dev right0
addr add 10.0.0.2/32 dev right0
link add none type bridge
"""
MANY = 200


@pytest.fixture(scope="module")
def seen(child):
    """What berkeley says before and after ip(8), and ip's own words; ip's error of a dummy."""
    commands = COMMANDS.splitlines()
    commands += [f"addr add 10.9.0.{n}/24 dev LAN" for n in range(1, MANY + 1)]
    commands += [f"addr add 2001:db8:9::{n:x}/64 dev LAN nodad" for n in range(1, MANY + 1)]
    code = """
        ip("-batch", "-", input=sys.argv[1])
        dummy = subprocess.run(
            "ip link add Dummy7 type dummy && ip addr add 192.0.2.77/31 dev Dummy7",
            shell=True, capture_output=True, text=True,
        ).stderr
        with berkeley.socket(berkeley.AF_INET, berkeley.SOCK_DGRAM) as sock:
            for _ in range(3):
                sock.sendto(bytes(1000), ("127.0.0.1", 9))

        def ours():
            return [dataclasses.asdict(one) for one in berkeley.getifaddrs()]

        before = ours()
        theirs = json.loads(ip("-j", "-s", "-s", "addr").stdout)
        assert [i["name"] for i in before] == [name for _, name in berkeley.if_nameindex()]
        print(json.dumps([before, theirs, ours(), dummy]))
    """
    # The child's code is dedented as one piece.
    done = child(PREPARE + "\n" + _dedent(code), "\n".join(commands))
    return json.loads(done.stdout)


def _dedent(code):
    return "\n".join(line[8:] for line in code.splitlines())


def named(rows, name, key="name"):
    (row,) = [row for row in rows if row[key] == name]
    return row


def test_the_same_interfaces(seen):
    before, theirs, _, _ = seen
    assert [i["name"] for i in before] == [i["ifname"] for i in theirs]
    assert {"lo", "LAN", "Left0", "right0", "none"} <= {i["name"] for i in before}
    for mine, other in zip(before, theirs):
        assert mine["index"] == other["ifindex"]
        assert mine["mtu"] == other["mtu"]
        assert mine["type"] == other["link_type"]
        assert mine["hardware"] == other.get("address")
        assert mine["hardware_broadcast"] == other.get("broadcast")
        # ip leaves RUNNING out, and adds words of its own.
        flags = InterfaceFlag(mine["flags"]) & ~InterfaceFlag.RUNNING
        words = set(other["flags"]) - {"NO-CARRIER", "M-DOWN"}
        assert flags == sum(InterfaceFlag[word] for word in words)


def test_the_same_ipv4_addresses(seen):
    before, theirs, _, _ = seen
    for mine, other in zip(before, theirs):
        expected = [a for a in other["addr_info"] if a["family"] == "inet"]
        assert [a["address"] for a in mine["ipv4"]] == [a["local"] for a in expected]
        for address, words in zip(mine["ipv4"], expected):
            assert address["prefix"] == words["prefixlen"]
            assert address["peer"] == words.get("address")
            assert address["broadcast"] == words.get("broadcast")
            assert address["label"] == words["label"]
            assert ("SECONDARY" in flag_names(address)) == words.get("secondary", False)


def test_the_same_ipv6_addresses(seen):
    before, theirs, _, _ = seen
    for mine, other in zip(before, theirs):
        expected = [a for a in other["addr_info"] if a["family"] == "inet6"]
        assert [a["address"] for a in mine["ipv6"]] == [a["local"] for a in expected]
        for address, words in zip(mine["ipv6"], expected):
            assert address["prefix"] == words["prefixlen"]
            assert address["peer"] == words.get("address")
            in_link = words["scope"] == "link"
            assert address["scope_id"] == (other["ifindex"] if in_link else 0)
            for name in ("nodad", "deprecated", "noprefixroute", "temporary"):
                assert (name.upper() in flag_names(address)) == words.get(name, False)


def flag_names(address):
    names = {flag.name for flag in AddressFlag if flag in AddressFlag(address["flags"])}
    return names | {"SECONDARY"} if "TEMPORARY" in names else names


def test_statistics(seen):
    """Between those before and those after ip was asked; on most interfaces they are the same."""
    before, theirs, after, _ = seen
    for first, other, last in zip(before, theirs, after):
        for direction in ("rx", "tx"):
            for name, value in other["stats64"][direction].items():
                key = name if name in ("multicast", "collisions") else f"{direction}_{name}"
                if key != "tx_carrier_changes":  # an attribute of its own
                    low, high = first["statistics"][key], last["statistics"][key]
                    assert low <= value <= high, (first["name"], key)
    loopback = named(before, "lo")["statistics"]
    assert loopback["tx_packets"] >= 3
    assert loopback["rx_bytes"] >= 3 * (1000 + 28)
    assert loopback["rx_bytes"] == loopback["tx_bytes"]


def test_peers_labels_and_netmasks(seen):
    left = named(seen[0], "Left0")
    rows = [
        tuple(a[k] for k in ("address", "prefix", "netmask", "broadcast", "peer", "label"))
        for a in left["ipv4"]
    ]
    assert sorted(rows) == [
        ("192.0.2.1", 24, "255.255.255.0", "192.0.2.255", None, "Left0:web"),
        ("192.0.2.2", 24, "255.255.255.0", None, None, "Left0"),
        ("198.51.100.1", 32, "255.255.255.255", None, "198.51.100.9", "Left0"),
        ("198.51.100.2", 25, "255.255.255.128", None, "203.0.113.0", "Left0"),
    ]
    assert {(a["address"], a["peer"], a["scope_id"]) for a in left["ipv6"]} == {
        ("fe80::1", None, left["index"]),
        ("2001:db8::1", "2001:db8::2", 0),
        ("2001:db8:1::1", None, 0),
    }
    right = named(seen[0], "right0")
    assert {(a["address"], a["netmask"]) for a in right["ipv4"]} == {
        ("10.0.0.1", "0.0.0.0"),
        ("10.0.0.2", "255.255.255.255"),
    }
    assert right["flags"] & InterfaceFlag.PROMISC
    assert not left["flags"] & InterfaceFlag.MULTICAST


def test_many_addresses(seen):
    lan = named(seen[0], "LAN")
    assert lan["mtu"] == 1280
    assert {a["address"] for a in lan["ipv4"]} == {f"10.9.0.{n}" for n in range(1, MANY + 1)}
    expected = {f"2001:db8:9::{n:x}" for n in range(1, MANY + 1)}
    assert {a["address"] for a in lan["ipv6"] if a["scope_id"] == 0} == expected


def test_without_an_address(seen):
    bare = named(seen[0], "none")
    assert (bare["ipv4"], bare["ipv6"], bare["type"]) == ([], [], "ether")
    assert not bare["flags"] & InterfaceFlag.UP


def test_dummy(seen):
    before, _, _, error = seen
    if error:
        pytest.skip(f"missing: interfaces of the type dummy ({error.strip()})")
    dummy = named(before, "Dummy7")
    assert [(a["address"], a["netmask"]) for a in dummy["ipv4"]] == [
        ("192.0.2.77", "255.255.255.254")
    ]
    assert dummy["flags"] == InterfaceFlag.BROADCAST | InterfaceFlag.NOARP


def test_while_the_table_changes(child):
    """What does not change is complete every time, while another process changes the rest."""
    child(
        PREPARE
        + _dedent("""
        lines = [f"addr add 10.9.{n // 200}.{n % 200 + 1}/32 dev lo" for n in range(1000)]
        ip("-batch", "-", input="\\n".join(lines))
        fixed = {line.split()[2][:-3] for line in lines}
        change = ["addr add 172.16.0.1/32 dev lo", "addr del 172.16.0.1/32 dev lo"] * 5000
        busy = subprocess.Popen(
            ["ip", "-batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        import errno, threading
        feed = threading.Thread(target=busy.communicate, args=("\\n".join(change),))
        feed.start()
        while feed.is_alive():
            try:
                (lo,) = [one for one in berkeley.getifaddrs() if one.name == "lo"]
            except OSError as error:
                assert error.errno == errno.EBUSY
            else:
                assert {a.address for a in lo.ipv4} - {"172.16.0.1"} == fixed
                assert len(lo.ipv4) in (1000, 1001)
        feed.join()
        assert busy.returncode == 0
        """)
    )


def test_typed_records():
    (lo,) = [one for one in berkeley.getifaddrs() if one.index == 1]
    assert isinstance(lo, interfaces.Interface)
    assert isinstance(lo.flags, InterfaceFlag)
    assert InterfaceFlag.LOOPBACK in lo.flags
    assert lo.type == "loopback"
    assert lo in {lo}
    with pytest.raises(AttributeError):
        lo.name = "x"


def test_default_timeout_does_not_matter():
    berkeley.setdefaulttimeout(0)
    assert berkeley.getifaddrs()


def test_flags_are_the_headers():
    for name, flag in InterfaceFlag.__members__.items():
        assert flag == getattr(berkeley, f"IFF_{name}")


class TestWhatTheKernelMaySay:
    """Messages that no interface of a test has: byte by byte."""

    def link(self, kind, **more):
        payload = struct.pack("=BxHiII", 0, kind, 5, 1 << 20, 0)
        payload += netlink.attribute(interfaces.IFLA_IFNAME, more.pop("name", b"x\xff\0"))
        for name, value in more.items():
            payload += netlink.attribute(getattr(interfaces, f"IFLA_{name}"), value)
        return interfaces._interface(payload, {}, {})

    def test_unknown_flag_and_type(self):
        found = self.link(0xFFF0)
        assert found.flags == 1 << 20
        assert found.type == str(0xFFF0)
        assert found.name == "x\udcff"
        assert (found.hardware, found.mtu) == (None, 0)

    @pytest.mark.parametrize(
        ("kind", "address", "expected"),
        [
            (1, b"\x02\0\0\0\0\xff", "02:00:00:00:00:ff"),
            (776, b"\xc0\0\x02\x01", "192.0.2.1"),
            (768, bytes(4), "0.0.0.0"),
            (823, bytes(15) + b"\1", "::1"),
            (32, bytes(range(20)), ":".join(f"{n:02x}" for n in range(20))),
            (65534, b"", None),
        ],
    )
    def test_hardware_addresses(self, kind, address, expected):
        found = self.link(kind, ADDRESS=address)
        assert found.hardware == expected

    def test_counters_of_64_bits(self):
        values = [(1 << 64) - 1 - n for n in range(24)]
        found = self.link(1, STATS64=struct.pack("=24Q", *values)).statistics
        assert found.rx_packets == (1 << 64) - 1
        assert found.rx_nohandler == values[23]
        assert found.rx_otherhost_dropped == 0
        newer = self.link(1, STATS64=struct.pack("=30Q", *range(30))).statistics
        assert newer.rx_otherhost_dropped == 24

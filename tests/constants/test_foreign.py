"""The tables of other systems' constants.

The sources of their values are 400 MB: the comparison runs where the environment names a directory
that `tools/constants_foreign.py DIR --fetch` has filled.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import berkeley
from berkeley.constants.others import table_of
from tools import constants_foreign as tool

VARIABLE = "BERKELEY_FOREIGN_SOURCES"
PLATFORMS = {
    "darwin": "darwin",
    "freebsd": "freebsd14",
    "netbsd": "netbsd10",
    "openbsd": "openbsd7",
    "windows": "win32",
}

EVERYWHERE = """
    AF_INET AF_INET6 AF_LINK AF_UNSPEC SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET
    SOMAXCONN SOL_SOCKET SOL_IP SOL_TCP SOL_UDP SHUT_RD SHUT_WR SHUT_RDWR SO_REUSEADDR SO_KEEPALIVE
    SO_BROADCAST SO_ERROR SO_TYPE SO_RCVBUF SO_SNDBUF SO_RCVTIMEO SO_SNDTIMEO SO_LINGER
    SO_USELOOPBACK MSG_OOB MSG_PEEK MSG_WAITALL MSG_TRUNC MSG_CTRUNC IPPROTO_IP IPPROTO_ICMP
    IPPROTO_TCP IPPROTO_UDP IPPROTO_IPV6 IPPROTO_ICMPV6 IPPROTO_RAW IPPORT_RESERVED
    IPPORT_USERRESERVED INADDR_ANY INADDR_BROADCAST INADDR_LOOPBACK INADDR_UNSPEC_GROUP
    INADDR_ALLHOSTS_GROUP INADDR_MAX_LOCAL_GROUP INADDR_NONE IP_TOS IP_TTL IP_HDRINCL
    IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP
    IPV6_V6ONLY IPV6_JOIN_GROUP IPV6_LEAVE_GROUP IPV6_MULTICAST_HOPS IPV6_UNICAST_HOPS TCP_NODELAY
    TCP_MAXSEG AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_ADDRCONFIG EAI_AGAIN
    EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_SERVICE EAI_SOCKTYPE
    NI_DGRAM NI_MAXHOST NI_MAXSERV NI_NAMEREQD NI_NOFQDN NI_NUMERICHOST NI_NUMERICSERV
"""
BSD = """
    AF_UNIX AF_ROUTE SCM_RIGHTS MSG_DONTWAIT MSG_EOR MSG_NOSIGNAL SO_REUSEPORT EAI_SYSTEM
    EAI_OVERFLOW IPV6_RECVPKTINFO IP_RECVDSTADDR
"""
# What the documents say is available on a system, versionadded and versionchanged included.
DOCUMENTED = {
    "darwin": f"""{EVERYWHERE} {BSD} PF_SYSTEM AF_SYSTEM SYSPROTO_CONTROL TCP_KEEPALIVE
        TCP_CONNECTION_INFO TCP_KEEPCNT TCP_KEEPINTVL TCP_NOTSENT_LOWAT LOCAL_PEERCRED
        ETHERTYPE_ARP ETHERTYPE_IP ETHERTYPE_IPV6 ETHERTYPE_VLAN""",
    "freebsd": f"""{EVERYWHERE} {BSD} AF_DIVERT PF_DIVERT SCM_CREDS2 LOCAL_CREDS
        LOCAL_CREDS_PERSISTENT SO_USER_COOKIE SO_REUSEPORT_LB SO_SETFIB IPPROTO_UDPLITE
        UDPLITE_SEND_CSCOV UDPLITE_RECV_CSCOV SOCK_CLOEXEC SOCK_NONBLOCK
        ETHERTYPE_ARP ETHERTYPE_IP ETHERTYPE_IPV6 ETHERTYPE_VLAN
        AF_BLUETOOTH BTPROTO_HCI BTPROTO_L2CAP BTPROTO_RFCOMM BTPROTO_SCO BDADDR_ANY BDADDR_LOCAL
        SOL_HCI HCI_FILTER SOL_L2CAP SOL_RFCOMM SOL_SCO""",
    "netbsd": f"""{EVERYWHERE} {BSD} AF_CAN PF_CAN SOL_CAN_RAW CAN_RAW CAN_RAW_FILTER
        CAN_RAW_LOOPBACK CAN_RAW_RECV_OWN_MSGS CAN_EFF_FLAG CAN_RTR_FLAG CAN_ERR_FLAG CAN_SFF_MASK
        CAN_EFF_MASK CAN_ERR_MASK SOCK_CLOEXEC SOCK_NONBLOCK
        AF_BLUETOOTH BTPROTO_HCI BTPROTO_L2CAP BTPROTO_RFCOMM BTPROTO_SCO BDADDR_ANY BDADDR_LOCAL
        SOL_HCI SO_HCI_EVT_FILTER SO_HCI_PKT_FILTER""",
    "openbsd": f"{EVERYWHERE} {BSD} SO_RTABLE SOCK_CLOEXEC SOCK_NONBLOCK",
    "windows": f"""{EVERYWHERE} SIO_RCVALL SIO_KEEPALIVE_VALS SIO_LOOPBACK_FAST_PATH RCVALL_OFF
        RCVALL_ON RCVALL_SOCKETLEVELONLY RCVALL_MAX SO_EXCLUSIVEADDRUSE TCP_FASTOPEN TCP_KEEPCNT
        TCP_KEEPIDLE TCP_KEEPINTVL TCP_QUICKACK AF_HYPERV HV_PROTOCOL_RAW HVSOCKET_CONNECT_TIMEOUT
        HVSOCKET_CONNECT_TIMEOUT_MAX HVSOCKET_CONNECTED_SUSPEND HVSOCKET_ADDRESS_FLAG_PASSTHRU
        HV_GUID_ZERO HV_GUID_WILDCARD HV_GUID_BROADCAST HV_GUID_CHILDREN HV_GUID_LOOPBACK
        HV_GUID_PARENT AF_BLUETOOTH BTPROTO_RFCOMM SOL_RFCOMM BDADDR_ANY BDADDR_LOCAL
        SO_BTH_ENCRYPT SO_BTH_MTU SO_BTH_MTU_MAX SO_BTH_MTU_MIN IPV6_HDRINCL IP_RECVERR
        IPV6_RECVERR""",
}
# What the documents say is available on other systems only.
ONLY = {
    "AF_HYPERV": {"windows"},
    "SO_BTH_MTU": {"windows"},
    "SIO_RCVALL": {"windows"},
    "SO_EXCLUSIVEADDRUSE": {"windows"},
    "PF_SYSTEM": {"darwin"},
    "SYSPROTO_CONTROL": {"darwin"},
    "TCP_KEEPALIVE": {"darwin"},
    "TCP_CONNECTION_INFO": {"darwin"},
    "AF_DIVERT": {"freebsd"},
    "PF_DIVERT": {"freebsd"},
    "SCM_CREDS2": {"freebsd"},
    "LOCAL_CREDS_PERSISTENT": {"freebsd"},
    "SO_USER_COOKIE": {"freebsd"},
    "SO_REUSEPORT_LB": {"freebsd"},
    "SO_RTABLE": {"openbsd"},
    "SO_HCI_EVT_FILTER": {"netbsd"},
    "AF_CAN": {"netbsd"},
    "HCI_FILTER": {"freebsd"},
    "HCI_TIME_STAMP": set(),
    "HCI_DATA_DIR": set(),
    "AF_PACKET": set(),
    "AF_ALG": set(),
    "AF_TIPC": set(),
    "AF_VSOCK": set(),
    "AF_QIPCRTR": set(),
    "AF_RDS": set(),
    "CAN_BCM": set(),
    "ETH_P_ALL": set(),
    "SO_INCOMING_CPU": set(),
    "ETHERTYPE_IP": {"darwin", "freebsd"},
    # The documents speak of its use on FreeBSD; the number is in the header of OpenBSD, too.
    "IPPROTO_UDPLITE": {"freebsd", "openbsd"},
    "AF_UNIX": {"darwin", "freebsd", "netbsd", "openbsd"},
}
ALSO_ON_LINUX = {
    "AF_CAN", "AF_PACKET", "AF_ALG", "AF_TIPC", "AF_VSOCK", "AF_QIPCRTR", "AF_RDS", "CAN_BCM",
    "ETH_P_ALL", "SO_INCOMING_CPU", "ETHERTYPE_IP", "IPPROTO_UDPLITE", "AF_UNIX", "HCI_FILTER",
    "HCI_TIME_STAMP", "HCI_DATA_DIR",
}  # fmt: skip

# What typeshed has and the table has not, for a reason.
NOT_IN_THE_TABLE = {"CAPI"}

on_each = pytest.mark.parametrize("platform", PLATFORMS)


def typeshed(platform: str) -> dict[str, str | None]:
    """The constants that typeshed gives the module of CPython 3.15 there; the value where it has
    one.
    """
    mypy = pytest.importorskip("mypy", reason="mypy, which has typeshed in it, is not installed")
    file = Path(mypy.__file__).parent / "typeshed" / "stdlib" / "_socket.pyi"
    version = SimpleNamespace(platform=PLATFORMS[platform], version_info=(3, 15))
    found: dict[str, str | None] = {}

    def walk(body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.If):
                test = compile(ast.Expression(node.test), str(file), "eval")
                walk(node.body if eval(test, {"sys": version}) else node.orelse)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name, value = node.target.id, node.value
                if name[0] != "_" and (name.isupper() or name == "AF_DECnet"):
                    found[name] = ast.literal_eval(value) if value else None

    walk(ast.parse(file.read_text()).body)
    return found


@on_each
def test_every_name_stands_once_in_one_group(platform):
    names = [name for _, names in tool.read_groups(platform) for name in names]
    assert len(names) == len(set(names))
    assert set(names) == set(tool.read_table(platform))
    text = (tool.CONSTANTS / f"{platform}.py").read_text()
    assert len(names) == sum(isinstance(node, ast.Assign) for node in ast.parse(text).body)


@on_each
def test_numbers_and_texts(platform):
    for name, value in tool.read_table(platform).items():
        expected = str if name.startswith(("HV_GUID_", "BDADDR_ANY", "BDADDR_LOCAL")) else int
        assert type(value) is expected, name
        assert name.isupper() or name == "AF_DECnet"


@on_each
def test_documented_names(platform):
    missing = set(DOCUMENTED[platform].split()) - tool.read_table(platform).keys()
    assert not missing


@on_each
def test_names_that_only_other_systems_have(platform):
    table = tool.read_table(platform)
    assert {name for name in ONLY if name in table} == {
        name for name, systems in ONLY.items() if platform in systems
    }


@on_each
def test_what_linux_lacks_is_not_in_the_module(platform):
    names = {name for name, systems in ONLY.items() if platform in systems} - ALSO_ON_LINUX
    assert not [name for name in names if hasattr(berkeley, name)]
    assert not names & set(dir(berkeley))


@on_each
def test_no_name_takes_the_place_of_another_in_an_enum(platform):
    """Of several names with one value the first in the alphabet names the member."""
    table = tool.read_table(platform)
    members: dict[int | str, list[str]] = {}
    for name in sorted(table):
        if name.startswith("AF_") and name.isupper():
            members.setdefault(table[name], []).append(name)
    assert [names for names in members.values() if len(names) > 1] == []


@pytest.mark.parametrize("platform", ["darwin", "windows"])
def test_typeshed_has_the_same_names(platform):
    """typeshed has what CPython has on each system, but does not tell the BSDs apart."""
    theirs, table = typeshed(platform), tool.read_table(platform)
    assert theirs.keys() - table.keys() <= NOT_IN_THE_TABLE
    values = {name: value for name, value in theirs.items() if value is not None}
    assert {name: table[name] for name in values} == values
    expected = {
        # Windows' header has it, and so the documents' RCVALL_*; CPython leaves it out.
        "windows": {"RCVALL_IPLEVEL"},
        # The header has these four; CPython gives them on Windows only.
        "darwin": {"IPPROTO_IGP", "IPPROTO_PGM", "IPPROTO_RDP", "IPPROTO_ST"},
    }
    assert table.keys() - theirs.keys() == expected[platform]


@on_each
def test_the_module_takes_the_table_of_its_system(platform):
    program = (
        f"import sys; sys.platform = {PLATFORMS[platform]!r}\n"
        "import berkeley\n"
        "print(int(berkeley.AF_INET6), berkeley.AF_INET6.name, berkeley.AF_LINK.name)\n"
        "print(hasattr(berkeley, 'AF_PACKET'), len(berkeley.constants.documented()))\n"
        "print(berkeley.constants.more())\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stderr == ""
    table = tool.read_table(platform)
    assert result.stdout.splitlines() == [
        f"{table['AF_INET6']} AF_INET6 AF_LINK",
        f"False {len(table)}",
        "{}",
    ]


@on_each
def test_table_of_a_platform(platform):
    table = table_of(PLATFORMS[platform])
    assert table.__name__ == f"berkeley.constants.{platform}"
    assert {k: v for k, v in vars(table).items() if k[0] != "_"} == tool.read_table(platform)
    with pytest.raises(ImportError, match="no table of constants for 'aix7'"):
        table_of("aix7")


def sources() -> Path:
    directory = os.environ.get(VARIABLE)
    if not directory:
        pytest.skip(f"${VARIABLE} names no directory with the sources (tools/constants_foreign.py)")
    return Path(directory)


@on_each
def test_values_are_those_of_the_sources(platform, record_property):
    report = tool.compare(sources(), platform)
    record_property("compared", len(set().union(*report.compared.values())))
    assert not report.differences
    # All but what no header has.
    assert len(report.twice()) >= 100
    assert len(set().union(*report.compared.values())) >= len(tool.read_table(platform)) - 20


@on_each
def test_structs_are_those_of_the_headers(platform):
    report = tool.compare_layouts(sources(), platform)
    assert not report.differences
    assert len(report.compared["headers"]) == report.names


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x10", 16), ("1 << 3 | A", 9), ("!0x4", -5), ("-1", -1), ("::A as ::c_int", 1), ("2i32", 2)],
)
def test_expressions_of_rust(text, value):
    assert tool.evaluate(text, {"A": 1}) == value
    with pytest.raises(ValueError):
        tool.evaluate(f"{text} + B", {"A": 1})


def test_a_wrong_value_is_found(tmp_path, monkeypatch):
    """Tables as Go and Rust have them, with one value that is not ours."""
    go = tmp_path / tool.GO.format("openbsd")
    crate = tmp_path / tool.CRATES / "libc-0.2.139" / "src" / "unix" / "bsd" / "mod.rs"
    for file, text in (
        (go, "const (\n\tAF_INET6   = 0x18\n\tSO_RTABLE = 0x1021\n\tAF_X = -0x1\n)\n"),
        (crate, "    pub const SO_RTABLE: ::c_int = 0x1020 | 1 << 1;\npub const E: u8 = f();\n"),
    ):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    monkeypatch.setitem(tool.SOURCES, "headers", lambda directory, platform: {})
    report = tool.compare(tmp_path, "openbsd")
    assert report.compared == {
        "headers": set(),
        "go": {"AF_INET6", "SO_RTABLE"},
        "rust": {"SO_RTABLE"},
    }
    assert report.differences == [tool.Difference("rust", "SO_RTABLE", 0x1021, 0x1022)]
    assert report.twice() == {"SO_RTABLE"}


def test_missing_sources(tmp_path):
    for read in tool.SOURCES.values():
        with pytest.raises(FileNotFoundError):
            read(tmp_path, "darwin")

"""Ancillary data with types of what only this kernel is sure to have: SCTP, CAN, TLS, and the rest.

SCTP: RFC 6458 section 5.3; CAN: socket(7); TLS: Documentation/networking/tls.rst.
"""

import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest

import berkeley
from berkeley import ancillary as a
from kernel.can_frames import frame, raw
from tests.ancillary.test_internet import *  # noqa: F403
from tests.ancillary.test_records import *  # noqa: F403
from tests.ancillary.test_socketlevel import *  # noqa: F403

Pair = tuple[berkeley.socket, berkeley.socket]
# struct tls12_crypto_info_aes_gcm_128, <linux/tls.h>: version, cipher, iv, key, salt, rec_seq.
TLS_INFO = struct.Struct("=HH8s16s4s8s")
ALERT = 21
SOFTWARE = berkeley.SOF_TIMESTAMPING_RX_SOFTWARE | berkeley.SOF_TIMESTAMPING_SOFTWARE


@pytest.fixture
def sctp() -> Iterator[Pair]:
    """Two connected sockets, one-to-one."""
    kind = berkeley.AF_INET, berkeley.SOCK_STREAM, berkeley.IPPROTO_SCTP
    with berkeley.socket(*kind) as near:
        near.settimeout(30)
        with berkeley.socket(*kind) as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            near.connect(server.getsockname())
            far, _ = server.accept()
        with far:
            far.settimeout(30)
            yield near, far


@pytest.mark.needs("sctp")
@pytest.mark.config("CONFIG_IP_SCTP")
@pytest.mark.exchange("SCTP", "typed SCTP_SNDINFO, SCTP_RCVINFO, SCTP_NXTINFO")
def test_sctp_streams(sctp: Pair) -> None:
    near, far = sctp
    for option in (berkeley.SCTP_RECVRCVINFO, berkeley.SCTP_RECVNXTINFO):
        far.setsockopt(berkeley.IPPROTO_SCTP, option, 1)
    near.sendmsg([b"one"], [a.encode(a.SCTPSendInfo(sid=4, ppid=51))])
    sent = a.SCTPSendInfo(sid=3, flags=berkeley.SCTP_UNORDERED, ppid=53)
    near.sendmsg([b"three"], [a.encode(sent), a.encode(a.SCTPPolicy(0, 0))])
    first = a.receive(far, 100, a.SCTPReceiveInfo, a.SCTPNextInfo)
    info, following = first.first(a.SCTPReceiveInfo), first.first(a.SCTPNextInfo)
    assert first.data == b"one"
    assert info is not None
    assert (info.sid, info.ssn, info.flags, info.ppid) == (4, 0, 0, 51)
    second = a.receive(far, 100, a.SCTPReceiveInfo, a.SCTPNextInfo)
    assert (second.data, second.first(a.SCTPNextInfo)) == (b"three", None)
    info = second.first(a.SCTPReceiveInfo)
    assert info is not None
    assert (info.sid, info.flags, info.ppid) == (3, berkeley.SCTP_UNORDERED, 53)
    assert following == a.SCTPNextInfo(3, following.flags, 53, 5, info.assoc_id)  # type: ignore[union-attr]


@pytest.mark.needs("sctp")
@pytest.mark.config("CONFIG_IP_SCTP")
@pytest.mark.exchange("SCTP", "typed SCTP_SNDRCV")
def test_sctp_by_the_older_form(sctp: Pair) -> None:
    near, far = sctp
    far.setsockopt(berkeley.IPPROTO_SCTP, berkeley.SCTP_EVENTS, b"\1")
    near.sendmsg([b"x"], [a.encode(a.SCTPSendReceive(sid=2, ppid=51))])
    info = a.receive(far, 100, a.SCTPSendReceive).first(a.SCTPSendReceive)
    assert info is not None
    assert (info.sid, info.ssn, info.ppid) == (2, 0, 51)


@pytest.mark.config("CONFIG_CAN_VCAN")
@pytest.mark.exchange("CAN", "typed SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING, SO_RXQ_OVFL")
@pytest.mark.parametrize(
    ("option", "value", "unit"),
    [
        ("SO_TIMESTAMP", 1, 1000),
        ("SO_TIMESTAMPNS", 1, 1),
        ("SO_TIMESTAMPING", SOFTWARE, 1),
    ],
)
def test_can_timestamps(vcan: str, option: str, value: int, unit: int) -> None:
    with raw(vcan) as near, raw(vcan) as far:
        far.setsockopt(berkeley.SOL_SOCKET, getattr(berkeley, option), value)
        far.setsockopt(berkeley.SOL_SOCKET, berkeley.SO_RXQ_OVFL, 1)
        before = time.time_ns()
        found: Any = None
        while found is None:
            # The kernel begins to take times a moment after the option is set.
            assert time.time_ns() < before + 20 * 10**9
            near.send(frame(0x123, b"\1"))
            message = a.receive(far, 100, a.Timestamp, a.Timestamps, a.DroppedPackets)
            found = message.first(a.Timestamp) or message.first(a.Timestamps)
        ns = found.ns if isinstance(found, a.Timestamp) else found.software_ns
        assert before - unit < ns <= time.time_ns()
        assert ns % unit == 0
        assert message.data == frame(0x123, b"\1")
        # Nothing was dropped, and then the kernel says nothing.
        assert message.first(a.DroppedPackets) is None


@pytest.mark.config("CONFIG_TLS")
@pytest.mark.exchange("TLS", "records by TLS_SET_RECORD_TYPE, TLS_GET_RECORD_TYPE")
def test_tls_records(tcp: Pair) -> None:
    near, far = tcp
    keys = TLS_INFO.pack(
        berkeley.TLS_1_2_VERSION,
        berkeley.TLS_CIPHER_AES_GCM_128,
        b"iv" * 4,
        b"key!" * 4,
        b"salt",
        bytes(8),
    )
    for sock, way in ((near, berkeley.TLS_TX), (far, berkeley.TLS_RX)):
        sock.setsockopt(berkeley.IPPROTO_TCP, berkeley.TCP_ULP, b"tls")
        sock.setsockopt(berkeley.SOL_TLS, way, keys)
    near.sendmsg([b"\2\x28"], [a.encode(a.TLSRecord(ALERT))])
    near.send(b"application data")
    alert = a.receive(far, 100, a.TLSRecord)
    assert (alert.data, alert.records) == (b"\2\x28", [a.TLSRecord(ALERT)])
    data = a.receive(far, 100, a.TLSRecord)
    assert data.data == b"application data"
    assert data.records == [a.TLSRecord(23)]

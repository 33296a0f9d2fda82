"""PF_KEY: the table of IPsec's keys, RFC 2367; <linux/pfkeyv2.h>."""

import os
import struct

import pytest

import berkeley

pytestmark = [pytest.mark.config("CONFIG_NET_KEY"), pytest.mark.needs("key")]

PF_KEY_V2 = 2
SADB_REGISTER, SADB_SATYPE_ESP = 7, 3
SADB_EXT_SUPPORTED_AUTH, SADB_EXT_SUPPORTED_ENCRYPT = 14, 15
# struct sadb_msg: version, type, errno, satype, length in words of 64 bits, sequence, pid
MESSAGE = struct.Struct("=BBBBHxxII")


@pytest.mark.exchange("KEY", "SADB_REGISTER, answered by what the kernel supports")
def test_register() -> None:
    with berkeley.socket(berkeley.AF_KEY, berkeley.SOCK_RAW, PF_KEY_V2) as sock:
        sock.settimeout(30)
        pid = os.getpid()
        sock.send(MESSAGE.pack(PF_KEY_V2, SADB_REGISTER, 0, SADB_SATYPE_ESP, 2, 1, pid))
        data, ancillary, flags, sender = sock.recvmsg(1 << 16)
        assert (ancillary, flags) == ([], 0)
        # This family has no addresses.
        assert sender is None
    words = len(data) // 8
    expected = (PF_KEY_V2, SADB_REGISTER, 0, SADB_SATYPE_ESP, words, 1, pid)
    assert MESSAGE.unpack_from(data) == expected
    # struct sadb_supported: its length in words, its type; then the algorithms.
    found, data = set(), data[MESSAGE.size :]
    while data:
        length, kind = struct.unpack_from("=HH", data)
        found.add(kind)
        data = data[8 * length :]
    assert found == {SADB_EXT_SUPPORTED_AUTH, SADB_EXT_SUPPORTED_ENCRYPT}


def test_no_addresses() -> None:
    with berkeley.socket(berkeley.AF_KEY, berkeley.SOCK_RAW, PF_KEY_V2) as sock:
        for call in (sock.getsockname, sock.getpeername):
            with pytest.raises(OSError, match="Operation not supported"):
                call()
        with pytest.raises(OSError, match="Operation not supported"):
            sock.bind((berkeley.AF_KEY, bytes(14)))

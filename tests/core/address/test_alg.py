"""AF_ALG addresses, without a socket: <linux/if_alg.h>.  Ciphers and hashes are in kernel/."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

AF_ALG = berkeley.AF_ALG
U32 = 0xFFFFFFFF

# Family, type (14), feat, mask, name (64); numbers as a little-endian machine has them.
GOLDEN = [
    (
        ("hash", "sha256", 0, 0),
        b"\x26\0hash\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0sha256" + bytes(58),
    ),
    (
        ("x" * 13, "y" * 63, 0x12345678, 0x9ABCDEF0),
        b"\x26\0xxxxxxxxxxxxx\0\x78\x56\x34\x12\xf0\xde\xbc\x9a" + b"y" * 63 + b"\0",
    ),
    (
        ("é", "ü(β)", 1, U32),
        b"\x26\0\xc3\xa9"
        + bytes(12)
        + b"\1\0\0\0\xff\xff\xff\xff"
        + b"\xc3\xbc(\xce\xb2)"
        + bytes(58),
    ),
    (("", "", 0, 0), b"\x26\0" + bytes(86)),
]


@pytest.mark.parametrize(("address", "raw"), GOLDEN)
def test_golden_bytes(address, raw):
    assert len(raw) == 88
    assert encode(AF_ALG, 0, address) == raw
    assert decode(0, raw) == address


def test_feat_and_mask_if_not_said():
    assert decode(0, encode(AF_ALG, 0, ("aead", "gcm(aes)"))) == ("aead", "gcm(aes)", 0, 0)
    assert decode(0, encode(AF_ALG, 0, ("rng", "stdrng", 5))) == ("rng", "stdrng", 5, 0)
    assert decode(0, encode(AF_ALG, 0, ("rng", "stdrng", True, -1))) == ("rng", "stdrng", 1, U32)


def texts(size):
    # Of *size* bytes at most in UTF-8; no surrogates, no zeros.
    letters = st.characters(codec="utf-8", exclude_characters="\0")
    return st.text(letters, max_size=size).filter(lambda text: len(text.encode()) <= size)


u32 = st.integers(0, U32)


@given(texts(13), texts(63), u32, u32)
def test_there_and_back(kind, name, feat, mask):
    address = (kind, name, feat, mask)
    assert decode(0, encode(AF_ALG, 0, address)) == address


@given(st.binary(max_size=130))
def test_any_bytes_are_decoded(data):
    address = decode(0, AF_ALG.to_bytes(2, "little") + data)
    if address != (AF_ALG, data[:126]):
        assert len(data) >= 86
        kind, name, feat, mask = address
        assert kind.encode() == data[:14].partition(b"\0")[0]
        assert name.encode() == data[22:86].partition(b"\0")[0]
        assert feat == int.from_bytes(data[14:18], "little")
        assert mask == int.from_bytes(data[18:22], "little")


def test_every_length():
    whole = encode(AF_ALG, 0, ("hash", "md5"))
    for length in range(2, 88):
        assert decode(0, whole[:length]) == (AF_ALG, whole[2:length])


def test_texts_without_their_zero():
    assert decode(0, b"\x26\0" + b"t" * 14 + bytes(8) + b"n" * 64) == ("t" * 14, "n" * 64, 0, 0)


@pytest.mark.parametrize("data", [b"\xff" + bytes(85), bytes(22) + b"\xc3" + bytes(63)])
def test_not_utf_8(data):
    assert decode(0, b"\x26\0" + data) == (AF_ALG, data)


@pytest.mark.parametrize("address", [None, 5, "hash", b"hash", ["hash", "md5"]], ids=repr)
def test_not_a_tuple(address):
    kind = type(address).__name__
    with pytest.raises(TypeError, match=rf"encode\(\): AF_ALG address must be tuple, not {kind}$"):
        encode(AF_ALG, 0, address)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_number_of_elements(count):
    with pytest.raises(TypeError, match=r"a tuple \(type, name\[, feat\[, mask\]\]\)$"):
        encode(AF_ALG, 0, ("hash", "md5", 0, 0, 0)[:count])


@pytest.mark.parametrize("bad", [b"hash", bytearray(b"hash"), 5, None], ids=repr)
@pytest.mark.parametrize(("position", "field"), [(0, "type"), (1, "name")])
def test_not_a_text(position, field, bad):
    address = ["hash", "md5"]
    address[position] = bad
    with pytest.raises(TypeError, match=rf"AF_ALG {field} must be str, not {type(bad).__name__}$"):
        encode(AF_ALG, 0, tuple(address))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (("x" * 14, "md5"), r"^AF_ALG type too long\.$"),
        (("é" * 7, "md5"), r"^AF_ALG type too long\.$"),
        (("hash", "x" * 64), r"^AF_ALG name too long\.$"),
        (("hash", "x" * 100_000), r"^AF_ALG name too long\.$"),
        (("ha\0sh", "md5"), "AF_ALG type: embedded null character$"),
        (("hash", "md5\0"), "AF_ALG name: embedded null character$"),
        (("\udc80", "md5"), "surrogates not allowed"),
        (("hash", "\ud800"), "surrogates not allowed"),
    ],
)
def test_bad_text(address, message):
    with pytest.raises(ValueError, match=message):
        encode(AF_ALG, 0, address)


@pytest.mark.parametrize(("position", "field"), [(2, "feat"), (3, "mask")])
@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ("1", TypeError),
        (b"1", TypeError),
        (1.0, TypeError),
        (None, TypeError),
        (1 << 32, OverflowError),
        (-(1 << 31) - 1, OverflowError),
        (1 << 80, OverflowError),
    ],
)
def test_bad_number(position, field, bad, error):
    address = ["hash", "md5", 0, 0]
    address[position] = bad
    with pytest.raises(error, match=rf"^{field}\b"):
        encode(AF_ALG, 0, tuple(address))

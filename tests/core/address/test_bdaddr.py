"""The text of Bluetooth device addresses, through the form of SCO: nothing but that text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import berkeley
from berkeley.core.sockaddr import decode, encode

FAMILY = berkeley.AF_BLUETOOTH.to_bytes(2, "little")
SCO = berkeley.BTPROTO_SCO


def pack(text):
    raw = encode(berkeley.AF_BLUETOOTH, SCO, text)
    assert raw[:2] == FAMILY
    return raw[2:]


def unpack(raw):
    return decode(SCO, FAMILY + raw)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("01:23:45:67:89:AB", "ab8967452301"),
        ("ab:cd:ef:AB:CD:EF", "efcdabefcdab"),
        ("0:1:2:3:a:F", "0f0a03020100"),
        ("0000001:02:03:04:05:06", "060504030201"),
        (" 1:\t2:\n3:4:5:6", "060504030201"),
        ("0x1:0XFF:+3:-0:5:6", "06050003ff01"),
        (berkeley.BDADDR_ANY, "000000000000"),
        (berkeley.BDADDR_LOCAL, "ffffff000000"),
    ],
)
def test_the_last_pair_is_the_first_byte(text, raw):
    assert pack(text) == pack(text.encode()) == bytes.fromhex(raw)


@given(st.binary(min_size=6, max_size=6))
def test_back_and_forth(raw):
    text = unpack(raw)
    assert re.fullmatch(r"([0-9A-F]{2}:){5}[0-9A-F]{2}", text)
    assert pack(text) == pack(text.lower()) == raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "invalid",
        "1:2:3:4:5",
        "1:2:3:4:5:",
        ":1:2:3:4:5",
        "1:2:3::5:6",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:",
        "1:2:3:4:5:6 ",
        "1 :2:3:4:5:6",
        "1:2:3:4:5:g",
        "1:2:3:4:5:100",
        "-1:2:3:4:5:6",
        "100000001:2:3:4:5:6",
        "10000000000000001:2:3:4:5:6",
        "01-02-03-04-05-06",
        "010203040506",
        "\N{ARABIC-INDIC DIGIT ONE}:2:3:4:5:6",
        "1:2:3:4:5:\N{FULLWIDTH DIGIT SIX}",
    ],
)
def test_no_address(text):
    for form in (text, text.encode()):
        with pytest.raises(OSError, match=r"^bad bluetooth address: ") as caught:
            pack(form)
        assert repr(form) in str(caught.value)
        assert caught.value.errno is None


@given(st.text() | st.binary())
def test_anything_is_an_address_or_an_error(text):
    try:
        raw = pack(text)
    except (OSError, ValueError):
        return
    assert len(raw) == 6
    assert pack(unpack(raw)) == raw

"""benchmarks.scale: many connections, made few here."""

import resource
import shutil

import pytest

import berkeley
from benchmarks import scale
from benchmarks.apps.child import MODULES, Load
from benchmarks.row import Session, Unavailable

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (cc)")
SESSION = Session(berkeley, berkeley, rounds=2)


@pytest.fixture
def few(monkeypatch):
    """The measurements with 200 connections and 100 accepts."""
    monkeypatch.setattr(scale, "CONNECTIONS", 200)
    monkeypatch.setattr(scale, "MESSAGES", 200)
    monkeypatch.setattr(scale, "FIRST_ACCEPTS", 10)
    with Load() as load:
        yield scale.Scale(load, accepts=99)


def test_messages_and_percentiles_give_a_pair_a_round(few):
    for measure in (few.message, few.percentile):
        sample = measure(SESSION)
        assert len(sample.berkeley) == len(sample.standard) == 2 * scale.MORE_ROUNDS
        assert min(sample.berkeley + sample.standard) > 0


def test_the_memory_of_a_connection_is_in_bytes(few, monkeypatch):
    # Few connections may all fit into memory that the process has already.
    monkeypatch.setattr(scale, "CONNECTIONS", 2000)
    monkeypatch.setattr(scale, "MESSAGES", 2000)
    scale.require_descriptors(2064)
    sample = few.memory(SESSION)
    assert sample.unit == "bytes"
    assert 50 < sample.berkeley[0] < 5000
    assert 50 < sample.standard[0] < 5000


def test_what_is_accepted_and_closed_leaves_no_descriptor(few):
    sample = few.accepted(SESSION)
    assert len(sample.berkeley) == 2
    assert [*few.growth] == [*MODULES]
    for growth in few.growth.values():
        # 50 a round: no fewer than were asked for.
        assert growth.accepts == 100
        assert growth.descriptors == 0


def test_too_low_a_limit_is_named(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    scale.require_descriptors(4096)
    with pytest.raises(Unavailable, match="limit of descriptors is 4096, 10064 are needed"):
        scale.require_descriptors(10064)


@pytest.mark.parametrize(
    ("growth", "beyond"),
    [
        (scale.Growth(9, scale.SLACK, 0), False),
        (scale.Growth(9, scale.SLACK + 1, 0), True),
        (scale.Growth(9, 0, 1), True),
        (scale.Growth(9, -4096, 0), False),
    ],
)
def test_a_descriptor_more_is_beyond_and_little_memory_is_not(growth, beyond):
    assert growth.beyond is beyond

"""Batched datagrams: the arithmetic of rates, and the targets, with made-up times."""

import pytest

from benchmarks import batched
from benchmarks.batched import Contender, described, interleaved, missed


def contender(name, wall, size=64):
    return Contender(name, size, lambda count: None, list(map(float, wall)), [500.0])


def test_the_rate_is_that_of_the_median():
    assert contender("x", [900, 1000, 4000]).rate == 1_000_000


def test_ratios_are_medians_of_the_rounds_not_ratios_of_the_medians():
    ours = contender("ours", [100, 200, 1000])
    theirs = contender("theirs", [200, 600, 1000])
    assert ours.against(theirs) == 2
    assert theirs.rate == pytest.approx(1e9 / 600)


def test_a_line():
    bare, standard = contender("C", [1000]), contender("socket", [2000])
    ours = contender("batch of 64", [800])
    assert described([bare, standard, ours])[2] == {
        "name": "batch of 64",
        "size": 64,
        "datagrams a second": 1_250_000,
        "bytes a second": 80_000_000,
        "CPU ns a datagram": 500,
        "to C": 1.25,
        "to socket": 2.5,
    }
    assert described([standard, ours])[1]["to C"] is None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"name": "batch of 64", "to C": 0.9, "to socket": 1.0}, None),
        (
            {"name": "batch of 64", "to C": 0.89, "to socket": 1.0},
            "64 bytes, batch of 64: 0.89 of C",
        ),
        ({"name": "batch of 64", "to C": None, "to socket": 1.0}, None),
        ({"name": "batch of 1", "to C": 0.5, "to socket": 1.0}, None),
        ({"name": "segments, apart", "to C": 9.0, "to socket": 20.0}, None),
        (
            {"name": "segments, in one buffer", "to C": 9.0, "to socket": 19.94},
            "64 bytes, segments, in one buffer: 19.9 of socket",
        ),
    ],
)
def test_targets(line, text):
    assert missed([{"size": 64, **line}]) == ([] if text is None else [text])


def test_rounds_take_turns_and_the_first_is_dropped():
    done = []
    one = Contender("one", 64, lambda count: done.append(("one", count)))
    two = Contender("segments", 64, lambda count: done.append(("two", count)))
    interleaved([one, two], 2, 1024)
    assert [name for name, _ in done] == ["one", "two", "two", "one", "one", "two"]
    # 18 whole buffers of 54 datagrams.
    assert {count for name, count in done if name == "two"} == {972}
    assert [len(c.wall) for c in (one, two)] == [2, 2]
    interleaved([one, two], 2, 1024)
    assert [len(c.processor) for c in (one, two)] == [4, 4]


@pytest.mark.parametrize("make", [batched.batched, batched.segmented])
def test_the_work_arrives(make):
    """All datagrams are received, or the receiver's timeout says so."""
    arguments = (1200, 64) if make is batched.batched else (1200, True)
    with make(*arguments) as work:
        assert work(64 * batched.SEGMENTS) is None


def test_what_misses_its_target_is_measured_again(monkeypatch):
    times = []
    monkeypatch.setattr(batched, "BARE", {64: "x"})
    monkeypatch.setattr(batched, "contenders", lambda *_: [contender("socket", [1])])
    monkeypatch.setattr(batched, "interleaved", lambda *given: times.append(given[1:]))
    monkeypatch.setattr(batched, "missed", lambda lines: len(times) < 2)
    assert [line["name"] for line in batched.measure(15, 1024)] == ["socket"]
    assert times == [(15, 1024)] * 2
    monkeypatch.setattr(batched, "missed", lambda lines: True)
    times.clear()
    batched.measure(15, 1024)
    assert len(times) == batched.MEASUREMENTS

"""benchmarks.interleave: the runner, with a clock that moves when an operation says so."""

import gc

import pytest

from benchmarks import interleave


class Clock:
    """Nanoseconds that pass only in operations."""

    def __init__(self):
        self.now = 0
        self.order = []

    def __call__(self):
        return self.now

    def operation(self, name, cost):
        def operate(count):
            self.order.append((name, count))
            self.now += count * cost

        return operate


@pytest.fixture
def clock():
    return Clock()


def measured(clock, ours, theirs, bare=None, rounds=4, batch=1000):
    return interleave.measure(ours, theirs, bare, rounds=rounds, batch=batch, clock=clock)


def test_times_are_those_of_one_operation(clock):
    sample = measured(clock, clock.operation("a", 5), clock.operation("b", 10))
    assert sample.berkeley == [5] * 4
    assert sample.standard == [10] * 4
    assert sample.bare == []
    assert sample.ratio == 0.5


def test_rounds_alternate_which_goes_first(clock):
    measured(clock, clock.operation("a", 5), clock.operation("b", 10), rounds=4)
    assert [name for name, _ in clock.order[-8:]] == list("abbaabba")


def test_both_do_the_same_number_of_times_and_the_standard_module_fills_the_batch(clock):
    measured(clock, clock.operation("a", 1), clock.operation("b", 10), batch=5000)
    assert {count for _, count in clock.order[-8:]} == {500}


def test_both_have_run_before_the_first_round(clock):
    measured(clock, clock.operation("a", 5), clock.operation("b", 10), rounds=2)
    assert {name for name, _ in clock.order[:-4]} == {"a", "b"}


def test_plain_c_is_measured_in_every_round(clock):
    asked = []

    def bare(count):
        asked.append(count)
        return 2.0 * count

    sample = measured(clock, clock.operation("a", 5), clock.operation("b", 10), bare, rounds=3)
    assert sample.bare == [2] * 3
    # And once to warm up.
    assert asked == [100] * 4


@pytest.mark.parametrize(("cost", "count"), [(1, 1000), (7, 143), (400, 2), (999, 1), (50_000, 1)])
def test_calibration_finds_how_often_an_operation_fits_into_a_batch(clock, cost, count):
    assert interleave.calibrate(clock.operation("a", cost), 1000, clock) == count


def test_calibration_goes_on_while_the_clock_stands_still():
    counts = []

    def clock():
        return 1000 if counts and counts[-1] >= 64 else 0

    # The clock jumps within the batch of 64: that batch starts at 0 and ends at 1 000.
    assert interleave.calibrate(counts.append, 1000, clock) == 64
    assert counts == [1, 2, 4, 8, 16, 32, 64]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_rests_and_is_then_as_it_was(clock, enabled):
    seen = []
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        measured(clock, lambda count: seen.append(gc.isenabled()), clock.operation("b", 10))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
    assert set(seen) == {False}


def test_the_collector_is_back_after_an_error(clock):
    def broken(count):
        raise OSError

    assert gc.isenabled()
    with pytest.raises(OSError):
        measured(clock, broken, clock.operation("b", 10))
    assert gc.isenabled()


def test_each_module_gets_bytecode_of_its_own():
    def make(target):
        def operate(count, *, step=1):
            target.append(count + step)

        return operate

    first, second = [], []
    one, two = interleave.own_code(make(first)), interleave.own_code(make(second))
    one(1)
    two(2)
    assert (first, second) == ([2], [3])
    assert one.__code__ is not two.__code__


def test_an_operation_without_bytecode_stays_what_it_is():
    assert interleave.own_code(print) is print

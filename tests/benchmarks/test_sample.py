"""benchmarks.sample: the figures of a measurement."""

import pytest

from benchmarks.sample import Sample


def test_the_ratio_is_the_median_of_the_rounds_ratios():
    # The quotient of the medians would be 2 / 10; the second round was disturbed.
    sample = Sample([1, 40, 2], [10, 50, 4])
    assert sample.ratios == [0.1, 0.8, 0.5]
    assert sample.ratio == 0.5


def test_quartiles():
    assert Sample([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]).quartiles == (2, 4)
    assert Sample([3], [4]).quartiles == (0.75, 0.75)


def test_overhead_compares_what_is_added_to_plain_c():
    assert Sample([120], [140], [100]).overhead == 0.5
    assert Sample([90], [140], [100]).overhead == -0.25


def test_joined_samples_have_all_rounds():
    first, second = Sample([1, 2], [3, 4], [5, 6], "bytes"), Sample([7], [8], [9], "bytes")
    assert Sample.joined([first, second]) == Sample([1, 2, 7], [3, 4, 8], [5, 6, 9], "bytes")
    assert Sample.joined([first]) == first


@pytest.mark.parametrize("bare", [[], [100]])
def test_no_overhead_where_there_is_nothing_to_compare(bare):
    assert Sample([102], [104], bare).overhead is None


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1], []), ([1, 2], [1])])
def test_a_sample_is_made_of_pairs(ours, theirs):
    with pytest.raises(ValueError, match="pairs"):
        Sample(ours, theirs)

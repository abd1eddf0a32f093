"""Sharing out: nothing is lost, labels have their share, large groups find room."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.learning.splitting.stratify import Unit, share_out

units = st.lists(
    st.builds(
        lambda labels: Unit(max(1, sum(labels.values())), labels),
        st.dictionaries(st.sampled_from("abcd"), st.integers(1, 6), max_size=3),
    ),
    min_size=1,
    max_size=40,
)


@given(units, st.sampled_from([[0.5, 0.5], [0.8, 0.1, 0.1], [0.25] * 4]))
def test_every_unit_has_one_part_and_every_label_is_in_one_at_least(found, shares):
    parts = share_out(found, shares)
    assert len(parts) == len(found)
    assert set(parts) <= set(range(len(shares)))
    assert parts == share_out(found, shares)


def test_the_parts_have_their_sizes_though_groups_are_large():
    found = [Unit(size, {"a": size}) for size in (50, 20, 10, 5, 5, 3, 3, 2, 1, 1)]
    sizes: Counter[int] = Counter()
    for unit, part in zip(found, share_out(found, [0.6, 0.2, 0.2]), strict=True):
        sizes[part] += unit.size
    assert sizes[0] == 60
    assert {sizes[1], sizes[2]} == {20}


def test_a_label_of_one_unit_is_in_the_greatest_part():
    found = [*(Unit(1, {"a": 1}) for _ in range(20)), Unit(1, {"b": 1})]
    assert share_out(found, [0.2, 0.6, 0.2])[-1] == 1


def test_units_without_labels_are_shared_out_too():
    assert Counter(share_out([Unit(1, {})] * 10, [0.7, 0.3])) == {0: 7, 1: 3}


def test_many_labels_take_little_time():
    found = [Unit(1, {f"label {at}": 1}) for at in range(20_000)]
    assert set(share_out(found, [0.5, 0.5])) == {0}

"""Splits that let nothing through from one side to the other."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import gather
from sciml_magics.learning.splitting.spelling import plain
from sciml_magics.learning.splitting.splits import SHARES, split_indices, train_validation
from sciml_magics.store import open_store
from sciml_magics.store.splits import read_split
from sciml_magics.tasks import Span
from tests.charts.reviews_made import Review, topic

TWO = {"train": 0.7, "test": 0.3}

words = st.sampled_from(["cell", "Cell", " cell ", "gene\n", "gene", "ﬁrst", "first", "star", "x"])
rows = st.lists(
    st.tuples(
        st.lists(words, min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["p", "q", "r", "s", None]),
    ),
    min_size=2,
    max_size=60,
)


def split(table, seed=0, grouped=False, shares=TWO):
    texts, labels, groups = zip(*table, strict=True)
    return split_indices(texts, labels, shares, groups if grouped else None, seed).parts


@given(rows, st.integers(0, 5), st.booleans(), st.randoms())
def test_equal_texts_and_groups_are_on_one_side_whatever_the_order(table, seed, grouped, rng):
    try:
        parts = split(table, seed, grouped)
    except LearningError:
        return
    assert set(parts) <= set(TWO)
    sides = defaultdict(set)
    for (text, _, group), part in zip(table, parts, strict=True):
        sides["text", plain(text)].add(part)
        if grouped and group is not None:
            sides["group", group].add(part)
    assert all(len(side) == 1 for side in sides.values())
    order = list(range(len(table)))
    rng.shuffle(order)
    shuffled = split([table[at] for at in order], seed, grouped)
    assert [parts[at] for at in order] == list(shuffled)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 3))
def test_every_label_has_its_share_in_every_part(sizes, seed):
    labels = [f"label {at}" for at, size in enumerate(sizes) for _ in range(size)]
    texts = [f"text {at}" for at in range(len(labels))]
    if len(texts) < 3:
        return
    parts = split_indices(texts, labels, SHARES, seed=seed).parts
    counts = Counter(zip(labels, parts, strict=True))
    # Of a handful of rows, one more is given away so that no part is empty.
    slack = 1 if len(texts) >= 20 else 2
    for at, size in enumerate(sizes):
        for name, share in SHARES.items():
            assert abs(counts[f"label {at}", name] - share * size) <= slack
        assert counts[f"label {at}", "train"] >= 1


def test_many_labels_with_three_texts_each_fill_every_part():
    labels = [f"label {at % 77}" for at in range(231)]
    counts = Counter(split_indices([f"text {at}" for at in range(231)], labels, SHARES).parts)
    assert [round(counts[name] / 231, 2) for name in SHARES] == [0.8, 0.1, 0.1]


def test_several_labels_have_their_share_too():
    rng = random.Random(0)
    values = [
        tuple(
            label for label, often in (("a", 0.5), ("b", 0.2), ("c", 0.03)) if rng.random() < often
        )
        for _ in range(1000)
    ]
    parts = split_indices([f"text {at}" for at in range(1000)], values, SHARES).parts
    total = Counter(label for value in values for label in value)
    for name, share in SHARES.items():
        own = [value for value, part in zip(values, parts, strict=True) if part == name]
        counts = Counter(label for value in own for label in value)
        assert abs(len(own) - share * 1000) <= 5
        assert all(abs(counts[label] - share * total[label]) <= 3 for label in total)


def test_spans_are_shared_out_by_their_labels():
    marked = [(Span(0, 4, "PER", "text"),) if at % 10 == 0 else () for at in range(200)]
    parts = split_indices([f"text {at}" for at in range(200)], marked, TWO).parts
    with_person = Counter(part for value, part in zip(marked, parts, strict=True) if value)
    assert with_person == {"train": 14, "test": 6}


def test_another_seed_is_another_split_and_the_same_seed_the_same():
    table = [(f"text {at}", "a", None) for at in range(50)]
    assert split(table, 0) == split(table, 0)
    assert split(table, 0) != split(table, 1)


def test_no_part_is_empty_while_a_label_can_spare_a_row():
    parts = split_indices(["a", "b", "c"], ["x", "x", "x"], SHARES).parts
    assert sorted(parts) == sorted(SHARES)
    found = split_indices(["a", "b", "c"], ["x", "y", "z"], SHARES)
    assert set(found.parts) == {"train"}
    assert found.notes[1:] == ("no row is left for 'validation'", "no row is left for 'test'")


def test_what_is_rare_or_repeated_is_said():
    found = split_indices(["one", "One ", "two", "three", "four"], ["a", "a", "a", "b", "a"], TWO)
    assert found.notes == (
        "1 row repeats the text of another: equal texts are on one side",
        "1 label has too few rows to be in every part: 'b' (1)",
    )
    assert found.parts[3] == "train"


def test_a_text_in_two_groups_joins_them():
    groups = ["p", "q", "p", "q", "r", None]
    found = split_indices(["same", "same", "a", "b", "c", "d"], None, TWO, groups)
    assert len(set(found.parts[:4])) == 1
    assert "groups that share a text are on one side" in found.notes
    assert "1 row has no group: only their texts keep them together" in found.notes


@pytest.mark.parametrize(
    ("texts", "shares", "message"),
    [
        (["a", "A"], TWO, "1 different texts cannot make 2 parts"),
        (["a", "b"], {"train": 1.0}, "two parts or more"),
        (["a", "b"], {"train": 1.0, "test": 0.0}, "above 0"),
    ],
)
def test_what_cannot_be_split_is_said(texts, shares, message):
    with pytest.raises(LearningError, match=message):
        split_indices(texts, None, shares)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "splits.db") as opened:
        yield opened


def reviewed(store, count=100):
    review = Review(store, topic(), count * [("genes", 0.9)])
    for at in range(count):
        review.say(at, "genes" if at % 3 else "cells")
    return gather(store, review.task)


def test_training_and_validation_leave_out_what_is_held_out(store):
    answered = reviewed(store)
    halves = train_validation(answered, store)
    assert set(halves.train.parts) == set(halves.validation.parts) == {"learn"}
    assert len(halves.train) + len(halves.validation) == len(answered.part("learn"))
    assert len(halves.validation) == round(len(answered.part("learn")) / 5)


def test_the_seed_is_kept_in_the_store(store):
    answered = reviewed(store)
    task_id = store.task(answered.task)
    assert read_split(store.database, task_id) is None
    first = train_validation(answered, store, seed=7, validation=0.4)
    assert read_split(store.database, task_id) == (7, 0.4)
    again = train_validation(answered, store)
    assert again == first
    other = train_validation(answered, store, seed=8)
    assert other.validation.records != first.validation.records
    assert read_split(store.database, task_id) == (8, 0.4)


def test_groups_of_answers_stay_on_one_side(store):
    answered = reviewed(store)
    groups = [hash(record.text) % 10 for record in answered.records]
    halves = train_validation(answered, store, groups=groups)
    sides = [{hash(one.text) % 10 for one in half.records} for half in halves[:2]]
    assert not sides[0] & sides[1]


def test_one_answer_is_for_training_and_that_is_said(store):
    answered = reviewed(store, 1)
    halves = train_validation(answered, store)
    assert len(halves.validation) == 0
    assert "too few to validate" in halves.notes[0]


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_share_that_leaves_nothing_is_refused(store, share):
    with pytest.raises(LearningError, match="choose 0 to below 1"):
        train_validation(reviewed(store, 3), store, validation=share)

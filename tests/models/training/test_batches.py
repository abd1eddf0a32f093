"""Batches hold rows of like length, and change from epoch to epoch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.models.training.batches import LikeBatches, collate, pieces
from sciml_magics.models.training.lessons import IGNORED, Row

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=80)


@given(LENGTHS, st.integers(1, 200), st.integers(1, 20), st.integers(0, 3))
def test_every_row_comes_once_within_the_budget(lengths, tokens, most, epoch):
    batches = LikeBatches(lengths, tokens=tokens, most=most, seed=1)
    batches.epoch = epoch

    found = list(batches)

    assert len(found) == len(batches)
    assert sorted(at for batch in found for at in batch) == list(range(len(lengths)))
    for batch in found:
        longest = max(lengths[at] for at in batch)
        assert len(batch) <= most
        assert len(batch) == 1 or len(batch) * longest <= tokens


def test_the_order_comes_from_the_seed_and_the_epoch():
    lengths = np.random.default_rng(0).integers(5, 9, 100)
    one, two, other = (LikeBatches(lengths, tokens=64, most=8, seed=seed) for seed in (1, 1, 2))
    first = list(one)

    assert first == list(two)
    assert first != list(other)
    two.epoch = 1
    assert first != list(two)


def test_little_is_filled_up():
    lengths = np.random.default_rng(0).integers(5, 60, 2_000)

    batches = list(LikeBatches(lengths, tokens=2_048, most=128, seed=0))

    shown = sum(len(batch) * max(lengths[at] for at in batch) for batch in batches)
    assert shown / lengths.sum() < 1.05


def _row(length, target, kinds=True):
    ids = np.arange(1, length + 1)
    return Row(ids, target, np.ones(length, dtype=np.int64) if kinds else None)


def test_rows_of_one_length_need_no_mask():
    batch = collate([_row(3, 0), _row(3, 2)], blank=9)

    assert "attention_mask" not in batch
    assert batch["labels"].tolist() == [0, 2]
    assert batch["token_type_ids"].shape == (2, 3)


@pytest.mark.parametrize("left", [False, True])
def test_shorter_rows_are_filled_up_and_masked(left):
    rows = [_row(3, np.array([1, 2, 3])), _row(1, np.array([4]))]

    batch = collate(rows, blank=9, left=left)

    def short(name):
        found = batch[name][1].tolist()
        return found[::-1] if left else found

    assert short("input_ids") == [1, 9, 9]
    assert short("attention_mask") == [1, 0, 0]
    assert short("labels") == [4, IGNORED, IGNORED]
    assert short("token_type_ids") == [1, 0, 0]


def test_targets_of_several_labels_are_stacked():
    batch = collate([_row(2, np.array([0, 1], np.float32), kinds=False)] * 2, blank=0)

    assert batch["labels"].dtype == torch.float32
    assert "token_type_ids" not in batch


@given(st.integers(1, 20), st.integers(1, 10), st.integers(1, 100))
def test_pieces_are_the_batch(rows, longest, tokens):
    batch = {"input_ids": torch.arange(rows * longest).view(rows, longest)}

    found = pieces(batch, tokens)

    assert torch.equal(torch.cat([piece["input_ids"] for piece in found]), batch["input_ids"])
    assert all(piece["input_ids"].numel() <= max(tokens, longest) for piece in found)

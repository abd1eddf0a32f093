"""Windows cover every text, overlap, and are put together as stated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.models.windows import Gathered, cut_windows, pool, strongest

LENGTHS = st.lists(st.integers(0, 300), max_size=12)


@given(lengths=LENGTHS, limit=st.integers(1, 64))
def test_windows_cover_every_text_and_keep_each_token_once(lengths, limit):
    found = cut_windows(lengths, limit)
    assert (found.lengths <= limit).all()
    for text, length in enumerate(lengths):
        mine = np.flatnonzero(found.texts == text)
        assert len(mine) == found.per_text(len(lengths))[text] >= 1
        kept = np.zeros(length, dtype=int)
        for at in mine:
            assert 0 <= found.starts[at] <= found.keeps[at] <= found.kept_to[at]
            assert found.kept_to[at] <= found.stops[at] <= length
            kept[found.keeps[at] : found.kept_to[at]] += 1
        assert (kept == 1).all()
        if length > limit:
            assert (found.lengths[mine] == limit).all()
        else:
            assert len(mine) == 1


@given(length=st.integers(1, 400), limit=st.integers(8, 64))
def test_a_token_is_kept_where_it_has_most_context(length, limit):
    found = cut_windows([length], limit)
    for token in range(length):
        seen = [
            (min(token - start if start else length, stop - 1 - token if stop < length else length))
            for start, stop in zip(found.starts, found.stops, strict=True)
            if start <= token < stop
        ]
        keeper = np.flatnonzero((found.keeps <= token) & (token < found.kept_to))[0]
        start, stop = found.starts[keeper], found.stops[keeper]
        mine = min(
            token - start if start else length, stop - 1 - token if stop < length else length
        )
        # Half a token is what an even overlap leaves undecided.
        assert mine >= max(seen) - 1


def test_a_million_tokens_make_small_arrays():
    found = cut_windows([1_000_000], 254)
    assert len(found) == 1 + -(-(1_000_000 - 254) // (254 - 63))
    assert found.stops[-1] == 1_000_000


def test_a_window_holds_something():
    with pytest.raises(ValueError, match="at least one token"):
        cut_windows([3], 0)


def test_scores_are_put_together_label_by_label():
    scores = np.array([[1, 8], [3, 2], [5, 5], [0, 1]], dtype=np.float32)
    texts = np.array([0, 0, 1, 2])
    assert pool(scores, texts, 3, "max").tolist() == [[3, 8], [5, 5], [0, 1]]
    assert pool(scores, texts, 3, "mean").tolist() == [[2, 5], [5, 5], [0, 1]]


def test_the_strongest_window_speaks_alone():
    scores = np.array([[0.6, 0.4], [0.1, 0.9], [0.9, 0.1], [0.5, 0.5]], dtype=np.float32)
    found = strongest(scores, np.array([0, 0, 0, 1]), 2)
    np.testing.assert_allclose(found, [[0.1, 0.9], [0.5, 0.5]])


@given(owners=st.lists(st.integers(0, 5), min_size=1), seed=st.integers(0, 9))
def test_a_text_is_complete_when_its_last_part_is(owners, seed):
    order = np.random.default_rng(seed).permutation(len(owners))
    gathered = Gathered(np.array(owners), 6)
    left = {text: owners.count(text) for text in owners}
    for at in order:
        left[owners[at]] -= 1
        expected = [owners[at]] if left[owners[at]] == 0 else []
        assert gathered.finish(np.array([at])).tolist() == expected

"""Records unlike those that were answered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.review import Reviewer
from sciml_magics.review.diversity import farthest
from sciml_magics.store import Store
from sciml_magics.tasks import record_id
from tests.review.examples import key
from tests.store.examples import add, begin

GENES = [f"gene number {at} was sequenced twice in yeast" for at in range(30)]
STARS = [f"a distant star of magnitude {at} was observed" for at in range(30)]
CHINESE = "细胞分裂的研究"


def test_what_is_unlike_the_seen_comes_first() -> None:
    assert farthest([*GENES[1:], STARS[0]], GENES[:1], 1) == [29]
    assert farthest([*GENES, *STARS, CHINESE], GENES[:3], 1) == [60]


def test_what_was_chosen_counts_as_seen() -> None:
    chosen = farthest([*GENES, *STARS, CHINESE], [], 3)
    kinds = {0 if at < 30 else 1 if at < 60 else 2 for at in chosen}
    assert kinds == {0, 1, 2}


@given(st.lists(st.text(), max_size=12), st.lists(st.text(), max_size=5), st.integers(0, 20))
def test_each_is_chosen_once(texts: list[str], seen: list[str], count: int) -> None:
    chosen = farthest(texts, seen, count)
    assert len(chosen) == len(set(chosen)) == min(count, len(texts))
    assert set(chosen) <= set(range(len(texts)))


def test_a_queue_goes_where_nobody_was(store: Store) -> None:
    add(store, begin(store), [*GENES, STARS[0]])
    reviewer = Reviewer(store, "topic", "Ada")
    for text in GENES[:5]:
        reviewer.respond(key(), record_id(text), "accept", "genes")
    [first] = Reviewer(store, "topic", "Ada", order="diverse").next(1).items
    assert (first.record.text, first.why) == (STARS[0], "Unlike what was answered so far")

"""Continuations merged where they begin alike."""

import numpy as np
import pytest

from sciml_magics.models.token_tree import Continuation, branch, common_start, grow


def _paths(tree):
    """The token sequences that the tree's visibility spells, one per node."""
    return [tuple(tree.tokens[row].tolist()) for row in tree.visible]


def test_a_shared_beginning_is_one_branch():
    tree = grow([Continuation((5, 6), (1, 2, 9)), Continuation((5, 6), (1, 3, 9))])

    assert tree.tokens.tolist() == [5, 6, 1, 2, 3]
    assert tree.depths.tolist() == [0, 1, 2, 3, 3]
    assert _paths(tree) == [(5,), (5, 6), (5, 6, 1), (5, 6, 1, 2), (5, 6, 1, 3)]


def test_only_answers_are_asked_for():
    tree = grow([Continuation((5, 6, 7), (1, 9)), Continuation((5, 6, 8), (1,))])

    assert tree.tokens[tree.reads].tolist() == [7, 1, 8]
    assert tree.asked.tolist() == [[True, True], [True, False]]
    assert tree.targets[0].tolist() == [1, 9]


@pytest.mark.parametrize("most", [3, 7, 20, 1000])
def test_parts_hold_every_continuation_once_and_stay_small(most):
    draw = np.random.default_rng(1)
    found = [
        Continuation((1, 2, 3), (*draw.integers(4, 7, draw.integers(1, 5)).tolist(), 9))
        for _ in range(60)
    ]
    longest = max(len(one.tokens) for one in found)

    branches = branch(found, most)

    which = np.concatenate([part for part, _ in branches.parts])
    assert sorted(which.tolist()) == list(range(60))
    assert all(len(tree) <= max(most, longest) for _, tree in branches.parts)
    assert branches.depth == longest


def test_many_parts_leave_the_common_stem_out():
    found = [Continuation((1, 2, 3), (token, 9)) for token in range(10, 20)]

    branches = branch(found, most_nodes=8)

    assert branches.stem == (1, 2)
    assert all(tree.tokens[0] == 3 for _, tree in branches.parts)


def test_continuations_that_share_nothing_make_a_forest():
    tree = grow([Continuation((1,), (9,)), Continuation((2,), (9,))])

    assert tree.depths.tolist() == [0, 0]
    assert not tree.visible[1, 0]
    assert branch([Continuation((1,), (9,)), Continuation((2,), (9,))], 1).stem == ()


def test_a_continuation_needs_context_and_answer():
    with pytest.raises(ValueError, match="context and an answer"):
        Continuation((), (1,))


def test_common_start_of_unequal_lengths():
    assert common_start([(1, 2), (1, 2, 3)]) == 2
    assert common_start([(1,), (2,)]) == 0

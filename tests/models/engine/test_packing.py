import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.models.batching import Budget
from sciml_magics.models.engine.packing import make_pack, pack_batches

lengths = st.lists(st.integers(1, 300), max_size=200)


@given(lengths, st.integers(1, 4096), st.integers(1, 8))
def test_every_sequence_is_in_exactly_one_pack(sizes, tokens, workers):
    sizes = np.array(sizes, dtype=np.int64)
    packs = list(pack_batches(sizes, Budget(tokens), workers))
    assert sorted(at for pack in packs for at in pack) == list(range(len(sizes)))
    assert all(len(pack) == 1 or sizes[pack].sum() <= tokens for pack in packs)
    in_order = [int(size) for pack in packs for size in sizes[pack]]
    assert in_order == sorted(in_order, reverse=True)


def test_little_work_is_split_evenly():
    sizes = np.full(100, 30)
    packs = list(pack_batches(sizes, Budget(2048), 2))
    assert [len(pack) for pack in packs] == [50, 50]


def test_a_shrunken_budget_holds_from_the_next_pack():
    budget = Budget(2048)
    packs = pack_batches(np.full(300, 32), budget, 1)
    first = next(packs)
    budget.shrink(512)
    rest = list(packs)
    assert len(first) > 32
    assert max(len(pack) for pack in rest) == 16


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_groups_cover_the_pack_and_say_what_lies_where(sizes):
    sequences = [np.arange(size) + 100 * at for at, size in enumerate(sorted(sizes))]
    pack = make_pack(sequences)
    assert pack.ids.tolist() == [token for sequence in sequences for token in sequence]
    at = 0
    for group in pack.groups:
        assert group.start == at
        for _ in range(group.number):
            assert pack.positions[at : at + group.length].tolist() == list(range(group.length))
            at += group.length
    assert at == len(pack.ids)


def test_a_pack_is_filled_up_behind_its_sequences():
    pack = make_pack([np.array([5, 6, 7]), np.array([8])], filling=5)
    assert pack.ids.tolist() == [5, 6, 7, 8, 0, 0, 0, 0, 0]
    assert pack.positions.tolist() == [0, 1, 2, 0, 0, 0, 0, 0, 0]
    assert [tuple(group) for group in pack.groups] == [(0, 1, 3), (3, 1, 1), (4, 5, 1)]

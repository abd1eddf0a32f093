"""Batches hold every sequence once, longest first, and shrink when memory runs out."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.errors import ModelError
from sciml_magics.models.batching import (
    Budget,
    out_of_memory,
    run_batches,
    run_halving,
    to_device,
    token_batches,
)

LENGTHS = st.lists(st.integers(0, 600), max_size=200)


@given(lengths=LENGTHS, budget=st.integers(1, 5_000))
def test_every_sequence_is_in_one_batch_within_the_budget(lengths, budget):
    batches = list(token_batches(lengths, budget))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[at] for at in batch)
        assert len(batch) == 1 or longest * len(batch) <= budget
    ordered = [lengths[at] for batch in batches for at in batch]
    assert ordered == sorted(lengths, reverse=True)


@given(lengths=st.lists(st.integers(1, 400), min_size=50, max_size=400))
def test_little_of_a_large_batch_is_padding(lengths):
    budget = 4_096
    for batch in token_batches(lengths, budget):
        sizes = [lengths[at] for at in batch]
        whole = max(sizes) * len(sizes)
        # Padding is allowed in what is too small to matter only.
        assert whole - sum(sizes) <= 0.1 * whole or whole <= 0.25 * budget + max(sizes)


def _limited(most, lengths, seen):
    def forward(part):
        if sum(lengths[at] for at in part) > most:
            raise RuntimeError("DefaultCPUAllocator: not enough memory")
        seen.append(len(part))
        return [lengths[at] * 2 for at in part]

    return forward


@given(lengths=st.lists(st.integers(1, 50), min_size=1, max_size=60), most=st.integers(50, 300))
def test_halving_gives_the_same_results_in_the_same_order(lengths, most):
    items = np.arange(len(lengths))
    found = list(run_halving(_limited(most, lengths, []), items))
    assert [at for part, _ in found for at in part] == list(items)
    assert [value for _, values in found for value in values] == [2 * size for size in lengths]


def test_batches_after_a_shortage_are_smaller():
    lengths, budget = [10] * 100, Budget(1_000)
    seen: list[int] = []
    forward = _limited(130, lengths, seen)
    failures = []

    def counting(part):
        if sum(lengths[at] for at in part) > 130:
            failures.append(len(part))
        return forward(part)

    found = {
        int(at): value
        for part, values in run_batches(lengths, budget, counting)
        for at, value in zip(part, values, strict=True)
    }
    assert found == dict.fromkeys(range(100), 20)
    assert budget.tokens <= 130
    assert sum(seen) == 100
    assert failures == [100, 50, 25]


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
    ],
    ids=["python", "cuda", "mps", "cpu", "cublas"],
)
def test_a_single_record_that_is_too_large_is_one_line(error):
    def forward(_):
        raise error

    assert out_of_memory(error)
    with pytest.raises(ModelError, match="a record needs more memory than there is") as found:
        list(run_halving(forward, np.arange(4)))
    assert "\n" not in str(found.value)


def test_real_shortage_of_memory_is_recognised():
    with pytest.raises(RuntimeError) as found:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert out_of_memory(found.value)


def test_other_errors_are_left_alone():
    def forward(_):
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        list(run_halving(forward, np.arange(4)))


def test_arrays_reach_the_device_unchanged():
    array = np.arange(6).reshape(2, 3)
    assert torch.equal(to_device(array, torch.device("cpu")), torch.arange(6).reshape(2, 3))
    budget = Budget.on(torch.device("cpu")), Budget.on(torch.device("cuda"))
    assert budget[0].tokens < budget[1].tokens

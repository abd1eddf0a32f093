"""Rows that were read are updated, the others are left alone."""

import torch
from torch import nn

from sciml_magics.models.training.optimiser import RowAdamW, read_by_rows, slope_values


def _stepped(sparse, ids, steps=3):
    torch.manual_seed(0)
    table = nn.Embedding(6, 4, sparse=sparse)
    optimiser = RowAdamW([{"params": table.parameters(), "weight_decay": 0.1}], lr=0.01)
    before = table.weight.detach().clone()
    for _ in range(steps):
        optimiser.zero_grad()
        (table(torch.tensor(ids)) ** 2).sum().backward()
        optimiser.step()
    return before, table.weight.detach()


def test_rows_that_are_always_read_move_as_by_adamw():
    _, plain = _stepped(False, [0, 1, 2, 3, 4, 5, 5])
    _, rows = _stepped(True, [0, 1, 2, 3, 4, 5, 5])

    assert torch.allclose(plain, rows, atol=1e-6)


def test_rows_that_are_not_read_stay():
    before, after = _stepped(True, [1, 3])

    moved = (before != after).any(dim=1)
    assert moved.tolist() == [False, True, False, True, False, False]


def test_its_state_can_be_saved_and_loaded():
    table = nn.Embedding(6, 4, sparse=True)
    one = RowAdamW(table.parameters(), lr=0.01)
    table(torch.tensor([1])).sum().backward()
    one.step()
    two = RowAdamW(table.parameters(), lr=0.01)

    two.load_state_dict(one.state_dict())

    kept = two.state_dict()["state"][0]
    assert kept["step"] == 1
    assert kept["exp_avg"].shape == (6, 4)


def test_the_values_of_a_slope_are_those_that_are_there():
    table = nn.Embedding(6, 4, sparse=True)
    table(torch.tensor([1, 1, 2])).sum().backward()

    values = slope_values(next(table.parameters()))

    assert values is not None
    assert values.tolist() == [[2.0] * 4, [1.0] * 4]
    values.mul_(0.5)
    assert table.weight.grad is not None
    assert float(table.weight.grad.to_dense().sum()) == 6


def test_only_a_table_of_words_that_is_trained_is_read_by_rows():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(6, 4)

        def get_input_embeddings(self):
            return self.words

    model, frozen = Model(), Model()
    frozen.words.weight.requires_grad_(False)

    read_by_rows(model)
    read_by_rows(frozen)
    read_by_rows(nn.Linear(2, 2))

    assert model.words.sparse
    assert not frozen.words.sparse

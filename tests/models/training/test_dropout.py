"""Fast dropout draws as torch's does."""

import pytest
import torch
from torch import nn

from sciml_magics.models.training.dropout import QuickDropout, drop


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_share_and_the_mean_are_right(share, dtype):
    torch.manual_seed(0)

    found = drop(torch.ones(401, 503, dtype=dtype), share)

    assert found.dtype == dtype
    assert float((found == 0).float().mean()) == pytest.approx(share, abs=0.01)
    assert float(found.float().mean()) == pytest.approx(1, abs=0.01)


def test_no_place_is_preferred():
    torch.manual_seed(0)

    kept = (drop(torch.ones(4_000, 16), 0.3) != 0).float().mean(dim=0)

    assert kept.min() > 0.66
    assert kept.max() < 0.74


def test_slopes_pass_where_values_did():
    values = torch.ones(100, requires_grad=True)

    found = drop(values, 0.5)
    found.sum().backward()

    assert values.grad is not None
    assert torch.equal(values.grad, found.detach())


def test_the_seed_of_torch_decides():
    drawn = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn.append(drop(torch.ones(1_000), 0.5))

    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


@pytest.mark.parametrize(("share", "left"), [(0.0, 10.0), (1.0, 0.0), (0.001, 10.0)])
def test_nothing_and_everything(share, left):
    assert float(drop(torch.ones(10), share).sum()) == left


def test_modules_use_it_only_while_it_is_entered_and_only_in_training():
    values, layer = torch.ones(1_000), nn.Dropout(0.1)
    with QuickDropout():
        quick, still = layer(values), nn.Dropout(0.5).eval()(values)
    plain = layer(values)

    assert float(quick.max()) == pytest.approx(256 / 230)
    assert float(plain.max()) == pytest.approx(1 / 0.9)
    assert torch.equal(still, values)

import pytest
import torch

from sciml_magics.models.engine import linear
from sciml_magics.models.engine.linear import ACTIVATIONS, PlainLinear, PrepackedLinear

CPU = torch.device("cpu")
needs_prepacking = pytest.mark.skipif(
    not linear.prepacking_works(), reason="this torch or processor does not prepack in bf16"
)


@pytest.fixture(autouse=True)
def _forget_the_probe():
    linear.prepacking_works.cache_clear()
    yield
    linear.prepacking_works.cache_clear()


def layer(rows=40):
    made = torch.Generator().manual_seed(1)
    shapes = ((rows, 48), (rows, 32), (32, 48), (32,))
    return [torch.randn(shape, generator=made).bfloat16() for shape in shapes]


@needs_prepacking
@pytest.mark.parametrize("activation", [None, *ACTIVATIONS])
@pytest.mark.parametrize("rows", [1, 40, 3000])
def test_prepacked_layers_compute_what_plain_ones_do(activation, rows):
    x, _, weight, bias = layer(rows)
    how = ACTIVATIONS[activation] if activation else None
    with torch.inference_mode():
        plain, packed = PlainLinear(weight, bias, how)(x), PrepackedLinear(weight, bias, how)(x)
    torch.testing.assert_close(packed, plain, rtol=0.02, atol=0.06)


@needs_prepacking
def test_prepacked_layers_add_without_changing_what_is_added():
    x, other, weight, bias = layer()
    before = other.clone()
    with torch.inference_mode():
        plain = PlainLinear(weight, bias).add(x, other)
        packed = PrepackedLinear(weight, bias).add(x, other)
    torch.testing.assert_close(packed, plain, rtol=0.02, atol=0.06)
    assert torch.equal(other, before)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activation_is_that_of_its_name_in_transformers(activation):
    from transformers.activations import ACT2FN

    x = torch.linspace(-4, 4, 101)
    torch.testing.assert_close(ACTIVATIONS[activation].function(x), ACT2FN[activation](x))


def test_only_a_cpu_in_bf16_prepacks():
    assert linear.best_linear(CPU, torch.float32) is PlainLinear
    assert linear.best_linear(torch.device("meta"), torch.bfloat16) is PlainLinear


def test_a_torch_without_the_operators_takes_plain_layers(monkeypatch):
    class Gone:
        def __init__(self, *_):
            raise AttributeError("no such operator")

    monkeypatch.setattr(linear, "PrepackedLinear", Gone)
    assert linear.best_linear(CPU, torch.bfloat16) is PlainLinear


def test_operators_that_compute_something_else_are_not_used(monkeypatch):
    class Wrong(PlainLinear):
        def add(self, x, other):
            return super().add(x, other) * 1.5

    monkeypatch.setattr(linear, "PrepackedLinear", Wrong)
    assert not linear.prepacking_works()

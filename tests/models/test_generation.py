"""Greedy writing in batches: what a plain loop writes, and how sure it was."""

import math

import pytest
import torch
from transformers import AutoModelForCausalLM, LlamaConfig

from sciml_magics.models.generation import write
from sciml_magics.models.label_scoring import Context, TreeScorer

pytestmark = pytest.mark.usefixtures("one_thread")

PREFIX = (5, 6, 7, 8)
ROWS = [(10, 11, 12), (20,), (30, 31, 32, 33, 34, 35)]
END = 9


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=40,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=64,
        initializer_range=0.3,
    )
    return AutoModelForCausalLM.from_config(config).eval()


def _plainly(model, row, most):
    """Tokens and mean log-probability of one token after the other, nothing kept between."""
    tokens = [*PREFIX, *row]
    logs: list[float] = []
    while len(logs) < most:
        with torch.inference_mode():
            steps = model(torch.tensor([tokens])).logits[0, -1].log_softmax(-1)
        logs.append(float(steps.max()))
        if int(steps.argmax()) == END:
            break
        tokens.append(int(steps.argmax()))
    return tuple(tokens[len(PREFIX) + len(row) :]), sum(logs) / len(logs)


@pytest.mark.parametrize("most", [1, 6, 30])
@pytest.mark.parametrize("read", [True, False], ids=["prefix read once", "prefix in every row"])
def test_a_batch_writes_what_a_plain_loop_does(model, most, read):
    with torch.inference_mode():
        prefix = TreeScorer(model).read(PREFIX) if read else Context(PREFIX)

    found = write(model, prefix, ROWS, [END], most)

    for row, one in zip(ROWS, found, strict=True):
        tokens, log_prob = _plainly(model, row, most)
        assert one.tokens == tokens
        assert math.isclose(one.log_prob, log_prob, abs_tol=1e-4)


def test_writing_leaves_the_prefix_as_it_was(model):
    with torch.inference_mode():
        prefix = TreeScorer(model).read(PREFIX)

    first = write(model, prefix, ROWS, [END], 5)

    assert prefix.layers[0][0].shape[-2] == len(PREFIX)
    assert write(model, prefix, ROWS, [END], 5) == first


def test_an_answer_may_be_empty(model):
    (first,) = write(model, Context(PREFIX), ROWS[:1], [], 1)

    (ended,) = write(model, Context(PREFIX), ROWS[:1], list(first.tokens), 5)

    assert ended.tokens == ()
    assert math.isclose(ended.log_prob, first.log_prob, abs_tol=1e-6)

"""Every way of scoring gives the numbers of reading everything anew."""

from typing import Any

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    Gemma2Config,
    GPT2Config,
    LlamaConfig,
    MambaConfig,
    MistralConfig,
    MptConfig,
    Qwen2Config,
    RobertaConfig,
)

from sciml_magics.errors import ModelError
from sciml_magics.models import label_scoring
from sciml_magics.models.label_scoring import BranchScorer, TreeScorer, WholeScorer, choose
from sciml_magics.models.token_tree import Continuation, branch

pytestmark = pytest.mark.usefixtures("one_thread")

SIZE = 97
SHAPE: dict[str, Any] = {
    "vocab_size": SIZE,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    # Wide enough that a wrong mask or position shows far above rounding.
    "initializer_range": 0.3,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GPT2 = GPT2Config(
    vocab_size=SIZE,
    n_embd=32,
    n_layer=2,
    n_head=4,
    n_positions=256,
    initializer_range=0.3,
    bos_token_id=1,
    eos_token_id=2,
)
BLOOM = BloomConfig(vocab_size=SIZE, hidden_size=32, n_layer=2, n_head=4, initializer_range=0.3)
MPT = MptConfig(vocab_size=SIZE, d_model=32, n_layers=2, n_heads=4, initializer_range=0.3)
MAMBA = MambaConfig(vocab_size=SIZE, hidden_size=32, num_hidden_layers=2, initializer_range=0.3)
ATTENTION = {
    "gpt2": GPT2,
    "llama": LlamaConfig(**SHAPE),
    "qwen2": Qwen2Config(**SHAPE),
    "gemma2": Gemma2Config(**SHAPE, head_dim=8),
}


def _model(config):
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(config).eval()


def _example(labels=12):
    draw = np.random.default_rng(3)

    def tokens(length):
        return tuple(draw.integers(3, SIZE, length).tolist())

    prefix, stem = tokens(11), tokens(3)
    texts = [tokens(length) for length in (9, 1, 4, 17)]
    answers = [tokens(length) for length in draw.integers(1, 5, labels)]
    answers[1] = (*answers[0], 2)
    return prefix, texts, [Continuation(stem, answer) for answer in answers]


def _score(scorer, prefix, texts, branches):
    with torch.inference_mode():
        return scorer.score(scorer.read(prefix), texts, branches)


def _one_by_one(model, prefix, texts, continuations):
    """A forward pass of its own for every text and continuation, no batch, no cache."""
    scores = np.empty((len(texts), len(continuations)))
    for row, text in enumerate(texts):
        for column, one in enumerate(continuations):
            before = prefix + text + one.context
            with torch.inference_mode():
                logits = model(torch.tensor([before + one.answer])).logits[0]
            steps = logits.double().log_softmax(-1)[len(before) - 1 : -1]
            scores[row, column] = steps[range(len(one.answer)), one.answer].sum()
    return scores


@pytest.mark.parametrize("name", ATTENTION)
@pytest.mark.parametrize("scorer", [TreeScorer, BranchScorer, WholeScorer])
def test_scores_are_those_of_one_forward_pass_each(name, scorer):
    model = _model(ATTENTION[name])
    prefix, texts, continuations = _example()

    found = _score(scorer(model), prefix, texts, branch(continuations, 1000))

    expected = _one_by_one(model, prefix, texts, continuations)
    assert np.allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("most", [4, 9, 30])
def test_label_sets_too_large_for_one_tree_score_the_same(most):
    model = _model(ATTENTION["llama"])
    prefix, texts, continuations = _example(labels=40)

    found = _score(TreeScorer(model), prefix, texts, branch(continuations, most))

    expected = _one_by_one(model, prefix, texts, continuations)
    assert np.allclose(found, expected, atol=1e-4)


def test_small_batches_of_continuations_score_the_same(monkeypatch):
    model = _model(BLOOM)
    prefix, texts, continuations = _example()
    monkeypatch.setattr(label_scoring, "BATCH_BYTES", 60_000)

    found = _score(BranchScorer(model), prefix, texts, branch(continuations, 1000))

    expected = _one_by_one(model, prefix, texts, continuations)
    assert np.allclose(found, expected, atol=1e-4)


def test_rows_of_a_pack_do_not_see_each_other():
    model = _model(ATTENTION["qwen2"])
    prefix, texts, continuations = _example()
    branches = branch(continuations, 1000)
    scorer = TreeScorer(model)

    together = _score(scorer, prefix, texts, branches)
    alone = np.concatenate([_score(scorer, prefix, [text], branches) for text in texts])

    assert np.allclose(together, alone, atol=1e-4)


def test_beyond_a_sliding_window_the_model_s_own_mask_is_used():
    model = _model(MistralConfig(**SHAPE, sliding_window=16))
    prefix, texts, continuations = _example()

    found = _score(TreeScorer(model), prefix, texts, branch(continuations, 1000))

    expected = _one_by_one(model, prefix, texts, continuations)
    assert np.allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("config", "way"),
    [(GPT2, "tree"), (ATTENTION["qwen2"], "tree"), (BLOOM, "branches"), (MPT, "branches")],
    ids=["gpt2", "qwen2", "bloom", "mpt"],
)
def test_the_probe_chooses_what_an_architecture_can_do(config, way):
    assert choose(_model(config)).name == way


def test_a_recurrent_model_is_read_whole():
    model = _model(MAMBA)
    prefix, texts, continuations = _example()

    scorer = choose(model)
    found = _score(scorer, prefix, texts, branch(continuations, 1000))

    assert scorer.name == "whole"
    expected = _one_by_one(model, prefix, texts, continuations)
    assert np.allclose(found, expected, atol=1e-3)


def test_a_model_that_reads_what_follows_is_refused():
    shape: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    config = RobertaConfig(vocab_size=SIZE, intermediate_size=48, initializer_range=0.3, **shape)

    with pytest.raises(ModelError, match="RobertaForCausalLM reads what follows"):
        choose(_model(config))


def test_in_bf16_the_tree_is_still_chosen():
    model = _model(ATTENTION["llama"]).to(torch.bfloat16)

    assert choose(model).name == "tree"

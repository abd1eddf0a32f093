"""A loaded head over texts reads rows and pairs as transformers does, filled up on either side."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from sciml_magics.models import find_model
from sciml_magics.models.batching import Budget
from sciml_magics.models.text_input import tokenise
from sciml_magics.models.text_model import first_windows, load_text_model, run_windows
from sciml_magics.models.windows import cut_windows
from tests.models.tiny import CORPUS, save_tiny

CPU = torch.device("cpu")
HEAD = "AutoModelForSequenceClassification"


def _load(folder, dtype=torch.float32, *, pair=False):
    return load_text_model(find_model(folder), HEAD, (CPU, dtype), pair=pair)


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "bart", "deberta-v2"])
def test_pairs_are_read_as_transformers_reads_them(architecture, tmp_path):
    folder = save_tiny(tmp_path, architecture, "ForSequenceClassification", labels=("x", "y"))
    loaded = _load(folder, pair=True)
    firsts, seconds = CORPUS[:3], ("a star", "the gene of a sensor", "Paris")
    found = loaded.logits(
        tokenise(loaded.tokenizer, firsts), tokenise(loaded.tokenizer, seconds)
    ).numpy()
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for row, first, second in zip(found, firsts, seconds, strict=True):
        inputs = tokenizer(first, second, return_tensors="pt")
        if architecture == "distilbert":
            del inputs["token_type_ids"]
        with torch.inference_mode():
            expected = model(**inputs).logits[0].numpy()
        np.testing.assert_allclose(row, expected, atol=3e-5)


@pytest.mark.parametrize(("architecture", "left"), [("bert", False), ("xlnet", True)])
def test_the_side_that_is_filled_up_suits_the_head(architecture, left, tmp_path):
    folder = save_tiny(tmp_path, architecture, "ForSequenceClassification", labels=("x", "y"))
    loaded = _load(folder)
    assert loaded.left is left
    rows = tokenise(loaded.tokenizer, ["a star", "the gene of a sensor in Paris"])
    together = loaded.logits(rows)
    alone = torch.cat([loaded.logits([row]) for row in rows])
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=0)


def test_logits_are_fp32_in_any_precision(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=("x", "y"))
    loaded = _load(folder, torch.bfloat16)
    rows = tokenise(loaded.tokenizer, CORPUS[:2])
    assert loaded.model.dtype == torch.bfloat16
    assert loaded.logits(rows).dtype == torch.float32
    assert not loaded.logits(rows).requires_grad


def test_a_decoder_without_a_filling_token_is_given_one(tmp_path):
    folder = save_tiny(
        tmp_path, "gpt2", "ForSequenceClassification", labels=("x", "y"), pad_token_id=None
    )
    loaded = _load(folder)
    assert loaded.model.config.pad_token_id == loaded.blank
    rows = tokenise(loaded.tokenizer, ["a star", "the gene of a sensor in Paris"])
    alone = torch.cat([loaded.logits([row]) for row in rows])
    torch.testing.assert_close(loaded.logits(rows), alone, atol=2e-5, rtol=0)


def test_every_text_is_complete_once_and_after_all_its_windows():
    sizes = [3, 200, 0, 61, 60]
    windows = cut_windows(sizes, 60)
    first = first_windows(windows, len(sizes))
    seen: set[int] = set()
    complete: list[int] = []
    for done in run_windows(windows, len(sizes), 2, Budget(130), seen.update):
        for text in done:
            assert set(range(first[text], first[text + 1])) <= seen
            complete.append(int(text))
    assert sorted(complete) == list(range(len(sizes)))

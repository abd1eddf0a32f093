"""Adapters: the head goes with them, merging changes no answer, and AdaLoRA's rank shrinks."""

import json

import peft
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from sciml_magics.errors import LearningError
from sciml_magics.models.training import adapters, finetuning
from tests.models.training.lessons_for_tests import ONE, base_model, one_label, train, training

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    # Said where these tests load an adapter with peft alone: of transformers, and of AdaLoRA's
    # ranks, which it then reads all the same.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
    pytest.mark.filterwarnings("ignore:The following rank_pattern keys:RuntimeWarning"),
]
METHODS = ("lora", "adalora", "adapter")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module", params=METHODS)
def trained(request, files, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "m"
    asked = training(request.param, epochs=3, learning_rate=1e-2)
    train(files, ONE, one_label(60), one_label(9, 1), asked, folder)
    return folder


@torch.inference_mode()
def _logits(model, folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts = [one.text for one in one_label(12, seed=3)]
    return model.eval()(**tokenizer(texts, padding=True, return_tensors="pt")).logits


def _base(files):
    torch.manual_seed(99)  # the head of the base is drawn at random: it must not matter
    return AutoModelForSequenceClassification.from_pretrained(files.path, num_labels=3)


def test_the_adapter_brings_its_head_onto_the_base_alone(files, trained):
    adapted = peft.PeftModel.from_pretrained(_base(files), trained / "adapter")
    merged = AutoModelForSequenceClassification.from_pretrained(trained)

    plain, together = _logits(_base(files), trained), _logits(adapted, trained)
    assert torch.allclose(together, _logits(merged, trained), atol=1e-5)
    assert not torch.allclose(together, plain, atol=1e-2)


def test_the_adapter_says_which_base_it_is_for_and_not_where_that_lay(files, trained):
    said = json.loads((trained / "adapter" / "adapter_config.json").read_text())

    assert said["base_model_name_or_path"] == files.id
    assert said["revision"] == files.revision
    assert "classifier" in said["modules_to_save"]


def test_merging_changes_no_answer(files, tmp_path, monkeypatch):
    before = {}
    merge = adapters.merge_adapter

    def watched(adapted):
        before["logits"] = _logits(adapted, tmp_path / "tokenizer")
        return merge(adapted)

    AutoTokenizer.from_pretrained(files.path).save_pretrained(tmp_path / "tokenizer")
    monkeypatch.setattr(finetuning, "merge_adapter", watched)
    for method in METHODS:
        asked = training(method, epochs=2, learning_rate=1e-2)
        fit = train(files, ONE, one_label(30), [], asked, tmp_path / method)

        merged = AutoModelForSequenceClassification.from_pretrained(fit.folder)
        assert torch.allclose(before["logits"], _logits(merged, fit.folder), atol=1e-5), method


def test_frozen_weights_are_not_saved_with_the_adapter(trained):
    names = load_file(trained / "adapter" / "adapter_model.safetensors")

    assert any("classifier" in name for name in names)
    assert not any("embeddings" in name or "base_layer" in name for name in names)


def ranks(adapted: torch.nn.Module) -> list[int]:
    """How many triplets of each AdaLoRA layer are not zero."""
    named = adapted.named_parameters()
    return [int((weight != 0).sum()) for name, weight in named if "lora_E" in name]


def test_the_rank_of_adalora_shrinks_to_its_target(files, tmp_path, monkeypatch):
    merge, allocate = adapters.merge_adapter, peft.AdaLoraModel.update_and_allocate
    seen: list[list[int]] = []
    calls: list[int] = []

    def merged(adapted):
        seen.append(ranks(adapted))
        return merge(adapted)

    def allocated(self, step):
        calls.append(step)
        allocate(self, step)

    monkeypatch.setattr(finetuning, "merge_adapter", merged)
    monkeypatch.setattr(peft.AdaLoraModel, "update_and_allocate", allocated)

    asked = training("adalora", epochs=6, rank=4, learning_rate=1e-2)
    fit = train(files, ONE, one_label(60), one_label(9, 1), asked, tmp_path / "m")

    config = json.loads((tmp_path / "m" / "adapter" / "adapter_config.json").read_text())
    layers = len(seen[0])
    assert calls == list(range(fit.history[-1].steps))
    assert config["total_step"] == fit.history[-1].steps
    assert config["init_r"] == 6
    # Six triplets in each layer at first, four on average at the end, and not evenly.
    assert sum(seen[0]) == 4 * layers
    assert len(set(seen[0])) > 1
    kept = sum(sum(pattern) for pattern in config["rank_pattern"].values())
    assert kept == 4 * layers


def test_adalora_needs_some_steps(files, tmp_path):
    with pytest.raises(LearningError, match="AdaLoRA needs 5 steps at least"):
        train(files, ONE, one_label(8), [], training("adalora", epochs=1), tmp_path / "m")

    assert list(tmp_path.iterdir()) == []

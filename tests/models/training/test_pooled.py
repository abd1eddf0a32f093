"""A sentence encoder that is trained whole, under a head on its embeddings."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

from sciml_magics.models import FromVectors, open_model
from sciml_magics.models.loading import find_model
from sciml_magics.models.training.head_folder import write_encoder
from sciml_magics.models.training.pooled import load_pooled, pools
from sciml_magics.models.training.train import train
from tests.models.asking import ask
from tests.models.training.lessons_for_tests import (
    ONE,
    SEVERAL,
    base_model,
    one_label,
    several_labels,
    tensors,
    training,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A tiny encoder whose folder says how it pools."""
    files = base_model(tmp_path_factory.mktemp("plain"))
    folder = tmp_path_factory.mktemp("encoder")
    shutil.copy(files.path / "model.safetensors", folder)
    write_encoder(files, int(files.config["hidden_size"]), folder)
    return find_model(folder)


@pytest.fixture(scope="module")
def made(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "model"
    return train(encoder, ONE, one_label(90), one_label(30, 1), training(), folder)


def test_only_a_model_that_says_how_it_pools_is_trained_so(encoder, tmp_path):
    assert pools(encoder)
    assert not pools(base_model(tmp_path))


def test_it_learns_and_becomes_an_encoder_with_a_head(made):
    assert made.validation is not None
    assert made.validation > 0.9
    model = open_model(find_model(made.folder))
    assert isinstance(model, FromVectors)
    assert _values(model, ONE, ["the comet was seen", "a judge in the court"]) == ["stars", "law"]


def test_the_encoder_itself_has_learned(encoder, made):
    before, after = tensors(encoder.path), tensors(made.folder)
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert any("attention" in name for name in changed)
    assert not any("pooler" in name for name in changed)


def test_what_is_saved_says_what_was_trained(encoder, made):
    """The logits of training are those of the folder, read by the engine."""
    from sciml_magics.models.training.bases import read_with
    from sciml_magics.models.training.finetuning import make_lesson

    files = find_model(made.folder)
    reading, _ = read_with(files, None)
    examples = one_label(12, 5)
    lesson = make_lesson(reading, ONE, examples, [], training())
    model = load_pooled(files, lesson, "eager").model.eval()
    texts = [one.text for one in examples]
    with torch.no_grad():
        rows = [torch.from_numpy(np.asarray(row.ids, dtype=np.int64))[None] for row in lesson.rows]
        logits = torch.cat([model(row).logits for row in rows])
    expected = [lesson.names[int(at)] for at in logits.argmax(1)]
    assert _values(open_model(files), ONE, texts) == expected


def test_a_head_with_the_same_labels_is_kept(made):
    files = find_model(made.folder)
    with_it = load_pooled(files, _lesson(ONE), "eager").model
    anew = load_pooled(files, _lesson(replace(ONE, labels=ONE.labels[::-1])), "eager").model
    assert with_it.head.weight.abs().sum() > 0
    assert anew.head.weight.abs().sum() == 0


def test_several_labels(encoder, tmp_path):
    fit = train(
        encoder,
        SEVERAL,
        several_labels(150),
        several_labels(40, 1),
        training(epochs=12),
        tmp_path / "m",
    )
    assert fit.validation is not None
    assert fit.validation > 0.9
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"
    checks = several_labels(40, 1)
    found = _values(open_model(find_model(fit.folder)), SEVERAL, [one.text for one in checks])
    # In the order of the scheme, as the examples have them.
    agree = [one == check.value for one, check in zip(found, checks, strict=True)]
    assert np.mean(agree) > 0.8


def _lesson(task):
    class Names:
        names = task.label_names

    return Names()


def _values(model, task, texts):
    return [one.value for one in ask(model, texts, task)]

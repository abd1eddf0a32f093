"""Loading is quiet, safe, and fails with one line."""

import json

import pytest
import torch
from transformers.utils import logging

from sciml_magics.errors import ModelError
from sciml_magics.models import find_model
from sciml_magics.models.pretrained import load_model, load_tokenizer
from tests.models.tiny import save_tiny

CPU = torch.device("cpu")
HEAD = "AutoModelForSequenceClassification"


@pytest.fixture
def folder(tmp_path):
    return save_tiny(tmp_path / "m", "bert", "ForSequenceClassification", labels=("x", "y", "z"))


def _load(folder, head=HEAD, **rest):
    return load_model(find_model(folder), head, CPU, torch.float32, **rest)


def _fails(message, folder, load=_load):
    with pytest.raises(ModelError, match=message) as found:
        load(folder)
    assert "\n" not in str(found.value)


def test_it_loads_without_a_word(folder, capfd):
    logging.enable_progress_bar()
    model = _load(folder)
    load_tokenizer(find_model(folder))
    assert not model.training
    assert model.dtype == torch.float32
    assert "".join(capfd.readouterr()) == ""
    assert logging.is_progress_bar_enabled()


def test_the_precision_is_the_one_asked_for(folder):
    model = load_model(find_model(folder), HEAD, CPU, torch.bfloat16)
    assert model.dtype == torch.bfloat16


def test_weights_that_would_be_drawn_at_random_are_refused(folder):
    bare = save_tiny(folder.parent / "bare", "bert", "Model")
    _fails(r"lacks 2 weights of BertForSequenceClassification \(classifier", bare)
    assert _load(bare, may_lack=("classifier",)).config.model_type == "bert"


def test_a_configuration_that_does_not_fit_the_weights_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 64}))
    _fails("cannot be loaded", folder)


def test_an_unknown_kind_of_model_is_refused(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "no_such_model"}))
    _fails("cannot be loaded: .*no_such_model", folder)


def test_numbers_that_are_damaged_in_the_middle_of_the_file_are_refused(folder):
    weights = folder / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content.replace(b'"F32"', b'"X32"'))
    _fails("cannot be loaded", folder)


def test_a_model_without_a_tokenizer_is_refused(folder):
    for path in folder.glob("tokenizer*"):
        path.unlink()
    _fails("has no tokenizer", folder, lambda f: load_tokenizer(find_model(f)))


def test_a_damaged_tokenizer_is_refused(folder):
    (folder / "tokenizer.json").write_text('{"version": 1')
    _fails("cannot be loaded", folder, lambda f: load_tokenizer(find_model(f)))


def test_the_message_does_not_show_where_the_model_lies_twice(folder):
    elsewhere = folder.rename(folder.parent / "moved")
    config = json.loads((elsewhere / "config.json").read_text())
    (elsewhere / "config.json").write_text(json.dumps({**config, "hidden_size": 64}))
    with pytest.raises(ModelError) as found:
        _load(elsewhere)
    assert str(found.value).count(str(elsewhere)) == 1


def test_the_tokenizer_reads_marks_as_text_and_never_cuts(folder):
    tokenizer = load_tokenizer(find_model(folder)).backend_tokenizer
    ids = tokenizer.encode("a [SEP] b " * 100, add_special_tokens=False).ids
    assert len(ids) > 300
    assert not {tokenizer.token_to_id("[SEP]"), tokenizer.token_to_id("[PAD]")} & set(ids)

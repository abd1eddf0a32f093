"""Shapes of words: told beside uncased tokens, changing nothing before they are learned."""

import numpy as np
import pytest
import torch
import transformers

from sciml_magics.models.loading import find_model
from sciml_magics.models.pretrained import load_tokenizer
from sciml_magics.models.spans import word_places
from sciml_magics.models.text_input import clean, tokenise_with_places
from sciml_magics.models.training.shapes import SHAPES, shape, shape_row, wants_shapes, widen
from tests.models.tiny import save_tiny


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("gene", "plain"),
        (",", "plain"),
        ("", "plain"),
        ("北", "plain"),
        ("三", "plain"),
        ("😀", "plain"),
        ("Paris", "Capitalised"),
        ("Élan", "Capitalised"),
        ("E\u0301lan", "Capitalised"),
        ("Ǆungla", "Capitalised"),
        ("A", "Initial"),
        ("WHO", "CAPITALS"),
        ("ΔΩ", "CAPITALS"),
        ("mRNA", "mixedCase"),
        ("McDonald", "mixedCase"),
        ("1996", "digits"),
        ("٣٤", "digits"),
        ("p53", "letters1digits"),
        ("BRCA1", "letters1digits"),
    ],
)
def test_a_word_has_one_shape(word, expected):
    assert SHAPES[shape(word)] == expected


def _shapes(text):
    tokenizer = load_tokenizer(find_model()).backend_tokenizer
    (tokens,) = tokenise_with_places(tokenizer, [clean(text)])
    kinds = shape_row(text, word_places(text, tokens), len(tokens.ids))
    pieces = zip(tokens.starts, tokens.stops, kinds, strict=True)
    return [(text[start:stop], SHAPES[kind]) for start, stop, kind in pieces]


def test_all_tokens_of_a_word_have_its_shape():
    found = _shapes("Angiogenesis of 😀 BRCA1\r\nin E\u0301lan, 北京")
    word = [kind for piece, kind in found if piece in "Angiogenesis"]
    assert len(word) > 1
    assert set(word) == {"Capitalised"}
    assert ("of", "plain") in found
    assert ("北", "plain") in found
    assert {kind for piece, kind in found if piece and piece in "BRCA1"} == {"letters1digits"}


def test_nothing_to_read_has_no_shapes():
    assert _shapes("") == []
    assert _shapes("\u200b") == []


def _wants(files):
    tokenizer = load_tokenizer(files)
    return wants_shapes(tokenizer.backend_tokenizer, files.config, segmented=True)


def test_models_that_see_capitals_are_told_no_shapes(tmp_path):
    assert _wants(find_model())
    assert not _wants(find_model(save_tiny(tmp_path, "deberta-v2", "Model", type_vocab_size=2)))


def test_models_without_token_types_are_told_no_shapes():
    files = find_model()
    tokenizer = load_tokenizer(files).backend_tokenizer
    assert not wants_shapes(tokenizer, files.config, segmented=False)
    assert not wants_shapes(tokenizer, {**files.config, "type_vocab_size": 0}, segmented=True)


def _tiny(folder):
    save_tiny(folder, "bert", "ForTokenClassification", labels=("O", "B-x", "I-x"))
    return transformers.AutoModelForTokenClassification.from_pretrained(folder)


def test_widening_changes_no_answer(tmp_path):
    model = _tiny(tmp_path).eval()
    ids = torch.tensor([[2, 7, 8, 9, 3]])
    with torch.inference_mode():
        before = model(ids).logits
        assert widen(model, known=False) == "bert.embeddings.token_type_embeddings"
        kinds = torch.tensor([[0, 1, 6, 3, 0]])
        np.testing.assert_array_equal(model(ids, token_type_ids=kinds).logits, before)
        np.testing.assert_array_equal(model(ids).logits, before)
    assert model.config.type_vocab_size == len(SHAPES)


def test_a_widened_model_is_an_ordinary_one(tmp_path):
    model = _tiny(tmp_path / "before")
    name = widen(model, known=False)
    with torch.no_grad():
        model.get_submodule(name).get_parameter("weight")[3] += 1.0
    model.save_pretrained(tmp_path / "after")
    again = transformers.AutoModelForTokenClassification.from_pretrained(tmp_path / "after")
    weight = again.get_submodule(name).get_parameter("weight")
    assert torch.equal(weight, model.get_submodule(name).get_parameter("weight"))


def test_what_was_learned_of_shapes_is_kept_when_learning_goes_on(tmp_path):
    model = _tiny(tmp_path)
    name = widen(model, known=False)
    with torch.no_grad():
        model.get_submodule(name).get_parameter("weight")[3] += 1.0
    before = model.get_submodule(name).get_parameter("weight").clone()
    assert widen(model, known=True) == name
    assert torch.equal(model.get_submodule(name).get_parameter("weight"), before)

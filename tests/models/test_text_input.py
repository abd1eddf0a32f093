"""Texts become tokens once, framed as the tokenizer itself would, whatever is in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoConfig

from sciml_magics.errors import ModelError
from sciml_magics.models import text_input
from sciml_magics.models.text_input import (
    MOST_TOKENS,
    clean,
    framing,
    room,
    stack,
    text_limit,
    tokenise,
    tokenise_with_places,
)
from tests.models.tiny import CORPUS, TokenizerKind, make_tokenizer

KINDS: tuple[TokenizerKind, ...] = ("wordpiece", "bytes", "unigram")
TOKENIZERS = {kind: make_tokenizer(kind) for kind in KINDS}


@given(st.text(st.characters(), max_size=40))
def test_cleaning_keeps_every_position(text):
    found = clean(text)
    assert len(found) == len(text)
    found.encode()
    assert all(b in (a, "\ufffd") for a, b in zip(text, found, strict=True))


@pytest.mark.parametrize("pair", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_those_of_the_tokenizer(kind, pair):
    tokenizer = TOKENIZERS[kind]
    backend = tokenizer.backend_tokenizer
    frame = framing(backend, pair=pair)
    second = CORPUS[1] if pair else None
    expected = backend.encode(CORPUS[0], second, add_special_tokens=True)
    one = tokenise(backend, [CORPUS[0]])[0]
    two = tokenise(backend, [second])[0] if second else None
    assert frame.row(one, two).tolist() == expected.ids
    sizes = (len(one), 0 if two is None else len(two))
    assert frame.segment_row(*sizes).tolist() == expected.type_ids
    assert len(frame) == len(expected.ids) - sum(sizes)


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_stand_where_they_say(kind):
    backend = TOKENIZERS[kind].backend_tokenizer
    texts = [*CORPUS, ""]
    plain = tokenise(backend, texts)
    for text, ids, placed in zip(texts, plain, tokenise_with_places(backend, texts), strict=True):
        np.testing.assert_array_equal(placed.ids, ids)
        whole = backend.encode(text, add_special_tokens=False)
        assert list(zip(placed.starts, placed.stops, strict=True)) == whole.offsets
        assert placed.begins.sum() == len(set(whole.word_ids))


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_of_a_long_text_are_its_tokens(kind, monkeypatch):
    backend = TOKENIZERS[kind].backend_tokenizer
    text = " ".join(CORPUS[:5] * 4)
    whole = tokenise_with_places(backend, [text, "x"])[0]
    monkeypatch.setattr(text_input, "PIECE_CHARACTERS", 97)
    monkeypatch.setattr(text_input, "_CALL_CHARACTERS", 150)
    pieces = tokenise_with_places(backend, [text, "x"])[0]
    for name in ("ids", "starts", "stops", "begins"):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))
    np.testing.assert_array_equal(tokenise(backend, ["y", text])[1], whole.ids)


def test_a_long_text_without_spaces_is_cut_anywhere(monkeypatch):
    monkeypatch.setattr(text_input, "PIECE_CHARACTERS", 10)
    backend = TOKENIZERS["wordpiece"].backend_tokenizer
    found = tokenise_with_places(backend, ["基因测序" * 10])[0]
    assert found.starts.tolist() == list(range(40))


@pytest.mark.parametrize("left", [False, True])
def test_rows_are_filled_up_and_the_mask_says_so(left):
    rows = [np.array([5, 6, 7]), np.array([8])]
    tokens, mask = stack(rows, 9, left=left)
    assert tokens.tolist() == [[5, 6, 7], [9, 9, 8] if left else [8, 9, 9]]
    assert mask is not None
    assert [row[kept == 1].tolist() for row, kept in zip(tokens, mask, strict=True)] == [
        [5, 6, 7],
        [8],
    ]
    assert stack(rows[:1] * 2, 9)[1] is None


@pytest.mark.parametrize(
    ("model", "settings", "expected"),
    [
        ("bert", {"max_position_embeddings": 128}, 128),
        ("roberta", {"max_position_embeddings": 130, "pad_token_id": 1}, 128),
        ("xlm-roberta", {"max_position_embeddings": 130, "pad_token_id": 1}, 128),
        ("llama", {"max_position_embeddings": 131_072}, 512),
        ("gpt2", {"n_positions": 100}, 100),
        ("xlnet", {}, 512),
    ],
)
def test_the_limit_is_that_of_positions_and_tokenizer(model, settings, expected):
    tokenizer = make_tokenizer("bytes")
    tokenizer.model_max_length = 512
    config = AutoConfig.for_model(model, **settings)
    assert text_limit(config, tokenizer) == expected


def test_no_model_is_shown_more_than_memory_bears():
    tokenizer = make_tokenizer("bytes")
    tokenizer.model_max_length = int(1e30)
    config = AutoConfig.for_model("llama", max_position_embeddings=131_072)
    assert text_limit(config, tokenizer) == MOST_TOKENS


def test_room_is_what_is_left_or_one_line():
    assert room(64, 60, "labels", "m") == 4
    with pytest.raises(ModelError, match="labels take 64 of the 64 tokens that model 'm' reads"):
        room(64, 64, "labels", "m")

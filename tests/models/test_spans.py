"""Every tagging scheme is read, and spans keep to the code points of the text."""

from itertools import pairwise, product

import numpy as np
import pytest

from sciml_magics.models.spans import best_tags, decode, read_tags, word_starts

TEXT = "aa bb cc dd ee"
STARTS = np.array([0, 3, 6, 9, 12])
STOPS = STARTS + 2


def _decode(tags, names, text=TEXT, places=(STARTS, STOPS)):
    scheme = read_tags(names)
    numbers = np.array([names.index(tag) for tag in tags], dtype=np.int64)
    first = np.ones(len(tags), dtype=bool)
    scores = np.ones(len(tags), dtype=np.float32)
    found = [span for _, span in decode(text, places, first, numbers, scores, scheme)]
    for span in found:
        span.check(text)
    return [(span.text, span.label) for span in found]


SCHEMES = {
    "iob2": ["B-X", "I-X", "B-X", "O", "B-Y"],
    "iob1": ["I-X", "I-X", "B-X", "O", "I-Y"],
    "bioes": ["B-X", "E-X", "S-X", "O", "S-Y"],
    "bilou": ["B-X", "L-X", "U-X", "O", "U-Y"],
    "bmes": ["B-X", "M-X", "S-X", "O", "S-Y"],
    "underscored": ["B_X", "I_X", "B_X", "O", "I_Y"],
    "ends": ["I-X", "E-X", "I-X", "O", "E-Y"],
}


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes_say_the_same(name):
    tags = SCHEMES[name]
    found = _decode(tags, list(dict.fromkeys(tags)))
    assert found == [("aa bb", "X"), ("cc", "X"), ("ee", "Y")]


def test_plain_tags_join_neighbours_of_a_kind():
    found = _decode(["X", "X", "O", "X", "Y"], ["X", "O", "Y"])
    assert found == [("aa bb", "X"), ("dd", "X"), ("ee", "Y")]


def test_a_name_that_looks_like_a_prefix_stays_whole():
    found = _decode(["B-cell", "O", "T-cell", "O", "O"], ["O", "B-cell", "T-cell"])
    assert found == [("aa", "B-cell"), ("cc", "T-cell")]


def test_a_change_of_kind_without_a_beginning_is_a_beginning():
    found = _decode(["I-X", "I-Y", "O", "I-Y", "I-Y"], ["O", "I-X", "I-Y"])
    assert found == [("aa", "X"), ("bb", "Y"), ("dd ee", "Y")]


def test_a_word_has_the_tag_and_the_score_of_its_first_token():
    names = ["O", "B-X", "I-X"]
    numbers = np.array([1, 0, 2, 0, 0])
    first = np.array([True, False, True, False, True])
    scores = np.array([0.9, 0.1, 0.5, 0.1, 0.1], dtype=np.float32)
    text = "aabb ccdd ee"
    places = np.array([0, 2, 5, 7, 10]), np.array([2, 4, 7, 9, 12])
    ((_, span),) = decode(text, places, first, numbers, scores, read_tags(names))
    assert (span.text, span.label) == ("aabb ccdd", "X")
    assert span.score == pytest.approx(0.7)


def test_spaces_are_left_out_and_marks_taken_in():
    text = " e\u0301 "
    places = np.array([0]), np.array([2])
    assert _decode(["X"], ["X"], text, places) == [("e\u0301", "X")]
    assert _decode(["X"], ["X"], "   ", (np.array([0]), np.array([2]))) == []


def test_no_tokens_make_no_spans():
    empty = np.empty(0, dtype=np.int64)
    assert _decode([], ["X"], "", (empty, empty)) == []


@pytest.mark.parametrize(
    ("text", "stops", "begins", "expected"),
    [
        ("Paris, is", [5, 6, 9], [1, 0, 1], [1, 1, 1]),
        ("IL-2 is", [2, 3, 4, 7], [1, 0, 0, 1], [1, 0, 0, 1]),
        ("玛丽在", [1, 2, 3], [1, 0, 0], [1, 1, 1]),
        ("ไทย", [1, 2, 3], [1, 0, 0], [1, 1, 1]),
        ("Wörter", [3, 6], [1, 0], [1, 0]),
    ],
)
def test_words_begin_where_a_reader_sees_them_begin(text, stops, begins, expected):
    stops = np.array(stops)
    starts = np.append(0, stops[:-1])
    found = word_starts(text, starts, stops, np.array(begins, dtype=bool))
    assert found.tolist() == [bool(value) for value in expected]


def test_a_letter_of_several_tokens_begins_once():
    starts, stops = np.array([0, 0, 0, 1]), np.array([1, 1, 1, 2])
    found = word_starts("基因", starts, stops, np.array([True, False, False, False]))
    assert found.tolist() == [True, False, False, True]


def _allowed(row, names):
    return all(
        not tag.startswith("I-") or before.endswith(tag[1:])
        for before, tag in pairwise(("O", *row))
    )


def test_the_best_tags_are_the_likeliest_row_that_is_allowed():
    names = ["O", "B-X", "I-X", "B-Y", "I-Y"]
    scheme = read_tags(names)
    drawn = np.random.default_rng(0)
    rows = list(product(range(len(names)), repeat=4))
    legal = [row for row in rows if _allowed([names[at] for at in row], names)]
    assert 1 < len(legal) < len(rows)
    changed = 0
    for _ in range(50):
        logits = drawn.normal(size=(4, len(names))).astype(np.float32)
        expected = max(legal, key=lambda row: sum(logits[at, tag] for at, tag in enumerate(row)))
        found = best_tags(logits, scheme, strict=True)
        assert found.tolist() == list(expected)
        changed += found.tolist() != logits.argmax(axis=1).tolist()
        np.testing.assert_array_equal(
            best_tags(logits, scheme, strict=False), logits.argmax(axis=1)
        )
    assert 10 < changed < 50


def test_no_words_have_no_tags():
    scheme = read_tags(["O", "B-X", "I-X"])
    assert best_tags(np.zeros((0, 3), np.float32), scheme, strict=True).tolist() == []

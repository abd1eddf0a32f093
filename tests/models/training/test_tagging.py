"""Marked texts become tags, and tags the same marks, whatever the script and the length."""

import dataclasses

import numpy as np
import pytest
import torch
import transformers
from seqeval.metrics import f1_score

from sciml_magics.errors import LearningError
from sciml_magics.models.loading import find_model
from sciml_magics.models.pretrained import load_tokenizer
from sciml_magics.models.spans import best_tags, read_tags
from sciml_magics.models.text_input import framing
from sciml_magics.models.training.lessons import IGNORED, Reading
from sciml_magics.models.training.shapes import SHAPES
from sciml_magics.models.training.tagging import spans_lesson, tag_names, word_tags
from sciml_magics.tasks import Example, Span
from tests.models.asking import make_task
from tests.models.tiny import make_tokenizer

TASK = make_task("person", "place", kind="spans")


def _reading(tokenizer=None, limit=64, **rest):
    files = find_model()
    if tokenizer is None:
        tokenizer = load_tokenizer(files)
    backend = tokenizer.backend_tokenizer
    backend.encode_special_tokens = True
    made = Reading(
        tokenizer=backend,
        framing=framing(backend, pair=False),
        limit=limit,
        blank=0,
        left=False,
        segmented=True,
        model="m",
        config=files.config,
    )
    return dataclasses.replace(made, **rest)


def _example(text, *marks):
    """A text and what is marked in it: each mark is found behind the one before."""
    spans, at = [], 0
    for quoted, label in marks:
        at = text.index(quoted, at)
        spans.append(Span(at, at + len(quoted), label, quoted))
        at += len(quoted)
    return Example(text, tuple(spans))


def _target(row):
    assert isinstance(row.target, np.ndarray)
    return row.target


def _kinds(row):
    assert row.kinds is not None
    return row.kinds


def _learned(lesson, at=0):
    """Tags of the words of a row."""
    return [lesson.names[tag] for tag in _target(lesson.rows[at]) if tag != IGNORED]


def _perfect(lesson):
    """Logits that say what the targets say, where they say anything."""
    found = []
    for row in lesson.checks:
        said = np.zeros((len(row.ids), len(lesson.names)), dtype=np.float32)
        target = _target(row)
        known = target != IGNORED
        said[known, target[known]] = 1.0
        found.append(said)
    return found


PARIS = _example("Marie Curie worked in Paris.", ("Marie Curie", "person"), ("Paris", "place"))
TEXTS = [
    PARIS,
    _example("玛丽在北京工作。", ("玛丽", "person"), ("北京", "place")),
    _example("😀👩‍🔬 Marie in Paris 😀", ("Marie", "person"), ("Paris", "place")),
    _example("in Pari\u0301s\u0301, Marie\u0301", ("Pari\u0301s\u0301", "place")),
    _example("Marie\r\n\r\nCurie\r\nin Paris\r\n", ("Marie", "person"), ("Curie", "person")),
    _example("U.S. and New-York (N.Y.)", ("U.S.", "place"), ("New-York", "place")),
    _example("Marie\0 in Paris\ud800", ("Marie", "person"), ("Paris", "place")),
    _example("Marie Curie" * 3, ("Marie CurieMarie CurieMarie Curie", "person")),
    _example("nobody is anywhere"),
    _example("Paris Lyon", ("Paris", "place"), ("Lyon", "place")),
    _example("Marie Curie in Paris. " * 40, *[("Marie Curie", "person"), ("Paris", "place")] * 40),
]


def test_a_label_has_two_tags():
    assert tag_names(TASK.label_names) == ("O", "B-person", "I-person", "B-place", "I-place")


@pytest.mark.parametrize("at", range(len(TEXTS)))
@pytest.mark.parametrize("kind", ["uncased", "wordpiece", "bytes"])
def test_tags_are_decoded_to_the_spans_that_they_were_made_of(at, kind):
    example = TEXTS[at]
    tokenizer = None if kind == "uncased" else make_tokenizer(kind)
    lesson = spans_lesson(_reading(tokenizer), TASK, [PARIS], [example])
    # Where a token of several letters cuts a span, that is said.
    cut = any("inside a word" in note for note in lesson.notes)
    assert (lesson.score(_perfect(lesson)) == 1.0) is not cut
    assert not cut or (kind == "bytes" and at == 1)


def test_the_first_token_speaks_for_its_word_and_special_ones_say_nothing():
    lesson = spans_lesson(
        _reading(), TASK, [_example("Angiogenesis", ("Angiogenesis", "person"))], []
    )
    (row,) = lesson.rows
    assert _target(row)[1] == lesson.names.index("B-person")
    assert len(_target(row)) == len(row.ids) == len(_kinds(row)) > 3
    assert set(np.delete(_target(row), 1)) == {IGNORED}


def test_neighbours_with_one_label_are_two_spans():
    lesson = spans_lesson(_reading(), TASK, [TEXTS[9]], [])
    assert _learned(lesson) == ["B-place", "B-place"]


def test_shapes_ride_beside_the_tokens():
    lesson = spans_lesson(_reading(), TASK, [_example("Marie of WHO", ("Marie", "person"))], [])
    kinds = [SHAPES[kind] for kind in _kinds(lesson.rows[0])]
    assert kinds == ["plain", "Capitalised", "plain", "CAPITALS", "plain"]
    assert lesson.settings() == {"tag_scheme": "IOB2", "word_shapes": True}


def test_models_that_see_capitals_are_told_none():
    lesson = spans_lesson(_reading(make_tokenizer("bytes")), TASK, [PARIS], [])
    assert not _kinds(lesson.rows[0]).any()
    assert lesson.settings() == {"tag_scheme": "IOB2"}
    assert (
        lesson.prepare(
            transformers.BertModel(transformers.BertConfig(vocab_size=9, num_hidden_layers=0))
        )
        == ()
    )


def test_models_without_token_types_are_given_none():
    assert spans_lesson(_reading(segmented=False), TASK, [PARIS], []).rows[0].kinds is None


def test_long_texts_are_learned_in_windows_and_each_word_once():
    long = TEXTS[-1]
    lesson = spans_lesson(_reading(limit=32), TASK, [long], [long])
    assert len(lesson.rows) > 5
    assert max(len(row.ids) for row in lesson.rows) <= 32
    said = [tag for at in range(len(lesson.rows)) for tag in _learned(lesson, at)]
    assert said == ["B-person", "I-person", "O", "B-place", "O"] * 40
    assert lesson.score(_perfect(lesson)) == 1.0
    assert lesson.notes == (
        "1 text longer than the 32 tokens that the model reads at once: learned in windows that "
        "overlap",
    )


def test_shapes_of_words_go_with_their_windows():
    text = "Marie of WHO " * 40
    lesson = spans_lesson(_reading(limit=32), TASK, [_example(text, ("Marie", "person"))], [])
    ids: dict[int, set[int]] = {}
    for row in lesson.rows:
        for token, kind in zip(row.ids.tolist(), _kinds(row).tolist(), strict=True):
            ids.setdefault(token, set()).add(kind)
    assert all(len(kinds) == 1 for kinds in ids.values())
    assert {SHAPES[kind] for kinds in ids.values() for kind in kinds} == {
        "plain",
        "Capitalised",
        "CAPITALS",
    }


def test_spans_that_cut_a_word_are_learned_as_whole_words_and_said():
    cut = Example("in Parisian cafes", (Span(3, 8, "place", "Paris"),))
    lesson = spans_lesson(_reading(), TASK, [PARIS, cut], [cut])
    assert _learned(lesson, 1) == [
        "O",
        "B-place",
        "O",
    ]
    assert lesson.notes[0].startswith("2 spans that begin or end inside a word: learned as whole")
    # What is learned is not what was marked, and the score does not hide it.
    assert lesson.score(_perfect(lesson)) == 0.0


def test_of_two_spans_in_one_word_the_first_is_learned_and_the_other_said():
    both = Example(
        "Austrohungarian", (Span(0, 6, "place", "Austro"), Span(6, 15, "person", "hungarian"))
    )
    lesson = spans_lesson(_reading(), TASK, [PARIS, both], [])
    assert _learned(lesson, 1) == ["B-place"]
    assert any(note.startswith("1 span left out of learning") for note in lesson.notes)


def test_a_span_that_shares_its_first_word_begins_at_its_next():
    words = np.array([0, 1]), np.array([0, 4]), np.array([3, 7])
    spans = [Span(0, 2, "x", "ab"), Span(2, 7, "y", "c def")]
    tags, widened, lost = word_tags(words, spans, ["x", "y"])
    assert (tags.tolist(), widened, lost) == ([1, 3], 2, 0)


def test_a_span_of_nothing_that_the_model_reads_is_said():
    blank = Example("a \u200b b", (Span(2, 3, "place", "\u200b"),))
    lesson = spans_lesson(_reading(), TASK, [PARIS, blank], [])
    assert any(note.startswith("1 span left out of learning") for note in lesson.notes)


def test_texts_without_a_token_teach_nothing():
    lesson = spans_lesson(_reading(), TASK, [Example("", ()), PARIS, Example("\u200b", ())], [])
    assert len(lesson.rows) == 1


def test_a_validation_text_without_a_token_counts_what_it_misses():
    blank = Example("\u200b", (Span(0, 1, "place", "\u200b"),))
    lesson = spans_lesson(_reading(), TASK, [PARIS], [blank, PARIS])
    assert lesson.score(_perfect(lesson)) == pytest.approx(2 * 2 / (2 + 3))


def test_a_span_twice_is_one():
    twice = dataclasses.replace(PARIS, value=(*PARIS.value, *PARIS.value))
    lesson = spans_lesson(_reading(), TASK, [twice], [])
    np.testing.assert_array_equal(
        _target(lesson.rows[0]), _target(spans_lesson(_reading(), TASK, [PARIS], []).rows[0])
    )


def test_labels_that_nothing_has_are_said():
    lesson = spans_lesson(_reading(), TASK, [_example("Marie", ("Marie", "person"))], [])
    assert lesson.notes == ("no example of 'place': that cannot be learned",)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            (Span(0, 11, "person", "Marie Curie"), Span(6, 11, "place", "Curie")),
            r"'Marie Curie' \(person\) and 'Curie' \(place\) overlap, which no tagger can learn",
        ),
        (
            (Span(0, 5, "person", "Marie"), Span(0, 5, "place", "Marie")),
            r"'Marie' \(person\) and 'Marie' \(place\) overlap",
        ),
        ((Span(0, 5, "star", "Marie"),), r"label 'star', which the task does not have"),
        ((Span(0, 5, "person", "Curie"),), r"does not quote 'Curie'.*mark it anew"),
        ("person", r"the answer to 'Marie Curie' is no spans"),
        (("person",), r"the answer to 'Marie Curie' is no spans"),
        (None, r"the answer to 'Marie Curie' is no spans"),
        ((), r"none of the 1 examples of task 't' has a span"),
    ],
)
def test_what_no_tagger_can_learn_is_refused_in_one_line(value, message):
    with pytest.raises(LearningError, match=message) as caught:
        spans_lesson(_reading(), TASK, [Example("Marie Curie", value)], [])
    assert "\n" not in str(caught.value)


def test_spans_of_which_the_model_reads_nothing_are_refused():
    blank = Example("\u200b", (Span(0, 1, "place", "\u200b"),))
    with pytest.raises(LearningError, match="reads no word of any span"):
        spans_lesson(_reading(), TASK, [blank], [])


def test_the_loss_is_the_sum_over_the_words():
    lesson = spans_lesson(_reading(), TASK, [PARIS], [])
    logits = torch.randn(2, 3, 5)
    targets = torch.tensor([[1, IGNORED, 0], [IGNORED, IGNORED, 4]])
    known = logits.log_softmax(-1)
    expected = -(known[0, 0, 1] + known[0, 2, 0] + known[1, 2, 4])
    torch.testing.assert_close(lesson.loss(logits, targets), expected)


def test_the_score_is_that_of_seqeval():
    texts = [
        _example(f"{name} is in {place}", (name, "person"), (place, "place"))
        for name in ("Marie Curie", "Alan", "Ada King")
        for place in ("Paris", "New York")
    ]
    lesson = spans_lesson(_reading(), TASK, texts, texts)
    drawn = np.random.default_rng(0)
    said = [one + drawn.normal(size=one.shape, scale=0.5) for one in _perfect(lesson)]
    gold, found = [], []
    for row, one in zip(lesson.checks, said, strict=True):
        words = _target(row) != IGNORED
        gold.append([lesson.names[tag] for tag in _target(row)[words]])
        tags = best_tags(one[words], read_tags(lesson.names), strict=True)
        found.append([lesson.names[tag] for tag in tags])
    expected = f1_score(gold, found)
    assert 0 < expected < 1
    assert lesson.score(said) == pytest.approx(expected)


def test_no_marks_and_none_found_is_all_right():
    lesson = spans_lesson(_reading(), TASK, [PARIS], [Example("nobody", ())])
    assert lesson.score(_perfect(lesson)) == 1.0


def test_balanced_rare_tags_count_for_more_and_a_word_for_one_on_average():
    texts = [PARIS, _example("nobody is anywhere"), _example("in Paris", ("Paris", "place"))]
    lesson = spans_lesson(_reading(), TASK, texts, [], balanced=True)
    even = torch.zeros(1, 1, 5)

    def weight(tag):
        return float(lesson.loss(even, torch.tensor([[lesson.names.index(tag)]]))) / np.log(5)

    assert weight("B-person") > weight("B-place") > weight("O") > 0
    words = [tag for at in range(3) for tag in _learned(lesson, at)]
    assert np.mean([weight(tag) for tag in words]) == pytest.approx(1.0)


def test_a_task_without_labels_learns_those_of_its_examples():
    lesson = spans_lesson(_reading(), make_task(kind="spans"), [PARIS], [])
    assert lesson.names == ("O", "B-person", "I-person", "B-place", "I-place")

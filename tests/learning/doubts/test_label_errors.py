"""Answers and labels that the other answers speak against."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.doubts.label_errors import find_label_errors, refresh_label_errors
from sciml_magics.store import open_store
from sciml_magics.tasks import Label, Task
from tests.learning.doubts_made import FIELDS, SEVERAL, answer, reviewed, suggest, texts, truths
from tests.store.examples import MODEL

WRONG = {"We study the genome.": "money", "The galaxy is discussed in detail.": "genes"}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "record.db") as opened:
        yield opened


def test_wrong_answers_are_found_with_what_is_likelier_and_who_gave_them(store):
    reviewed(store, WRONG)
    found = find_label_errors(store, FIELDS)
    first = {error.record.text: error for error in found.errors[:2]}
    assert set(first) == set(WRONG)
    genome = first["We study the genome."]
    assert (genome.given, genome.likely, genome.by) == ("money", "genes", ("Ada",))
    assert genome.quality < 0.3 < genome.probability
    assert genome.reason == (
        f"Ada said money; by the other answers it is genes "
        f"({genome.probability:.2f} against {genome.quality:.2f})"
    )
    assert [error.quality for error in found.errors] == sorted(e.quality for e in found.errors)
    assert found.answers == len(truths())


def test_what_was_found_is_kept_as_suggestions_of_a_check(store):
    reviewed(store, WRONG)
    found = find_label_errors(store, FIELDS)
    error = found.errors[0]
    kept = store.suggestions_of(error.record.id, store.task(FIELDS))[-1]
    assert kept.model == found.identity
    assert kept.model.is_check
    assert not MODEL.is_check
    assert kept.suggestion.value == error.likely
    assert kept.suggestion.evidence["given"] == error.given
    assert kept.suggestion.evidence["given_by"] == ["Ada"]
    assert kept.suggestion.evidence["quality"] == pytest.approx(error.quality, abs=1e-6)
    assert store.runs("field")[-1].state == "done"


def test_the_same_answers_give_the_same_errors(store, tmp_path):
    reviewed(store, WRONG)
    one = find_label_errors(store, FIELDS)
    with open_store(tmp_path / "other.db") as other:
        reviewed(other, WRONG)
        two = find_label_errors(other, FIELDS)
    assert one == two == find_label_errors(store, FIELDS)


def test_labels_of_a_model_that_people_speak_against_are_found(store):
    right = truths()
    unread = dict.fromkeys(texts("money")[-3:], "stars") | {texts("genes")[-1]: "genes"}
    suggest(store, FIELDS, right | unread)
    answer(store, FIELDS, {text: label for text, label in right.items() if text not in unread})
    found = find_label_errors(store, FIELDS)
    of_model = {error.record.text: error for error in found.errors if error.of_model}
    assert set(of_model) == set(texts("money")[-3:])
    [error, *_] = of_model.values()
    assert (error.given, error.likely, error.by) == ("stars", "money", (MODEL.short,))
    assert error.reason.startswith("the model said stars; by people's answers it is money (")
    assert (found.answers, found.labels) == (len(right) - 4, 4)


def test_of_many_labels_of_a_model_some_are_drawn_and_that_is_said(store):
    reviewed(store, {})
    suggest(store, FIELDS, {f"The {text}": "genes" for text in truths()}, MODEL)
    found = find_label_errors(store, FIELDS, suggested=10)
    assert found.labels == 10
    assert "of 54 labels of all-MiniLM-L6-v2 that nobody answered, 10 drawn" in found.notes[-1]
    assert find_label_errors(store, FIELDS, suggested=0).labels == 0


def test_several_labels_are_doubted_one_by_one(store):
    right: dict[str, tuple[str, ...]] = {text: (label,) for text, label in truths().items()}
    wrong = {"We study the genome.": ("genes", "money"), "A new comet was described.": ()}
    suggest(store, SEVERAL, right)
    answer(store, SEVERAL, right | wrong)
    found = {error.record.text: error for error in find_label_errors(store, SEVERAL).errors}
    assert set(wrong) <= set(found)
    extra, missing = (found[text] for text in wrong)
    assert extra.likely == ("genes",)
    assert extra.reason.startswith(
        "Ada said genes, money; by the other answers money does not apply"
    )
    assert missing.likely == ("stars",)
    assert missing.reason.startswith("Ada said none; by the other answers stars is missing (")


def test_equal_texts_are_on_one_side(store):
    """Were they not, a wrong answer given twice would speak for itself."""
    reviewed(store, {})
    twice = {
        "We  study the LOAN.": "genes",
        "we study the loan.": "genes",
        "We study the loan.": "genes",
    }
    suggest(store, FIELDS, twice)
    answer(store, FIELDS, twice)
    found = {error.record.text for error in find_label_errors(store, FIELDS).errors}
    assert set(twice) <= found


def test_a_label_that_nobody_else_gave_is_not_looked_at(store):
    reviewed(store, {"We study the gene.": "never"})
    found = find_label_errors(store, FIELDS)
    assert "We study the gene." not in {error.record.text for error in found.errors}
    assert found.notes == ("1 answer has a label that no other answer has: not looked at",)


def test_the_queue_is_brought_up_to_date_only_where_answers_changed(store):
    reviewed(store, WRONG)
    refresh_label_errors(store, FIELDS)
    refresh_label_errors(store, FIELDS)
    assert sum(run.model.is_check for run in store.runs("field")) == 1
    answer(store, FIELDS, {"We study the genome.": "genes"})
    refresh_label_errors(store, FIELDS)
    assert sum(run.model.is_check for run in store.runs("field")) == 2


def test_very_many_answers_are_only_looked_through_when_asked(store, monkeypatch):
    monkeypatch.setattr("sciml_magics.learning.doubts.label_errors.AT_ONCE", 30)
    reviewed(store, WRONG)
    with pytest.raises(LearningError, match=r"54 answers.* run task.label_errors\(\) once"):
        refresh_label_errors(store, FIELDS)
    find_label_errors(store, FIELDS)
    answer(store, FIELDS, {"We study the genome.": "genes"})
    refresh_label_errors(store, FIELDS)
    assert sum(run.model.is_check for run in store.runs("field")) == 1


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Task("who", ("abstract",), kind="spans", labels=(Label("name"),)), "of kind 'spans'"),
        (Task("note", ("abstract",), kind="text"), "of kind 'text'"),
        (replace(FIELDS, name="seen", input="image"), "'seen' reads images, and no image model"),
        (replace(FIELDS, name="new"), "has 0 answers: label errors are looked for among 20"),
    ],
)
def test_what_cannot_be_looked_at_is_told_in_one_line(store, task, message):
    with pytest.raises((LearningError, ModelError), match=message) as told:
        find_label_errors(store, task)
    assert "\n" not in str(told.value)


def test_one_label_alone_cannot_be_doubted(store):
    right = dict.fromkeys(truths(), "genes")
    suggest(store, FIELDS, right)
    answer(store, FIELDS, right)
    with pytest.raises(LearningError, match="fewer than two labels"):
        find_label_errors(store, FIELDS)


def test_a_model_without_embeddings_is_refused(store, tmp_path):
    reviewed(store, {})
    with pytest.raises(ModelError, match="nowhere"):
        find_label_errors(store, FIELDS, encoder=str(tmp_path / "nowhere"))

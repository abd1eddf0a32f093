"""Labels of a task and of a model are brought together by name, or refused with both."""

import pytest

from sciml_magics.errors import ModelError
from sciml_magics.models.labels import fill_labels, listed, match_labels
from sciml_magics.tasks import Label
from tests.models.asking import make_task

NAMES = ["tench, Tinca tinca", "Great White  Shark", "STRASSE", "None"]


def _match(*labels):
    return match_labels(make_task(*labels), NAMES, "m").tolist()


def test_case_spaces_and_synonyms_do_not_matter():
    assert _match("tinca TINCA", "great white shark") == [0, 1, -1, -1]
    assert _match("straße", "Tench, tinca tinca") == [1, -1, 0, -1]


def test_aliases_and_the_name_stand_for_the_label_together():
    assert _match(Label("None", aliases=("Tench",)), "strasse") == [0, -1, 1, 0]


def test_two_labels_cannot_stand_for_the_same():
    with pytest.raises(ModelError, match="'none' and 'x' both stand for 'None'"):
        _match("none", Label("x", aliases=("NONE",)))


def test_an_unknown_label_is_told_which_there_are():
    with pytest.raises(ModelError, match="no label 'whale': it knows 'tench, Tinca tinca'"):
        _match("whale")


def test_a_long_list_is_cut_in_the_message():
    assert listed([str(i) for i in range(1_000)]).endswith("'11' and 988 more")


def test_a_task_without_labels_takes_each_name_once():
    assert fill_labels(make_task(), ["a", "b", "a"], "m").label_names == ("a", "b")
    task = make_task("None")
    assert fill_labels(task, NAMES, "m") is task

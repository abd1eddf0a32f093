"""The notebook on names in text runs from its first cell to its last, and keeps its promises."""

import re

NOTEBOOK = "ner.ipynb"


def test_a_tagger_learns_and_is_promoted(shown):
    [line] = re.findall(r"notes: notes-1 by full.*", shown)
    assert "promoted" in line
    assert float(re.findall(r"entity F1 ([0-9.]+) on", line)[0]) > 0.8


def test_it_is_judged_by_names_and_word_by_word(shown):
    assert "B-institute" in shown
    assert "I-person" in shown


def test_new_text_is_marked_and_quoted_exactly(shown):
    assert "('Okonkwo', 'person'" in shown
    assert "('Prague', 'place'" in shown

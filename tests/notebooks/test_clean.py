"""The notebook on cleaning runs from its first cell to its last, and shows what it promises."""

import re

NOTEBOOK = "clean.ipynb"


def test_what_is_there_is_told_before_anything_is_changed(shown):
    assert "survey: 324 rows × 13 columns" in shown
    assert "interviewed: in 4 dates the day can only stand first" in shown
    assert "survey: 4 of 324 rows repeat another" in shown
    assert "learnt from 20 answers" in shown


def test_planted_errors_are_repaired_and_nothing_else_is_touched(shown):
    survey, _ = re.findall(r"(\d+) of \d+ planted cells are right, (\d+) others", shown)
    assert int(survey[0]) >= 65
    assert int(survey[1]) <= 1


def test_changes_are_listed_taken_back_and_written_as_a_script(shown):
    assert "1 change taken back" in shown
    assert "the changes that hold as a script in clean_survey.py" in shown
    assert "simulated" in shown


def test_rules_batches_and_personal_data_are_shown(shown):
    assert "'f' is none of the 2 values that 'sex' may be" in shown
    assert "rules in blood_rules.yaml" in shown
    assert "not met before: 'ex-smoker'" in shown
    assert ".example" in shown

"""The notebook on learning runs from its first cell to its last, and shows what it promises."""

NOTEBOOK = "learn.ipynb"


def test_a_model_learns_and_is_promoted_because_it_is_better(shown):
    assert "field-2 by head" in shown
    assert "better than all-MiniLM-L6-v2" in shown
    assert "field-2 answers the task already" in shown


def test_too_few_answers_promote_nothing(shown):
    assert "field-1 by head · 14 answers learned from" in shown
    assert "not promoted" in shown


def test_the_curve_calibration_card_and_step_back_are_shown(shown):
    for part in ("with 62 answers", "calibration error", "# field-2", "its base model answers"):
        assert part in shown

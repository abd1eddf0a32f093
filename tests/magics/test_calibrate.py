"""``%calibrate``, and ``%labels`` with what it brings."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.magics.calibrate_arguments import parse_calibrate
from sciml_magics.store import open_store
from tests.learning.calibration_made import reviewed
from tests.magics.conftest import Fails


@pytest.fixture
def judged(shell: InteractiveShell) -> InteractiveShell:
    """A store in which people answered 400 of 1,000 notes."""
    with open_store() as store:
        shell.push({"notes": reviewed(store, 400, 1_000)})
    return shell


def out(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str) -> str:
    capsys.readouterr()
    shell.run_cell(cell).raise_error()
    return capsys.readouterr().out


def test_the_line_says_the_error_before_and_after_and_what_to_accept(judged, capsys):
    said = out(judged, capsys, "%calibrate topic --agree 0.8")
    assert "topic: calibration error 0.18" in said
    assert "temperature 2.4" in said
    assert "400 answers" in said
    assert "accept above 0." in said
    assert "agree with people" in said
    assert "no score can be shown to reach 99 % agreement yet" in out(
        judged, capsys, "%calibrate topic --agree 0.99"
    )


def test_labels_are_calibrated_from_then_on_and_raw_on_request(judged, capsys):
    out(judged, capsys, "%labels topic notes --out raw --quiet\n%calibrate topic --quiet")
    said = out(judged, capsys, "%labels topic notes --out after")
    assert "scores calibrated on 400 answers (temperature 2.4" in said
    raw, after = (judged.user_ns[name]["topic_score"] for name in ("raw", "after"))
    assert after.mean() < raw.mean()
    said = out(judged, capsys, "%labels topic notes --out same --raw-scores")
    assert "calibrated" not in said
    assert judged.user_ns["same"]["topic_score"].equals(raw)


def test_answers_above_a_score_are_trusted_and_what_that_is_worth_is_said(judged, capsys):
    said = out(judged, capsys, "%calibrate topic --quiet\n%labels topic notes --accept-above 0.8")
    assert " trusted · " in said
    assert "trusted above 0.8: " in said
    assert "agree with people, on " in said
    assert "answers drawn at random" in said
    counts = judged.user_ns["notes"]["topic_status"].value_counts()
    assert counts["trusted"] > 50
    assert counts["accepted"] + counts["corrected"] == 400
    # The frame is known as the task's own, and can be written again.
    out(judged, capsys, "%labels topic notes --quiet")
    assert "trusted" not in judged.user_ns["notes"]["topic_status"].cat.categories


def test_label_sets_are_a_column(judged, capsys):
    said = out(judged, capsys, "%calibrate topic notes --coverage 0.9 --out sets")
    assert "sets hold what people say 90 % of the time or more" in said
    sets = judged.user_ns["sets"]["topic_set"]
    assert set(sets.iloc[0]) <= {"genes", "cells", "brains"}
    assert "topic_set" not in judged.user_ns["notes"]


def test_annotate_shows_calibrated_scores_too(shell, capsys, monkeypatch):
    from sciml_magics.learning.trust import rescoring
    from sciml_magics.learning.trust.calibrating import Held
    from sciml_magics.learning.trust.calibrator import Calibrator

    cell = "%annotate papers -c abstract --labels genomics,imaging --task topic --no-chart "
    shell.run_cell(f"{cell} --out raw --quiet").raise_error()
    calibrator = Calibrator(("genomics", "imaging"), "temperature", 5.0)
    monkeypatch.setattr(rescoring, "held", lambda *_: Held(calibrator, 212))
    said = out(shell, capsys, f"{cell} --out after --threshold 0.3")
    assert "scores calibrated on 212 answers (temperature 5.00)" in said
    assert (shell.user_ns["after"]["topic_score"] < shell.user_ns["raw"]["topic_score"]).sum() == 15
    out(shell, capsys, f"{cell} --out same --raw-scores")
    assert shell.user_ns["same"]["topic_score"].equals(shell.user_ns["raw"]["topic_score"])


@pytest.mark.parametrize(("cell", "message"), [
    ("%calibrate topics", "no task 'topics': did you mean 'topic'"),
    ("%calibrate topic --method platt", "no method 'platt': choose one of auto, temperature"),
    ("%calibrate topic --agree 2", "--agree needs a number from 0 to 1"),
    ("%calibrate topic nothing --coverage 0.9", "nothing"),
    ("%calibrate topic notes --coverage 1 --no-chart --quiet", "not between 0 and 1"),
    ("%labels topic notes --accept-above 0.9", "not calibrated: %calibrate topic first"),
    ("%labels topic notes --accept-above 0.9 --raw-scores", "raw scores promise nothing"),
    ("%calibrate topic --model other", "no suggestions of 'other'"),
])  # fmt: skip
def test_mistakes_are_one_line(judged, fails: Fails, cell, message):
    assert message in fails(cell)


def test_too_few_answers_are_one_line(shell, fails: Fails):
    with open_store() as store:
        reviewed(store, 12)
    assert "people answered 12 records of 'topic'" in fails("%calibrate topic")


def test_its_help_is_shown_and_its_line_completed(judged, capsys):
    assert "%calibrate [TASK] [FRAME]" in out(judged, capsys, "%calibrate --help")
    assert "--coverage P" in judged.object_inspect("%calibrate")["docstring"]
    for typed, found in (
        ("%calibrate to", "topic"),
        ("%calibrate topic not", "notes"),
        ("%calibrate topic --method iso", "isotonic"),
        ("%calibrate topic --cov", "--coverage"),
        ("%labels topic notes --acc", "--accept-above"),
        ("%learn topic --method he", "head"),
    ):
        with provisionalcompleter():
            offered = [one.text for one in judged.Completer.completions(typed, len(typed))]
        assert found in offered


def test_a_line_is_read():
    line = parse_calibrate("topic notes --method isotonic --coverage 0.8 -m mine -o out -q")
    assert (line.task, line.frame, line.method) == ("topic", "notes", "isotonic")
    assert (line.coverage, line.model, line.out, line.quiet) == (0.8, "mine", "out", True)
    assert line.agree == 0.95

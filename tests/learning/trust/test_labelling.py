"""Label sets as a column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sciml_magics.errors import FrameError, LearningError
from sciml_magics.learning.trust.labelling import label_sets_of
from sciml_magics.store import Store, open_store
from sciml_magics.tasks import Task
from tests.learning.calibration_made import MODEL, made_task, reviewed, too_sure

TASK = made_task()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def test_sets_of_rows_that_nobody_answered_hold_the_right_label_as_promised(store):
    frame = reviewed(store, 500, 2_500)
    before = frame.copy()
    done, notes = label_sets_of(store, TASK, MODEL, frame, 0.9)
    pd.testing.assert_frame_equal(frame, before)
    truth = too_sure(2_500)[1]
    sets = done["topic_set"].tolist()
    covered = sum(truth[at] in sets[at] for at in range(500, 2_500)) / 2_000
    assert 0.86 < covered < 0.94
    assert notes[0].startswith("sets hold what people say 90 % of the time or more, by 500 answers")
    assert "labels in a set on average" in notes[1]


def test_rows_that_the_model_did_not_read_have_none_and_any_index_survives(store):
    frame = reviewed(store, 60)
    more = pd.DataFrame({"note": [None, "never read", *frame["note"]]}, index=[7] * 62)
    done, _ = label_sets_of(store, TASK, MODEL, more, 0.9)
    assert done.index.tolist() == [7] * 62
    assert done["topic_set"].isna().tolist() == [True, True] + [False] * 60
    again, _ = label_sets_of(store, TASK, MODEL, done, 0.9)
    pd.testing.assert_frame_equal(done, again)


def test_answers_that_were_not_drawn_at_random_are_used_and_told(store):
    frame = reviewed(store, 60, share="uncertain")
    _, notes = label_sets_of(store, TASK, MODEL, frame, 0.9)
    assert "not drawn at random" in notes[0]


def test_what_has_no_labels_has_no_sets(store):
    spans = made_task("spans")
    with pytest.raises(LearningError, match="asks for spans"):
        label_sets_of(store, spans, MODEL, pd.DataFrame({"note": ["a"]}), 0.9)
    taken = Task("a", ("a_set",), labels=TASK.labels)
    with pytest.raises(FrameError, match="column 'a_set'"):
        label_sets_of(store, taken, MODEL, pd.DataFrame({"a_set": ["a"]}), 0.9)

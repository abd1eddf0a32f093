"""Which answers tell how good a model's scores are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.frames import read_records
from sciml_magics.learning.answers import part_for
from sciml_magics.learning.trust.judgements import enough, judgements
from sciml_magics.store import Store, open_store
from sciml_magics.store.trained import Made, add_trained
from sciml_magics.tasks import ModelIdentity, Response, Training
from tests.learning.calibration_made import MODEL, made_frame, made_task, reviewed

TASK = made_task()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "sciml_magics.db") as opened:
        yield opened


def say(store, at, decision, value=None, **more):
    [record] = list(read_records(made_frame(at + 1), TASK, np.array([at])))
    number = len(store.responses("topic"))
    suggestion = store.suggestions_of(record.id, store.task(TASK))[0]
    response = Response(
        f"new-{number}", record.id, decision, value, "Bo", suggestion=suggestion.id, **more
    )
    store.respond(store.task(TASK), [response])
    return suggestion.suggestion


def test_suggestions_stand_beside_what_people_say(store):
    reviewed(store, 40, 60)
    found = judgements(store, TASK, MODEL)
    assert len(found) == 40
    assert found.drawn.all()
    assert found.last_response == 40
    agreed = [a == b for a, b in zip(found.sample.values, found.sample.truth, strict=True)]
    assert found.sample.right.tolist() == agreed


def test_what_was_not_drawn_at_random_is_told_apart(store):
    reviewed(store, 40, share="uncertain")
    say(store, 3, "corrected", "genes", role="adjudicator", share="audit")
    assert judgements(store, TASK, MODEL).drawn.sum() == 1


def test_a_rejected_value_is_wrong_and_no_more_is_known(store):
    reviewed(store, 0, 5)
    say(store, 2, "rejected")
    found = judgements(store, TASK, MODEL)
    assert found.sample.truth == [None]
    assert found.sample.right.tolist() == [False]


def test_a_value_that_another_model_was_rejected_for_says_nothing_of_this_one(store):
    reviewed(store, 0, 5)
    rejected = say(store, 2, "rejected")
    other = ModelIdentity("other", "2" * 40, "encoder")
    run = store.begin(store.task(TASK), other, by="Ada", seed=0, code_version="1")
    [record] = list(read_records(made_frame(3), TASK, np.array([2])))
    from sciml_magics.tasks import Suggestion

    value = next(name for name in TASK.label_names if name != rejected.value)
    store.append(run, [record], [Suggestion(record.id, value, 0.9, ((value, 0.9),))])
    assert len(judgements(store, TASK, other)) == 0


def test_a_trained_model_is_judged_by_answers_that_it_did_not_see(store):
    reviewed(store, 60, 100)
    trained = Made(
        name="topic-1",
        folder="models/topic-1",
        model=MODEL,
        base="base",
        base_revision="0",
        parent=None,
        snapshot={"last_response": 40, "count": 40, "digest": ""},
        training=Training(),
        metrics={},
        by="Ada",
        code_version="1",
    )
    add_trained(store.database, store.task(TASK), trained)
    found = judgements(store, TASK, MODEL)
    assert found.unseen
    records = list(read_records(made_frame(60), TASK, np.arange(60)))
    kept = [at for at, one in enumerate(records) if part_for(one.id) == "held_out" or at >= 40]
    assert len(found) == len(kept)
    # Saying again what the model has seen makes it no news.
    learnt = next(at for at in range(40) if part_for(records[at].id) == "learn")
    say(store, learnt, "corrected", "genes")
    assert len(judgements(store, TASK, MODEL)) == len(kept)


def test_too_few_answers_are_refused_in_one_line(store):
    reviewed(store, 29, 40)
    with pytest.raises(LearningError, match=r"people answered 29 records of 'topic'.*30 or more"):
        enough(judgements(store, TASK, MODEL), TASK, MODEL)
    other = ModelIdentity("other", "2" * 40, "encoder")
    with pytest.raises(LearningError, match="people answered 0 records"):
        enough(judgements(store, TASK, other), TASK, other)

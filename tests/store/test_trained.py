"""Models that were trained, and promotions, as rows."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from sciml_magics.store import Store
from sciml_magics.store.schema import models
from sciml_magics.store.trained import (
    Made,
    add_promotion,
    add_trained,
    in_order,
    promoted,
    promotions_of,
    trained_models,
)
from sciml_magics.tasks import Label, ModelIdentity, Training
from tests.store.examples import MODEL, TOPIC

MADE = Made(
    name="topic-1",
    folder="sciml_magics_models/topic-1",
    model=ModelIdentity("sciml_magics_models/topic-1", "abc", "encoder_head"),
    base="base",
    base_revision="r",
    parent=None,
    snapshot={"digest": "d", "people": ["Ada 😀"]},
    training=Training("lora", rank=4, seed=3),
    metrics={"score": None, "history": [{"loss": 0.5}]},
    by="Ada\ud800",
    code_version="1",
)


def test_what_is_noted_is_read_back(store: Store) -> None:
    task_id = store.task(TOPIC)
    kept = add_trained(store.database, task_id, MADE)
    assert kept.made == MADE
    assert (kept.task, kept.task_version, kept.seed, kept.method) == (TOPIC, 1, 3, "lora")
    assert trained_models(store.database) == [kept]
    assert trained_models(store.database, "topic", "label") == [kept]
    assert trained_models(store.database, "topic", "spans") == []
    assert trained_models(store.database, "other") == []


def test_equal_models_share_a_row_with_those_that_ran(store: Store) -> None:
    task_id = store.task(TOPIC)
    for number in (1, 2):
        add_trained(store.database, task_id, replace(MADE, name=f"topic-{number}"))
    with store.database.read() as connection:
        assert len(connection.execute(select(models)).all()) == 1


def test_the_newest_promotion_holds_for_all_versions(store: Store) -> None:
    task_id = store.task(TOPIC)
    wider = replace(TOPIC, labels=(*TOPIC.labels, Label("eyes")))
    second_id = store.task(wider)
    assert promoted(store.database, "topic") is None
    first = add_trained(store.database, task_id, MADE)
    second = add_trained(store.database, second_id, replace(MADE, name="topic-2", parent=first.id))
    add_promotion(store.database, task_id, first, "better", {"difference": 0.1}, "learn")
    add_promotion(store.database, second_id, second, "better", {}, "learn")
    assert promoted(store.database, "topic", "label") == second
    assert not first.knows(wider)
    assert second.knows(TOPIC)
    add_promotion(store.database, task_id, None, "back", {"rolled_back": "topic-2"}, "Ada")
    assert promoted(store.database, "topic") is None
    history = promotions_of(store.database, "topic")
    assert [one.trained for one in history] == [first, second, None]
    assert [one.is_step_back for one in history] == [False, False, True]
    assert history[0].comparison == {"difference": 0.1}


def test_the_promoted_model_speaks_first_and_after_a_step_back_last(store: Store) -> None:
    task_id = store.task(TOPIC)
    ran = [MODEL, MADE.model, ModelIdentity("other", "r", "nli")]
    assert in_order(store.database, "topic", "label", ran) == ran
    kept = add_trained(store.database, task_id, MADE)
    add_promotion(store.database, task_id, kept, "better", {}, "learn")
    windowed = replace(MADE.model, settings='{"window":"mean"}')
    found = in_order(store.database, "topic", "label", [MODEL, windowed, *ran[1:]])
    assert found == [MADE.model, windowed, MODEL, ran[2]]
    add_promotion(store.database, task_id, None, "back", {"rolled_back": "topic-1"}, "Ada")
    assert in_order(store.database, "topic", "label", ran) == [MODEL, ran[2], MADE.model]

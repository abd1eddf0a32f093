"""The seed of a split is kept for a question, whatever the version of its task."""

from __future__ import annotations

from dataclasses import replace

from sciml_magics.store import Store
from sciml_magics.store.contents import read_records
from sciml_magics.store.splits import SplitSeed, keep_split, read_split
from sciml_magics.tasks import Label, record_id
from tests.store.examples import TOPIC, add, begin, record


def test_the_newest_seed_holds_for_every_version(store: Store) -> None:
    first = store.task(TOPIC)
    assert read_split(store.database, first) is None
    keep_split(store.database, first, SplitSeed(7, 0.25))
    second = store.task(replace(TOPIC, labels=(*TOPIC.labels, Label("stars"))))
    assert read_split(store.database, second) == SplitSeed(7, 0.25)
    keep_split(store.database, second, SplitSeed(2**40, 0.1))
    assert read_split(store.database, first) == SplitSeed(2**40, 0.1)


def test_another_question_has_a_seed_of_its_own(store: Store) -> None:
    keep_split(store.database, store.task(TOPIC), SplitSeed(7, 0.25))
    for other in (replace(TOPIC, name="other"), replace(TOPIC, kind="labels")):
        assert read_split(store.database, store.task(other)) is None


def test_records_are_read_by_their_addresses(store: Store) -> None:
    texts = ["one", "two\x00", "\ud800", "中"]
    add(store, begin(store), texts)
    wanted = [record_id(text) for text in [*texts, "unknown", "one"]]
    assert read_records(store.database, wanted) == {record_id(text): record(text) for text in texts}
    assert read_records(store.database, []) == {}

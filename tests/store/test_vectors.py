"""Embeddings in the store: kept once, bit for bit, found in any order."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sciml_magics.errors import StoreError
from sciml_magics.store import Store, open_store
from sciml_magics.store.schema import embeddings
from sciml_magics.store.vectors import VectorTable
from tests.store.examples import any_text, ids_of, record


def _some(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float16)


def test_what_was_kept_is_found_bit_for_bit_in_the_order_asked_for(store: Store) -> None:
    texts, vectors = [f"text {at}" for at in range(50)], _some(50)
    vectors[3, 0], vectors[4] = np.nan, 0
    table = VectorTable(store.database)
    table.keep("a", [record(text) for text in texts], vectors)
    order = np.random.default_rng(1).permutation(50)
    asked = [texts[at] for at in order] + ["never seen"]

    at, found = table.find("a", ids_of(asked))

    assert at.tolist() == list(range(50))
    assert found.tobytes() == vectors[order].tobytes()


def test_each_encoder_has_embeddings_of_its_own(store: Store) -> None:
    table = VectorTable(store.database)
    table.keep("a", [record("x")], _some(1))

    assert table.has_all("a", ids_of(["x"]))
    assert not table.has_all("b", ids_of(["x"]))
    at, found = table.find("b", ids_of(["x"]))
    assert (len(at), found.shape) == (0, (0, 0))


def test_what_was_kept_first_stays(store: Store) -> None:
    table, first = VectorTable(store.database), _some(1)
    table.keep("a", [record("x")], first)
    table.keep("a", [record("x"), record("y")], _some(2, seed=9))

    _, found = table.find("a", ids_of(["x", "y"]))

    assert found[0].tobytes() == first.tobytes()
    assert len(found) == 2


def test_all_are_there_only_if_every_one_is(store: Store) -> None:
    table = VectorTable(store.database)
    table.keep("a", [record("x")], _some(1))

    assert table.has_all("a", ids_of(["x"]))
    assert not table.has_all("a", ids_of(["x", "y"]))
    assert table.has_all("a", ids_of([]))


def test_a_batch_that_fails_leaves_nothing(file: str) -> None:
    with open_store(file) as store:
        table = VectorTable(store.database)
        with store.database.write() as connection:
            embeddings.drop(connection)
        with pytest.raises(StoreError):
            table.keep("a", [record("x"), record("y")], _some(2))

        assert store.record(record("x").id) is None


def test_threads_that_keep_the_same_records_do_not_fail(store: Store) -> None:
    texts, vectors = [f"text {at}" for at in range(200)], _some(200)
    failed: list[Exception] = []

    def keep() -> None:
        try:
            VectorTable(store.database).keep("a", [record(text) for text in texts], vectors)
        except Exception as error:  # shown by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    assert VectorTable(store.database).has_all("a", ids_of(texts))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=any_text)
def test_any_text_keeps_its_content(file: str, text: str) -> None:
    with open_store(file) as store:
        VectorTable(store.database).keep("a", [record(text)], _some(1))

        assert store.record(record(text).id) == record(text)

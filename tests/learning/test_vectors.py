"""Embeddings of records for learning: in their order, each computed once."""

import numpy as np

from sciml_magics.learning.vectors import vectors
from sciml_magics.store import open_store
from sciml_magics.tasks import Record, record_id
from tests.annotation.test_vectors import Lengths


def _record(text):
    return Record(record_id("text", text), (("text", text),))


def test_rows_follow_the_records_whatever_is_known_already(tmp_path):
    texts = ["gene", "a star", "gene", "the law of genes", "b"]
    with open_store(tmp_path / "s.db") as store:
        model = Lengths(batch=2)
        vectors(store, model, [_record("b"), _record("a star")])
        found = vectors(store, model, [_record(text) for text in texts])

    expected = [[len(text) / 7, "gene" in text] for text in texts]
    np.testing.assert_array_equal(found, np.array(expected, np.float16).astype(np.float32))
    assert sorted(model.embedded) == sorted(set(texts))


def test_without_records_there_are_no_rows(tmp_path):
    with open_store(tmp_path / "s.db") as store:
        assert vectors(store, Lengths(), []).shape == (0, 0)

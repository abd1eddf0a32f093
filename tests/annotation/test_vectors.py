"""Embeddings through the store: nothing is computed twice, and answers are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from sciml_magics.annotation import Request, annotate
from sciml_magics.annotation.vectors import must_run, stream_vectors
from sciml_magics.errors import Stopped
from sciml_magics.models import Embeds, FromVectors
from sciml_magics.store import Store, open_store
from sciml_magics.store.lookup import Ids
from sciml_magics.tasks import Execution, Record, Suggestion, Task, record_id
from tests.annotation.keywords import TASK, Keywords


@dataclass
class Lengths(Keywords):
    """Tells a gene from a star by the first of two numbers that it makes of a text."""

    embedded: list[str] = field(default_factory=list)
    loaded: int = 0

    @property
    def encoder_key(self) -> str:
        return "lengths"

    def ready(self) -> Execution:
        self.loaded += 1
        return Execution("cpu", "fp32")

    def vectors_of(
        self, records: Sequence[Record]
    ) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]]:
        for start in range(0, len(records), self.batch):
            if self.fail_after is not None and len(self.embedded) >= self.fail_after:
                raise self.failure
            part = records[start : start + self.batch]
            self.embedded += [record.text for record in part]
            numbers = [[len(one.text) / 7, "gene" in one.text] for one in part]
            yield np.arange(start, start + len(part)), np.array(numbers, dtype=np.float16)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        raise AssertionError("answers follow from embeddings")

    def suggest_from(
        self, records: Sequence[Record], vectors: npt.NDArray[np.float32], task: Task
    ) -> list[Suggestion]:
        return [
            Suggestion(one.id, "gene" if gene else "star", 0.9 - float(length) / 100)
            for one, (length, gene) in zip(records, vectors, strict=True)
        ]


def _ids(texts: Sequence[str]) -> Ids:
    made = b"".join(record_id("text", text) for text in texts)
    return np.frombuffer(made, dtype="V16")


def test_a_new_head_reads_the_embeddings_of_the_one_before(
    frame: pd.DataFrame, store: Store
) -> None:
    first, second = Lengths(revision="r1"), Lengths(revision="r2")
    one = annotate(frame, Request(TASK), first, store)
    two = annotate(frame, Request(TASK), second, store)

    assert (len(first.embedded), first.loaded) == (100, 1)
    assert (len(second.embedded), second.loaded) == (0, 0)
    assert two.run.counts.computed == 100
    pd.testing.assert_frame_equal(one.frame, two.frame)


def test_only_new_records_are_embedded(frame: pd.DataFrame, store: Store) -> None:
    annotate(frame, Request(TASK), Lengths(), store)
    grown = pd.DataFrame({"text": [*frame["text"], "a new gene"]})
    model = Lengths(revision="r2")

    done = annotate(grown, Request(TASK), model, store)

    assert model.embedded == ["a new gene"]
    assert model.loaded == 1
    assert done.frame["topic"].iloc[-1] == "gene"


def test_batches_before_a_stop_are_kept(frame: pd.DataFrame, store: Store) -> None:
    with pytest.raises(Stopped):
        annotate(frame, Request(TASK), Lengths(fail_after=30), store)
    model = Lengths()

    annotate(frame, Request(TASK), model, store)

    assert len(model.embedded) == 70


def test_embeddings_are_kept_before_they_are_handed_out(store: Store) -> None:
    records = [Record(record_id("text", name), (("text", name),)) for name in "abcdefghijklm"]
    first, _ = next(stream_vectors(store, Lengths(), records))

    model = Lengths()
    found = list(stream_vectors(store, model, records))

    assert len(first) == 10
    assert model.embedded == ["k", "l", "m"]
    assert sorted(np.concatenate([at for at, _ in found]).tolist()) == list(range(13))


def test_no_records_need_nothing(store: Store) -> None:
    assert list(stream_vectors(store, Lengths(), [])) == []
    assert not must_run(store, Lengths(), _ids([]))


def test_what_cannot_answer_from_embeddings_must_run(store: Store) -> None:
    assert must_run(store, Keywords(), _ids(["a"]))
    assert isinstance(Lengths(), FromVectors)
    assert not isinstance(Keywords(), Embeds)


def test_two_stores_give_the_same_answers(frame: pd.DataFrame, store: Store, tmp_path) -> None:
    known = annotate(frame, Request(TASK), Lengths(), store)
    again = annotate(frame, Request(TASK), Lengths(revision="r2"), store)
    with open_store(tmp_path / "other.db") as other:
        fresh = annotate(frame, Request(TASK), Lengths(), other)

    pd.testing.assert_frame_equal(known.frame, fresh.frame)
    pd.testing.assert_frame_equal(again.frame, fresh.frame)

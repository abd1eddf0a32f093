"""Label errors by the public functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sciml_magics.api import Task
from sciml_magics.api.reviewing import review_asked
from sciml_magics.errors import LearningError, TaskError
from sciml_magics.panels.service import end_service
from sciml_magics.panels.settings import choose
from sciml_magics.review import Reviewer
from sciml_magics.store import open_store
from tests.learning.doubts_made import FIELDS, reviewed, suggest, truths

TASK = Task(**vars(FIELDS))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "record.db"
    end_service()
    choose(None)


def test_a_frame_lists_the_likeliest_errors_first(place: Path) -> None:
    with open_store(place) as store:
        reviewed(store, {"We study the genome.": "money"})
    found = TASK.label_errors(place)
    first = found.iloc[0]
    assert list(found) == [
        "abstract", "given", "given_by", "likely", "probability", "quality", "reason",
    ]  # fmt: skip
    assert first["abstract"] == "We study the genome."
    assert (first["given"], first["given_by"], first["likely"]) == ("money", "Ada", "genes")
    assert found["quality"].is_monotonic_increasing


def test_asking_for_their_order_looks_for_them(place: Path) -> None:
    with open_store(place) as store:
        reviewed(store, {"We study the genome.": "money"})
        asked = review_asked(TASK, None, {"order": "errors", "store": place})
        assert asked.order == "errors"
        items = Reviewer(store, "field", "Ada", order="errors").next().items
    assert items[0].record.text == "We study the genome."


def test_too_few_answers_are_told_before_a_panel_opens(place: Path) -> None:
    with open_store(place) as store:
        suggest(store, FIELDS, truths())
    with pytest.raises(LearningError, match="has 0 answers"):
        review_asked(TASK, None, {"order": "errors", "store": place})
    with pytest.raises(TaskError, match="no task 'other'"):
        Task("other", ("abstract",), labels=FIELDS.labels).label_errors(place)

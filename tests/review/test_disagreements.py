"""Records that annotators answer differently."""

from __future__ import annotations

from sciml_magics.review.disagreements import differing, disagreements
from sciml_magics.tasks import KeptResponse, Record, Task, record_id
from tests.review.saying import Said

TASK = Task("topic", ("text",))


def find(address: bytes) -> Record | None:
    known = {record_id(text): text for text in ("one", "two", "three")}
    return Record(address, (("text", known[address]),)) if address in known else None


def rows(kept: list[KeptResponse], limit: int | None = None) -> list[list[object]]:
    found = disagreements(TASK, kept, find, limit)
    return [list(row)[1:] for row in found.itertuples(index=False)]


def test_shows_who_said_what_newest_first():
    said = Said()
    said.says("Ada", "one", "genes")
    said.says("Bo", "one", "cells")
    said.says("Ada", "two", "genes")
    said.says("Bo", "two", "(rejected)")
    said.says("Ada", "three", "genes")
    said.says("Bo", "three", "genes")
    assert rows(said.kept) == [
        ["two", "genes", "(rejected)", "disputed", ""],
        ["one", "genes", "cells", "disputed", ""],
    ]
    assert rows(said.kept, limit=1)[0][0] == "two"


def test_says_what_the_adjudicator_decided():
    said = Said()
    said.says("Ada", "one", "genes")
    said.says("Bo", "one", "cells")
    said.says("Cy", "one", "cells", role="adjudicator")
    assert rows(said.kept) == [["one", "genes", "cells", "cells", "corrected", "cells"]]


def test_skipping_is_no_opinion():
    said = Said()
    said.says("Ada", "one", "genes")
    said.says("Bo", "one", "(skipped)")
    assert differing(TASK, said.kept) == {}


def test_an_annotator_may_be_called_as_a_column():
    said = Said()
    said.says("text", "one", "genes")
    said.says("Bo", "one", "cells")
    found = disagreements(TASK, said.kept, find)
    assert found.columns.tolist() == ["record", "text", "Bo", "text", "status", "verdict"]


def test_no_disagreement_is_an_empty_table():
    assert list(disagreements(TASK, [], find).columns) == ["record", "text", "status", "verdict"]

"""One verdict comes of what several people say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.review.verdicts import STATUSES, Verdict, verdicts
from sciml_magics.tasks import KeptResponse, Label, Task, record_id
from tests.review.saying import Said, marks

TOPIC = Task("topic", ("text",), labels=(Label("genes"), Label("cells")))


def only(kept: list[KeptResponse], task: Task | None = None) -> Verdict:
    (found,) = verdicts(kept, task).values()
    return found


def test_one_person_decides_alone():
    said = Said()
    one = said.says("Ada", "t", "genes")
    assert verdicts(said.kept) == {
        record_id("t"): Verdict("corrected", "genes", ("Ada",), "annotator", one.created)
    }


def test_a_majority_outvotes_the_others():
    said = Said()
    said.says("Ada", "t", "genes", decision="accepted")
    said.says("Bo", "t", "cells")
    last = said.says("Cy", "t", "genes", decision="accepted")
    assert only(said.kept) == Verdict("accepted", "genes", ("Ada", "Cy"), "annotator", last.created)


def test_half_is_no_majority():
    said = Said()
    said.says("Ada", "t", "genes")
    said.says("Bo", "t", "cells")
    found = only(said.kept)
    assert (found.status, found.value, found.annotators) == ("disputed", None, ("Ada", "Bo"))


def test_an_adjudicator_decides_and_the_newest_of_several_does():
    said = Said()
    said.says("Ada", "t", "genes")
    said.says("Dee", "t", "genes", role="adjudicator")
    said.says("Eve", "t", "cells", role="adjudicator")
    said.says("Bo", "t", "genes")
    found = only(said.kept)
    assert (found.value, found.annotators, found.role) == ("cells", ("Eve",), "adjudicator")


def test_undoing_brings_back_what_was_said_before():
    said = Said()
    said.says("Ada", "t", "genes")
    said.undoes(said.says("Ada", "t", "cells"))
    assert only(said.kept).value == "genes"


def test_undoing_everything_leaves_no_verdict():
    said = Said()
    said.undoes(said.says("Ada", "t", "genes"))
    assert verdicts(said.kept) == {}


def test_skipping_is_no_vote_against_anybody():
    said = Said()
    said.says("Ada", "t", "(skipped)")
    assert only(said.kept).status == "skipped"
    said.says("Bo", "t", "genes")
    assert only(said.kept).value == "genes"


def test_a_flag_against_a_value_is_a_dispute():
    said = Said()
    said.says("Ada", "t", "genes")
    said.says("Bo", "t", "(flagged)")
    assert only(said.kept).status == "disputed"


def test_order_and_scores_make_no_difference():
    said = Said()
    said.says("Ada", "t", ("a", "b"))
    said.says("Bo", "t", ("b", "a"), decision="accepted")
    assert only(said.kept).status == "accepted"
    spans = Said()
    spans.says("Ada", "t", marks("abc", (0, 1, "x"), (1, 2, "y")))
    spans.says("Bo", "t", marks("abc", (1, 2, "y"), (0, 1, "x")))
    assert only(spans.kept).status == "corrected"


def test_a_value_that_the_scheme_lost_holds_no_longer():
    said = Said()
    said.says("Ada", "t", "planets")
    assert verdicts(said.kept, TOPIC) == {}
    said.says("Bo", "t", "cells")
    assert only(said.kept, TOPIC).value == "cells"


answers = st.sampled_from(["genes", "cells", "(rejected)", "(skipped)", "(flagged)"])
people = st.sampled_from(["Ada", "Bo", "Cy", "Dee"])


@given(st.lists(st.tuples(people, answers), min_size=1))
def test_a_verdict_stands_on_more_than_half_of_the_votes(said: list[tuple[str, str]]):
    record = Said()
    for annotator, answer in said:
        record.says(annotator, "t", answer)
    found = only(record.kept)
    last = dict(said)
    votes: list[object] = [a for a in last.values() if a != "(skipped)"]
    votes = votes or list(last.values())
    assert found.status in STATUSES
    if found.status == "disputed":
        assert all(2 * votes.count(answer) <= len(votes) for answer in votes)
    else:
        said_so = found.value or f"({found.status})"
        assert 2 * votes.count(said_so) > len(votes)
        assert {last[annotator] for annotator in found.annotators} == {said_so}

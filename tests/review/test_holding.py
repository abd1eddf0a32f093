"""Of one person's responses to a record the newest that was not taken back holds."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sciml_magics.review import holding
from sciml_magics.tasks import KeptResponse, Label, Response, Role, Task

TASK = Task("t", ("a",), labels=(Label("genes"), Label("cells")))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B = bytes(16), bytes(15) + b"\1"


def kept(
    id: int,
    value: str | None = "genes",
    *,
    record: bytes = A,
    by: str = "Ada",
    undoes: int | None = None,
    role: Role = "annotator",
) -> KeptResponse:
    decision = "undone" if undoes else "accepted" if value else "skipped"
    undone = None if undoes is None else f"k{undoes}"
    said = Response(f"k{id}", record, decision, value, by, role, undoes=undone)  # type: ignore[arg-type]  # a str
    return KeptResponse(id, said, 1, NOW)


def _ids(found: dict[bytes, dict[str, KeptResponse]]) -> dict[bytes, dict[str, int]]:
    return {record: {by: one.id for by, one in held.items()} for record, held in found.items()}


def test_the_newest_of_each_person_holds() -> None:
    said = [kept(1), kept(2, "cells"), kept(3, by="Bob"), kept(4, None, record=B)]
    assert _ids(holding(reversed(said))) == {A: {"Ada": 2, "Bob": 3}, B: {"Ada": 4}}


def test_taking_back_the_newest_makes_the_one_before_hold() -> None:
    said = [kept(1), kept(2, "cells"), kept(3, None, undoes=2)]
    assert _ids(holding(said)) == {A: {"Ada": 1}}
    assert holding([*said, kept(4, None, undoes=1)]) == {}
    assert _ids(holding([*said, kept(4, None, undoes=1), kept(5)])) == {A: {"Ada": 5}}


def test_a_label_that_is_gone_holds_no_more_nor_does_what_was_said_before() -> None:
    said = [kept(1, "genes"), kept(2, "stars"), kept(3, "genes", by="Bob")]
    assert _ids(holding(said, TASK)) == {A: {"Bob": 3}}
    assert _ids(holding([*said, kept(4, None, undoes=2)], TASK)) == {A: {"Ada": 1, "Bob": 3}}


def test_a_role_is_looked_at_alone() -> None:
    said = [kept(1, "genes"), kept(2, "cells", role="adjudicator")]
    assert _ids(holding(said)) == {A: {"Ada": 2}}
    assert _ids(holding(said, role="annotator")) == {A: {"Ada": 1}}
    assert _ids(holding(said, role="adjudicator")) == {A: {"Ada": 2}}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=30), st.randoms())
def test_it_is_a_stack_of_what_each_person_said(steps: list[tuple[str, bool]], random) -> None:
    said: list[KeptResponse] = []
    stacks: dict[str, list[int]] = {"a": [], "b": []}
    for number, (by, undoes) in enumerate(steps, 1):
        stack = stacks[by]
        if undoes and stack:
            said.append(kept(number, None, by=by, undoes=stack.pop()))
        else:
            said.append(kept(number, by=by))
            stack.append(number)
    random.shuffle(said)
    wanted = {by: stack[-1] for by, stack in stacks.items() if stack}
    assert _ids(holding(said)).get(A, {}) == wanted

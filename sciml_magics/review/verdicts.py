"""Verdicts: what people say of a record, once all of their responses are heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sciml_magics.review.holding import holding
from sciml_magics.tasks import KeptResponse, Response, Role, Task, Value
from sciml_magics.tasks.response import comparable

Status: TypeAlias = Literal["accepted", "corrected", "rejected", "skipped", "flagged", "disputed"]

STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people say of a record.

    Parameters
    ----------
    status
        The decision that they share, or ``"disputed"``.
    value
        The value that they stand behind; ``None`` unless accepted or corrected.
    annotators
        Who stands behind it, in the order in which they answered; of a dispute all of them.
    role
        ``"adjudicator"`` where one decided.
    created
        When the newest of their responses was stored.
    """

    status: Status
    value: Value
    annotators: tuple[str, ...]
    role: Role
    created: datetime


def verdicts(kept: Iterable[KeptResponse], task: Task | None = None) -> dict[bytes, Verdict]:
    """The verdict of every record that somebody answered.

    Parameters
    ----------
    kept
        Responses to a task, undone ones and undos included, in any order.
    task
        The version at hand: responses whose value is none of its answers are left out.
    """
    kept = list(kept)
    voting, deciding = holding(kept, task, "annotator"), holding(kept, task, "adjudicator")
    return {
        record_id: verdict(
            [*voting.get(record_id, {}).values(), *deciding.get(record_id, {}).values()]
        )
        for record_id in {**voting, **deciding}
    }


def verdict(held: Iterable[KeptResponse]) -> Verdict:
    """The verdict of one record.

    The newest adjudicator decides. Without one it is what all agree on, else what more than half
    of them say. A skipped record is no vote as long as anybody gave one.

    Parameters
    ----------
    held
        The responses that hold, one of each annotator and adjudicator; at least one.
    """
    answered = sorted(held, key=lambda one: one.id)
    deciding = [one for one in answered if one.response.role == "adjudicator"]
    if deciding:
        return _verdict(deciding[-1:])
    votes = [one for one in answered if one.response.decision != "skipped"] or answered
    ((position, count),) = Counter(position_of(one.response) for one in votes).most_common(1)
    if 2 * count > len(votes):
        return _verdict([one for one in votes if position_of(one.response) == position])
    return Verdict(
        "disputed",
        None,
        tuple(one.response.annotator for one in votes),
        "annotator",
        votes[-1].created,
    )


def position_of(response: Response) -> Hashable:
    """What a response amounts to: equal for two that agree.

    Whether a value was the suggestion's own makes no difference: models differ, values count.
    """
    if response.value is None:
        return response.decision
    return ("value", comparable(response.value))


def _verdict(shared: list[KeptResponse]) -> Verdict:
    """The verdict of responses that agree, oldest first."""
    newest = shared[-1]
    decision = newest.response.decision
    if decision == "undone":
        raise ValueError("an undo holds nothing")
    return Verdict(
        decision,
        newest.response.value,
        tuple(one.response.annotator for one in shared),
        newest.response.role,
        newest.created,
    )

"""One person's review of one task: what they see next, what they say, what they take back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sciml_magics.review.criteria import Criteria, Order
from sciml_magics.store import Kept, Store
from sciml_magics.tasks import KeptResponse, ModelIdentity, Record, Role, Share, Task, Value

Verb = Literal["accept", "reject", "skip", "flag"]


@dataclass(frozen=True, slots=True)
class Offered:
    """A record as it is put before a person.

    Parameters
    ----------
    record
        What the task reads from the row.
    suggestion
        What the model proposes; ``None`` where it was not asked. Given for blind items too: whoever
        shows the item hides it.
    share
        The part of the queue that it comes from.
    blind
        Whether the suggestion is hidden until the person has answered.
    why
        Why it is here, in words.
    mine
        The person's own response, where one holds.
    others
        Responses of other people that hold, for adjudicators alone.
    """

    record: Record
    suggestion: Kept | None
    share: Share
    blind: bool
    why: str
    mine: KeptResponse | None = None
    others: tuple[KeptResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Items in order. None, with `held` above 0, when all that is left is with other people."""

    items: tuple[Offered, ...]
    held: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored response; `revealed` is the suggestion of a blind item."""

    kept: KeptResponse
    revealed: Kept | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """A stored undo, and the record that is open again."""

    kept: KeptResponse
    offered: Offered | None


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How far a task has come.

    Parameters
    ----------
    records
        Records with a suggestion of the model.
    answered
        Of these, records with a response that holds; the five that follow part them by the newest
        one, an adjudicator's before others.
    left
        Records that this person may still be asked about.
    agreement
        Share of the responses to suggestions (accepted, corrected, rejected) that kept the
        suggested value: 0 to 1, ``None`` before the first.
    rate
        Records an hour that this person answered in the last ten minutes.
    seconds_left
        How long what is left takes at that rate.
    """

    records: int
    answered: int
    accepted: int
    corrected: int
    rejected: int
    skipped: int
    flagged: int
    left: int
    agreement: float | None = None
    rate: float | None = None
    seconds_left: float | None = None


class Reviewer:
    """One person's queue over one task. May be used from several threads at once.

    Parameters
    ----------
    store
        Where suggestions are and responses go.
    task
        Name of the task; its latest version is reviewed.
    annotator
        Who answers.
    order
        What comes first.
    criteria
        Which records.
    model
        Whose suggestions: ``id@revision`` as in `ModelIdentity.short`, an id, or an identity;
        ``None`` is the model that ran last.
    overlap
        How many people answer each record.
    role
        An adjudicator decides where annotators differ.
    seed
        Of everything random in it.
    queue_id
        Name of the queue: giving that of an earlier one takes over what it had leased.

    Raises
    ------
    TaskError
        If there is no such task, or it has no suggestions of that model.
    """

    task: Task
    version: int
    task_id: int
    model: ModelIdentity | None
    models: tuple[ModelIdentity, ...]
    annotator: str
    queue_id: str

    def __init__(
        self,
        store: Store,
        task: str,
        annotator: str,
        *,
        order: Order = "mixed",
        criteria: Criteria = Criteria(),  # noqa: B008  # frozen
        model: str | ModelIdentity | None = None,
        overlap: int = 1,
        role: Role = "annotator",
        seed: int = 0,
        queue_id: str | None = None,
    ) -> None:
        raise NotImplementedError

    def next(self, count: int = 20, have: Sequence[bytes] = ()) -> Batch:
        """Lease the next records to this person. `have` are held unanswered: their leases renew."""
        raise NotImplementedError

    def respond(
        self,
        key: str,
        record_id: bytes,
        verb: Verb,
        value: Value = None,
        *,
        suggestion: int | None = None,
        share: Share = "chosen",
        blind: bool = False,
        seconds: float | None = None,
        note: str = "",
    ) -> Answered:
        """Keep what the person said. A key that is known is kept once."""
        raise NotImplementedError

    def undo(self, key: str, undoes: str | None = None) -> Undone:
        """Take back a response: the newest of this person's that holds, or that of key `undoes`.

        The key of a bulk, or of one of its responses when no key is named, takes back all of it.
        """
        raise NotImplementedError

    def history(
        self, limit: int = 50, before: int | None = None, record: bytes | None = None
    ) -> list[tuple[KeptResponse, Record, bool]]:
        """What this person said, newest first: each with its record, and whether it was undone.

        Undos are left out. With `record`, everybody's responses to it for adjudicators, else
        this person's own.
        """
        raise NotImplementedError

    def look(self, record_id: bytes) -> Offered:
        """One record, to look at or to answer again."""
        raise NotImplementedError

    def bulk_count(self, criteria: Criteria, examples: int = 5) -> tuple[int, tuple[Offered, ...]]:
        """How many records `bulk` would answer, and a few of them."""
        raise NotImplementedError

    def bulk(
        self, key: str, criteria: Criteria, verb: Verb, value: Value = None, note: str = ""
    ) -> int:
        """Say the same of every open record that `criteria` finds; how many there were.

        Accepting without a value accepts what was suggested for each. The responses have the keys
        ``key:0``, ``key:1``, … and are taken back as one by `undo` of `key`.
        """
        raise NotImplementedError

    def release(self, records: Iterable[bytes]) -> int:
        """Give records back unanswered; how many were leased."""
        raise NotImplementedError

    def close(self) -> int:
        """Give everything back that is leased to this queue; how many records."""
        raise NotImplementedError

    def counts(self) -> ReviewCounts:
        """How far the task has come."""
        raise NotImplementedError

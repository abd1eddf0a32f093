"""Records as they are put before a person: content, suggestion, and why they are here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from sciml_magics.errors import TaskError
from sciml_magics.review import reasons
from sciml_magics.review.criteria import Criteria, Order
from sciml_magics.review.doubts import Doubts
from sciml_magics.review.queue import Dealt
from sciml_magics.review.scope import Scope
from sciml_magics.review.tally import Tally
from sciml_magics.store import Kept, codec
from sciml_magics.store.kept import as_kept, read_kept
from sciml_magics.store.responses import as_response, parted, read_responses
from sciml_magics.store.schema import models, records, responses, suggestions
from sciml_magics.tasks import KeptResponse, Record, Share


@dataclass(frozen=True, slots=True)
class Offered:
    """A record as it is put before a person.

    Parameters
    ----------
    record
        What the task reads from the row.
    suggestion
        What the model proposes; ``None`` where it was not asked. Given for blind items too: whoever
        shows the item hides it. Of a likely error it is the value that is likelier than the given.
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


class Known(NamedTuple):
    """What the store knows of a record."""

    record: Record
    suggestion: Kept | None
    by_others: list[Kept]
    said: list[KeptResponse]
    doubt: Kept | None = None

    @property
    def suggestions(self) -> list[Kept]:
        """Of every model, and of the check that doubts what was answered."""
        own = [one for one in (self.suggestion, self.doubt) if one is not None]
        return [*own, *self.by_others]


class Items:
    """Reads records with all that belongs to them.

    Parameters
    ----------
    scope
        What the review is about.
    order
        The order of the queue, which says why a record is in it.
    tally
        What was said so far.
    doubts
        The likely errors, where the queue is about them.
    """

    def __init__(
        self, scope: Scope, order: Order, tally: Tally, doubts: Doubts | None = None
    ) -> None:
        self._scope, self._order, self._tally, self._doubts = scope, order, tally, doubts

    def offered(self, dealt: Sequence[Dealt], why: str = "") -> list[Offered]:
        """Records as they are put before the person, in their order; `why` if it is known."""
        known = self.known([one.record for one in dealt])
        return [self._offered(known[one.record], one.share, why) for one in dealt]

    def key(self, record_id: bytes) -> int:
        """Key of a record in the store.

        Raises
        ------
        TaskError
            If the store does not hold it.
        """
        find = select(records.c.id).where(records.c.address == record_id)
        with self._scope.database.read() as connection:
            key = connection.scalar(find)
        if key is None:
            raise TaskError(f"the store holds no record {record_id.hex()}: open the queue anew")
        return int(key)

    def known(self, keys: Sequence[int]) -> dict[int, Known]:
        """What the store knows of records."""
        found: dict[int, Known] = {}
        with self._scope.database.read() as connection:
            for part in parted(keys):
                for row in connection.execute(select(records).where(records.c.id.in_(part))):
                    record = Record(row.address, codec.load_content(row.content))
                    found[row.id] = Known(record, None, [], [])
                kept = read_kept().where(
                    suggestions.c.task_id == self._scope.asked.id,
                    # All of them: the index goes by task, model and record.
                    suggestions.c.model_id.in_(select(models.c.id)),
                    suggestions.c.record_id.in_(part),
                )
                for row in connection.execute(kept.order_by(suggestions.c.id)):
                    one = found[row.record_id]
                    kept_one = as_kept(row)
                    if row.model_id == self._scope.model_id:
                        found[row.record_id] = one._replace(suggestion=kept_one)
                    elif not kept_one.model.is_check:
                        one.by_others.append(kept_one)
                    elif self._doubts and row.model_id == self._doubts.model_id:
                        found[row.record_id] = one._replace(doubt=kept_one)
            held = {s.id: key for key in keys for s in self._tally.of(key).values()}
            for part in parted(held):
                said = read_responses().where(responses.c.id.in_(part)).order_by(responses.c.id)
                for row in connection.execute(said):
                    found[row.record_id].said.append(as_response(row))
        return found

    def _offered(self, known: Known, share: Share, why: str) -> Offered:
        scope = self._scope
        shown = known.doubt if share == "errors" and known.doubt else known.suggestion
        why = why or reasons.why(
            share,
            self._order,
            shown,
            known.by_others,
            known.said,
            selected=scope.criteria != Criteria(),
        )
        mine = [one for one in known.said if one.response.annotator == scope.annotator]
        others = [one for one in known.said if one.response.annotator != scope.annotator]
        return Offered(
            known.record,
            shown,
            share,
            share == "blind",
            why,
            mine[0] if mine else None,
            tuple(others) if scope.role == "adjudicator" else (),
        )

"""From the order that a person asks for to the sources and places of a queue."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from sciml_magics.errors import TaskError
from sciml_magics.review import deal
from sciml_magics.review.asked import asked_for
from sciml_magics.review.criteria import ORDERS, Criteria, Order
from sciml_magics.review.doubts import Doubts
from sciml_magics.review.scope import Scope
from sciml_magics.review.sieve import Sieve, answered_with
from sciml_magics.review.sources import Diverse, InOrder, Source
from sciml_magics.review.tally import Tally
from sciml_magics.review.walks import (
    AtRandom,
    ByLot,
    ByNumber,
    Disagreeing,
    Listed,
    Numbered,
    Part,
    Walk,
    Within,
)
from sciml_magics.store.schema import index_by, records, suggestions
from sciml_magics.tasks import Share

# Where fewer than this share of a sample meet the criteria, all that do are found first, and put
# in order as a whole if they are no more than so many.
RARE = 0.1
SAMPLE = 1_000
SMALL = 150_000
# Lots are drawn among so many of the least sure at a time. On development data the upper half of
# 9,000 did as well as all of them, the upper fifth a little worse; more are slow to read.
AMONG = 5_000

_NUMBERS = {
    "uncertain": (suggestions.c.entropy, True),
    "margin": (suggestions.c.margin, False),
    "least_confident": (suggestions.c.score, False),
}


class Arrangement(NamedTuple):
    """Where the records of a queue come from.

    Parameters
    ----------
    sources
        Of each share.
    pattern
        Which share each place is dealt from, over and over.
    open
        Gives the records that the queue is about, where answers settle them; ``None`` if it is
        about all that nobody answered.
    is_open
        Whether a record is among these.
    again
        Whether records come that were answered already.
    doubts
        The likely errors, where the queue is about them.
    """

    sources: dict[Share, Source]
    pattern: tuple[Share, ...]
    open: Callable[[], Collection[int]] | None = None
    is_open: Callable[[int], bool] | None = None
    again: bool = False
    doubts: Doubts | None = None


def arrange(scope: Scope, order: Order, tally: Tally) -> Arrangement:
    """The sources and places of an order.

    Raises
    ------
    TaskError
        If there is no such order, or it needs another role.
    """
    if order not in ORDERS:
        raise TaskError(f"no order '{order}': choose one of {', '.join(ORDERS)}")
    if order == "annotators" and scope.role != "adjudicator":
        raise TaskError("what annotators disagree about is decided by adjudicators: --adjudicate")
    if order == "errors":
        return _errors(scope, tally)
    if scope.criteria.about_responses:
        wanted = answered_with(scope.criteria)
        return _one("chosen", Listed(lambda: tally.where(wanted)))._replace(again=True)
    if order == "annotators":
        return _one("annotators", Listed(lambda: sorted(tally.disputed)))._replace(
            open=lambda: tally.disputed, is_open=lambda record: record in tally.disputed
        )
    ways = _Ways(scope)
    if order == "mixed":
        return _asked_first(scope, _mixed(scope, ways, tally))
    if order == "random" or order == "audit":
        return _one(order, ways.at_random())
    if order == "diverse":
        return Arrangement({"diverse": _diverse(scope, ways, tally)}, ("diverse",))
    if order == "models":
        return _by_models(scope, ways)
    if order == "uncertain":
        return _one("uncertain", ways.unsure())
    return _one("uncertain", ways.by_number(order))


def _one(share: Share, walk: Walk) -> Arrangement:
    return Arrangement({share: InOrder(walk)}, (share,))


def _errors(scope: Scope, tally: Tally) -> Arrangement:
    doubts, criteria = Doubts(scope, tally), scope.criteria
    wanted = answered_with(criteria)

    def found() -> list[int]:
        if not criteria.about_responses:
            return doubts.open()
        return [one for one in doubts.open() if any(map(wanted, tally.of(one).values()))]

    return Arrangement(
        {"errors": InOrder(Listed(found))},
        ("errors",),
        open=doubts.open,
        is_open=doubts.is_open,
        again=True,
        doubts=doubts,
    )


def _mixed(scope: Scope, ways: _Ways, tally: Tally) -> Arrangement:
    rest = deal.belongs("uncertain")
    sources: dict[Share, Source] = {
        "uncertain": InOrder(ways.unsure(rest)),
        "audit": InOrder(ways.at_random(deal.belongs("audit"))),
        "blind": InOrder(ways.at_random(deal.belongs("blind"))),
    }
    if len(scope.models) > 1:
        near = ways.by_number("uncertain", rest, step=1_000)
        sources["models"] = InOrder(Disagreeing(scope, near), patience=3)
    pattern = deal.pattern(scope.seed, "models" in sources)
    if scope.asked.task.input == "image":
        sources["random"] = InOrder(ways.at_random(rest, "random"))
        return Arrangement(
            sources, tuple("random" if share == "diverse" else share for share in pattern)
        )
    sources["diverse"] = _diverse(scope, ways, tally, rest)
    return Arrangement(sources, pattern)


def _asked_first(scope: Scope, rest: Arrangement) -> Arrangement:
    """Before all others the records that the suggester itself asks about."""
    wanted = asked_for(scope)
    if not wanted:
        return rest
    chosen = InOrder(Listed(lambda: wanted))
    # Where they end, so do their places: the pattern begins anew after hundreds of the others.
    first: list[Share] = ["chosen"] * len(wanted)
    pattern = (*first, *rest.pattern * len(wanted))
    return rest._replace(sources={**rest.sources, "chosen": chosen}, pattern=pattern)


def _diverse(scope: Scope, ways: _Ways, tally: Tally, part: Part | None = None) -> Source:
    if scope.asked.task.input == "image":
        return InOrder(ways.at_random(part))
    return Diverse(scope.database, ways.at_random(part, "diverse"), tally)


def _by_models(scope: Scope, ways: _Ways) -> Arrangement:
    if len(scope.models) < 2:
        [only] = scope.models.values()
        raise TaskError(f"only {only.short} suggested anything: run a second model to compare")
    near = ways.by_number("uncertain", step=5_000)
    sources: dict[Share, Source] = {
        "models": InOrder(Disagreeing(scope, near), patience=10),
        "uncertain": InOrder(ways.unsure()),
    }
    return Arrangement(sources, ("models",))


class _Ways:
    """Walks through the records that may be asked about."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._sieve = Sieve(scope, scope.criteria)
        self._found: tuple[int, list[int]] = -1, []
        with scope.database.read() as connection:
            self._few = self._are_few(connection)

    def by_number(self, order: str, part: Part | None = None, step: int | None = None) -> Numbered:
        number, descending = _NUMBERS[order]
        if self._few:
            return Within(self._scope, self._find, number, descending=descending, part=part)
        if order != "uncertain":
            with self._scope.database.write() as connection:
                index_by(connection, number)
        return ByNumber(self._scope, number, descending=descending, part=part, step=step)

    def unsure(self, part: Part | None = None) -> Walk:
        return ByLot(self.by_number("uncertain", part, step=AMONG), self._scope.seed)

    def at_random(self, part: Part | None = None, salt: str = "") -> Walk:
        if self._few:
            place = records.c.address
            return Within(self._scope, self._find, place, descending=False, part=part)
        return AtRandom(self._scope, part, salt)

    def _are_few(self, connection: Connection) -> bool:
        """Whether so few records meet the criteria that walks would look for them for long."""
        if self._sieve.is_open:
            return False
        if self._sieve.selection is None or self._sieve.selection.size > SMALL:
            everything = replace(self._scope, criteria=Criteria())
            some = AtRandom(everything).sample(connection, SAMPLE)
            if len(self._sieve.through(connection, some)) >= SAMPLE * RARE:
                return False
        return len(self._find(connection)) <= SMALL

    def _find(self, connection: Connection) -> list[int]:
        """The records that meet the criteria; found anew once there are new suggestions."""
        newest = connection.scalar(select(func.max(suggestions.c.id))) or 0
        if self._found[0] != newest:
            self._found = newest, self._sieve.all(connection)
        return self._found[1]

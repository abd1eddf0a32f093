"""Compare a batch with the state that was accepted last.

A difference is told where chance alone would hardly make it (less than once in a hundred reports,
after Holm, over all that is tested), and where it is large enough to matter. Columns that are new
or lost and changed types are told in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sciml_magics.quality.table import Table
from sciml_magics.quality.watching.measures import (
    distance,
    holm,
    overlooked,
    rate_change,
    same_distribution,
    same_rate,
    unseen,
)
from sciml_magics.quality.watching.reading import heights, lengths_of, shapes_of
from sciml_magics.quality.watching.reports import Change, Measured, Part, Report, Told, What
from sciml_magics.quality.watching.states import ColumnState, Numbers, Rate, State
from sciml_magics.quality.wording import counted

CHANCE = 0.01
"""Of so many reports on batches that are alike one tells of a difference."""

LEAST_DISTANCE = 0.1
LEAST_RATE = 0.1
LEAST_FOUND = 0.2
"""Detectors look at a table as a whole, so that what they find varies more than chance says."""

MOST_PARTS = 50
_SHOWN = 5
_OTHERS = "(others)"


@dataclass(slots=True)
class _Tested:
    """A difference, whether it is new or not."""

    what: What
    where: str
    words: str
    size: float
    chance: float
    least: float
    parts: tuple[Part, ...] = ()
    rates: tuple[float, float] | None = None
    changed: bool = False


def compare(before: State, table: Table, after: State) -> Report:
    """What is new in a table, compared with an earlier state.

    Parameters
    ----------
    before
        The state that was accepted last.
    table
        The new batch.
    after
        Its state, with the rates of the same rules.
    """
    facts = list(_columns(before, after))
    tested: list[_Tested] = []
    known = {column.name: column for column in before.columns}
    for now in after.columns:
        then = known.get(now.name)
        if then is None:
            continue
        tested.append(_missing(then, before.rows, now, after.rows))
        if then.kind != now.kind:
            facts += _type(then, now)
            continue
        tested += _values(then, now, table)
        if then.few and now.few:
            tested += _news(then, now, before, after)
    tested += _rates("rule", before.broken, after.broken, LEAST_RATE)
    tested += _rates("detector", before.found, after.found, LEAST_FOUND)
    _judge(tested)
    _leave_out(tested, [one.where for one in facts if one.what == "type"])
    return Report(
        name=table.name,
        state=after,
        before=before,
        changes=(*facts, *(_change(one) for one in tested if one.changed)),
        measured=tuple(_measured(tested)),
        rates=(*(_told(one) for one in tested if one.rates), *_unknown_rates(before, after)),
        tests=len(tested),
        notes=tuple(_notes(before, after)),
    )


def _judge(tested: Sequence[_Tested]) -> None:
    chances = holm([one.chance for one in tested])
    for one, chance in zip(tested, chances, strict=True):
        one.chance = chance
        one.changed = chance < CHANCE and one.size >= one.least


def _leave_out(tested: Sequence[_Tested], columns: Sequence[str]) -> None:
    """Tell no rule about columns whose type has changed: that says it all."""
    for one in tested:
        if one.what == "rule" and any(one.where.startswith(f"{name}: ") for name in columns):
            one.changed = False


def _columns(before: State, after: State) -> Iterator[Change]:
    then = {column.name for column in before.columns}
    now = {column.name for column in after.columns}
    for column in before.columns:
        if column.name not in now:
            yield Change("lost column", column.name, f"the column held {column.kind}, and is gone")
    for column in after.columns:
        if column.name not in then:
            yield Change("new column", column.name, f"the column is new, and holds {column.kind}")


def _type(then: ColumnState, now: ColumnState) -> Iterator[Change]:
    if "nothing" not in (then.kind, now.kind):
        yield Change("type", now.name, f"{then.kind} before, {now.kind} now")


def _missing(then: ColumnState, rows: int, now: ColumnState, rows_after: int) -> _Tested:
    return _rate(
        "missing",
        now.name,
        Rate(then.missing, rows),
        Rate(now.missing, rows_after),
        LEAST_RATE,
        "of the cells are missing",
    )


def _rate(what: What, where: str, then: Rate, now: Rate, least: float, words: str) -> _Tested:
    return _Tested(
        what,
        where,
        f"{_percent(now.share)} {words}, {_percent(then.share)} before",
        rate_change(then.share, now.share),
        same_rate(then.wrong, then.rows, now.wrong, now.rows),
        least,
        rates=(then.share, now.share),
    )


def _rates(
    what: What, then: Mapping[str, Rate], now: Mapping[str, Rate], least: float
) -> Iterator[_Tested]:
    words = "of the rows break it" if what == "rule" else "of the rows have a finding of it"
    for name, rate in now.items():
        if name in then:
            found = _rate(what, name, then[name], rate, least, words)
            if rate.share <= then[name].share:  # errors that have become fewer are no alarm
                found.chance = 1.0
            yield found


def _values(then: ColumnState, now: ColumnState, table: Table) -> Iterator[_Tested]:
    """How far the values of a column lie from those before."""
    column = table[now.name]
    if then.few:
        yield _categories("values", then, dict(zip(column.texts, column.counts, strict=True)))
    elif then.numbers is not None and now.numbers is not None:
        values = column.numbers if then.kind == "numbers" else lengths_of(column)
        yield _numbers(then, then.numbers, now.numbers, heights(values, then.numbers.edges))
        if then.categories is not None:
            yield _categories("spelling", then, shapes_of(column))


def _numbers(then: ColumnState, before: Numbers, now: Numbers, after: Sequence[int]) -> _Tested:
    (low, middle, high), (low_now, middle_now, high_now) = before.quartiles, now.quartiles
    what: What = "lengths" if then.kind == "texts" else "values"
    words = (
        f"half of the {what} lie from {_short(low_now)} to {_short(high_now)}, "
        f"the middle one is {_short(middle_now)}; before from {_short(low)} to {_short(high)}, "
        f"and {_short(middle)}"
    )
    return _Tested(
        what,
        then.name,
        words,
        distance(before.heights, after),
        same_distribution(before.heights, after, ordered=True),
        LEAST_DISTANCE,
        parts=_parts(_bins(before.edges), before.heights, after),
    )


def _bins(edges: Sequence[float]) -> list[str]:
    told = [_short(edge) for edge in edges]
    between = [f"{low} to {high}" for low, high in pairwise(told)]
    return [f"below {told[0]}", *between, f"from {told[-1]}"]


def _categories(what: What, then: ColumnState, counts: dict[str, int]) -> _Tested:
    assert then.categories is not None
    known = dict(then.categories.counts)
    both = {name: known.get(name, 0) + int(counts.get(name, 0)) for name in {**known, **counts}}
    # Chosen by both batches alike: the most frequent of one alone are rarer in the next by chance.
    names = sorted(both, key=lambda name: (-both[name], name))[:MOST_PARTS]
    before = [known.get(name, 0) for name in names]
    after = [int(counts.get(name, 0)) for name in names]
    names.append(_OTHERS)
    before.append(sum(known.values()) - sum(before))
    after.append(int(sum(counts.values())) - sum(after))
    parts = _parts(names, before, after)
    moved = sorted(parts, key=lambda part: -abs(part.after - part.before))[:_SHOWN]
    told = ", ".join(
        f"{part.label} {_percent(part.after)} ({_percent(part.before)} before)"
        for part in moved
        if part.after != part.before
    )
    return _Tested(
        what,
        then.name,
        told if what == "values" else f"texts are written in other shapes: {told}",
        distance(before, after),
        same_distribution(before, after, ordered=False),
        LEAST_DISTANCE,
        parts=parts,
    )


def _news(then: ColumnState, now: ColumnState, before: State, after: State) -> Iterator[_Tested]:
    """Values of a column of few that it did not have."""
    assert then.categories is not None
    assert now.categories is not None
    known = dict(then.categories.counts)
    new = [(name, count) for name, count in now.categories.counts if name not in known]
    if not new:
        return
    told = ", ".join(f"'{name}' ({counted(count, 'row')})" for name, count in new[:_SHOWN])
    more = f" and {len(new) - _SHOWN:,} more" if len(new) > _SHOWN else ""
    words = f"not met before: {told}{more}"
    # By chance one as frequent as the rarest known value was missed before, or the most frequent of
    # the new ones falls into this batch alone: where values are rare, others coming is no news.
    both = {**dict(now.categories.counts)}
    for name, count in known.items():
        both[name] = both.get(name, 0) + count
    held = before.rows - then.missing, after.rows - now.missing
    chance = min(
        overlooked(then.categories.rarest, *held),
        unseen(list(both.values()), new[0][1], *held),
    )
    yield _Tested("new values", now.name, words, 1.0, chance, 0.0)


def _parts(labels: Sequence[str], before: Sequence[int], after: Sequence[int]) -> tuple[Part, ...]:
    first, second = max(1, sum(before)), max(1, sum(after))
    return tuple(
        Part(label, one / first, other / second)
        for label, one, other in zip(labels, before, after, strict=True)
        if one or other
    )


def _change(one: _Tested) -> Change:
    return Change(one.what, one.where, one.words, one.size, one.chance)


def _measured(tested: Sequence[_Tested]) -> Iterator[Measured]:
    with_parts = [one for one in tested if one.parts]
    for one in sorted(with_parts, key=lambda one: (not one.changed, -one.size)):
        yield Measured(one.where, one.what, one.size, one.chance, one.changed, one.parts)


def _told(one: _Tested) -> Told:
    assert one.rates is not None
    return Told(one.what, one.where, *one.rates, one.changed)


def _unknown_rates(before: State, after: State) -> Iterator[Told]:
    """Rules and detectors that were not watched before."""
    for name, rate in after.broken.items():
        if name not in before.broken:
            yield Told("rule", name, None, rate.share, False)
    for name, rate in after.found.items():
        if name not in before.found:
            yield Told("detector", name, None, rate.share, False)


def _notes(before: State, after: State) -> Iterator[str]:
    were = "was" if before.rows == 1 else "were"
    yield f"compared with {counted(before.rows, 'row')} that {were} accepted"
    then = {column.name: column for column in before.columns}
    for now in after.columns:
        if now.span is not None and now.name in then and then[now.name].span is not None:
            first, last = now.span
            span = then[now.name].span
            assert span is not None
            yield f"{now.name}: from {first} to {last}, before from {span[0]} to {span[1]}"
    new_rules = [name for name in after.broken if name not in before.broken]
    if new_rules:
        yield f"not watched before, so not judged: {counted(len(new_rules), 'rule')}"
    if min(before.rows, after.rows) < 100:
        yield "of so few rows only great differences can be told from chance"


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{100 * share:.3g} %"


def _short(number: float) -> str:
    return f"{number:.4g}"

"""Charts of a review: what was suggested, what people made of it, and who."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import median
from typing import Literal, NamedTuple

import altair as alt

from sciml_magics.charts import drawing
from sciml_magics.charts.drawing import Row
from sciml_magics.charts.words import printable
from sciml_magics.errors import SciMLError
from sciml_magics.review import figures
from sciml_magics.review.figures import Judged, Subject
from sciml_magics.review.verdicts import STATUSES
from sciml_magics.store import Store
from sciml_magics.tasks import KeptResponse, Value

Name = Literal["labels", "scores", "confusion", "agreement", "annotators"]
Sets = Literal["suggested", "answered", "annotator", "decision", "low", "high"]

MOST_LABELS = 20
MOST_CROSSED = 12
MOST_ANNOTATORS = 30
MOST_POINTS = 200
# Answers that the agreement at one moment is taken over.
WINDOW = 50
DECISIONS = ("accepted", "corrected", "rejected", "skipped", "flagged")


class NothingToDrawError(SciMLError):
    """There is no such chart of this task, or not yet."""


class Click(NamedTuple):
    """What a click on a mark filters the queue by: a field of its datum, and what that sets."""

    field: str
    sets: Sets


class ReviewChart(NamedTuple):
    """A chart, and what a click on one of its marks filters by.

    A field that is ``None`` in a mark's datum sets nothing: the bar of the remaining labels is
    only looked at.
    """

    chart: alt.Chart | alt.LayerChart
    clicks: tuple[Click, ...]


def review_chart(store: Store, task: str, name: Name) -> ReviewChart:
    """A chart of a task as it stands in the store.

    Its numbers are counted before: the chart carries some hundred values, whatever the store's
    size. It is as wide as its place, and leaves text and background to the theme.

    Parameters
    ----------
    store
        The store.
    task
        Name of the task. Drawn of it are the version and the model that ran last, and the
        responses to all versions.
    name
        ``"labels"`` records of each label, answered and open; ``"scores"`` how sure the model is,
        and how often people keep its value at each score; ``"confusion"`` what was suggested
        against what was answered; ``"agreement"`` how often the suggestion is kept as the review
        goes on; ``"annotators"`` who said what.

    Returns
    -------
    ReviewChart

    Raises
    ------
    TaskError
        If the store has no such task.
    NothingToDrawError
        If there is nothing to draw; the message says what is missing.
    """
    asked = figures.subject(store, task)
    return _CHARTS[name](store, asked)


def _labels(store: Store, asked: Subject) -> ReviewChart:
    if asked.task.kind in ("text", "value"):
        return _decisions(store, asked)
    said = figures.said(store, asked)
    answered: Counter[str | None] = Counter()
    for one in said.values():
        if one.status in ("accepted", "corrected"):
            answered.update(figures.labels_of(one.value))
    still_open = figures.suggested_labels(store, asked)
    for value in figures.current_suggestions(store, asked, list(said)):
        still_open.subtract(figures.labels_of(value))
    names = _by_size(answered + still_open)
    _need(names, "no record has a suggestion or an answer yet: run %%annotate first")
    rows: list[Row] = []
    for bar in _bars(names, MOST_LABELS):
        for state, where, counts in (
            ("answered", "answered", answered),
            ("open", "suggested", still_open),
        ):
            if count := sum(max(counts[member], 0) for member in bar.members):
                rows.append({"label": bar.text, "state": state, "count": count, where: bar.key})
    chart = drawing.stacked(
        rows, ["answered", "open"], f"{printable(asked.task.name)}: records by label"
    )
    return ReviewChart(chart, (Click("suggested", "suggested"), Click("answered", "answered")))


def _decisions(store: Store, asked: Subject) -> ReviewChart:
    """Free answers are all different: what can be counted is what was decided."""
    counts = Counter(one.status for one in figures.said(store, asked).values())
    _need(counts, "nothing is answered yet")
    rows: list[Row] = [
        {
            "label": name,
            "decision": None if name == "disputed" else name,
            "state": name,
            "count": counts[name],
        }
        for name in STATUSES
        if counts[name]
    ]
    title = f"{printable(asked.task.name)}: records by decision"
    return ReviewChart(drawing.stacked(rows, STATUSES, title), (Click("decision", "decision"),))


def _scores(store: Store, asked: Subject) -> ReviewChart:
    counted = figures.suggested_scores(store, asked)
    _need(counted, "no suggestion has a score yet: run %%annotate first")
    right: dict[int, list[bool]] = defaultdict(list)
    for one in figures.judged(store, _standing(store, asked)):
        if one.score == one.score:
            right[figures.score_bin(one.score)].append(one.agrees)
    bars: list[Row] = []
    points: list[Row] = []
    for at in range(figures.SCORE_BINS):
        low, high = at / figures.SCORE_BINS, (at + 1) / figures.SCORE_BINS
        place: Row = {"low": low, "high": high, "middle": (low + high) / 2}
        if counted.get(at):
            bars.append({**place, "count": counted[at]})
        if at in right:
            points.append({**place, **_share(right[at])})
    chart = drawing.scores(bars, points, printable(asked.task.name))
    return ReviewChart(chart, (Click("low", "low"), Click("high", "high")))


def _confusion(store: Store, asked: Subject) -> ReviewChart:
    kind = asked.task.kind
    if kind in ("text", "value"):
        raise NothingToDrawError("free answers have no labels to compare: see the agreement")
    pairs = figures.judged(store, _standing(store, asked))
    _need(pairs, "no suggestion was answered yet: what people change is shown here")
    draw = _crossed if kind == "label" else _kept_and_changed
    return draw(pairs, printable(asked.task.name))


def _crossed(pairs: Sequence[Judged], task: str) -> ReviewChart:
    """One label each: suggestion by answer."""
    cells: Counter[tuple[str | None, str | None]] = Counter()
    sizes: Counter[str | None] = Counter()
    for one in pairs:
        [suggested], [answered] = (
            figures.labels_of(value) for value in (one.suggested, one.kept.response.value)
        )
        cells[suggested, answered] += 1
        sizes.update((suggested, answered))
    bars = _bars(_by_size(sizes), MOST_CROSSED)
    bar_of = {member: bar for bar in bars for member in bar.members}
    merged: Counter[tuple[_Bar, _Bar]] = Counter()
    totals: Counter[_Bar] = Counter()
    for (suggested, answered), number in cells.items():
        merged[bar_of[suggested], bar_of[answered]] += number
        totals[bar_of[suggested]] += number
    rows: list[Row] = [
        {
            "suggested": down.text,
            "answered": across.text,
            "count": number,
            "share": number / totals[down],
            "down": down.key,
            "across": across.key,
        }
        for (down, across), number in merged.items()
    ]
    chart = drawing.crossed(rows, [bar.text for bar in bars], task)
    return ReviewChart(chart, (Click("down", "suggested"), Click("across", "answered")))


def _kept_and_changed(pairs: Sequence[Judged], task: str) -> ReviewChart:
    """Several labels or spans each: per label, how many were kept, removed and added."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    for one in pairs:
        before = _parts(one.suggested)
        after = _parts(one.kept.response.value)
        for state, parts in (
            ("kept", before & after),
            ("removed", before - after),
            ("added", after - before),
        ):
            for label, _ in parts:
                counts[label][state] += 1
    _need(counts, "neither the model nor a person named a label yet")
    sizes = Counter({label: number.total() for label, number in counts.items()})
    rows: list[Row] = []
    for bar in _bars(_by_size(sizes), MOST_LABELS):
        for state in drawing.CHANGES:
            if count := sum(counts[member][state] for member in bar.members):
                # What was added is not suggested anywhere.
                where = "answered" if state == "added" else "suggested"
                rows.append({"label": bar.text, "state": state, "count": count, where: bar.key})
    chart = drawing.stacked(rows, drawing.CHANGES, f"{task}: suggested labels kept and changed")
    return ReviewChart(chart, (Click("suggested", "suggested"), Click("answered", "answered")))


def _parts(value: Value) -> set[tuple[str | None, tuple[int, int] | None]]:
    if isinstance(value, str) or not value:
        return set()
    return {
        (part, None) if isinstance(part, str) else (part.label, (part.start, part.end))
        for part in value
    }


def _agreement(store: Store, asked: Subject) -> ReviewChart:
    pairs = figures.judged(store, _standing(store, asked))
    _need(pairs, "no suggestion was answered yet: how often it is kept is shown here")
    rows: list[Row] = []
    for series, blind in (("shown", False), ("hidden", True)):
        own = [(at, one) for at, one in enumerate(pairs, 1) if one.kept.response.blind == blind]
        step = max(1, len(own) // MOST_POINTS)
        for end in range(len(own), 0, -step):
            window = own[max(0, end - WINDOW) : end]
            at, last = window[-1]
            rows.append(
                {
                    "series": series,
                    "at": at,
                    "when": f"{last.kept.created:%Y-%m-%d %H:%M} UTC",
                    **_share([one.agrees for _, one in window]),
                }
            )
    overall = sum(one.agrees for one in pairs) / len(pairs)
    chart = drawing.agreement(rows, overall, len(pairs), WINDOW, printable(asked.task.name))
    return ReviewChart(chart, ())


def _annotators(store: Store, asked: Subject) -> ReviewChart:
    kept = _standing(store, asked)
    _need(kept, "nobody has answered yet")
    agreed: dict[str, list[bool]] = defaultdict(list)
    for one in figures.judged(store, kept):
        agreed[one.kept.response.annotator].append(one.agrees)
    people: dict[str | None, Counter[str]] = defaultdict(Counter)
    times: dict[str, list[float]] = defaultdict(list)
    for response in (one.response for one in kept):
        people[response.annotator][response.decision] += 1
        if response.seconds is not None:
            times[response.annotator].append(response.seconds)
    sizes = Counter({person: number.total() for person, number in people.items()})
    rows: list[Row] = []
    for bar in _bars(_by_size(sizes), MOST_ANNOTATORS, "people"):
        members = [member for member in bar.members if member is not None]
        judged = [kept for member in members for kept in agreed[member]]
        taken = [seconds for member in members for seconds in times[member]]
        about: Row = {
            "label": bar.text,
            "annotator": bar.key,
            "agreement": _percent(judged),
            "seconds": f"{median(taken):.1f} s" if taken else "unknown",
        }
        for decision in DECISIONS:
            if count := sum(people[member][decision] for member in members):
                rows.append({**about, "state": decision, "decision": decision, "count": count})
    more = [
        alt.Tooltip("agreement:N", title="keeps the suggestion"),
        alt.Tooltip("seconds:N", title="time for an answer, median"),
    ]
    title = f"{printable(asked.task.name)}: answers by annotator"
    chart = drawing.stacked(rows, DECISIONS, title, unit="answers", more=more)
    return ReviewChart(chart, (Click("annotator", "annotator"), Click("decision", "decision")))


def _standing(store: Store, asked: Subject) -> list[KeptResponse]:
    return figures.standing(store, asked)


def _need(found: object, otherwise: str) -> None:
    if not found:
        raise NothingToDrawError(otherwise)


def _by_size(sizes: Counter[str | None]) -> list[str | None]:
    """Names with something to count, the most frequent first; nothing goes last."""
    names = [name for name, number in sizes.items() if number > 0]
    return sorted(names, key=lambda name: (name is None, -sizes[name], name or ""))


class _Bar(NamedTuple):
    """What is drawn for a name: its text, what a click on it sets, and whom it counts."""

    text: str
    key: str | None
    members: tuple[str | None, ...]


def _bars(names: Sequence[str | None], most: int, unit: str = "labels") -> list[_Bar]:
    """A bar for each of the first names, one for the others, and one for nothing."""
    named = [name for name in names if name is not None]
    # One name more costs no more room than the bar of the others.
    shown = named if len(named) <= most + 1 else named[:most]
    bars = [_Bar(printable(name), _sendable(name), (name,)) for name in shown]
    if others := named[len(shown) :]:
        bars.append(_Bar(f"({len(others):,} other {unit})", None, tuple(others)))
    if None in names:
        bars.append(_Bar("(none)", "", (None,)))
    return _apart(bars)


def _apart(bars: Sequence[_Bar]) -> list[_Bar]:
    """The bars under different texts: names may look alike once they are printable, or as ours."""
    apart: dict[str, _Bar] = {}
    for bar in bars:
        text = bar.text
        while text in apart:
            text = f"({text})"
        apart[text] = bar._replace(text=text)
    return list(apart.values())


def _sendable(name: str) -> str | None:
    """The name, unless it has lone surrogates: it would not come back as it went."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return None
    return name


def _share(kept: Sequence[bool]) -> Row:
    share, low, high = figures.share_between(sum(kept), len(kept))
    return {"share": share, "least": low, "most": high, "n": len(kept)}


def _percent(kept: Sequence[bool]) -> str:
    if not kept:
        return "no suggestion answered"
    share, low, high = figures.share_between(sum(kept), len(kept))
    return f"{share:.0%} of {len(kept):,} ({low:.0%} to {high:.0%})"


_CHARTS: dict[Name, Callable[[Store, Subject], ReviewChart]] = {
    "labels": _labels,
    "scores": _scores,
    "confusion": _confusion,
    "agreement": _agreement,
    "annotators": _annotators,
}

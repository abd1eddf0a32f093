"""Propose values for the cells of a table that look wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import QualityError
from sciml_magics.quality.findings import Finding
from sciml_magics.quality.repairing import channel as channels
from sciml_magics.quality.repairing.channel import Channel
from sciml_magics.quality.repairing.collecting import Matrix, Offers, collect, describe
from sciml_magics.quality.repairing.doubting import looking_right, raised
from sciml_magics.quality.repairing.experts import PRIOR, Records, combine
from sciml_magics.quality.repairing.practice import Lesson, examples, practise
from sciml_magics.quality.repairing.proposals import Candidate, Known, Proposal
from sciml_magics.quality.repairing.ranking import Ranking, gather
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources import Offer, Source, sources
from sciml_magics.quality.repairing.sources.detected import detected
from sciml_magics.quality.repairing.sources.filling import Filling
from sciml_magics.quality.table import Table

# Candidates of a cell that a person sees.
SHOWN = 8
# A value that the other columns name so surely, and that is written so alike, was misspelt.
CERTAIN, ALIKE = 0.7, 0.5
# In a column with fewer cells to practise on the ranking is believed by half: it only knows others.
PRACTISED, UNPRACTISED = 10, 0.5
# What is less likely is not shown.
WORTH_SAYING = 0.001
# Cells to practise on: the more, the finer the scores; a language model reads fewer.
CELLS, CELLS_WITH_MODEL = 4_000, 800
# A source that is nearly as sure as the surest may speak for it.
NEARLY = 0.8
# So many cells are worked on at a time.
BATCH = 2_000


def propose(
    table: Table,
    cells: Sequence[tuple[int, str]],
    *,
    known: Sequence[Known] = (),
    findings: Sequence[Finding] = (),
    wrong: Sequence[float] | None = None,
    model: str | Path | None = None,
    seed: int = 0,
) -> Iterator[Proposal]:
    """Propose several values for each cell that looks wrong, and how likely each is right.

    Parameters
    ----------
    cells
        Position of the row and name of the column of each cell. Nothing is learned from what
        stands in them.
    known
        Repairs that people accepted: examples.
    findings
        What the detectors found; the values that they give are candidates.
    wrong
        The probability that each of the cells is wrong at all; a value is right only where what
        stands there is not. Once people have repaired cells it is raised where a value is as sure
        as values hardly ever are for cells that look right. Without it the scores hold for cells
        that are wrong indeed.
    model
        Id or folder of a masked language model whose word counts, too. It takes time.
    seed
        Of the cells that the ranking practises on.

    Yields
    ------
    Proposal
        One for each different cell that is not known, column by column.

    Raises
    ------
    QualityError
        If the table has no such row or column.
    ModelError
        If the model cannot be loaded, or is no masked language model.

    Examples
    --------
    >>> import pandas as pd
    >>> zips = ["00100"] * 4 + ["20121"] * 4
    >>> cities = ["Rome"] * 3 + ["Rxme"] + ["Milan"] * 4
    >>> table = Table(pd.DataFrame({"zip": zips, "city": cities}))
    >>> [proposal] = propose(table, [(3, "city")])
    >>> proposal.best.value, proposal.best.words
    ('Rome', "3 of the 3 other rows with the same 'zip' have it")
    """
    wanted = _check(table, cells, known)
    by_column: dict[str, list[int]] = defaultdict(list)
    for row, column in wanted:
        by_column[column].append(row)
    if not by_column:
        return
    chances = dict(zip(cells, wrong, strict=True)) if wrong is not None else {}
    yield from Repair(table, by_column, known, findings, model, seed).propose(chances)


class Repair:
    """One repair of a table: everything that is looked up once for all of its cells.

    Parameters
    ----------
    cells
        The positions of the rows, by the name of the column.
    """

    def __init__(
        self,
        table: Table,
        cells: Mapping[str, Sequence[int]],
        known: Sequence[Known],
        findings: Sequence[Finding],
        model: str | Path | None,
        seed: int,
    ) -> None:
        self._sight = Sight(table, ((row, name) for name in cells for row in cells[name]), known)
        self._asks = {
            name: Ask(name, at, table[name].texts_at(at))
            for name, at in ((n, np.asarray(rows, np.int64)) for n, rows in cells.items())
        }
        registered = sources().items()
        make = {name: one.make for name, one in registered}
        self._practised = {n: make[n](self._sight) for n, one in registered if one.practised}
        self._others = {n: make[n](self._sight) for n, one in registered if not one.practised}
        self._lessons = CELLS
        if model is not None:
            from sciml_magics.models.filling import load_filler

            self._practised["model"] = Filling(self._sight, load_filler(model))
            self._lessons = CELLS_WITH_MODEL
        self._detectors = detected(findings)
        self._findings, self._taught = findings, bool(known)
        self._names = list(self._practised)
        self._worth: dict[str, float] = {}
        self._has_practised: set[str] = set()
        self._seed = seed

    def propose(self, chances: Mapping[tuple[int, str], float]) -> Iterator[Proposal]:
        """The proposals, column by column.

        Parameters
        ----------
        chances
            The probability that each cell is wrong; 1 where there is none.
        """
        lessons = list(examples(self._sight, list(self._sight.known_columns)))
        channel = self._sight.shared("channel", lambda: self._find_channel(lessons))
        rng = np.random.default_rng(self._seed)
        records = self._judge(lessons)
        lessons += practise(self._sight, self._asks, channel, rng, self._lessons)
        ranking = self._learn(lessons, channel)
        for ask in self._asks.values():
            right = np.zeros(0)
            if chances and self._taught:
                # What is known without answers of people is but what the sources say, too.
                rows = looking_right(self._sight, ask.column, self._findings, rng)
                calm = Ask(ask.column, rows, self._sight.table[ask.column].texts_at(rows))
                right = _best(self._answer(calm, ranking, channel, records))
            for first in range(0, len(ask), BATCH):
                part = ask.part(first, first + BATCH)
                proposals = list(self._answer(part, ranking, channel, records))
                asked = _best(proposals)
                for one, score in zip(proposals, asked.tolist(), strict=True):
                    chance = chances.get((one.row, one.column), 1.0)
                    yield one.times(raised(chance, score, asked, right))

    def _find_channel(self, lessons: Sequence[Lesson]) -> Channel:
        """What the errors look like, by the examples and by what other columns name surely."""
        pairs = [
            pair
            for lesson in lessons
            for pair in zip(lesson.ask.olds, lesson.rights, strict=True)
            if all(pair)
        ]
        plain, sure = Channel(), self._practised["alike rows"]
        for ask in self._asks.values():
            for offer in sure.offer(ask.part(0, BATCH)):
                old = ask.olds[offer.at]
                if old and offer.value and offer.strength >= CERTAIN:
                    pairs.append((old, offer.value))
        return channels.learn(pair for pair in pairs if plain.likeness(*pair) >= ALIKE)

    def _judge(self, lessons: Sequence[Lesson]) -> Records:
        """Hold what people accepted against what sources say that cannot be practised."""
        records = Records()
        for lesson in lessons:
            for name, one in (self._others | self._detectors).items():
                best: dict[int, Offer] = {}
                for offer in one.offer(lesson.ask):
                    if offer.at not in best or best[offer.at].strength < offer.strength:
                        best[offer.at] = offer
                for at, offer in best.items():
                    records.add(name, offer.strength, offer.value == lesson.rights[at])
        return records

    def _learn(self, lessons: Sequence[Lesson], channel: Channel) -> Ranking:
        parts: list[tuple[Matrix, npt.NDArray[np.bool_], npt.NDArray[np.int64], bool]] = []
        for lesson in lessons:
            offers = collect(lesson.ask, self._practised)
            features = self._describe(lesson.ask, offers, channel)
            right = [
                value == lesson.rights[at]
                for at, value in zip(offers.cells.tolist(), offers.values, strict=True)
            ]
            parts.append((features, np.asarray(right, dtype=bool), offers.cells, lesson.real))
            self._limit(lesson, sum(right))
        return Ranking(gather(parts), len(self._names) + 1)

    def _limit(self, lesson: Lesson, named: int) -> None:
        """Note how far what was practised reaches in a column.

        Where accepted repairs are of a kind that the sources cannot name (all empty, say) their
        word counts less, by how many of them they could; and so it does without practice.
        """
        column = lesson.ask.column
        if lesson.real:
            self._worth[column] = (named + PRIOR) / (len(lesson.ask) + PRIOR)
        elif len(lesson.ask) >= PRACTISED:
            self._has_practised.add(column)

    def _describe(self, ask: Ask, offers: Offers, channel: Channel) -> Matrix:
        return describe(ask, offers, self._names, self._sight, channel)

    def _answer(
        self, ask: Ask, ranking: Ranking, channel: Channel, records: Records
    ) -> Iterator[Proposal]:
        offers = collect(ask, self._practised)
        scores = ranking.scores(self._describe(ask, offers, channel), offers.cells)
        scores *= self._worth.get(ask.column, 1.0)
        if ask.column not in self._has_practised:
            scores *= UNPRACTISED
        ranked: list[dict[str, float]] = [{} for _ in range(len(ask))]
        words: list[dict[str, tuple[float, str, str]]] = [{} for _ in range(len(ask))]
        for i, (at, value) in enumerate(zip(offers.cells.tolist(), offers.values, strict=True)):
            score = float(scores[i])
            ranked[at][value] = score
            name, best = _speaker(offers.by[i])
            words[at][value] = (score, name, best.words)
        said = [[one] for one in ranked]
        for group in ({n: one} for n, one in self._others.items()):
            self._hear(ask, group, records, said, words)
        self._hear(ask, self._detectors, records, said, words)
        for at, row in enumerate(ask.rows.tolist()):
            found = sorted(combine(said[at]).items(), key=lambda pair: -pair[1])[:SHOWN]
            found = [pair for pair in found if pair[1] >= WORTH_SAYING]
            candidates = (Candidate(value, score, *words[at][value][1:]) for value, score in found)
            yield Proposal(row, ask.column, tuple(candidates))

    def _hear(
        self,
        ask: Ask,
        group: Mapping[str, Source],
        records: Records,
        said: list[list[dict[str, float]]],
        words: list[dict[str, tuple[float, str, str]]],
    ) -> None:
        """Add what sources that speak as one say, each value as its surest of them."""
        heard: list[dict[str, float]] = [{} for _ in range(len(ask))]
        for name, one in group.items():
            for offer in one.offer(ask):
                at, value = offer.at, offer.value
                belief = records.belief(name, offer.strength)
                if value == ask.olds[at] or belief <= heard[at].get(value, WORTH_SAYING):
                    continue
                heard[at][value] = belief
                if value not in words[at] or words[at][value][0] < belief:
                    words[at][value] = (belief, name, offer.words)
        for at, values in enumerate(heard):
            if values:
                total = max(sum(values.values()), 1.0)
                said[at].append({value: belief / total for value, belief in values.items()})


def _best(proposals: Iterable[Proposal]) -> npt.NDArray[np.float64]:
    """The score of the best value of each; 0 where there is none."""
    return np.array([one.best.score if one.best else 0.0 for one in proposals], dtype=np.float64)


def _speaker(by: Mapping[str, Offer]) -> tuple[str, Offer]:
    """Whose words a person reads: of those that are about the surest the one asked first."""
    enough = NEARLY * max(offer.strength for offer in by.values())
    return next(pair for pair in by.items() if pair[1].strength >= enough)


def _check(
    table: Table, cells: Sequence[tuple[int, str]], known: Sequence[Known]
) -> list[tuple[int, str]]:
    """The different cells, in their order, without those that are known."""
    done = {(one.row, one.column) for one in known}
    wanted = [cell for cell in dict.fromkeys(cells) if cell not in done]
    for row, column in [*wanted, *done]:
        if column not in table:
            raise QualityError(f"the table has no column '{column}'")
        if not 0 <= row < len(table):
            raise QualityError(f"the table has {len(table)} rows: there is no row {row}")
    return wanted

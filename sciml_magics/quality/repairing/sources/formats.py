"""Format rules: short programs learned from accepted repairs of the column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sciml_magics.quality.repairing.programs import Program, write
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.repairing.sources.base import Offer, source

# The newest examples of a column that are learned from, each different pair once.
EXAMPLES = 60
# How often an example is an error of the person, or of another kind than the rule.
NOISE = 0.02
# An example on which a program says nothing speaks so much against it: there is another rule.
UNEXPLAINED = 0.1
# A result that looks like no trusted value of the column is so much less likely.
STRANGE = 0.5
# Programs that are believed less than this share of the best are not tried.
LEAST = 1e-4
OFFERED = 4


@dataclass(frozen=True, eq=False)
class Rule:
    """A program and what the examples say of it.

    Parameters
    ----------
    program
        What it does.
    right, wrong
        Rows of the examples on which it is right, and on which it says something else.
    weight
        How much it is believed, beside the other rules of the column.
    """

    program: Program
    right: frozenset[int]
    wrong: frozenset[int]
    weight: float


@source("format", practised=False)
class Formats:
    """What rules learned from the accepted repairs of the column make of a text."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._rules: dict[str, list[Rule]] = {}

    def offer(self, ask: Ask) -> Iterator[Offer]:
        """What the rules make of each text, by how much they are believed."""
        rules = self.rules(ask.column)
        if not rules:
            return
        seen = self._sight[ask.column]
        shapes = {shape(text) for text in seen.some(20_000)}
        examples = self._sight.known(ask.column)
        made: dict[str, list[tuple[Rule, str]]] = {}
        for at, (row, old) in enumerate(zip(ask.rows.tolist(), ask.olds, strict=True)):
            if old not in made:
                made[old] = [
                    (rule, new) for rule in rules if (new := rule.program(old)) is not None
                ]
            # a row that is an example itself must not speak for itself
            own = row if row in examples else -1
            yield from _weigh(at, old, made[old], own, shapes | {""})

    def rules(self, column: str) -> list[Rule]:
        """The rules of a column, those believed most first."""
        if column not in self._rules:
            self._rules[column] = self._learn(column)
        return self._rules[column]

    def _learn(self, column: str) -> list[Rule]:
        known = self._sight.known(column)
        cells = self._sight.table[column]
        pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, new in known.items():
            if (old := cells.text(row)) != new:
                pairs[old, new].append(row)
        pairs = dict(list(pairs.items())[-EXAMPLES:])
        programs = dict.fromkeys(program for pair in pairs for program in write(*pair))
        rules = [_judge(program, pairs) for program in programs]
        best = max((rule.weight for rule in rules), default=0.0)
        kept = [rule for rule in rules if rule.weight > best * LEAST or len(rule.right) > 0]
        return sorted(kept, key=lambda rule: -rule.weight)[:200]


def _judge(program: Program, pairs: dict[tuple[str, str], list[int]]) -> Rule:
    right: list[int] = []
    wrong: list[int] = []
    log_weight = -np.log(2) * program.cost
    for (old, new), rows in pairs.items():
        made = program(old)
        if made == new:
            right += rows
            log_weight += np.log(1 - NOISE)
        elif made is not None:
            wrong += rows
            log_weight += np.log(NOISE)
        else:
            log_weight += np.log(UNEXPLAINED)
    return Rule(program, frozenset(right), frozenset(wrong), float(np.exp(log_weight)))


def _weigh(
    at: int, old: str, made: list[tuple[Rule, str]], own: int, shapes: set[str]
) -> Iterator[Offer]:
    """The different results for one text, each as sure as the best of the rules that give it."""
    weights: dict[str, float] = defaultdict(float)
    best: dict[str, Rule] = {}
    for rule, new in made:
        if new != old and rule.right - {own}:
            weight = rule.weight if shape(new) in shapes else rule.weight * STRANGE
            weights[new] += weight
            if new not in best:
                best[new] = rule
    total = sum(weights.values())
    for new, weight in sorted(weights.items(), key=lambda pair: -pair[1])[:OFFERED]:
        rule = best[new]
        right, wrong = len(rule.right - {own}), len(rule.wrong - {own})
        proven = (right + 0.5) / (right + wrong + 1)
        count = "an accepted repair" if right == 1 else f"{right} accepted repairs"
        yield Offer(at, new, proven * weight / total, f"{count} {rule.program.words}")


def shape(text: str) -> str:
    """What a text looks like: its digits and letters by their kinds.

    Examples
    --------
    >>> shape("12.50 oz"), shape("McCoy")
    ('9.9 a', 'Aa')
    """
    text = re.sub(r"\d+", "9", text)
    text = re.sub(r"[a-z]+", "a", text)
    text = re.sub(r"[A-Z]+", "A", text)
    return re.sub(r"(?:Aa)+|aA(?:aA)*a?", "Aa", text)

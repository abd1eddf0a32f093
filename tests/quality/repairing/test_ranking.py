"""What the ranking learns from practice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sciml_magics.quality.repairing.channel import Channel, learn
from sciml_magics.quality.repairing.practice import examples, practise
from sciml_magics.quality.repairing.proposals import Known
from sciml_magics.quality.repairing.ranking import Lessons, Ranking
from sciml_magics.quality.repairing.sight import Ask, Sight
from sciml_magics.quality.table import Table


def _lessons(cells: int, seed: int = 0) -> Lessons:
    """Two candidates a cell; the stronger one is right as often as its strength says."""
    rng = np.random.default_rng(seed)
    strength = rng.random(cells)
    strengths = np.stack([strength, np.full(cells, 0.1)], axis=1).ravel()
    right = np.stack([rng.random(cells) < strength, np.zeros(cells, bool)], axis=1).ravel()
    zeros = np.zeros_like(strengths)
    lead = np.where(np.arange(2 * cells) % 2 == 0, strengths - 0.1, 0.1 - np.repeat(strength, 2))
    features = np.column_stack([strengths, zeros, lead, zeros, zeros, zeros, zeros, zeros])
    where = np.repeat(np.arange(cells), 2)
    return Lessons(features.astype(np.float32), right, where, np.zeros(2 * cells, bool))


def test_scores_are_probabilities():
    ranking, fresh = Ranking(_lessons(1500), 2), _lessons(1500, seed=1)
    scores = ranking.scores(fresh.features, fresh.cells)
    first = scores[::2]
    for low in (0.0, 0.25, 0.5, 0.75):
        part = (first >= low) & (first < low + 0.25)
        assert abs(first[part].mean() - fresh.right[::2][part].mean()) < 0.08
    assert np.all(np.bincount(fresh.cells, weights=scores) <= 1 + 1e-9)


def test_without_lessons_the_strengths_speak():
    few, fresh = _lessons(3), _lessons(50)
    scores = Ranking(few, 2).scores(fresh.features, fresh.cells)[::2]
    assert np.array_equal(np.argsort(scores), np.argsort(fresh.features[::2, 0]))
    assert scores.max() < 1


def test_no_candidates_have_no_scores():
    ranking = Ranking(_lessons(100), 2)
    assert len(ranking.scores(np.zeros((0, 8), np.float32), np.zeros(0, np.int64))) == 0


def test_practice_is_spoilt_as_the_asked_cells_are():
    frame = pd.DataFrame({"a": ["Rome", "Paris", "Milan", "Turin"] * 100})
    frame.loc[:79, "a"] = ""
    cells = [(row, "a") for row in range(80)]
    sight = Sight(Table(frame), cells)
    ask = Ask("a", np.arange(80), [""] * 80)
    [lesson] = practise(sight, {"a": ask}, Channel(), np.random.default_rng(0), 4000)
    assert not lesson.real
    assert np.mean([old == "" for old in lesson.ask.olds]) > 0.8
    assert all(row >= 80 for row in lesson.ask.rows)
    assert all(sight["a"].texts[0] or right for right in lesson.rights)
    assert all(old != right for old, right in zip(lesson.ask.olds, lesson.rights, strict=True))


def test_accepted_repairs_are_lessons_and_those_that_change_nothing_are_not():
    table = Table(pd.DataFrame({"a": ["x", "y", "z"]}))
    known = [Known(0, "a", "X"), Known(1, "a", "y")]
    [lesson] = examples(Sight(table, [], known), ["a"])
    assert (lesson.ask.rows.tolist(), lesson.rights, lesson.real) == ([0], ["X"], True)


def test_a_channel_spoils_as_it_was_taught():
    channel = learn([("xome", "Rome"), ("Paxis", "Paris"), ("Mxlan", "Milan"), ("Tuxin", "Turin")])
    rng = np.random.default_rng(0)
    spoilt = [channel.spoil("Venezia", rng) for _ in range(200)]
    assert all(text != "" for text in spoilt)
    strange = "".join(letter for text in spoilt for letter in text if letter not in "Venezia")
    assert strange.count("x") > 0.35 * len(strange)

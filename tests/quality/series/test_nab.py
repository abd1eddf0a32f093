import numpy as np
import pytest

from tests.benchmarks.nab import credits, nab_score, probation

WINDOWS = [(400, 439), (700, 739)]


def alarms(*places):
    scores = np.zeros(1_000)
    scores[list(places)] = 1.0
    return scores


def test_a_perfect_detector_has_100_and_a_silent_one_0():
    assert nab_score([(alarms(400, 700), WINDOWS)]).score == pytest.approx(100)
    assert nab_score([(np.zeros(1_000), WINDOWS)]).score == 0


def test_the_earliest_alarm_of_a_window_counts():
    early, late = (nab_score([(alarms(at, 430, 700), WINDOWS)]).score for at in (405, 425))
    assert 100 > early > late > 75


def test_a_missed_window_costs_its_half():
    assert nab_score([(alarms(400), WINDOWS)]).score == pytest.approx(50)


def test_false_alarms_cost_a_ninth_and_less_behind_a_window():
    far = nab_score([(alarms(200, 400, 700), WINDOWS)]).score
    near = nab_score([(alarms(400, 441, 700), WINDOWS)]).score
    assert far == pytest.approx(100 - 100 * 0.11 / 4)
    assert far < near < 100


def test_alarms_while_learning_are_not_judged():
    assert probation(1_000) == 150
    assert probation(100_000) == 750
    assert nab_score([(alarms(149, 400, 700), WINDOWS)]).score == pytest.approx(100)


def test_the_middle_of_a_window_is_worth_what_the_rules_say():
    worth, inside = credits(100, [(20, 59)])
    assert worth[20] == pytest.approx(1)
    assert worth[40] == pytest.approx(0.84828 / 0.98661, abs=1e-5)
    assert worth[:20].tolist() == [-0.11] * 20
    assert np.flatnonzero(inside == 0).tolist() == list(range(20, 60))


def test_one_threshold_serves_all_series():
    good, bad = alarms(400, 700), np.zeros(1_000)
    bad[200:240] = 2.0
    bad[[400, 700]] = 0.5
    found = nab_score([(good, WINDOWS), (bad, WINDOWS)])
    assert found.windows == 4
    assert found.score < 100

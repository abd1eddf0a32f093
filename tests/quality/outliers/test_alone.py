import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.outliers.alone import OutlyingNumbers
from sciml_magics.quality.outliers.deviations import (
    apart,
    deviations,
    from_usual,
    out_of_proportion,
    straightened,
)
from sciml_magics.quality.table import Table


def found(frame, **options):
    return {each.column: each for each in OutlyingNumbers(**options).find(Table(frame))}


def weather():
    draw = np.random.default_rng(0)
    stamps = pd.date_range("2023-01-01", periods=2_900, freq="3h")
    station = draw.choice(["hill", "coast", "town"], len(stamps))
    level = pd.Series(station).map({"hill": 0, "coast": 20, "town": 40}).to_numpy()
    season = 10 * np.sin(2 * np.pi * np.asarray(stamps.day_of_year) / 365)
    warm = level + season + draw.normal(size=len(stamps))
    return pd.DataFrame({"at": stamps, "station": station, "warm": warm})


def test_a_number_usual_for_the_column_is_seen_within_its_month_and_station():
    frame = weather()
    frame.loc[7, "station"], frame.loc[7, "warm"] = "hill", 25.0
    one = found(frame)["warm"]
    assert one.rows.tolist() == [7]
    assert one.why(0).endswith("above the median, given station and month")
    assert one.scores[0] > 0.5


def test_the_person_says_what_to_group_by():
    frame = weather()
    frame.loc[7, "station"], frame.loc[7, "warm"] = "hill", 60.0
    assert "given station" in found(frame, by=["station"])["warm"].why(0)
    with pytest.raises(QualityError, match="no column 'site' to group by"):
        found(frame, by=["site"])


def test_no_groups_are_looked_for_where_none_are_wanted():
    frame = weather()
    frame.loc[7, "warm"] = 1_000.0
    assert "of its column" in found(frame, by=[])["warm"].why(0)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["normal", "lognormal", "exponential", "uniform", "poisson"])
def test_the_tail_of_a_distribution_is_no_error(kind, seed):
    values = getattr(np.random.default_rng(seed), kind)(size=3_000)
    assert sum(map(len, found(pd.DataFrame({"a": values})).values())) <= 2


def test_a_running_number_is_left_alone():
    numbers = np.append(np.arange(1_000), 10**9)
    assert not found(pd.DataFrame({"id": numbers}))


def test_infinite_numbers_are_flagged():
    values = np.random.default_rng(0).normal(size=100)
    values[4] = np.inf
    assert "no number that can be measured" in found(pd.DataFrame({"a": values}))["a"].why(0)


def test_columns_of_mostly_one_value_say_nothing():
    assert not np.any(deviations(np.array([0.0] * 60 + [5.0, 9.0])))


def test_a_second_kind_of_rows_is_no_error():
    values = np.concatenate([np.random.default_rng(0).normal(size=900), np.full(100, -200.0)])
    assert not found(pd.DataFrame({"a": values}))


def test_only_skewed_columns_are_seen_by_logarithms():
    draw = np.random.default_rng(0)
    assert straightened(draw.lognormal(size=500))[1]
    assert not straightened(draw.normal(50, 1, size=500))[1]
    assert not straightened(-draw.lognormal(size=500))[1]


def test_what_stands_apart_needs_a_gap():
    tail = np.linspace(0, 20, 200)
    assert not apart(tail, 5, 1.0).any()
    assert apart(np.append(tail, 60), 5, 1.0).sum() == 1


def ages(rows):
    return np.random.default_rng(1).normal(48, 12, rows).round().clip(18, 80)


def test_codes_for_missing_numbers_do_not_hide_an_impossible_one():
    values = ages(320)
    values[[3, 60]], values[[9, 99, 140, 200, 310]] = 212, 999
    one = found(pd.DataFrame({"age": values}))["age"]
    assert {3, 60} <= set(one.rows.tolist())
    assert one.why(0).startswith("212 is")


def test_few_wild_numbers_of_a_small_column_are_no_second_kind_of_rows():
    values = ages(40)
    values[[3, 20]] = 212, 430
    assert found(pd.DataFrame({"age": values}))["age"].rows.tolist() == [3, 20]


def test_a_wild_number_stands_apart_from_a_second_kind_of_rows():
    draw = np.random.default_rng(0)
    values = np.concatenate([draw.normal(size=900), draw.normal(60, 2, size=100), [9_000.0]])
    assert found(pd.DataFrame({"a": values}))["a"].rows.tolist() == [1_000]


def test_a_wild_number_is_found_in_a_column_of_mostly_one_value():
    one = found(pd.DataFrame({"beats": [60.0] * 30 + [59, 61, 62, 58, 61, 6_000]}))["beats"]
    assert one.rows.tolist() == [35]
    assert one.why(0).endswith("above the usual value of its column")


@pytest.mark.parametrize("seed", range(3))
def test_the_few_others_of_a_column_of_zeros_are_no_errors(seed):
    draw = np.random.default_rng(seed)
    rare = draw.random(2_000) < 0.1
    for values in (draw.lognormal(size=2_000), draw.exponential(size=2_000)):
        assert sum(map(len, found(pd.DataFrame({"a": values * rare})).values())) <= 1
    assert not np.any(from_usual(np.array([0.0] * 60 + [5.0, 9.0])))


def test_the_end_of_a_long_tail_is_in_proportion():
    draw = np.random.default_rng(0)
    flagged = [out_of_proportion(draw.pareto(1, 500) + 1, 5, 0.02).any() for _ in range(200)]
    assert sum(flagged) <= 4

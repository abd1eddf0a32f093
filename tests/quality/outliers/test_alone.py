import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.outliers.alone import OutlyingNumbers
from sciml_magics.quality.outliers.deviations import apart, deviations, straightened
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

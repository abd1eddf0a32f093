import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.series.clock import find_clock
from sciml_magics.quality.series.regular import is_series
from sciml_magics.quality.series.unusual import UnusualCourse
from sciml_magics.quality.table import Table
from tests.quality.series.made import daily


def patients(rows: int, years: int, *, ordered: bool = False) -> pd.DataFrame:
    random = np.random.default_rng(rows)
    days = random.integers(0, 365 * years, rows)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(np.sort(days) if ordered else days, "D")
    return pd.DataFrame({"born": born.strftime("%Y-%m-%d"), "weight": random.normal(70, 9, rows)})


def follows(frame: pd.DataFrame) -> bool:
    clock = find_clock(Table(frame))
    assert clock is not None
    return is_series(clock)


@pytest.mark.parametrize(
    ("rows", "years"), [(300, 70), (1_000, 70), (5_000, 10), (600, 3), (400, 3), (3_000, 1)]
)
@pytest.mark.parametrize("ordered", [False, True])
def test_dates_of_people_are_no_series(rows, years, ordered):
    frame = patients(rows, years, ordered=ordered)
    assert not follows(frame)
    assert list(UnusualCourse().find(Table(frame))) == []


@pytest.mark.parametrize("step", ["s", "5min", "h", "D", "B", "W", "MS"])
def test_any_usual_step_makes_a_series_gaps_and_doubles_and_all(step):
    random = np.random.default_rng(3)
    stamps = pd.date_range("2024-01-01", periods=500, freq=step)
    kept = np.sort(random.choice(500, 430, replace=False))
    stamps = stamps[np.sort(np.append(kept, kept[:20]))]
    assert follows(pd.DataFrame({"at": stamps, "v": range(len(stamps))}))


def test_a_sensor_whose_steps_shake_is_a_series():
    steps = 300 + np.random.default_rng(0).normal(0, 40, 400)
    stamps = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.cumsum(steps), "s")
    assert follows(pd.DataFrame({"at": stamps, "v": range(400)}))


def test_a_detector_says_that_it_did_not_look_and_how_to_ask():
    looks = UnusualCourse()
    assert list(looks.find(Table(patients(300, 70)))) == []
    assert list(looks.notes) == [
        "not looked at as a time series: the times of 'born' repeat or have no usual step "
        "(--time born looks all the same)",
    ]
    list(looks.find(Table(pd.DataFrame({"v": range(40)}))))
    assert looks.notes[0].endswith("no column of times (--time COLUMN names one)")
    list(looks.find(Table(daily())))
    assert not looks.notes
    list(looks.find(Table(pd.DataFrame({"city": ["Rome", "Oslo"] * 40}))))
    assert not looks.notes


def test_who_says_what_the_time_is_is_believed():
    looks = UnusualCourse("born")
    list(looks.find(Table(patients(300, 70))))
    assert not looks.notes

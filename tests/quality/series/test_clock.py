import numpy as np
import pandas as pd
import pytest

from sciml_magics.errors import QualityError
from sciml_magics.quality.series.clock import INDEX, clock_of, find_clock
from sciml_magics.quality.table import Table


def clock(frame, **options):
    return find_clock(Table(frame), **options)


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S", "%d %b %Y", "%Y%m%d"],
)
def test_dates_as_text_are_read_in_their_own_format(form):
    days = pd.date_range("2024-02-10", periods=40)
    found = clock(pd.DataFrame({"n": range(40), "day": days.strftime(form)}))
    if form == "%Y%m%d":
        assert found is None  # a number, unless a person says that it is a time
    else:
        assert found.names == ("day",)
        assert np.array_equal(found.stamps, days.as_unit("s").asi8)


def test_a_date_and_a_time_of_the_day_are_joined():
    stamps = pd.date_range("2024-02-10", periods=100, freq="h")
    frame = pd.DataFrame({"Date": stamps.strftime("%d/%m/%Y"), "Time": stamps.strftime("%H.%M.%S")})
    found = clock(frame)
    assert found.names == ("Date", "Time")
    assert np.array_equal(found.stamps, stamps.as_unit("s").asi8)


def test_the_index_and_numbers_called_time_count():
    stamps = pd.date_range("2024-01-01", periods=9)
    assert clock(pd.DataFrame({"a": range(9)}, index=stamps)).names == (INDEX,)
    assert not clock(pd.DataFrame({"time": np.arange(9) / 10, "a": range(9)})).calendar
    assert clock(pd.DataFrame({"ts": 1.7e9 + np.arange(9), "a": range(9)})).calendar


def test_series_are_told_apart_by_the_column_within_which_no_stamp_repeats():
    days = pd.date_range("2024-01-01", periods=50)
    frame = pd.DataFrame(
        {"day": [*days] * 3, "kind": ["x"] * 100 + ["y"] * 50, "site": np.repeat([7, 8, 9], 50)}
    )
    frame = frame.sample(frac=1, random_state=0)
    found = clock(frame)
    assert found.by == ("site",)
    for rows in found.series():
        part = frame.iloc[rows]
        assert part["site"].nunique() == 1
        assert part["day"].is_monotonic_increasing


def test_the_person_says_what_is_the_time():
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=9), "step": range(9)})
    assert clock(frame, time="step").stamps.tolist() == list(range(9))
    with pytest.raises(QualityError, match="no column 'when'"):
        clock(frame, time="when")
    with pytest.raises(QualityError, match="no column 'site'"):
        clock(frame, by=["site"])
    with pytest.raises(QualityError, match="holds neither dates nor numbers"):
        clock(pd.DataFrame({"a": ["x", "y"]}), time="a")


def test_other_columns_are_no_time():
    frame = pd.DataFrame(
        {"zip": ["12345-6789", "22345-1789"] * 9, "phone": ["030 123-456", "040 12-34"] * 9}
    )
    assert clock(frame) is None


def test_a_guess_is_made_once_for_a_table():
    table = Table(pd.DataFrame({"day": pd.date_range("2024-01-01", periods=9)}))
    assert clock_of(table) is clock_of(table)

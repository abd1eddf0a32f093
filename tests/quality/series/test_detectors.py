import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.findings import WHOLE_ROW, detectors
from sciml_magics.quality.series import MODULES
from sciml_magics.quality.series.course import FlatLines, Shifts, Spikes
from sciml_magics.quality.series.stamps import WrongStamps
from sciml_magics.quality.series.unusual import UnusualCourse
from sciml_magics.quality.table import Table
from tests.quality.hostile import HOSTILE
from tests.quality.series.made import daily, moved, put

COURSE = (Spikes, Shifts, FlatLines, UnusualCourse)


def found(detector, frame):
    return list(detector.find(Table(frame)))


def rows(detector, frame):
    return sorted({row for each in found(detector, frame) for row in each.rows.tolist()})


def test_importing_the_modules_registers_the_detectors():
    assert len(MODULES) == 3
    assert {"stamps", "spike", "shift", "flat", "unusual course"} <= set(detectors())


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("times", [1, 60])
def test_hostile_frames_are_survived(name, times):
    if name == "10,000 columns" and times > 1:
        pytest.skip("the same columns, only longer")
    frame = pd.concat([HOSTILE[name]()] * times) if times > 1 else HOSTILE[name]()
    if len(frame) > 3:
        frame.index = pd.date_range("2024-01-01", periods=len(frame), freq="h")
    table = Table(frame, "hostile")
    for made in (WrongStamps, *COURSE):
        for each in made().find(table):
            assert len(each.rows) == len(each.scores)
            assert np.all(np.diff(each.rows) >= 0)
            assert all(each.why(at) for at in range(len(each)))


@pytest.mark.parametrize("made", [WrongStamps, *COURSE])
@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_series_is_left_alone(made, seed):
    assert rows(made(), daily(seed=seed)) == []


def test_spikes():
    frame = daily()
    frame = moved(frame, 500, 15)
    frame = moved(frame, slice(800, 802), -12)
    assert rows(Spikes(), frame) == [500, 800, 801]


def test_spikes_of_a_coarse_series():
    frame = daily(noise=0)
    frame["level"] = frame["level"].round()
    frame = moved(frame, 500, 40)
    assert rows(Spikes(), frame) == [500]


def test_spikes_are_found_in_each_series_in_any_order_of_rows():
    one, other = daily().assign(site="a"), daily(seed=1).assign(site="b")
    other["level"] *= 100
    one = moved(one, 500, 15)
    frame = pd.concat([one, other], ignore_index=True).sample(frac=1, random_state=0)
    (each,) = found(Spikes(), frame)
    assert frame.index[each.rows].tolist() == [500]


def test_a_level_that_shifts_is_told_where_it_does():
    frame = daily()
    frame = moved(frame, slice(700, None), 8)
    (each,) = found(Shifts(), frame)
    assert abs(int(each.rows[0]) - 700) <= 12
    assert "the level moves from" in each.why(0)


def test_a_drift_is_told_where_it_begins():
    frame = daily(days=120)
    frame.loc[1_200:1_680, "level"] += np.linspace(0, 20, 481)
    frame.loc[1_681:, "level"] += 20
    (each,) = found(Shifts(), frame)
    assert any(
        "drifts from" in each.why(at) or "moves from" in each.why(at) for at in range(len(each))
    )
    assert 1_100 <= int(each.rows[0]) <= 1_500


def test_a_sensor_that_is_stuck():
    frame = daily()
    frame = put(frame, slice(300, 351), frame["level"].iloc[300])
    (each,) = found(FlatLines(), frame)
    assert each.rows.tolist() == list(range(301, 351))
    assert "stands 51 times in a row since 2024-03-13 12:00:00" in each.why(0)


def test_zero_at_night_is_no_flat_line():
    frame = daily()
    frame = put(frame, frame["at"].dt.hour.to_numpy() < 10, 0.0)
    assert rows(FlatLines(), frame) == []


def test_an_unusual_day_is_told_while_it_lasts():
    frame = daily()
    frame = put(frame, slice(960, 984), 20.0 + np.random.default_rng(0).normal(0, 0.2, 24))
    places = rows(UnusualCourse(), frame)
    assert places
    assert all(960 <= place <= 1_000 for place in places)


def test_gaps_are_counted_in_stamps():
    frame = daily().drop(index=[100, 101, 102, 700])
    (each,) = found(WrongStamps(), frame)
    assert (each.column, each.rows.tolist()) == ("at", [100, 697])
    assert each.why(0).startswith("3 stamps are missing before this one: 4 hours after")
    assert each.why(1).startswith("1 stamp is missing")


def test_weekends_are_a_habit_and_no_gaps():
    days = pd.bdate_range("2024-01-01", periods=300)
    assert rows(WrongStamps(), pd.DataFrame({"day": days, "v": range(300)})) == []


def test_repeated_stamps():
    frame = daily()
    frame = pd.concat([frame[:50], frame[49:]], ignore_index=True)
    (each,) = found(WrongStamps(), frame)
    assert each.rows.tolist() == [50]
    assert "stands more than once" in each.why(0)


def test_rows_out_of_order():
    frame = daily()
    order = [*range(10), *range(11, 300), 10, *range(300, len(frame))]
    each = found(WrongStamps(), frame.iloc[order])[0]
    assert each.rows.tolist() == [299]
    assert "not in the order of time" in each.why(0)
    assert rows(WrongStamps(), frame[::-1]) == []


def test_stamps_off_the_grid():
    frame = daily()
    late = pd.to_timedelta(np.where(np.arange(len(frame)) == 77, 17, 0), unit="min")
    frame = frame.assign(at=frame["at"] + late)
    words = [each.why(at) for each in found(WrongStamps(), frame) for at in range(len(each))]
    assert any("is not on the grid of 1 hour" in word for word in words)


def test_stamps_in_the_index_speak_of_whole_rows():
    frame = daily().set_index("at").drop(pd.Timestamp("2024-03-20"))
    (each,) = found(WrongStamps(), frame)
    assert each.column == WHOLE_ROW


def test_the_person_says_what_the_time_is():
    frame = daily().assign(step=range(24 * 60))
    frame = moved(frame, 500, 15)
    assert rows(Spikes(time="step"), frame) == [500]

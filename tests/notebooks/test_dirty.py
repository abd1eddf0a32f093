"""The dirty sample tables have the errors that are documented, and no others that could be told."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parents[2] / "notebooks" / "data"
NAMES = ("survey", "sensors", "blood")


def _cells(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / "dirty" / f"{name}.csv", dtype=str, keep_default_na=False)


def _errors(name: str) -> pd.DataFrame:
    return _cells(f"{name}_errors")


def _repaired(name: str) -> pd.DataFrame:
    frame, errors = _cells(name), _errors(name)
    cells = errors[errors["column"] != ""]
    for row, column, correct in zip(cells["row"], cells["column"], cells["correct"], strict=True):
        frame.loc[int(row), column] = correct
    repeated = errors.loc[errors["column"] == "", "row"].astype(int).tolist()
    return frame.drop(index=repeated)


@pytest.mark.parametrize(("name", "rows"), [("survey", 300), ("sensors", 1_000), ("blood", 300)])
def test_tables_are_of_some_size_and_errors_of_many_kinds(name, rows):
    errors = _errors(name)
    assert len(_cells(name)) >= rows
    assert errors["kind"].nunique() >= 12
    assert not errors.duplicated(["row", "column"]).any()


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_error_is_in_the_table_and_is_one(name):
    frame = _cells(name)
    for row, column, value, correct, kind in _errors(name).to_numpy().tolist():
        own = frame.iloc[int(row)]
        if column:
            assert own[column] == value != correct
        else:
            first = int(value.removeprefix("same as row "))
            unlike = sum(a != b for a, b in zip(own, frame.iloc[first], strict=True))
            assert first < int(row)
            assert unlike == 0 if kind == "repeated row" else 0 < unlike < 3


@pytest.mark.parametrize("name", NAMES)
def test_the_files_can_be_made_again(name, tmp_path):
    subprocess.run([sys.executable, DATA / "make_dirty.py", tmp_path], check=True)
    for file in (f"{name}.csv", f"{name}_errors.csv"):
        assert (tmp_path / file).read_bytes() == (DATA / "dirty" / file).read_bytes()


def test_the_repaired_survey_holds_together():
    survey = _repaired("survey")
    assert survey["id"].is_unique
    assert (survey.groupby("city")["country"].nunique() == 1).all()
    assert (survey.groupby("postcode")["city"].nunique() == 1).all()
    assert survey["age"][survey["age"] != ""].astype(int).between(18, 88).all()
    assert survey["height"].str.fullmatch(r"1\d\d cm|200 cm|20\d cm").all()
    assert survey["income"].str.fullmatch(r"\d+\.\d\d").all()
    assert pd.to_datetime(survey["interviewed"], format="%Y-%m-%d").dt.year.eq(2026).all()
    assert set(survey["smoker"]) == {"never", "former", "current"}


def test_the_repaired_readings_hold_together():
    sensors = _repaired("sensors")
    times = pd.to_datetime(sensors["time"], format="%Y-%m-%d %H:%M")
    assert sensors["station"].nunique() == 2
    assert (times.groupby(sensors["station"]).diff().dropna() == pd.Timedelta(hours=1)).all()
    limits = {"temperature_c": (0, 30), "humidity_pct": (30, 100), "pm25_ug_m3": (0, 60)}
    for column, (low, high) in limits.items():
        assert sensors[column][sensors[column] != ""].astype(float).between(low, high).all()


def test_the_repaired_blood_tests_hold_together():
    blood = _repaired("blood")
    assert blood["sample"].is_unique
    assert (blood.groupby("icd10")["diagnosis"].nunique() == 1).all()
    assert set(blood["sex"]) == {"F", "M"}
    assert (blood["born"] < blood["taken"]).all()
    measured = blood[blood["systolic"] != ""]
    assert (measured["diastolic"].astype(int) < measured["systolic"].astype(int)).all()
    assert blood["haemoglobin"].str.fullmatch(r"\d+\.\d g/dL").all()


def test_the_description_counts_rightly():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"\| `dirty/(\w+)\.csv` \| (\d+) \| (\d+) \|", text)
    assert [name for name, *_ in told] == list(NAMES)
    for name, rows, errors in told:
        assert (len(_cells(name)), len(_errors(name))) == (int(rows), int(errors))

import numpy as np
import pandas as pd
import pytest

from sciml_magics.quality.outliers.alone import OutlyingNumbers
from sciml_magics.quality.outliers.measured import coded, measures
from sciml_magics.quality.outliers.together import OutlyingRows
from sciml_magics.quality.table import Table

ROWS = 200


def column(name, cells):
    return Table(pd.DataFrame({name: cells}))[name]


def drawn(low, high, seed=0):
    return np.random.default_rng(seed).integers(low, high, ROWS)


NAMING = {
    "ZipCode": np.append(drawn(35_000, 36_000), 99_950),
    "postcode": np.append(drawn(10_000, 11_000), 99_999).astype(str),
    "Phone": np.append(drawn(2_050_000_000, 2_059_999_999), 18),
    "telephone": np.append(drawn(441_000_000, 441_999_999), 9_999_999_999).astype(float),
    "patient_id": np.append(drawn(1_000, 1_400), 900_000),
    "Area Code": np.append(drawn(205, 210), 989),
    "sample": np.append(np.arange(ROWS) + 5_000, 10**9),
    "record": np.append(drawn(30_000_000, 39_999_999), 1),
    "ward": [f"{number:05d}" for number in np.append(drawn(100, 130), 99_000)],
}


@pytest.mark.parametrize("name", NAMING)
def test_numbers_that_name_something_have_no_outliers(name):
    assert not measures(column(name, NAMING[name]))
    assert not list(OutlyingNumbers().find(Table(pd.DataFrame({name: NAMING[name]}))))


@pytest.mark.parametrize("name", ["paid", "humid", "income", "visits", "age", "T (°C)"])
def test_numbers_that_measure_or_count_are_looked_at(name):
    assert measures(column(name, drawn(10, 40)))
    assert measures(column(name, drawn(1_000, 90_000)))
    assert measures(column(name, drawn(1_000, 90_000).astype(str)))
    assert measures(column(name, np.random.default_rng(0).normal(size=ROWS)))


def test_whole_numbers_nearly_all_different_are_no_running_number_by_that_alone():
    values = np.append(drawn(20_000, 60_000), 5_000_000)
    (found,) = OutlyingNumbers().find(Table(pd.DataFrame({"income": values})))
    assert found.rows.tolist() == [ROWS]


def test_rows_are_not_compared_by_what_names_them():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(ROWS, 3)), columns=list("abc"))
    frame["zip"] = drawn(10_000, 10_100)
    frame.loc[5, "zip"] = 99_999
    assert not any(5 in found.rows for found in OutlyingRows().find(Table(frame)))


def test_texts_and_empty_columns_measure_nothing():
    assert not measures(column("a", ["x", "y"]))
    assert not measures(column("a", [np.nan, np.nan]))


def test_codes_for_missing_numbers_are_told_from_numbers():
    values = np.append(drawn(10, 40), [-999, -999])
    assert coded(column("a", values)).nonzero()[0].tolist() == [ROWS, ROWS + 1]

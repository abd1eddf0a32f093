"""The sample data hold what their description says."""

import csv
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sciml_magics.tasks.scheme import as_labels

DATA = Path(__file__).parents[2] / "notebooks" / "data"
SCALE = {"1", "2", "3", "4", "5", ""}


def _cells(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)


def _errors(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}_errors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _scheme(name: str) -> dict[str, str]:
    labels = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))["labels"]
    assert isinstance(labels, dict)
    return labels


def _repaired(name: str) -> pd.DataFrame:
    """The file with every documented error undone."""
    frame = _cells(f"{name}.csv")
    repeated = []
    for error in _errors(name):
        row = int(error["row"])
        if error["column"]:
            frame.loc[row, error["column"]] = error["correct"]
        else:
            repeated.append(row)
    return frame.drop(index=repeated)


def _numbers(cells: "pd.Series[str]") -> "pd.Series[float]":
    return cells[cells != ""].astype(float)


@pytest.fixture(scope="module")
def abstracts() -> pd.DataFrame:
    return _cells("abstracts.csv")


def test_there_are_enough_abstracts_of_every_topic_and_field(abstracts):
    assert len(abstracts) >= 160
    assert abstracts["id"].is_unique
    assert abstracts["field"].nunique() == 5
    assert abstracts["topic"].value_counts().min() >= 15
    assert (abstracts.groupby("topic")["field"].nunique() == 1).all()


def test_gold_topics_are_the_labels_of_the_scheme(abstracts):
    scheme = _scheme("topics.yaml")
    assert set(abstracts["topic"]) == set(scheme)
    assert [label.name for label in as_labels(scheme)] == list(scheme)
    assert all(scheme.values())


def test_no_two_abstracts_are_the_same(abstracts):
    words = abstracts["text"].str.lower().str.replace(r"\W+", " ", regex=True).str.strip()
    assert words.is_unique


def test_abstracts_have_the_length_of_one_to_three_sentences(abstracts):
    english = abstracts.loc[abstracts["language"] == "en", "text"]
    assert english.str.split().str.len().between(20, 70).all()
    chinese = abstracts.loc[abstracts["language"] == "zh", "text"]
    assert chinese.str.len().between(40, 150).all()


def _is_chinese(text: str) -> bool:
    letters = [char for char in text if unicodedata.category(char).startswith("L")]
    han = [char for char in letters if "CJK" in unicodedata.name(char)]
    return len(han) > 0.9 * len(letters)


def test_languages_are_what_they_are_said_to_be(abstracts):
    chinese = abstracts["text"].map(_is_chinese)
    assert chinese.sum() >= 20
    assert (chinese == (abstracts["language"] == "zh")).all()
    assert abstracts.loc[~chinese, "text"].str.isascii().all()


def test_ambiguous_abstracts_are_described(abstracts):
    described = re.findall(r"\b(A\d{3}) \((\w+)", (DATA / "README.md").read_text(encoding="utf-8"))
    topics = dict(zip(abstracts["id"], abstracts["topic"], strict=True))
    assert len(described) >= 5
    assert [(name, topics[name]) for name, _ in described] == described


@pytest.mark.parametrize("name", ["sensors", "survey"])
def test_every_documented_error_is_in_the_data_and_is_one(name):
    data, errors = _cells(f"{name}.csv"), _errors(name)
    assert len({(error["row"], error["column"]) for error in errors}) == len(errors)
    for error in errors:
        row, column = int(error["row"]), error["column"]
        if column:
            assert data.loc[row, column] == error["value"]
            assert error["value"] != error["correct"]
        else:
            original = int(error["value"].removeprefix("same as row "))
            assert original < row
            assert data.iloc[row].tolist() == data.iloc[original].tolist()


@pytest.mark.parametrize(("name", "kinds"), [("sensors", 14), ("survey", 12)])
def test_errors_are_of_many_kinds(name, kinds):
    assert len({error["kind"] for error in _errors(name)}) >= kinds


def test_repaired_sensors_have_no_error_left():
    sensors = _repaired("sensors")
    assert len(sensors) == 600
    assert sensors["station"].nunique() == 4
    times = pd.to_datetime(sensors["time"], format="%Y-%m-%d %H:%M")
    assert (times.groupby(sensors["station"]).diff().dropna() == pd.Timedelta(hours=1)).all()
    limits = {
        "temperature_c": (-10, 25),
        "humidity_pct": (30, 100),
        "pm25_ug_m3": (0, 80),
        "no2_ug_m3": (0, 90),
        "pressure_hpa": (960, 1030),
    }
    for column, (low, high) in limits.items():
        numbers = _numbers(sensors[column])
        assert numbers.between(low, high).all()
        jumps = numbers.groupby(sensors["station"].loc[numbers.index]).diff().abs()
        assert jumps.max() < 0.5 * (high - low)


def test_repaired_survey_has_no_error_left():
    survey = _repaired("survey")
    assert len(survey) == 200
    assert survey["id"].is_unique
    assert survey["region"].nunique() == 5
    ages = _numbers(survey["age"])
    assert ages.between(18, 70).all()
    for rating in ("satisfied", "productive", "isolated"):
        assert set(survey[rating]) <= SCALE
    answered = survey[survey["answer"] != ""]
    said = answered["language"].tolist()
    assert said == ["zh" if _is_chinese(answer) else "en" for answer in answered["answer"]]


def test_repaired_codes_follow_the_scheme():
    survey, scheme = _repaired("survey"), _scheme("survey_codes.yaml")
    for answer, codes in zip(survey["answer"], survey["codes"], strict=True):
        chosen = codes.split(";") if codes else []
        assert set(chosen) <= set(scheme)
        assert len(set(chosen)) == len(chosen)
        assert "none" not in chosen or len(chosen) == 1
        assert bool(chosen) == bool(answer)


def test_equal_answers_have_equal_codes():
    survey = _repaired("survey")
    assert (survey.groupby("answer")["codes"].nunique() == 1).all()
    assert Counter(survey["answer"])["don't know"] >= 10
    assert (survey["answer"] == "").sum() >= 10


def test_sensor_files_can_be_made_again(tmp_path):
    subprocess.run([sys.executable, DATA / "make_sensors.py", tmp_path], check=True)
    for name in ("sensors.csv", "sensors_errors.csv"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_description_counts_the_rows_rightly():
    table = (DATA / "README.md").read_text(encoding="utf-8")
    counts = dict(re.findall(r"\| `(\w+\.\w+)` \| (\d+) \|", table))
    kinds = {".csv", ".yaml", ".conll"}
    assert set(counts) == {path.name for path in DATA.iterdir() if path.suffix in kinds}
    for name, count in counts.items():
        path = DATA / name
        if path.suffix == ".yaml":
            assert len(_scheme(name)) == int(count)
        elif path.suffix == ".conll":
            assert path.read_text(encoding="utf-8").strip().count("\n\n") + 1 == int(count)
        else:
            with path.open(encoding="utf-8", newline="") as file:
                assert sum(1 for _ in csv.DictReader(file)) == int(count)


def _tagged() -> list[list[tuple[str, str]]]:
    blocks = (DATA / "field_notes.conll").read_text(encoding="utf-8").strip().split("\n\n")
    return [
        [(word, tag) for word, _, tag in (line.partition("\t") for line in block.split("\n"))]
        for block in blocks
    ]


def test_field_notes_are_sentences_with_tags_of_one_scheme():
    notes = _tagged()
    assert len(notes) == len({tuple(word for word, _ in one) for one in notes}) == 131
    for one in notes:
        tags = [tag for _, tag in one]
        assert one[-1] == (".", "O")
        for before, tag in zip(["O", *tags], tags, strict=False):
            assert tag == "O" or tag[2:] in ("person", "place", "institute")
            assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_field_notes_hold_the_names_that_their_description_counts():
    tags = Counter(tag[2:] for one in _tagged() for _, tag in one if tag.startswith("B-"))
    assert tags == {"person": 80, "place": 114, "institute": 45}
    assert sum(all(tag == "O" for _, tag in one) for one in _tagged()) == 6

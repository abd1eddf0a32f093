"""Programs that rewrite texts, and how few examples show which is meant."""

from __future__ import annotations

import pandas as pd
import pytest

from sciml_magics.quality.repairing import Known, propose
from sciml_magics.quality.repairing.programs import write
from sciml_magics.quality.repairing.programs.numbers import read
from sciml_magics.quality.table import Table

SHOWN = {
    "a suffix": ([("12 kg", "12"), ("7 kg", "7")], "105 kg", "105"),
    "a prefix": ([("No. 12", "12")], "No. 85", "85"),
    "a number": ([("12.0 oz", "12"), ("16.0 ounce", "16")], "8.4 oz.", "8.4"),
    "a number with decimals": ([("$1.5", "1.50"), ("$20", "20.00")], "$3.25", "3.25"),
    "a comma": ([("3,50", "3.50"), ("12,99", "12.99")], "8,05", "8.05"),
    "thousands": ([("1200", "1,200"), ("53000", "53,000")], "2500000", "2,500,000"),
    "a factor": ([("5%", "0.05"), ("12.5%", "0.125")], "40%", "0.4"),
    "small letters": ([("ROME", "rome"), ("Pisa", "pisa")], "MILAN", "milan"),
    "capitals": ([("rome", "Rome"), ("new york", "New York")], "los angeles", "Los Angeles"),
    "another letter": ([("a_b", "a-b"), ("cc_dd", "cc-dd")], "x_y", "x-y"),
    "no letter": ([("555-123", "555123"), ("555-999", "555999")], "555-000", "555000"),
    "a date": ([("31/05/2024", "2024-05-31")], "07/11/2023", "2023-11-07"),
    "a month in words": ([("May 31, 2024", "2024-05-31")], "April 2, 2023", "2023-04-02"),
    "a part": ([("A-12-x", "12"), ("BC-7-y", "7")], "D-345-z", "345"),
    "a turn": ([("Curie, Marie", "Marie Curie"), ("Turing, Alan", "Alan Turing")], "Noether, Emmy",
               "Emmy Noether"),
    "the first word away": ([("Dr Curie", "Curie"), ("Prof Turing", "Turing")], "Mr Bell", "Bell"),
    "one text": ([("n/a", ""), ("n/a", "")], "n/a", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_few_examples_show_what_is_meant(name: str):
    examples, asked, wanted = SHOWN[name]
    frame = pd.DataFrame({"a": [*(old for old, _ in examples), asked]})
    known = [Known(row, "a", new) for row, (_, new) in enumerate(examples)]
    [one] = propose(Table(frame), [(len(examples), "a")], known=known)
    assert one.best
    assert one.best.value == wanted
    assert one.best.source == "format"


def test_more_examples_make_a_rule_surer():
    scores = []
    for count in (1, 3, 20):
        frame = pd.DataFrame({"a": [f"{n} kg" for n in range(100, 101 + count)]})
        known = [Known(row, "a", str(100 + row)) for row in range(count)]
        [one] = propose(Table(frame), [(count, "a")], known=known)
        assert one.best
        scores.append(one.best.score)
    assert scores == sorted(scores)
    assert scores[0] < 0.9 < scores[2]


def test_an_example_against_a_rule_makes_it_less_sure():
    frame = pd.DataFrame({"a": [f"{n} kg" for n in range(10, 30)]})
    known = [Known(row, "a", str(10 + row)) for row in range(8)]
    scores = []
    for more in ([], [Known(8, "a", "?"), Known(9, "a", "!")]):
        [one] = propose(Table(frame), [(15, "a")], known=[*known, *more])
        assert one.best
        scores.append(one.best.score)
    assert scores[1] < scores[0]


@pytest.mark.parametrize(
    "old", ["", "a", "12.0 oz", "31/12/9999", "0001-01-01", "é" * 300, "1e400"]
)
@pytest.mark.parametrize("new", ["", "b", "12", "2024-05-31", "1" * 400, "x\ny"])
def test_every_program_does_what_it_was_written_for(old: str, new: str):
    for program in write(old, new):
        assert program(old) == new
        assert program.words
        assert program.cost >= 0
        for other in ("", "x", "12", "1.5e10", "31/02/2024", "١٢"):
            program(other)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.057999999999999996%", "0.058"),
        ("0.07200000000000001", "0.072"),
        ("0.1234567890123456789", "0.1234567890123456789"),
        ("12345678901234567890", "12345678901234567890"),
        ("-3", "-3"),
    ],
)
def test_the_noise_of_binary_fractions_is_left_out(text: str, value: str):
    assert str(read(text)) == value

"""Cleaning while things go wrong: a killed kernel, two kernels, the same frame twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from sciml_magics.quality.cleaning import changes_of, clean, script_of, take_back
from sciml_magics.quality.table import Table
from sciml_magics.store import Store, open_store
from tests.quality.cleaning.conftest import Propose
from tests.quality.cleaning.scripts import run_script
from tests.quality.hostile import HOSTILE

_KILLED = """
import os, signal, sys
import pandas as pd
from sciml_magics.quality.cleaning import applying
from sciml_magics.quality.table import Table
from sciml_magics.store import OpenRun, open_store

kept = []
append = OpenRun.append

def killed(self, *batch):
    append(self, *batch)
    kept.append(self)
    if len(kept) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

OpenRun.append = killed
applying._BATCH = 10
frame = pd.read_pickle(sys.argv[1])
applying.clean(Table(frame, "places"), open_store(sys.argv[2]), above=0.9)
"""


def numbers(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"n": range(rows), "text": "a"})


def test_a_kernel_that_is_killed_while_it_applies_leaves_no_half(
    store: Store, propose: Propose, tmp_path: Path
) -> None:
    frame = numbers(50)
    propose(frame, *[(row, "text", [("b", 0.99)]) for row in range(50)])
    frame.to_pickle(tmp_path / "dirty.pkl")
    files = [str(tmp_path / name) for name in ("dirty.pkl", "store.db")]
    asked = [sys.executable, "-c", _KILLED, *files]
    assert subprocess.run(asked, check=False).returncode == -signal.SIGKILL
    assert [run.state for run in store.runs("places.changes")] != ["done"]
    assert changes_of(store, Table(frame, "places")) == []
    done = clean(Table(frame, "places"), store, above=0.9)
    assert len(done.changes) == 50
    code = script_of("places", changes_of(store, Table(done.frame, "places")))
    pd.testing.assert_frame_equal(run_script(code, frame, tmp_path), done.frame)


def test_a_frame_that_is_cleaned_twice_has_the_script_of_the_second_time(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    propose(frame, (1, "city", [("Rome", 0.99)]), (2, "n", [("3", 0.8)]))
    first = clean(Table(frame, "places"), store, above=0.5)
    second = clean(Table(frame, "places"), store, above=0.9)
    made = changes_of(store, Table(frame, "places"))
    assert [(one.column, one.holds) for one in made if one.run == made[-1].run] == [("city", True)]
    assert [one.holds for one in made] == [False, False, True]
    pd.testing.assert_frame_equal(
        run_script(script_of("places", made), frame, tmp_path), second.frame
    )
    # The frame of the first time is still somebody's.
    back = take_back(Table(first.frame, "places"), store)
    pd.testing.assert_frame_equal(back.frame, frame)
    assert "refused" not in back.summary


def test_a_cleaned_frame_that_is_cleaned_again_keeps_both(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    propose(frame, (1, "city", [("Rome", 0.99)]), (2, "n", [("3", 0.8)]))
    first = clean(Table(frame, "places"), store, above=0.9)
    second = clean(Table(first.frame, "places"), store, above=0.5)
    made = changes_of(store, Table(second.frame, "places"))
    assert [one.holds for one in made] == [True, True]
    found = run_script(script_of("places", made), frame, tmp_path)
    pd.testing.assert_frame_equal(found, second.frame)


def test_two_kernels_clean_the_same_frame(propose: Propose, tmp_path: Path) -> None:
    frame = numbers(1_500)
    propose(frame, *[(row, "text", [("b", 0.99)]) for row in range(1_500)])

    def cleaned(by: str) -> pd.DataFrame:
        with open_store(tmp_path / "store.db") as opened:
            return clean(Table(frame, "places"), opened, above=0.9, by=by).frame

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(cleaned, ["ada", "ben"])
    pd.testing.assert_frame_equal(one, two)
    with open_store(tmp_path / "store.db") as store:
        made = changes_of(store, Table(one, "places"))
        assert sum(change.holds for change in made) == 1_500
        assert {change.state for change in store.runs("places.changes")} == {"done"}
        found = run_script(script_of("places", made), frame, tmp_path)
        pd.testing.assert_frame_equal(found, one)
        back = take_back(Table(two, "places"), store)
    pd.testing.assert_frame_equal(back.frame, frame)


def test_a_frame_that_lost_its_rows_or_has_ten_thousand_columns(
    store: Store, frame: pd.DataFrame, propose: Propose, tmp_path: Path
) -> None:
    propose(frame, (1, "city", [("Rome", 0.99)]))
    done = clean(Table(frame.iloc[:0], "places"), store, above=0.9)
    assert done.summary == "places: 0 cells changed · 0 rows, 0 columns · 1 refused"
    wide = HOSTILE["10,000 columns"]()
    last = Table(wide).columns[-1]
    propose(wide, (0, last.name, [("7", 0.99)]), name="wide")
    done = clean(Table(wide, "wide"), store, above=0.9)
    assert len(done.changes) == 1
    code = script_of("wide", changes_of(store, Table(done.frame, "wide")))
    pd.testing.assert_frame_equal(run_script(code, wide, tmp_path), done.frame)

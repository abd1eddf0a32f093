"""A killed process loses at most the batch in flight, and the same call goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sciml_magics.annotation import Request, annotate
from sciml_magics.frames import read_records
from sciml_magics.store import open_store
from tests.annotation.keywords import TASK, Keywords

ROOT = Path(__file__).parents[2]
ROWS = 600
BATCH = 10

CHILD = f"""
import sys, time
from pathlib import Path
from sciml_magics.annotation import Request, annotate
from sciml_magics.frames import read_records
from sciml_magics.store import open_store
from tests.annotation.keywords import TASK, Keywords
from tests.annotation.test_resume import long_frame

class Slow(Keywords):
    def suggest(self, records, task):
        for batch in super().suggest(records, task):
            time.sleep(0.01)
            yield batch

store = open_store(Path(sys.argv[1]))
print("ready", flush=True)
annotate(long_frame(), Request(TASK), Slow(batch={BATCH}), store)
"""


def long_frame() -> pd.DataFrame:
    words = ["gene sure", "star sure", "law", "nothing"]
    return pd.DataFrame({"text": [f"{words[i % 4]} {i}" for i in range(ROWS)]})


@pytest.mark.parametrize("batches", [0, 3, 17, 40])
def test_killed_then_resumed(tmp_path: Path, batches: int) -> None:
    path = tmp_path / "store.db"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    store = open_store(path)
    deadline = time.monotonic() + 60
    while _stored(path) < batches * BATCH and time.monotonic() < deadline:
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    kept = _stored(path)
    assert kept >= batches * BATCH
    assert kept % BATCH == 0, "a batch is stored whole or not at all"
    model = Keywords()
    resumed = annotate(long_frame(), Request(TASK), model, store)
    assert len(model.read) == ROWS - kept
    whole = annotate(long_frame(), Request(TASK), Keywords(revision="whole"), store)
    pd.testing.assert_frame_equal(resumed.frame, whole.frame)
    assert [run.state for run in store.runs()].count("running") == 0


def _stored(path: Path) -> int:
    store = open_store(path)
    frame = long_frame()
    ids = read_records(frame, TASK, np.arange(len(frame))).ids
    task = store.latest(TASK.name)
    if task is None:
        return 0
    found = store.answers(store.task(task), Keywords().identity, ids)
    return sum(len(positions) for positions, _, _ in found)

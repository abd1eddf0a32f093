"""SIGKILL at random moments, then the same call again: is anything lost or different?

Each round starts a process that annotates 2,000 rows on the embedded model into a new store, kills
it after a random time, counts what is stored, runs the same call to its end, and compares the frame
with that of a run that nobody disturbed. The process logs every batch that the model hands over,
so a batch that was computed but not stored shows as lost.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from tests.benchmarks.harness import parser, report, table

ROUNDS = 20
ROWS = 2_000

CHILD = """
import os, sys, time
import numpy as np, pandas as pd
from sciml_magics import api
from sciml_magics.models import Options, open_model
folder = sys.argv[1]
words = "cell gene star law market river alloy virus school comet protein voter glacier".split()
rng = np.random.default_rng(0)
frame = pd.DataFrame(
    {"text": [" ".join(rng.choice(words, rng.integers(3, 40))) for _ in range(ROWS)]}
)
model = open_model(None, Options())
log = os.open(folder + "/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
ask = model.suggest
def logged(records, task):
    for batch in ask(records, task):
        os.write(log, f"{len(batch)}\\n".encode())
        yield batch
type(model).suggest = staticmethod(logged)
os.write(log, b"ready\\n")
done = api.annotate(frame, ["biology", "space", "society"], column="text", task="field",
                    store=folder + "/k.db", progress=False)
done.to_parquet(folder + "/done.parquet")
""".replace("ROWS", str(ROWS))


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", CHILD, str(folder)])


def batches(folder: Path) -> list[int]:
    log = folder / "log"
    return [int(line) for line in log.read_text().splitlines() if line.isdigit()]


def wait_ready(folder: Path) -> None:
    while not (folder / "log").exists():
        time.sleep(0.005)


def one_round(seconds: float, whole: pd.DataFrame) -> tuple[int, int, int, bool]:
    """Records handed over, stored, the largest batch, and whether the end is the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child = start(folder)
        wait_ready(folder)
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        sent = batches(folder)
        kept = rows_in(folder / "k.db")
        again = start(folder)
        assert again.wait() == 0
        resumed = sum(batches(folder)) - sum(sent)
        same = pd.read_parquet(folder / "done.parquet").equals(whole)
        assert resumed == ROWS - kept, f"{resumed} computed after {kept} were stored"
        return sum(sent), kept, max(sent, default=0), same


def rows_in(path: Path) -> int:
    """Suggestions in a store, counted by SQLite itself."""
    if not path.exists():
        return 0
    with sqlite3.connect(path) as connection:
        found = connection.execute(
            "select count(*) from sqlite_master where name = 'sciml_suggestions'"
        ).fetchone()[0]
        if not found:
            return 0
        return int(connection.execute("select count(*) from sciml_suggestions").fetchone()[0])


def main() -> None:
    arguments = parser(__doc__, data=False).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child = start(folder)
        wait_ready(folder)
        began = time.perf_counter()
        assert child.wait() == 0
        length = time.perf_counter() - began
        whole = pd.read_parquet(folder / "done.parquet")
    draw = random.Random(0)
    rounds = [one_round(draw.uniform(0, length), whole) for _ in range(ROUNDS)]
    lost = [sent - kept for sent, kept, _, _ in rounds]
    within = sum(gone <= largest for gone, (_, _, largest, _) in zip(lost, rounds, strict=True))
    rows = [
        (
            "final frame identical to the undisturbed one",
            f"{sum(r[3] for r in rounds)} of {ROUNDS}",
        ),
        ("rounds that lost at most the batch in flight", f"{within} of {ROUNDS}"),
        ("most records lost in a round", str(max(lost))),
        ("stored when killed, of 2,000", ", ".join(str(r[1]) for r in rounds)),
    ]
    report("Killed and resumed", table(("what", "measured"), rows), record=arguments.record)


if __name__ == "__main__":
    main()

"""What is not computed twice: the same cell again, 1 % new rows, and repeated rows.

Each figure is a ratio of wall times in one process on the embedded model: 20,000 rows annotated
for the first time, then again unchanged, then with 1 % new rows; and 20,000 rows of which 60 % are
repeats, against the same rows with repeats computed one by one.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

import sciml_magics as sm
from sciml_magics.models import Options, open_model
from sciml_magics.tasks import Record
from tests.benchmarks.harness import parser, report, table

ROWS = 20_000
LABELS = {
    "background": "what was known before and why it matters",
    "objective": "what this work sets out to do",
    "method": "how the work was done",
    "result": "what was found",
    "other": "anything else",
}


def sentences(data: Path, count: int) -> list[str]:
    """Different short sentences, as many as asked for."""
    found: dict[str, None] = {}
    for name in ("csabstruct/train.jsonl", "csabstruct/dev.jsonl"):
        for line in (data / name).read_text().splitlines():
            found.update(dict.fromkeys(json.loads(line)["sentences"]))
    for line in (data / "scicite/train.txt").read_text().splitlines():
        found.setdefault(json.loads(line)["text"])
    for line in pd.read_csv(data / "banking77/train.csv")["text"]:
        found.setdefault(line)
    texts = [text for text in found if text.strip()]
    if len(texts) < count:
        raise SystemExit(f"only {len(texts)} different sentences in {data}")
    return [texts[i] for i in np.random.default_rng(0).permutation(len(texts))[:count]]


def timed(frame: pd.DataFrame, store: Path) -> float:
    began = perf_counter()
    sm.annotate(frame, LABELS, column="text", task="role", store=store, progress=False)
    return perf_counter() - began


def reuse(texts: list[str], folder: Path) -> list[tuple[str, str, str, str]]:
    store = folder / "reuse.db"
    frame = pd.DataFrame({"text": texts[:ROWS]})
    first = timed(frame, store)
    again = statistics.median(timed(frame, store) for _ in range(5))
    new = ROWS // 100
    shares = []
    for step in range(3):
        extra = texts[ROWS + step * new : ROWS + (step + 1) * new]
        grown = pd.DataFrame({"text": texts[step * new : ROWS - new + step * new] + extra})
        shares.append(timed(grown.sample(frac=1, random_state=step), store))
    one_percent = statistics.median(shares)
    return [
        ("first run, 20,000 rows", f"{first:.1f} s", "100 %", ""),
        ("same cell again", f"{again:.2f} s", f"{again / first:.1%}", "≤ 2 %"),
        ("1 % new rows", f"{one_percent:.2f} s", f"{one_percent / first:.1%}", "≤ 4 %"),
    ]


def repeats(texts: list[str], folder: Path, pairs: int) -> list[tuple[str, str, str, str]]:
    """Alternating pairs; the slow side gives every row an address of its own."""
    unique = texts[: ROWS * 2 // 5]
    picks = np.random.default_rng(1).integers(0, len(unique), ROWS - len(unique))
    rows = unique + [unique[i] for i in picks]
    frame = pd.DataFrame({"text": rows})
    suggester = open_model(None, Options())
    task = sm.Task("role", ("text",), labels=tuple(sm.Label(*item) for item in LABELS.items()))
    order = np.argsort([-len(text) for text in rows], kind="stable")
    ratios, fast, slow = [], [], []
    for pair in range(pairs):
        fast.append(timed(frame, folder / f"repeats{pair}.db"))
        began = perf_counter()
        records = [Record(i.to_bytes(16), (("text", rows[i]),)) for i in map(int, order)]
        for start in range(0, ROWS, 4_096):
            for _ in suggester.suggest(records[start : start + 4_096], task):
                pass
        slow.append(perf_counter() - began)
        ratios.append(slow[-1] / fast[-1])
    return [
        ("every row computed, nothing stored", f"{statistics.median(slow):.1f} s", "1.0 ×", ""),
        (
            "equal rows once, stored, frame written",
            f"{statistics.median(fast):.1f} s",
            f"{statistics.median(ratios):.2f} ×",
            "≥ 2.2 ×",
        ),
    ]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--pairs", type=int, default=3, help="pairs of runs with repeats")
    arguments = options.parse_args()
    texts = sentences(arguments.data, ROWS + 3 * ROWS // 100)
    timed_warm = pd.DataFrame({"text": texts[:64]})
    with tempfile.TemporaryDirectory() as name:
        timed(timed_warm, Path(name) / "warm.db")
        rows = reuse(texts, Path(name)) + repeats(texts, Path(name), arguments.pairs)
    report(
        "What is not computed twice",
        table(("case", "median wall time", "relative", "goal"), rows),
        record=arguments.record,
    )


if __name__ == "__main__":
    main()

"""20,000 survey answers of which 60 % repeat another, labelled, against sentence-transformers.

Ours is the whole job through the public function, the store included. Theirs is what a script does:
encode every row and the labels, and take the nearest.
"""

from __future__ import annotations

import csv
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

import sciml_magics
from sciml_magics.models import open_model
from sciml_magics.models.loading import find_model
from tests.benchmarks.encoders import sentence_transformer
from tests.benchmarks.harness import parser, report, table

ROWS, DIFFERENT, ROUNDS = 20_000, 8_000, 3
LABELS = {
    "economy": "jobs, prices, taxes and the state of the economy",
    "war": "war, defence and foreign policy",
    "health": "health care and insurance",
    "character": "the candidate's character, honesty and experience",
    "party": "the party, or dislike of the other one",
    "society": "abortion, race, religion and other questions of society",
}


def main() -> None:
    arguments = parser(__doc__).parse_args()
    texts = answers(arguments.data)
    frame = pd.DataFrame({"answer": texts})
    theirs = sentence_transformer(find_model().path)
    _ = open_model()
    annotate(frame.head(50))
    nearest(theirs, texts[:50])
    ours, other, alike = [], [], 0.0
    for _ in range(ROUNDS):
        began = perf_counter()
        labelled = annotate(frame)
        ours.append(perf_counter() - began)
        began = perf_counter()
        said = nearest(theirs, texts)
        other.append(perf_counter() - began)
        alike = float(np.mean(labelled["code"].astype(str) == np.array(said)))
    ratio = statistics.median(b / a for a, b in zip(ours, other, strict=True))
    rows = [
        ("ours, whole job", f"{statistics.median(ours):.1f} s", ""),
        ("sentence-transformers, batch 32", f"{statistics.median(other):.1f} s", ""),
        ("faster", f"{ratio:.1f}×", "≥ 6×"),
    ]
    body = table(("", "20,000 rows", "goal"), rows)
    body += (
        f"\n\n{ROWS:,} rows, {DIFFERENT:,} different ones, from the answers of survey_answers "
        f"(whole ones, and pairs joined to have enough different ones). {ROUNDS} rounds. The label "
        f"whose description is nearest is ours for {alike:.0%} of the rows: ours read names too."
    )
    report("Survey rows with repeats", body, record=arguments.record)


def answers(data: Path) -> list[str]:
    """Survey-like rows: 40 % different, the rest repeats of them, shuffled."""
    whole: list[str] = []
    for name in ("dataset2.csv", "dataset6.csv"):
        with (data / "survey_answers" / name).open(encoding="utf-8", newline="") as file:
            whole += [row["verbatim"] for row in csv.DictReader(file) if row["verbatim"].strip()]
    different = list(dict.fromkeys(whole))
    made = np.random.default_rng(2)
    while len(different) < DIFFERENT:
        one, two = made.choice(len(whole), 2)
        different = list(dict.fromkeys([*different, f"{whole[one]}; {whole[two]}"]))
    different = different[:DIFFERENT]
    repeats = made.choice(different, ROWS - DIFFERENT).tolist()
    rows = [*different, *repeats]
    return [rows[at] for at in made.permutation(ROWS)]


def annotate(frame: pd.DataFrame) -> pd.DataFrame:
    """The whole job, in a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return sciml_magics.annotate(
            frame,
            LABELS,
            column="answer",
            task="code",
            threshold=0.0,
            store=Path(folder) / "store.db",
            progress=False,
        )


def nearest(model: Any, texts: Sequence[str]) -> list[str]:
    """The label whose description is nearest."""
    vectors = model.encode(list(texts), batch_size=32, show_progress_bar=False)
    labels = model.encode(list(LABELS.values()), show_progress_bar=False)
    return [list(LABELS)[at] for at in (vectors @ labels.T).argmax(axis=1)]


if __name__ == "__main__":
    main()

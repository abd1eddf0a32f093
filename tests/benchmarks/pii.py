"""Personal data: what is found in texts with marked spans, and what is left after pseudonymising.

``--data`` holds ``pii``, 1,500 synthetic texts with 17 kinds. They were written from 209 templates:
half of the templates, drawn with seed 7, are the part that rules were chosen by (``--part dev``),
the others the part that is measured. F1 is told twice: strict (kind and both ends are right) and
by overlap (kind is right, and the stretches share a sign). A marked string leaks if it stands as a
whole, between signs that are no letters or digits, in the text with pseudonyms of its row.
``--model`` puts a tagger beside the rules.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import process_time
from typing import Literal, NamedTuple

import pandas as pd

import sciml_magics as sm
from sciml_magics.quality.privacy.kinds import DIRECT, KINDS, kind_of
from sciml_magics.quality.privacy.marks import gather
from sciml_magics.store import open_store
from sciml_magics.tasks import Span
from tests.benchmarks.harness import parser, report, table

SEED = 7
NAME, COLUMN = "pii", "text"


class Text(NamedTuple):
    """A text and what is marked in it."""

    text: str
    spans: tuple[Span, ...]


class Scores(NamedTuple):
    """Marked, found, and how many of each are right: strictly, and by overlap from both sides."""

    marked: int = 0
    found: int = 0
    strict: int = 0
    marked_met: int = 0
    found_met: int = 0

    def f1(self, *, strict: bool) -> float:
        """F1 of the kind."""
        hits = (self.strict, self.strict) if strict else (self.marked_met, self.found_met)
        recall = hits[0] / self.marked if self.marked else 0.0
        precision = hits[1] / self.found if self.found else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--part", choices=("dev", "test"), default="test")
    options.add_argument("--model", help="a tagger beside the rules: folder or Hub id")
    arguments = options.parse_args()
    texts = read(arguments.data / "pii" / "synth_dataset_v2.json", arguments.part)
    frame = pd.DataFrame({COLUMN: [one.text for one in texts]})
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        began = process_time()
        sm.privacy(frame, name=NAME, model=arguments.model, store=place / "s.db", progress=False)
        seconds = process_time() - began
        done = sm.privacy(
            frame,
            name=NAME,
            model=arguments.model,
            pseudonymise=True,
            key_file=place / "key",
            store=place / "s.db",
            progress=False,
        )
        assert done.frame is not None
        found = _found(frame, place / "s.db")
        body = _body(texts, found, done.frame[COLUMN].tolist(), seconds)
    model = "no model" if arguments.model is None else "a tagger"
    head = f"{len(texts):,} texts ({arguments.part} part), {model}.\n\n"
    report("Personal data", head + body, record=arguments.record)


def read(path: Path, part: Literal["dev", "test"]) -> list[Text]:
    """The texts of a part, our names of the kinds on their spans."""
    rows = json.loads(path.read_text("utf-8"))
    templates = sorted({row["template_id"] for row in rows})
    random.Random(SEED).shuffle(templates)
    dev = set(templates[: len(templates) // 2])
    return [
        Text(row["full_text"], tuple(map(_span, row["spans"])))
        for row in rows
        if (row["template_id"] in dev) == (part == "dev")
    ]


def _span(marked: dict[str, str | int]) -> Span:
    kind = kind_of(str(marked["entity_type"]))
    assert kind is not None, marked
    start, end = int(marked["start_position"]), int(marked["end_position"])
    return Span(start, end, kind, str(marked["entity_value"]))


def _found(frame: pd.DataFrame, store: Path) -> list[tuple[Span, ...]]:
    """What was found in each row, as it is in the store."""
    opened = open_store(store)
    task = opened.latest(f"{NAME}.{COLUMN}.personal")
    assert task is not None
    model = opened.runs(task.name)[-1].model
    marks = gather(frame, task, opened, model)
    return [marks.spans[at] if at >= 0 else () for at in marks.records.of_rows(len(frame)).tolist()]


def score(texts: Sequence[Text], found: Sequence[Sequence[Span]]) -> dict[str, Scores]:
    """Counts by kind."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one, spans in zip(texts, found, strict=True):
        places = {(span.start, span.end, span.label) for span in spans}
        for span in one.spans:
            counts[span.label]["marked"] += 1
            counts[span.label]["strict"] += (span.start, span.end, span.label) in places
            counts[span.label]["marked_met"] += _met(span, spans)
        for span in spans:
            counts[span.label]["found"] += 1
            counts[span.label]["found_met"] += _met(span, one.spans)
    return {kind: Scores(**counted) for kind, counted in counts.items()}


def _met(span: Span, others: Iterable[Span]) -> bool:
    return any(
        other.label == span.label and other.start < span.end and span.start < other.end
        for other in others
    )


def leaks(texts: Sequence[Text], new: Sequence[str]) -> dict[str, tuple[int, int]]:
    """How many marked strings survive, and how many there are, by kind."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one, text in zip(texts, new, strict=True):
        for span in one.spans:
            pattern = rf"(?<![^\W_]){re.escape(span.text)}(?![^\W_])"
            counts[span.label][0] += re.search(pattern, text) is not None
            counts[span.label][1] += 1
    return {kind: (left, all_of) for kind, (left, all_of) in counts.items()}


def _body(
    texts: Sequence[Text], found: Sequence[Sequence[Span]], new: Sequence[str], seconds: float
) -> str:
    by_kind = score(texts, found)
    left = leaks(texts, new)
    total = Scores(*(sum(parts) for parts in zip(*by_kind.values(), strict=True)))
    rows = [_row(kind, by_kind[kind], *left.get(kind, (0, 0))) for kind in KINDS if kind in by_kind]
    kept = tuple(map(sum, zip(*left.values(), strict=True)))
    rows.append(_row("all", total, kept[0], kept[1]))
    direct = tuple(
        map(sum, zip(*(counts for kind, counts in left.items() if kind in DIRECT), strict=True))
    )
    lines = [
        table(("kind", "marked", "found", "F1 strict", "F1 overlap", "leak rate"), rows),
        f"Leak rate of the kinds that name somebody: {direct[0]} of {direct[1]:,} "
        f"({direct[0] / direct[1]:.1%}). {len(texts) / seconds:,.0f} texts per second of one core, "
        "lists read included.",
    ]
    return "\n\n".join(lines)


def _row(kind: str, one: Scores, left: int, marked: int) -> tuple[object, ...]:
    leak = f"{left / marked:.1%}" if marked else "–"
    strict, overlap = one.f1(strict=True), one.f1(strict=False)
    return kind, f"{one.marked:,}", f"{one.found:,}", f"{strict:.3f}", f"{overlap:.3f}", leak


if __name__ == "__main__":
    main()

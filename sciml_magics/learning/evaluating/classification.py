"""Tables of scores, label by label and in the mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.learning.evaluating.entities import PerLabel, spans_of
from sciml_magics.learning.evaluating.resampling import Marks, Sums, Tally, divide, mark, patterns
from sciml_magics.tasks import Value

if TYPE_CHECKING:
    import pandas as pd

Between = tuple[float, float, float]

COLUMNS = ("label", "precision", "recall", "f1", "low", "high", "support", "predicted")
_ABSTAINED = "(none)"


def class_table(
    names: Sequence[str],
    sums: Sums,
    f1: Sequence[Between],
    exact: PerLabel | None = None,
) -> pd.DataFrame:
    """A row for each label.

    Parameters
    ----------
    names
        The labels.
    sums
        Of the records as they are: one row.
    f1
        F1 and its interval, per label.
    exact
        Precision, recall and F1 where another library counted.
    """
    right, predicted, gold = (part[0] for part in sums[:3])
    if exact is None:
        exact = PerLabel(divide(right, predicted), divide(right, gold), sums.f1[0])
    rows = [
        (
            name,
            *(float(score[at]) for score in exact),
            f1[at][1],
            f1[at][2],
            int(gold[at]),
            int(predicted[at]),
        )
        for at, name in enumerate(names)
    ]
    return _table(rows)


def average_table(
    names: Sequence[str], sums: Sums, averages: Mapping[str, Between]
) -> pd.DataFrame:
    """A row for each average, with the columns of the table of labels."""
    right, predicted, gold = (part[0] for part in sums[:3])
    there = (predicted + gold) > 0
    precision, recall = divide(right, predicted), divide(right, gold)
    total = int(gold.sum()), int(predicted.sum())
    both = {
        "micro": (divide(right.sum(), predicted.sum()), divide(right.sum(), gold.sum())),
        "macro": (
            divide(precision.sum(), there.sum()),
            divide(recall.sum(), there.sum()),
        ),
        "weighted": (
            divide((precision * gold).sum(), gold.sum()),
            divide((recall * gold).sum(), gold.sum()),
        ),
    }
    unknown = (np.nan, np.nan)
    return _table(
        [(name, *map(float, both.get(name, unknown)), *averages[name], *total) for name in names]
    )


def crossed(
    gold: Sequence[Value], predicted: Sequence[Value], names: Sequence[str]
) -> pd.DataFrame:
    """How often each right answer (rows) got each answer (columns); abstentions last.

    Labels that are neither are left out.
    """
    import pandas as pd

    counts = Counter(zip(gold, predicted, strict=True))
    there = {label for pair in counts for label in pair}
    shown = [name for name in names if name in there]
    places: dict[Value, int] = {name: at for at, name in enumerate(shown)}
    columns: list[str] = list(shown)
    if None in there:
        places[None] = len(columns)
        columns.append(apart(_ABSTAINED, shown))
    table = np.zeros((len(shown), len(columns)), dtype=np.int64)
    for (so, said), number in counts.items():
        table[places[so], places[said]] = number
    return pd.DataFrame(
        table, index=pd.Index(shown, name="right"), columns=pd.Index(columns, name="given")
    )


def found_and_missed(marks: Sequence[Marks], names: Sequence[str]) -> pd.DataFrame:
    """How often each label was found, missed and wrongly given, of several or of spans."""
    import pandas as pd

    right, predicted, gold = (
        Counter(at for one in marks for at in getattr(one, part))
        for part in ("right", "predicted", "gold")
    )
    rows = [
        (right[at], gold[at] - right[at], predicted[at] - right[at]) for at in range(len(names))
    ]
    columns = ["found", "missed", "wrong"]
    return pd.DataFrame(rows, index=pd.Index(names, name="label"), columns=columns, dtype="int64")


def tag_table(gold: Sequence[str], said: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Scores of tags of words, in the classic form: a row per tag, then the averages.

    Tags that are neither right nor given anywhere are left out.
    """
    import pandas as pd

    there = {*gold, *said}
    shown = [name for name in names if name in there]
    places = {name: at for at, name in enumerate(shown)}
    pairs, times = patterns(list(zip(gold, said, strict=True)))
    found = [mark(*pair, places) for pair in pairs]
    sums = Tally(found, len(shown)).sums(times[None, :].astype(np.float64))
    unknown = float("nan")
    plain = [(float(value), unknown, unknown) for value in sums.f1[0]]
    averages = {
        "micro": (float(sums.micro[0]), unknown, unknown),
        "macro": (float(sums.macro[0]), unknown, unknown),
        "weighted": (float(sums.weighted[0]), unknown, unknown),
    }
    tags = class_table(shown, sums, plain)
    table = pd.concat([tags, average_table(list(averages), sums, averages)], ignore_index=True)
    return table.drop(columns=["low", "high"]).rename(columns={"label": "tag"})


def span_scores(gold: Sequence[Value], predicted: Sequence[Value]) -> list[tuple[float, bool]]:
    """The score of every span that was given, and whether exactly this one is right."""
    return [
        (span.score, (span.start, span.end, span.label) in so)
        for right, said in zip(gold, predicted, strict=True)
        for so in [{(one.start, one.end, one.label) for one in spans_of(right)}]
        for span in spans_of(said)
    ]


def apart(name: str, names: Sequence[str]) -> str:
    """A name of ours that is none of theirs.

    Examples
    --------
    >>> apart("(none)", ["(none)"])
    '((none))'
    """
    while name in names:
        name = f"({name})"
    return name


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    import pandas as pd

    kinds = dict.fromkeys(COLUMNS[1:6], "float64") | dict.fromkeys(COLUMNS[6:], "int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"label": "str", **kinds})

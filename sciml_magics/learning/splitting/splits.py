"""Split rows into parts to learn from and parts to judge by, so that the judgement is honest.

Equal texts are never on two sides, nor are rows of one group where groups are named. Labels have
their share in every part. The same seed gives the same split, in whatever order the rows stand.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from sciml_magics.errors import LearningError
from sciml_magics.learning.answers import Answered
from sciml_magics.learning.splitting.spelling import plain
from sciml_magics.learning.splitting.stratify import Unit, share_out
from sciml_magics.store import Store
from sciml_magics.store.splits import SplitSeed, keep_split, read_split
from sciml_magics.tasks import Value
from sciml_magics.tasks.allowed import labels_of

SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}
VALIDATION = 0.2

_NOTED = 3
# Stands for the rows without any label, so that they have their share in every part, too.
_NONE = ""


class Split(NamedTuple):
    """Which part each row belongs to.

    Parameters
    ----------
    parts
        Name of the part, one per row.
    notes
        What to know of it, a sentence each.
    """

    parts: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Halves(NamedTuple):
    """Answers to learn from, in two parts.

    Parameters
    ----------
    train
        What a model learns from.
    validation
        What its settings are chosen by; empty where there is too little.
    seed
        Of the split, as it is in the store.
    notes
        What to know of it, a sentence each.
    """

    train: Answered
    validation: Answered
    seed: int
    notes: tuple[str, ...] = ()


def split_indices(
    texts: Sequence[str],
    values: Sequence[Value] | None = None,
    shares: Mapping[str, float] = SHARES,
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> Split:
    """The part of each row.

    Parameters
    ----------
    texts
        What is read from each row. Texts that differ only in case, width of signs or white space
        count as equal.
    values
        The answer of each row: its labels have their share in every part. A label with one text
        alone is in the greatest part.
    shares
        Share of each part by its name; they are brought to the sum 1.
    groups
        The group of each row; ``None`` is a row without one.
    seed
        Of everything random.

    Raises
    ------
    LearningError
        If the shares make no parts, or there are fewer different texts or groups than parts.

    Examples
    --------
    >>> found = split_indices(["a cell", "A  cell", "a gene", "a star"], shares={"a": 3, "b": 1})
    >>> found.parts[0] == found.parts[1], sorted(set(found.parts))
    (True, ['a', 'b'])
    """
    names = _part_names(shares)
    labels = [_labels(value) for value in values] if values is not None else [(_NONE,)] * len(texts)
    joined = _join([plain(text) for text in texts], groups)
    if len(joined) < len(names):
        what = "different texts" if groups is None else "different texts or groups"
        raise LearningError(
            f"{len(joined)} {what} cannot make {len(names)} parts: name fewer, or add rows"
        )
    ordered = sorted(joined, key=lambda unit: _place(seed, unit.key))
    if groups is not None:
        # What is large is dealt while there is room for it everywhere.
        ordered.sort(key=lambda unit: -len(unit.rows))
    units = [
        Unit(len(unit.rows), Counter(label for row in unit.rows for label in labels[row]))
        for unit in ordered
    ]
    total = sum(shares.values())
    given = share_out(units, [shares[name] / total for name in names])
    parts = [""] * len(texts)
    for unit, part in zip(ordered, given, strict=True):
        for row in unit.rows:
            parts[row] = names[part]
    notes = (
        *_repeated(joined),
        *_groups(joined, groups),
        *_rare(parts, labels, names),
        *(f"no row is left for '{name}'" for name in names if name not in parts),
    )
    return Split(tuple(parts), notes)


def train_validation(
    answered: Answered,
    store: Store,
    *,
    validation: float | None = None,
    seed: int | None = None,
    groups: Sequence[Hashable] | None = None,
) -> Halves:
    """Part the answers that may be learnt from into training and validation.

    What is held out for evaluation is in neither.

    Parameters
    ----------
    answered
        All answers to a task.
    store
        Keeps the seed: the next call parts the same answers alike.
    validation
        Share of validation, 0 to below 1; by default what was kept last, else one fifth.
    seed
        By default what was kept last, else 0.
    groups
        The group of each of `answered`; no group is on both sides.
    """
    kept = _kept(store, answered, seed, validation)
    learn = [at for at, part in enumerate(answered.parts) if part == "learn"]
    own = answered.take(learn)
    if not kept.validation:
        return Halves(own, own.take([]), kept.seed)
    shares = {"train": 1 - kept.validation, "validation": kept.validation}
    texts = own.texts()
    of = None if groups is None else [groups[at] for at in learn]
    try:
        split = split_indices(texts, own.values, shares, of, kept.seed)
    except LearningError:
        note = f"{len(own):,} answers to learn from are too few to validate with any"
        return Halves(own, own.take([]), kept.seed, (note,))
    at = {name: [i for i, part in enumerate(split.parts) if part == name] for name in shares}
    return Halves(own.take(at["train"]), own.take(at["validation"]), kept.seed, split.notes)


def _kept(
    store: Store, answered: Answered, seed: int | None, validation: float | None
) -> SplitSeed:
    task_id = store.task(answered.task)
    before = read_split(store.database, task_id)
    held = before or SplitSeed(0, VALIDATION)
    wanted = SplitSeed(
        held.seed if seed is None else seed, held.validation if validation is None else validation
    )
    if not 0 <= wanted.validation < 1:
        raise LearningError(f"a share of {wanted.validation} to validate with: choose 0 to below 1")
    if wanted != before:
        keep_split(store.database, task_id, wanted)
    return wanted


def _part_names(shares: Mapping[str, float]) -> list[str]:
    if len(shares) < 2 or not all(share > 0 for share in shares.values()):
        raise LearningError("a split has two parts or more, each with a share above 0")
    return list(shares)


def _labels(value: Value) -> tuple[str, ...]:
    return tuple(dict.fromkeys(labels_of(value))) or (_NONE,)


class _Joined(NamedTuple):
    """Rows that stay together, and what names them whatever their order."""

    key: tuple[str, ...]
    rows: list[int]


def _join(texts: Sequence[str], groups: Sequence[Hashable] | None) -> list[_Joined]:
    """Rows with equal texts together, and rows of one group; what either joins stays together."""
    above: dict[Hashable, Hashable] = {}

    def root(node: Hashable) -> Hashable:
        while above.setdefault(node, node) != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for row, text in enumerate(texts):
        top = root(("text", text))
        if groups is not None and groups[row] is not None:
            above[root(("group", groups[row]))] = top
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows[root(("text", text))].append(row)
    return [_Joined(tuple(sorted({texts[row] for row in own})), own) for own in rows.values()]


def _place(seed: int, key: tuple[str, ...]) -> bytes:
    """A random place, which depends on the seed and the texts alone."""
    digest = hashlib.blake2b(str(seed).encode("ascii"), digest_size=16)
    for text in key:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.digest()


def _repeated(joined: Sequence[_Joined]) -> list[str]:
    more = sum(len(unit.rows) - len(unit.key) for unit in joined)
    if not more:
        return []
    return [
        f"{more:,} {'row repeats' if more == 1 else 'rows repeat'} the text of another: equal "
        "texts are on one side"
    ]


def _groups(joined: Sequence[_Joined], groups: Sequence[Hashable] | None) -> list[str]:
    if groups is None:
        return []
    notes = []
    without = sum(group is None for group in groups)
    if without:
        rows = "row has" if without == 1 else "rows have"
        notes.append(f"{without:,} {rows} no group: only their texts keep them together")
    crossing = sum(len({groups[row] for row in unit.rows} - {None}) > 1 for unit in joined)
    if crossing:
        notes.append("groups that share a text are on one side")
    largest = max(len(unit.rows) for unit in joined)
    if largest > 0.5 * len(groups):
        notes.append(
            f"one group has {largest / len(groups):.0%} of the rows: shares cannot be kept"
        )
    return notes


def _rare(parts: Sequence[str], labels: Sequence[Sequence[str]], names: Sequence[str]) -> list[str]:
    """Labels that are missing from a part."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for part, own in zip(parts, labels, strict=True):
        for label in own:
            found[label][part] += 1
    missing = sorted(
        (count.total(), label) for label, count in found.items() if len(count) < len(names)
    )
    missing = [(number, label) for number, label in missing if label != _NONE]
    if not missing:
        return []
    shown = ", ".join(f"'{label}' ({number:,})" for number, label in missing[:_NOTED])
    more = f" and {len(missing) - _NOTED:,} more" if len(missing) > _NOTED else ""
    are = "label has too few rows" if len(missing) == 1 else "labels have too few rows"
    return [f"{len(missing):,} {are} to be in every part: {shown}{more}"]

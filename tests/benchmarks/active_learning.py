"""Labels needed to reach 95 % of what all of them give, by the order in which they are asked for.

Sentences of csabstruct with the ones before and after: three embeddings side by side, computed
once; after every round a head learns from all labels asked for so far. The orders are the queue's
own (uncertain, margin, diverse, and mixed as the queue deals them) and known ones from the
literature:

- ``most uncertain``: those with the highest entropy, in that order (Lewis and Gale, 1994); the
  queue draws among them by lot;

- ``clusters``: the sentence nearest to the middle of each of k clusters first (Hacohen et al.,
  2022, doi:10.48550/arXiv.2202.02794), then margin;
- ``margin+clusters``: clusters of the sentences with the smallest margins, weighted by it, one of
  each (Zhdanov, 2019, doi:10.48550/arXiv.1901.05954), after the same start.

Both splits are scored in every round: orders are compared on the development split, and the test
split is what is reported.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import KMeans

from sciml_magics.models import find_model
from sciml_magics.models.answers import softmax
from sciml_magics.models.training.head import decide, embed_texts, fit_one
from sciml_magics.models.training.head_folder import LinearHead
from sciml_magics.models.training.scores import macro_f1
from sciml_magics.review.diversity import farthest
from sciml_magics.review.walks import by_lot
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Training
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.public import Split, read_in_context

COLUMNS = ("before", "sentence", "after")
# A round asks for so many labels, or for a tenth of those there are.
STEP, GROWTH, MOST = 20, 10, 11_000
SHARE = 0.95
STRENGTH = 10.0
SPLITS: tuple[Split, ...] = ("dev", "test")
_ONE_ROUND = 400

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
# What is open, what is known, probabilities of the open ones (None at the start), how many.
Order = Callable[["Pool", Positions, Positions, "Floats | None", int], Sequence[int]]


class Scored(NamedTuple):
    """A split that heads are scored on, and the score of all labels."""

    name: Split
    vectors: Floats
    truth: npt.NDArray[np.bool_]
    full: float

    @property
    def goal(self) -> float:
        """Where a curve should come to."""
        return SHARE * self.full


class Pool:
    """The training split: embeddings, truth and texts."""

    def __init__(self, vectors: Floats, truth: npt.NDArray[np.bool_], texts: list[str]) -> None:
        self.vectors, self.truth, self.texts = vectors, truth, texts
        self.draw = np.random.default_rng(0)

    def at_random(self, among: Positions, count: int) -> Positions:
        return self.draw.permutation(among)[:count]

    def middles(self, among: Positions, count: int, weight: Floats | None = None) -> list[int]:
        """One of each of so many clusters, the nearest to its middle."""
        points = self.vectors[among]
        seed = int(self.draw.integers(1 << 31))
        means = KMeans(count, n_init=1, max_iter=20, random_state=seed)
        means.fit(points, sample_weight=weight)
        far = ((points - means.cluster_centers_[means.labels_]) ** 2).sum(axis=1)
        order = np.lexsort((far, means.labels_))
        first = np.unique(means.labels_[order], return_index=True)[1]
        return [int(among[at]) for at in order[first]]


def _margin(shares: Floats) -> Floats:
    two = np.sort(shares, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def _entropy(shares: Floats) -> Floats:
    return np.asarray(-(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1))


def random(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    return pool.at_random(open_, count)


def uncertain(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    if shares is None:
        return pool.at_random(open_, count)
    return open_[by_lot(_entropy(shares).astype(np.float64), pool.draw)[:count]]


def most_uncertain(
    pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int
):
    if shares is None:
        return pool.at_random(open_, count)
    return open_[np.argsort(-_entropy(shares), kind="stable")[:count]]


def margin(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    if shares is None:
        return pool.at_random(open_, count)
    return open_[np.argsort(_margin(shares), kind="stable")[:count]]


def diverse(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    some = pool.at_random(open_, _ONE_ROUND)
    texts = [pool.texts[at] for at in some]
    return some[farthest(texts, [pool.texts[at] for at in known], count)]


def mixed(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    """Six of ten uncertain, one diverse and three at random, as the queue deals them.

    The queue keeps those at random for evaluation; here they are learned from as well.
    """
    if shares is None:
        return pool.at_random(open_, count)
    unsure = uncertain(pool, open_, known, shares, count * 6 // 10)
    rest = np.setdiff1d(open_, unsure)
    unlike = diverse(pool, rest, known, shares, count // 10)
    rest = np.setdiff1d(rest, unlike)
    drawn = pool.at_random(rest, count - len(unsure) - len(unlike))
    return np.concatenate((unsure, unlike, drawn))


def clusters(pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int):
    if shares is None:
        return pool.middles(open_, count)
    return margin(pool, open_, known, shares, count)


def margin_clusters(
    pool: Pool, open_: Positions, known: Positions, shares: Floats | None, count: int
):
    if shares is None:
        return pool.middles(open_, count)
    apart = _margin(shares)
    near = np.argsort(apart, kind="stable")[: 10 * count]
    return pool.middles(open_[near], count, 1 - apart[near])


ORDERS: dict[str, Order] = {
    "random": random,
    "uncertain": uncertain,
    "most uncertain": most_uncertain,
    "margin": margin,
    "diverse": diverse,
    "mixed": mixed,
    "clusters": clusters,
    "margin+clusters": margin_clusters,
}


def curve(
    pool: Pool, order: Order, task: Task, seed: int, splits: Sequence[Scored]
) -> list[tuple[int, list[float]]]:
    """Macro F1 on every split after every round, until all of them are where they should be."""
    pool.draw = np.random.default_rng(seed)
    known = np.empty(0, dtype=np.int64)
    shares: Floats | None = None
    points: list[tuple[int, list[float]]] = []
    waits = {split.name for split in splits}
    while len(known) < MOST and waits:
        open_ = np.setdiff1d(np.arange(len(pool.texts)), known)
        asked = order(pool, open_, known, shares, max(STEP, len(known) // GROWTH))
        known = np.concatenate((known, np.asarray(asked, dtype=np.int64)))
        truth = pool.truth[known]
        if (truth == truth[0]).all():
            continue
        head = learned(pool.vectors[known], truth, task)
        scores = [macro_f1(split.truth, decide(head, split.vectors)) for split in splits]
        points.append((len(known), scores))
        waits -= {one.name for one, score in zip(splits, scores, strict=True) if score >= one.goal}
        rest = np.setdiff1d(np.arange(len(pool.texts)), known)
        logits = pool.vectors[rest] @ head.weight.T + head.bias
        shares = np.asarray(softmax(logits), dtype=np.float32)
    return points


def learned(vectors: Floats, truth: npt.NDArray[np.bool_], task: Task) -> LinearHead:
    """A head of one strength, that all labels together prefer: choosing it anew only takes time."""
    weight, bias = fit_one(vectors, truth, STRENGTH)
    single = weight.astype(np.float32), bias.astype(np.float32)
    return LinearHead(task.label_names, *single, several=False)


def needed(points: Sequence[tuple[int, list[float]]], split: int, goal: float) -> float:
    """Labels at which a curve first reaches the goal; infinite where it does not."""
    return next((float(count) for count, scores in points if scores[split] >= goal), float("inf"))


def embedded(data: Path, split: Split, folder: Path) -> tuple[Floats, list[str], list[str]]:
    """Embeddings of a split, kept between runs, with its texts and labels."""
    rows, labels = read_in_context(data, split)
    file = folder / f"csabstruct-{split}.npy"
    if not file.exists():
        once = {text: at for at, text in enumerate({text: 0 for row in rows for text in row})}
        found = embed_texts(find_model(), list(once), Training())
        side_by_side = [found[[once[text] for text in part]] for part in zip(*rows, strict=True)]
        np.save(file, np.concatenate(side_by_side, axis=1))
    return np.load(file), ["\n".join(row) for row in rows], labels


def main() -> None:
    options = parser(__doc__)
    options.add_argument(
        "--keep", type=Path, required=True, help="folder for embeddings and curves"
    )
    options.add_argument("--orders", nargs="*", default=list(ORDERS), choices=list(ORDERS))
    options.add_argument("--seeds", nargs="*", type=int, default=list(range(5)))
    arguments = options.parse_args()
    vectors, texts, labels = embedded(arguments.data, "train", arguments.keep)
    names = sorted(set(labels))
    task = Task("role", COLUMNS, labels=tuple(map(Label, names)))

    def one_hot(values: Sequence[str]) -> npt.NDArray[np.bool_]:
        return np.asarray(np.array(values)[:, None] == np.array(names))

    pool = Pool(vectors, one_hot(labels), texts)
    everything = learned(vectors, pool.truth, task)
    splits = []
    for name in SPLITS:
        seen, _, right = embedded(arguments.data, name, arguments.keep)
        full = macro_f1(one_hot(right), decide(everything, seen))
        splits.append(Scored(name, seen, one_hot(right), full))
    print({split.name: split.full for split in splits}, flush=True)
    file = arguments.keep / "curves.json"
    curves = json.loads(file.read_text()) if file.exists() else {}
    for seed in arguments.seeds:
        for name in arguments.orders:
            if f"{name} {seed}" not in curves:
                began = perf_counter()
                curves[f"{name} {seed}"] = curve(pool, ORDERS[name], task, seed, splits)
                file.write_text(json.dumps(curves))
                found = [
                    needed(curves[f"{name} {seed}"], at, split.goal)
                    for at, split in enumerate(splits)
                ]
                print(name, seed, found, f"{perf_counter() - began:.0f} s", flush=True)
    _tell(curves, splits, arguments.record)


def _tell(
    curves: dict[str, list[tuple[int, list[float]]]], splits: Sequence[Scored], record: bool
) -> None:
    rows = []
    by_order = {
        name: [points for key, points in curves.items() if key.rpartition(" ")[0] == name]
        for name in ORDERS
    }
    for at, split in enumerate(splits):
        usual = np.median([needed(points, at, split.goal) for points in by_order["random"]])
        for name, found in by_order.items():
            if found:
                counts = [needed(points, at, split.goal) for points in found]
                each = ", ".join(f"{count:.0f}" for count in counts)
                middle = float(np.median(counts))
                rows.append((split.name, name, f"{middle:.0f}", each, f"{middle / usual:.0%}"))
    body = table(("split", "order", "labels, median", "each seed", "of random"), rows)
    for split in splits:
        body += f"\n\nAll labels on {split.name}: macro F1 {split.full:.3f}, goal {split.goal:.3f}."
    report("Labels needed, by order", body, record=record)
    if record:
        picture = draw(curves, splits[-1].goal)
        picture.save(Path(__file__).with_name("active_learning.svg"))


def draw(curves: dict[str, list[tuple[int, list[float]]]], goal: float) -> Any:
    """The mean curve of every order on the test split, and the goal."""
    rows = [
        {"order": key.rpartition(" ")[0], "labels": count, "macro F1": scores[-1]}
        for key, points in curves.items()
        for count, scores in points
    ]
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line()
        .encode(x="labels:Q", y=alt.Y("mean(macro F1):Q").scale(zero=False), color="order:N")
    )
    rule = alt.Chart(pd.DataFrame({"goal": [goal]})).mark_rule(strokeDash=[4, 4]).encode(y="goal:Q")
    return (lines + rule).properties(width=480, height=300)


if __name__ == "__main__":
    main()

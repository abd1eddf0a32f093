"""Labels needed to reach 95 % of what all of them give, by the order in which they are asked for.

Sentences of csabstruct with the ones before and after, their embeddings computed once; after every
round a head learns from all labels asked for so far. The orders are the queue's own (uncertain,
margin, diverse, and mixed as the queue deals them) and known ones from the literature:

- ``clusters``: the sentence nearest to the middle of each of k clusters first (Hacohen et al.,
  2022, doi:10.48550/arXiv.2202.02794), then margin;
- ``margin+clusters``: clusters of the sentences with the smallest margins, weighted by it, one of
  each (Zhdanov, 2019, doi:10.48550/arXiv.1901.05954), after the same start.

The orders were compared on the development split; ``--split test`` is for the last look.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import KMeans

from sciml_magics.models import find_model
from sciml_magics.models.answers import softmax
from sciml_magics.models.training.head import decide, embed_texts, fit_head, macro_f1
from sciml_magics.models.training.head_folder import LinearHead
from sciml_magics.review.diversity import farthest
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Training
from tests.benchmarks.harness import parser, report, table
from tests.benchmarks.public import Split, read_in_context

COLUMNS = ("before", "sentence", "after")
START, STEP, MOST = 20, 20, 1_000
SHARE = 0.95
_ONE_ROUND = 400

Floats = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]
# What is open, what is known, probabilities of the open ones (None at the start), how many.
Order = Callable[["Pool", Positions, Positions, "Floats | None", int], Sequence[int]]


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
    "margin": margin,
    "diverse": diverse,
    "mixed": mixed,
    "clusters": clusters,
    "margin+clusters": margin_clusters,
}


def curve(
    pool: Pool, order: Order, task: Task, seed: int, test: tuple[Floats, npt.NDArray[np.bool_]]
) -> list[tuple[int, float]]:
    """Macro F1 after every round."""
    pool.draw = np.random.default_rng(seed)
    known = np.empty(0, dtype=np.int64)
    shares: Floats | None = None
    points = []
    while len(known) < MOST:
        open_ = np.setdiff1d(np.arange(len(pool.texts)), known)
        asked = order(pool, open_, known, shares, STEP if len(known) else START)
        known = np.concatenate((known, np.asarray(asked, dtype=np.int64)))
        truth = pool.truth[known]
        if (truth == truth[0]).all():
            continue
        head = fit_head(pool.vectors[known], truth, task, Training(seed=seed))
        points.append((len(known), macro_f1(test[1], decide(head, test[0]))))
        rest = np.setdiff1d(np.arange(len(pool.texts)), known)
        shares = _shares(head, pool.vectors[rest])
    return points


def _shares(head: LinearHead, vectors: Floats) -> Floats:
    return np.asarray(softmax(vectors @ head.weight.T + head.bias), dtype=np.float32)


def needed(points: Sequence[tuple[int, float]], goal: float) -> float:
    """Labels at which a curve first reaches the goal; infinite where it does not."""
    return next((float(count) for count, score in points if score >= goal), float("inf"))


def embedded(data: Path, split: Split, folder: Path) -> tuple[Floats, list[str], list[str]]:
    """Embeddings of a split, kept between runs, with its texts and labels."""
    rows, labels = read_in_context(data, split)
    texts = [
        "\n".join(f"{name}: {text}" for name, text in zip(COLUMNS, row, strict=True))
        for row in rows
    ]
    file = folder / f"csabstruct-{split}.npy"
    if not file.exists():
        np.save(file, embed_texts(find_model(), texts, Training()))
    return np.load(file), texts, labels


def main() -> None:
    options = parser(__doc__)
    options.add_argument(
        "--keep", type=Path, required=True, help="folder for embeddings and curves"
    )
    options.add_argument("--split", choices=("dev", "test"), default="dev")
    options.add_argument("--orders", nargs="*", default=list(ORDERS), choices=list(ORDERS))
    options.add_argument("--seeds", nargs="*", type=int, default=list(range(5)))
    arguments = options.parse_args()
    vectors, texts, labels = embedded(arguments.data, "train", arguments.keep)
    names = sorted(set(labels))
    task = Task("role", COLUMNS, labels=tuple(map(Label, names)))

    def one_hot(values: Sequence[str]) -> npt.NDArray[np.bool_]:
        return np.asarray(np.array(values)[:, None] == np.array(names))

    pool = Pool(vectors, one_hot(labels), texts)
    seen, _, right = embedded(arguments.data, arguments.split, arguments.keep)
    test = (seen, one_hot(right))
    full = macro_f1(test[1], decide(fit_head(vectors, pool.truth, task, Training()), seen))
    file = arguments.keep / f"curves-{arguments.split}.json"
    curves = json.loads(file.read_text()) if file.exists() else {}
    for seed in arguments.seeds:
        for name in arguments.orders:
            if f"{name} {seed}" not in curves:
                began = perf_counter()
                curves[f"{name} {seed}"] = curve(pool, ORDERS[name], task, seed, test)
                file.write_text(json.dumps(curves))
                found = needed(curves[f"{name} {seed}"], SHARE * full)
                print(name, seed, found, f"{perf_counter() - began:.0f} s", flush=True)
    _tell(curves, full, arguments.split, arguments.record)


def _tell(
    curves: dict[str, list[tuple[int, float]]], full: float, split: str, record: bool
) -> None:
    goal, rows = SHARE * full, []
    by_order = {
        name: [points for key, points in curves.items() if key.rpartition(" ")[0] == name]
        for name in ORDERS
    }
    usual = float(np.median([needed(points, goal) for points in by_order["random"]]))
    for name, found in by_order.items():
        if found:
            counts = [needed(points, goal) for points in found]
            middle = float(np.median(counts))
            mean = np.mean([[score for _, score in points][:10] for points in found])
            rows.append(
                (
                    name,
                    len(found),
                    f"{middle:.0f}",
                    ", ".join(f"{count:.0f}" for count in counts),
                    f"{middle / usual:.0%}",
                    f"{mean:.3f}",
                )
            )
    headings = ("order", "seeds", "labels, median", "each seed", "of random", "F1 up to 200")
    body = table(headings, rows) + (
        f"\n\nOn the {split} split. All labels: macro F1 {full:.3f}; the goal is {goal:.3f}."
    )
    report("Labels needed, by order", body, record=record)
    if record:
        draw(curves, goal).save(Path(__file__).with_name("active_learning.svg"))


def draw(curves: dict[str, list[tuple[int, float]]], goal: float) -> Any:
    """The mean curve of every order, and the goal."""
    rows = [
        {"order": key.rpartition(" ")[0], "labels": count, "macro F1": score}
        for key, points in curves.items()
        for count, score in points
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

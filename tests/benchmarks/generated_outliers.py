"""Tables with outliers whose kind is known, on which the default ensemble was chosen.

The usual rows are of many shapes: mixtures, curved surfaces, skewed and heavy tails, coarse steps,
categories written as whole numbers, counts that are mostly zero, columns of all these kinds side by
side, and tables that scikit-learn ships, none of which is a set of the measurement. In each of them
outliers as ADBench makes them: local (the covariance of a component five times as wide), global
(anywhere in the range), clustered (together, aside of a component), dependency (every column by
itself). And rows of a rare class, which differs in some of the columns only, by a little in each,
upwards in three of four (what is rare mostly raises what is usually low), and is spread more or
less than the others. Every third table has columns that have nothing to do with any of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from sklearn import datasets
from sklearn.mixture import GaussianMixture

Matrix = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
Made = tuple[str, str, Matrix, Truth]
Draw = np.random.Generator
Shape = Callable[[Draw, Matrix], Matrix]

KINDS = ("local", "global", "cluster", "dependency")
_COLUMNS = (4, 6, 9, 13, 20, 32, 45)
_ROWS = (130, 300, 700, 1_500)
_SHARES = (0.01, 0.03, 0.08, 0.2, 0.35)


def generated(seed: int) -> Iterator[Made]:
    """All tables of a seed: kind of the outliers, name, rows, which of them are outliers."""
    draw = np.random.default_rng(seed)
    for name, rows, whole in _tables(draw):
        for kind in KINDS:
            outliers = _plant(kind, rows, draw, _many(draw, len(rows)))
            outliers = np.where(whole, np.round(outliers), outliers)
            yield kind, name, *_shuffled(draw, rows, outliers)
    for name, usual, rare in _rare(draw):
        yield "rare class", name, *_shuffled(draw, usual, rare)
    for name, usual, rare in _classes(draw):
        yield "real class", name, *_shuffled(draw, usual, rare)


def _many(draw: Draw, count: int) -> int:
    return max(4, int(count * float(draw.choice(_SHARES))))


def _shuffled(draw: Draw, usual: Matrix, outliers: Matrix) -> tuple[Matrix, Truth]:
    """Usual rows and outliers in one table, some with columns that say nothing."""
    truth = np.arange(len(usual) + len(outliers)) >= len(usual)
    rows = np.vstack([usual, outliers])
    if draw.random() < 1 / 3:
        rows = np.hstack([rows, _nothing(draw, len(rows), max(1, rows.shape[1] // 3))])
    order = draw.permutation(len(rows))
    return rows[order], truth[order]


def _nothing(draw: Draw, count: int, columns: int) -> Matrix:
    kinds = (
        lambda: draw.normal(size=count),
        lambda: draw.uniform(size=count),
        lambda: draw.integers(0, 6, size=count).astype(float),
        lambda: draw.exponential(size=count),
    )
    return np.column_stack([kinds[draw.integers(len(kinds))]() for _ in range(columns)])


# What stands in the columns, made of numbers that are spread around zero by about one.


def _plain(draw: Draw, hidden: Matrix) -> Matrix:
    return np.asarray(hidden * 10.0 ** draw.uniform(-2, 3, size=hidden.shape[1]))


def _skewed(draw: Draw, hidden: Matrix) -> Matrix:
    scale = draw.uniform(0.4, 1.3, size=hidden.shape[1])
    unit = 10.0 ** draw.uniform(-2, 3, size=hidden.shape[1])
    return np.asarray(np.exp(np.clip(hidden * scale, -12, 12)) * unit)


def _heavy(draw: Draw, hidden: Matrix) -> Matrix:
    """As Student's distribution of few degrees of freedom."""
    return np.sinh(np.clip(hidden, -6, 6) * draw.uniform(0.8, 1.4, size=hidden.shape[1]))


def _coarse(draw: Draw, hidden: Matrix) -> Matrix:
    levels = draw.integers(2, 10, size=hidden.shape[1])
    return np.clip(np.round((hidden + 2.3) / 4.6 * levels), 0, levels)


def _categories(draw: Draw, hidden: Matrix) -> Matrix:
    """Numbers of categories, in an order that means nothing."""
    found = []
    for column in hidden.T:
        many = int(draw.integers(2, 7))
        edges = np.sort(draw.normal(0, 1.2, size=many - 1))
        found.append(draw.permutation(many)[np.searchsorted(edges, column)])
    return np.column_stack(found).astype(float)


def _counts(draw: Draw, hidden: Matrix) -> Matrix:
    """Events, of most columns seldom more than none."""
    usual = draw.uniform(-2.5, 2, size=hidden.shape[1])
    return draw.poisson(np.exp(np.clip(usual + hidden, -8, 7))).astype(float)


def _shares(draw: Draw, hidden: Matrix) -> Matrix:
    """Between 0 and 1, many of them at an end."""
    return np.clip(0.5 + hidden * draw.uniform(0.15, 0.5, size=hidden.shape[1]), 0, 1)


def _mixed(draw: Draw, hidden: Matrix) -> Matrix:
    kinds = (_plain, _skewed, _heavy, _coarse, _categories, _counts, _shares)
    which = draw.integers(len(kinds), size=(hidden.shape[1],))
    return np.column_stack(
        [kinds[kind](draw, hidden[:, [at]])[:, 0] for at, kind in enumerate(which)]
    )


SHAPES: dict[str, Shape] = {
    "plain": _plain,
    "skewed": _skewed,
    "heavy tails": _heavy,
    "coarse": _coarse,
    "categories": _categories,
    "counts": _counts,
    "shares": _shares,
    "mixed": _mixed,
}


def _hidden(draw: Draw, count: int, columns: int) -> Matrix:
    """Numbers with dependencies: one bulk, several, or a curved surface; mean 0 and deviation 1."""
    form = draw.integers(3)
    if form == 2:
        under = draw.normal(size=(count, min(3, columns - 1)))
        rows = np.tanh(under @ draw.normal(size=(under.shape[1], columns)))
        rows += 0.5 * under**2 @ draw.normal(size=(under.shape[1], columns))
        rows += draw.uniform(0.05, 0.5) * draw.normal(size=rows.shape)
    else:
        parts = 1 if form == 0 else int(draw.integers(2, 5))
        rows = _mixture(draw, count, columns, parts)
    return np.asarray((rows - rows.mean(axis=0)) / rows.std(axis=0))


def _mixture(draw: Draw, count: int, columns: int, parts: int) -> Matrix:
    rows = []
    for size in draw.multinomial(count, draw.dirichlet(np.full(parts, 3.0))):
        factors = draw.normal(size=(columns, max(2, columns // 3)))
        own = draw.gamma(2, 0.5, size=columns)
        made = draw.normal(size=(size, factors.shape[1])) @ factors.T / np.sqrt(factors.shape[1])
        rows.append(made + own * draw.normal(size=(size, columns)) + draw.normal(size=columns) * 2)
    return np.vstack(rows)


def _tables(draw: Draw) -> Iterator[tuple[str, Matrix, Truth]]:
    """Name, the usual rows, and which columns hold whole numbers."""
    for name, shape in SHAPES.items():
        count, columns = int(draw.choice(_ROWS)), int(draw.choice(_COLUMNS))
        rows = _varying(shape(draw, _hidden(draw, count, columns)))
        yield name, rows, np.all(rows == np.round(rows), axis=0)
    cells, digits = datasets.load_breast_cancer(), datasets.load_digits()
    shipped = {
        "cells": cells.data[cells.target == 1],
        "digit": _varying(digits.data[digits.target == draw.integers(10)]),
        "diabetes": datasets.load_diabetes(scaled=False).data,
        "iris": datasets.load_iris().data,
    }
    for name, rows in shipped.items():
        yield name, rows, np.all(rows == np.round(rows), axis=0)


def _varying(rows: Matrix) -> Matrix:
    return rows[:, np.ptp(rows, axis=0) > 0]


def _plant(kind: str, rows: Matrix, draw: Draw, many: int) -> Matrix:
    count, columns = rows.shape
    if kind == "dependency":
        return np.column_stack([draw.choice(rows[:, at], many) for at in range(columns)])
    if kind == "global":
        low, high = rows.min(axis=0), rows.max(axis=0)
        middle, half = (low + high) / 2, (high - low) / 2 * 1.1
        return draw.uniform(middle - half, middle + half, size=(many, columns))
    # Fitted in units of the columns, or the narrow ones would be lost.
    unit = rows.std(axis=0)
    parts = min(3, max(1, count // 100))
    fitted = GaussianMixture(parts, reg_covar=1e-3, random_state=0).fit(rows / unit)
    if kind == "local":
        return np.asarray(np.array([_wide(fitted, draw) for _ in range(many)]) * unit)
    part = int(draw.integers(parts))
    spread = np.sqrt(np.diag(fitted.covariances_[part]))
    aside = draw.choice([-1, 1], size=columns) * draw.uniform(1, 3, size=columns) * spread
    middle = fitted.means_[part] + aside * (draw.random(columns) < 0.5)
    close = fitted.covariances_[part] * 0.3
    return np.asarray(draw.multivariate_normal(middle, close, size=many, method="svd") * unit)


def _wide(fitted: GaussianMixture, draw: Draw) -> Matrix:
    part = draw.choice(len(fitted.weights_), p=fitted.weights_)
    wide = fitted.covariances_[part] * 5
    return draw.multivariate_normal(fitted.means_[part], wide, method="svd")


def _rare(draw: Draw) -> Iterator[tuple[str, Matrix, Matrix]]:
    """Name, the usual rows, and the few of a class with a distribution of its own."""
    for name, shape in SHAPES.items():
        for _ in range(2):
            count, columns = int(draw.choice(_ROWS)), int(draw.choice(_COLUMNS))
            many = _many(draw, count)
            hidden = _hidden(draw, count + many, columns)
            touched = draw.random(columns) < draw.uniform(0.2, 0.8)
            touched[draw.integers(columns)] = True
            side = np.where(draw.random(columns) < 0.75, 1, -1)
            shift = touched * side * draw.uniform(0.2, 1.8, size=columns)
            spread = np.where(touched, draw.uniform(0.6, 2.0, size=columns), 1)
            hidden[count:] = hidden[count:] * spread + shift
            rows = shape(draw, hidden)
            held = np.ptp(rows, axis=0) > 0
            yield name, rows[:count, held], rows[count:, held]


def _classes(draw: Draw) -> Iterator[tuple[str, Matrix, Matrix]]:
    """Name, the usual rows, and the few of another class, of tables that scikit-learn ships."""
    cells, digits = datasets.load_breast_cancer(), datasets.load_digits()
    usual, rare = cells.data[cells.target == 1], cells.data[cells.target == 0]
    for share in (0.03, 0.3):
        yield f"cells {share}", usual, _some(draw, rare, int(len(usual) * share))
    for digit in draw.choice(10, 3, replace=False):
        one, others = digits.data[digits.target == digit], digits.data[digits.target != digit]
        yield f"a rare {digit}", others, one[:60]
        yield f"others than {digit}", one, _some(draw, others, 30)
    iris = datasets.load_iris()
    for flower in range(3):
        one = iris.data[iris.target == flower]
        yield f"iris {flower}", iris.data[iris.target != flower], _some(draw, one, 8)
    for columns, share, apart in ((6, 0.02, 1.0), (12, 0.05, 1.0), (20, 0.1, 0.7), (30, 0.3, 0.7)):
        rows, classes = datasets.make_classification(
            1_000,
            columns,
            n_informative=max(3, columns // 2),
            n_redundant=columns // 4,
            weights=[1 - share],
            class_sep=apart,
            flip_y=0,
            random_state=int(draw.integers(1_000)),
        )
        yield f"classes {columns}", rows[classes == 0], rows[classes == 1]


def _some(draw: Draw, rows: Matrix, many: int) -> Matrix:
    return rows[draw.choice(len(rows), min(many, len(rows)), replace=False)]

"""Tables with outliers whose kind is known, on which the default ensemble was chosen.

Rows of mixtures, curved surfaces, skewed and coarse columns, and of tables that scikit-learn ships,
none of which is a set of the measurement. In them outliers as ADBench makes them: local (the
covariance of a component five times as wide), global (anywhere in the range), clustered (together,
aside of a component), dependency (every column by itself). And rows of a rare class.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sklearn import datasets
from sklearn.mixture import GaussianMixture

Matrix = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
Made = tuple[str, str, Matrix, Truth]

KINDS = ("local", "global", "cluster", "dependency")


def generated(seed: int) -> Iterator[Made]:
    """All tables of a seed: kind of the outliers, name, rows, which of them are outliers."""
    draw = np.random.default_rng(seed)
    for name, rows in _tables(draw):
        for kind in KINDS:
            share = float(draw.choice([0.02, 0.05, 0.1, 0.25]))
            outliers = _plant(kind, rows, draw, max(3, int(len(rows) * share)))
            if name.startswith("coarse"):
                outliers = np.round(outliers)
            yield kind, f"{name} {share}", *_joined(rows, outliers)
    for name, usual, rare in _classes(draw):
        yield "rare class", name, *_joined(usual, rare)


def _joined(usual: Matrix, outliers: Matrix) -> tuple[Matrix, Truth]:
    truth = np.arange(len(usual) + len(outliers)) >= len(usual)
    return np.vstack([usual, outliers]), truth


def _tables(draw: np.random.Generator) -> Iterator[tuple[str, Matrix]]:
    for columns in (4, 8, 20, 40):
        count = int(draw.choice([150, 400, 1_000]))
        yield f"mixture {columns}", _mixture(draw, count, columns, int(draw.integers(1, 5)))
        hidden = draw.normal(size=(count, 3))
        curved = np.tanh(hidden @ draw.normal(size=(3, columns)))
        curved += 0.5 * hidden**2 @ draw.normal(size=(3, columns))
        yield f"surface {columns}", curved + 0.1 * draw.normal(size=(count, columns))
        mixing = draw.normal(size=(columns, columns)) / np.sqrt(columns)
        skewed = np.exp(draw.normal(size=(count, columns)) @ mixing)
        yield f"skewed {columns}", skewed * 10.0 ** draw.uniform(-2, 3, size=columns)
        fine = _mixture(draw, count, columns, 2)
        low, high = np.percentile(fine, (1, 99), axis=0)
        levels = draw.integers(2, 10, size=columns)
        coarse = np.clip(np.round((fine - low) / (high - low) * levels), 0, levels)
        yield f"coarse {columns}", coarse
    cells, digits = datasets.load_breast_cancer(), datasets.load_digits()
    yield "cells", cells.data[cells.target == 1]
    yield "digit", _varying(digits.data[digits.target == draw.integers(10)])
    yield "diabetes", datasets.load_diabetes(scaled=False).data
    yield "iris", datasets.load_iris().data


def _varying(rows: Matrix) -> Matrix:
    return rows[:, np.ptp(rows, axis=0) > 0]


def _mixture(draw: np.random.Generator, count: int, columns: int, parts: int) -> Matrix:
    rows = []
    for size in draw.multinomial(count, draw.dirichlet(np.full(parts, 3.0))):
        shape = draw.normal(size=(columns, columns)) * draw.gamma(1, 1, size=(1, columns))
        middle = draw.normal(size=columns) * 4
        rows.append(draw.normal(size=(size, columns)) @ shape.T / np.sqrt(columns) + middle)
    return np.vstack(rows)


def _plant(kind: str, rows: Matrix, draw: np.random.Generator, many: int) -> Matrix:
    count, columns = rows.shape
    if kind == "dependency":
        return np.column_stack([draw.choice(rows[:, at], many) for at in range(columns)])
    if kind == "global":
        low, high = rows.min(axis=0), rows.max(axis=0)
        middle, half = (low + high) / 2, (high - low) / 2 * 1.1
        return draw.uniform(middle - half, middle + half, size=(many, columns))
    parts = min(3, max(1, count // 100))
    least = 1e-6 * float(np.mean(rows.var(axis=0))) + 1e-9
    fitted = GaussianMixture(parts, reg_covar=least, random_state=0).fit(rows)
    if kind == "local":
        return np.array([_wide(fitted, draw) for _ in range(many)])
    part = int(draw.integers(parts))
    spread = np.sqrt(np.diag(fitted.covariances_[part]))
    aside = draw.choice([-1, 1], size=columns) * draw.uniform(1, 3, size=columns) * spread
    middle = fitted.means_[part] + aside * (draw.random(columns) < 0.5)
    close = fitted.covariances_[part] * 0.3
    return draw.multivariate_normal(middle, close, size=many, method="svd")


def _wide(fitted: GaussianMixture, draw: np.random.Generator) -> Matrix:
    part = draw.choice(len(fitted.weights_), p=fitted.weights_)
    wide = fitted.covariances_[part] * 5
    return draw.multivariate_normal(fitted.means_[part], wide, method="svd")


def _classes(draw: np.random.Generator) -> Iterator[tuple[str, Matrix, Matrix]]:
    """Name, the usual rows, and the few of another class."""
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


def _some(draw: np.random.Generator, rows: Matrix, many: int) -> Matrix:
    return rows[draw.choice(len(rows), min(many, len(rows)), replace=False)]

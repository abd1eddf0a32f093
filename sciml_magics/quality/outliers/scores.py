"""How outlying each row of a matrix is, by one default for all data or by any detector of PyOD."""

from __future__ import annotations

import warnings
from inspect import signature

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import QualityError
from sciml_magics.quality.outliers.ensemble import Matrix, Values, ensemble

DEFAULT = "default"


def outlier_scores(matrix: Matrix, method: str = DEFAULT, seed: int = 0) -> Values:
    """How outlying each row is.

    Parameters
    ----------
    matrix
        Numbers, none of them missing or infinite; ``[rows, columns]``. Columns of one value do not
        count.
    method
        ``"default"``: an ensemble that needs no setting (`sciml_magics.quality.outliers.ensemble`).
        Else the name of any detector of PyOD, as "IForest", "KNN" or "ECOD", in capitals or not;
        it sees the columns brought to mean 0 and deviation 1, and has its own default settings.
    seed
        Of everything that is drawn at random.

    Returns
    -------
    numpy.ndarray
        Higher is more outlying; the scale is the method's own. Zeros where there is nothing to
        compare: fewer than three rows, or no column with two values. Shape ``[rows]``.

    Raises
    ------
    QualityError
        If PyOD has no such detector, if it needs a package that is not installed, or if it cannot
        work on this matrix.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(200, 3))
    >>> rows[7] = 6
    >>> int(np.argmax(outlier_scores(rows))), int(np.argmax(outlier_scores(rows, "knn")))
    (7, 7)
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    if not np.isfinite(matrix).all():
        raise QualityError("outliers are looked for among numbers; fill what is missing first")
    if len(matrix):
        matrix = matrix[:, np.ptp(matrix, axis=0) > 0]
    if len(matrix) < 3 or not matrix.shape[1]:
        return np.zeros(len(matrix))
    return ensemble(matrix, seed) if method == DEFAULT else _by_pyod(matrix, method, seed)


def pyod_methods() -> list[str]:
    """The detectors of PyOD that work on a table, as their modules are called.

    Examples
    --------
    >>> {"ecod", "iforest", "knn", "lof"} <= set(pyod_methods())
    True
    """
    from pkgutil import iter_modules

    import pyod.models

    # Those for graphs and for series read no table; the rest are helpers, and need labels.
    other = ("base", "pyg_", "ts_", "sklearn_", "_", "combination", "thresholds", "gaal_")
    supervised = {"xgbod", "devnet", "embedding", "audio_ae", "anogan", "lscp", "suod"}
    names = (module.name for module in iter_modules(pyod.models.__path__))
    return sorted(name for name in names if not name.startswith(other) and name not in supervised)


def _by_pyod(matrix: Matrix, method: str, seed: int) -> Values:
    made = _detector(method)
    settings = {"random_state": seed} if "random_state" in signature(made).parameters else {}
    scaled = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyOD's and its libraries' own, about their own calls
        try:
            found = made(**settings).fit(scaled).decision_scores_
        except Exception as error:  # whatever a method says against this matrix
            line = str(error).strip().partition("\n")[0]
            raise QualityError(f"{method} cannot work on these rows: {line}") from error
    return np.nan_to_num(np.asarray(found, dtype=np.float64))


def _detector(method: str) -> type:
    from importlib import import_module

    wanted = method.lower()
    if wanted not in pyod_methods():
        known = ", ".join(pyod_methods())
        raise QualityError(f"PyOD has no detector '{method}' for tables; there are: {known}")
    try:
        module = import_module(f"pyod.models.{wanted}")
    except ImportError as error:
        raise QualityError(f"{method} needs a package that is not installed: {error}") from error
    wanted = wanted.replace("_", "")
    for name, found in vars(module).items():
        if isinstance(found, type) and name.lower().replace("_", "") == wanted.removesuffix("new"):
            return found
    raise QualityError(f"PyOD's detector '{method}' has no class of that name; take another")


def as_matrix(columns: list[npt.NDArray[np.float64]]) -> Matrix:
    """Columns of numbers as a matrix: the median stands for what is missing or infinite.

    Examples
    --------
    >>> as_matrix([np.array([1, np.nan, 3]), np.array([0, np.inf, 0])]).tolist()
    [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]
    """
    found = []
    for column in columns:
        finite = np.isfinite(column)
        middle = float(np.median(column[finite])) if finite.any() else 0.0
        # Beyond this, squares of differences are no longer numbers.
        found.append(np.clip(np.where(finite, column, middle), -1e100, 1e100))
    return np.column_stack(found) if found else np.empty((0, 0))

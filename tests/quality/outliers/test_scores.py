import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sciml_magics.errors import QualityError
from sciml_magics.quality.outliers import ensemble
from sciml_magics.quality.outliers.ensemble import to_nearest
from sciml_magics.quality.outliers.scores import as_matrix, outlier_scores


def usual(seed=0, rows=400, columns=6):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(rows, columns)) @ draw.normal(size=(columns, columns)), draw


def planted(kind):
    rows, draw = usual()
    spread = rows.std(axis=0)
    if kind == "global":
        outliers = draw.uniform(-5, 5, size=(12, 6)) * spread
    elif kind == "clustered":
        outliers = draw.normal(size=(12, 6)) * 0.1 * spread + 3 * spread
    elif kind == "local":
        outliers = 3 * rows[draw.choice(len(rows), 12, replace=False)]
    else:
        outliers = np.column_stack([draw.choice(column, 12) for column in rows.T])
    return np.vstack([rows, outliers]), np.arange(412) >= 400


@pytest.mark.parametrize(
    ("kind", "least"), [("global", 0.98), ("clustered", 0.95), ("local", 0.8), ("dependency", 0.8)]
)
def test_the_default_finds_outliers_of_every_kind(kind, least):
    matrix, outlying = planted(kind)
    assert roc_auc_score(outlying, outlier_scores(matrix)) > least


def test_equal_seeds_give_equal_scores():
    matrix, _ = usual()
    assert np.array_equal(outlier_scores(matrix, seed=3), outlier_scores(matrix, seed=3))


def test_neither_units_nor_constant_columns_matter():
    matrix, outlying = planted("global")
    scaled = np.column_stack([matrix * [1e9, 1, 1e-9, 1, 5, 1], np.ones(len(matrix))])
    found = [roc_auc_score(outlying, outlier_scores(each)) for each in (matrix, scaled)]
    assert found[0] == pytest.approx(found[1], abs=0.01)


@pytest.mark.parametrize("method", ["IForest", "knn", "ECOD", "hbos", "LOF", "COPOD", "PCA", "GMM"])
def test_any_detector_of_pyod_goes_by_its_name(method):
    matrix, outlying = planted("global")
    assert roc_auc_score(outlying, outlier_scores(matrix, method)) > 0.9


def test_an_unknown_method_is_told_with_those_there_are():
    with pytest.raises(QualityError, match=r"no detector 'nearest'.* iforest"):
        outlier_scores(usual()[0], "nearest")


def test_a_method_that_cannot_is_told_in_one_line(monkeypatch):
    def fit(self, rows):
        raise ValueError("too few rows\nand more")

    monkeypatch.setattr("pyod.models.knn.KNN.fit", fit)
    with pytest.raises(QualityError, match=r"knn cannot work on these rows: too few rows$"):
        outlier_scores(usual()[0], "knn")


def test_missing_numbers_are_refused():
    with pytest.raises(QualityError, match="fill what is missing"):
        outlier_scores(np.array([[1.0, np.nan]] * 5))


@pytest.mark.parametrize(
    "matrix",
    [np.empty((0, 3)), np.ones((1, 3)), np.ones((50, 3)), np.arange(4.0).reshape(2, 2)],
)
def test_where_nothing_can_be_compared_all_scores_are_zero(matrix):
    assert outlier_scores(matrix).tolist() == [0] * len(matrix)


def test_far_numbers_do_not_overflow():
    column = np.append(np.arange(50.0), [1e300, np.inf, -np.inf, np.nan])
    scores = outlier_scores(as_matrix([column, np.arange(54.0)]))
    assert np.isfinite(scores).all()
    assert np.argmax(scores) == 50


def test_a_row_is_never_its_own_nearest():
    distances = to_nearest(np.arange(6.0)[:, None] * 10, 3, 50, np.random.default_rng(0))
    assert (distances >= 10).all()


@pytest.mark.parametrize("rows", [3, 5, 30])
def test_few_rows_are_compared(rows):
    matrix = np.random.default_rng(0).normal(size=(rows, 2))
    matrix[1] = 50
    assert np.argmax(outlier_scores(matrix)) == 1


def test_long_tails_and_columns_that_say_nothing_hide_no_broken_dependency():
    matrix, outlying = planted("dependency")
    draw = np.random.default_rng(1)
    matrix[:, :3] = np.sinh(matrix[:, :3] / matrix[:, :3].std(axis=0) * 1.5)
    matrix = np.column_stack([matrix, draw.uniform(size=(len(matrix), 3))])
    assert roc_auc_score(outlying, outlier_scores(matrix)) > 0.7


def test_a_rare_class_is_found_in_counts():
    draw = np.random.default_rng(0)
    usual, rare = draw.poisson(0.7, size=(500, 8)), draw.poisson(1.6, size=(60, 8))
    matrix, outlying = np.vstack([usual, rare]).astype(float), np.arange(560) >= 500
    assert roc_auc_score(outlying, outlier_scores(matrix)) > 0.85


def test_among_many_rows_some_are_enough(monkeypatch):
    monkeypatch.setattr(ensemble, "_NEIGHBOURS", 100)
    monkeypatch.setattr(ensemble, "_FIT", 100)
    monkeypatch.setattr(ensemble, "_AT_ONCE", 64)
    matrix, outlying = planted("global")
    assert roc_auc_score(outlying, outlier_scores(matrix)) > 0.95

"""A regularised linear head on the embeddings of an encoder that stays as it is."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import LearningError
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.training.head_folder import LinearHead, save_head
from sciml_magics.models.training.scores import Truth, macro_f1
from sciml_magics.models.vectors import Vectors
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Example, Fit, Moment, Training, Watcher

Logits = npt.NDArray[np.floating]
_Fits = Callable[[Vectors, Truth, Task, Training], LinearHead]
_Saves = Callable[[ModelFiles, LinearHead, Path], None]

# Inverse strengths of the regularisation that are tried, weakest last, for vectors of length 1.
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
# Where there is too little to try them on.
_USUAL = 10.0
_FOLDS = 5
# As many examples show which strength is best; more only take time.
_ENOUGH = 1_500
_SEARCH_TOLERANCE, _TOLERANCE = 1e-3, 1e-4
_STEPS = 500
# So many examples left out are enough to tell a temperature, whose logarithm is within bounds.
_JUDGED = 30
_POWERS = (-1.5, 1.5)


def train_head(
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
    folder: Path,
    watch: Watcher,
    *,
    vectors: Vectors | None = None,
) -> Fit:
    """Train a head on the embeddings of a frozen encoder, and save both.

    Logistic regression, over all labels at once or, for several labels, one against the rest for
    each of them; how strongly it is regularised is chosen by cross-validation.

    Parameters
    ----------
    files
        The encoder, with or without a head of its own.
    task
        What is asked: a label, or labels.
    examples, validation
        To learn from; and to score the result on, may be empty.
    training
        Its `class_weights`, `seed`, `device` and `precision` count.
    folder
        Where the model is saved; it must not exist.
    watch
        Told when the head is fitted.
    vectors
        Embeddings of the examples and then of the validation, as `embed_halves` gives them, shape
        ``[examples + validation, dimension]``; of texts they are computed where they are not given.

    Raises
    ------
    LearningError
        If all examples have the same answer, or the folder cannot be written.
    ModelError
        If the encoder cannot be read.
    """
    began = perf_counter()
    fit, save = _ways(files, task)
    truth, gold = truth_of(examples, task), truth_of(validation, task)
    check_differ(truth, task)
    if vectors is None:
        if task.input == "image":
            raise LearningError("images are learned from their embeddings: give them as vectors")
        vectors = embed_texts(files, [one.text for one in (*examples, *validation)], training)
    head = fit(vectors[: len(examples)], truth, task, training)
    score = macro_f1(gold, decide(head, vectors[len(examples) :])) if len(gold) else None
    save(files, head, folder)
    moment = Moment(1, 1, 1.0, float("nan"), score, perf_counter() - began)
    watch(moment)
    return Fit(folder, "done", (moment,), score, 0.0, unseen_notes(truth, task))


def _ways(files: ModelFiles, task: Task) -> tuple[_Fits, _Saves]:
    """How a head is fitted and saved, on texts or on images."""
    if task.input == "text":
        return fit_head, save_head
    from sciml_magics.models.training import image_head

    image_head.check_takes_head(files)
    return image_head.fit_image_head, image_head.save_image_head


def fit_head(vectors: Vectors, truth: Truth, task: Task, training: Training) -> LinearHead:
    """Fit a head with the strength of regularisation that does best on examples left out.

    What it says of those also gives its temperature (Guo et al., 2017), where they are enough.

    Parameters
    ----------
    vectors
        Shape ``[n, dimension]``.
    truth
        Which labels are right, shape ``[n, labels]``.
    task
        Names the labels.
    training
        Its `class_weights` and `seed` count.
    """
    balanced = training.class_weights == "balanced"
    fit = _fit_each if task.kind == "labels" else fit_one
    folds = list(_folds(truth, training.seed))
    several = task.kind == "labels"
    strength, temperature = _USUAL, 1.0
    if folds:
        left_out: list[list[Logits]] = [[] for _ in STRENGTHS]
        for learn, check in folds:
            for at, tried in enumerate(STRENGTHS):
                weight, bias = fit(vectors[learn], truth[learn], tried, balanced, _SEARCH_TOLERANCE)
                left_out[at].append(vectors[check] @ weight.T + bias)
        right = truth[np.concatenate([check for _, check in folds])]
        said = [np.concatenate(parts) for parts in left_out]
        best = int(np.argmin([_loss(logits, right, several) for logits in said]))
        strength, temperature = STRENGTHS[best], _temperature(said[best], right, several)
    weight, bias = fit(vectors, truth, strength, balanced, _TOLERANCE)
    return LinearHead(
        task.label_names,
        weight.astype(np.float32),
        bias.astype(np.float32),
        several,
        temperature,
    )


def truth_of(examples: Sequence[Example], task: Task) -> Truth:
    """Which labels are right for each example: ``[examples, labels]``.

    Raises
    ------
    LearningError
        If an answer is none of the task's labels.
    """
    places = {name: at for at, name in enumerate(task.label_names)}
    truth = np.zeros((len(examples), len(places)), dtype=np.bool_)
    for row, example in enumerate(examples):
        value = example.value
        names = (value,) if isinstance(value, str) else value or ()
        for name in names:
            if not isinstance(name, str) or name not in places:
                raise LearningError(
                    f"an answer is {name!r}, which is no label of task '{task.name}': leave it out"
                )
            truth[row, places[name]] = True
    return truth


def check_differ(truth: Truth, task: Task) -> None:
    """Raise `LearningError` where all answers are the same, or there is none."""
    if not len(truth):
        raise LearningError(f"task '{task.name}' has no answers to learn from: review some records")
    if (truth == truth[0]).all():
        names = [name for name, applies in zip(task.label_names, truth[0], strict=True) if applies]
        said = ", ".join(names) or "none"
        raise LearningError(
            f"all {len(truth):,} answers to task '{task.name}' are '{said}': a model learns "
            "from two different answers or more"
        )


def unseen_notes(truth: Truth, task: Task) -> tuple[str, ...]:
    """What to know of labels without an example."""
    unseen = [task.label_names[int(at)] for at in np.flatnonzero(~truth.any(axis=0))]
    if not unseen:
        return ()
    names = ", ".join(f"'{name}'" for name in unseen[:5]) + (", …" if len(unseen) > 5 else "")
    return (f"no example of {names}: the model will hardly ever suggest it",)


def decide(head: LinearHead, vectors: Vectors) -> Truth:
    """Which labels a head gives, shape ``[n, labels]``."""
    logits = vectors @ head.weight.T + head.bias
    if head.several:
        return np.asarray(logits >= 0)
    return np.asarray(logits.argmax(axis=1)[:, None] == np.arange(logits.shape[1]))


def _folds(
    truth: Truth, seed: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Positions to learn from and to check on; every answer is spread evenly over the folds."""
    draw = np.random.default_rng(seed)
    _, answers = np.unique(truth, axis=0, return_inverse=True)
    order = draw.permutation(len(truth))
    order = order[np.argsort(answers.reshape(-1)[order], kind="stable")]
    if len(order) > _ENOUGH:
        order = order[np.linspace(0, len(order) - 1, _ENOUGH).astype(np.int64)]
    fold = np.arange(len(order)) % _FOLDS
    for number in range(_FOLDS):
        learn, check = order[fold != number], order[fold == number]
        if not len(check) or not len(learn) or (truth[learn] == truth[learn[0]]).all():
            return
        yield learn, check


def _temperature(logits: Logits, truth: Truth, several: bool) -> float:
    """What logits are divided by so that they suit the truth best; 1 for few of them."""
    from scipy.optimize import minimize_scalar

    if len(logits) < _JUDGED:
        return 1.0
    found = minimize_scalar(
        lambda power: _loss(logits / np.exp(power), truth, several),
        bounds=_POWERS,
        method="bounded",
    )
    return round(float(np.exp(found.x)), 4)


def _loss(logits: Logits, truth: Truth, several: bool) -> float:
    """Log loss, summed."""
    if several:
        return float(np.logaddexp(0, np.where(truth, -logits, logits)).sum())
    right = (logits * truth).sum(axis=1)
    return float((np.logaddexp.reduce(logits, axis=1) - right).sum())


def fit_one(
    vectors: Vectors,
    truth: Truth,
    strength: float,
    balanced: bool = False,
    tolerance: float = _TOLERANCE,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weight and bias where exactly one label applies; labels without an example lie nowhere.

    Parameters
    ----------
    vectors
        Shape ``[n, dimension]``.
    truth
        Which label is right, shape ``[n, labels]``; two of them or more occur.
    strength
        Inverse of the regularisation's, as of scikit-learn.
    balanced
        Whether rare labels count for more.
    tolerance
        Where the fit may end.
    """
    count, labels = truth.shape
    seen = np.flatnonzero(truth.any(axis=0))
    weight, bias = np.zeros((labels, vectors.shape[1])), np.zeros(labels)
    model = _logistic(strength, balanced, tolerance)
    with _unfinished():
        model.fit(vectors, truth[:, seen].argmax(axis=1))
    if len(seen) == 2:
        weight[seen] = np.concatenate((-model.coef_, model.coef_)) / 2
        bias[seen] = np.concatenate((-model.intercept_, model.intercept_)) / 2
    else:
        weight[seen], bias[seen] = model.coef_, model.intercept_
    # As likely as Laplace's rule has what was never seen.
    unseen = ~truth.any(axis=0)
    bias[unseen] = bias[seen].mean() - np.log(count + labels)
    return weight, bias


def _fit_each(
    vectors: Vectors, truth: Truth, strength: float, balanced: bool, tolerance: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Each label applies or not. One that always or never does is as likely as Laplace has it."""
    count, labels = truth.shape
    weight, bias = np.zeros((labels, vectors.shape[1])), np.zeros(labels)
    for at in range(labels):
        times = int(truth[:, at].sum())
        if 0 < times < count:
            model = _logistic(strength, balanced, tolerance)
            with _unfinished():
                model.fit(vectors, truth[:, at])
            weight[at], bias[at] = model.coef_[0], model.intercept_[0]
        else:
            bias[at] = np.log((times + 1) / (count - times + 1))
    return weight, bias


def _logistic(strength: float, balanced: bool, tolerance: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    weights = "balanced" if balanced else None
    return LogisticRegression(C=strength, class_weight=weights, tol=tolerance, max_iter=_STEPS)


@contextmanager
def _unfinished() -> Iterator[None]:
    """Without the warning that a fit ended before its tolerance: it is as good to a few digits."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def embed_texts(files: ModelFiles, texts: Sequence[str], training: Training) -> Vectors:
    """Embeddings as everything that answers with the encoder computes them: ``[n, dimension]``."""
    from sciml_magics.models import device, precision
    from sciml_magics.models.engine.embedder import load_embedder
    from sciml_magics.models.vectors import embed_halves

    where = device.pick(training.device)
    return embed_halves(
        load_embedder(files, where, precision.pick(training.precision, where)), texts
    )

"""Label errors: answers of people and labels of models that people's other answers speak against.

A head learns from people's answers by cross-validation, so that each answer is judged by a head
that did not see it; equal texts are always on one side. Images are read by the model that suggested
for them, or the one that the promoted head stands on. Labels of a model for records that nobody
answered are judged by a head that learnt from all answers. Answers that are held out for evaluation
take part, since what is learnt here judges answers and is thrown away.

What is found is kept as suggestions of a check: the likely value, and beside it the given one, who
gave it and how well it fits. `sciml_magics.review.doubts` makes a queue of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sciml_magics.annotation.who import person
from sciml_magics.errors import LearningError
from sciml_magics.learning.doubts.claims import Claim, Claims, claims
from sciml_magics.learning.doubts.confident import Doubted, Taught, doubt_one, doubt_several
from sciml_magics.learning.doubts.crossing import Numbers, Truth, cross_validate
from sciml_magics.learning.doubts.reading import encoder_for, enough, readable_claims
from sciml_magics.learning.pictures import Openers
from sciml_magics.learning.splitting.splits import split_indices
from sciml_magics.learning.vectors import vectors as vectors_of
from sciml_magics.models import Embeds
from sciml_magics.models.vectors import centred
from sciml_magics.store import Store, running
from sciml_magics.tasks import Counts, ModelIdentity, Record, Suggestion, Task, Value
from sciml_magics.tasks.allowed import labels_of
from sciml_magics.tasks.run import CHECK

NAME = "confident learning"
FOLDS = 5
# Labels of a model that are looked at unless more are asked for.
MOST_SUGGESTED = 2_000
# So many answers are looked through in a few seconds, whenever somebody opens the queue.
AT_ONCE = 5_000
_NAMED = 3


@dataclass(frozen=True, slots=True)
class LabelError:
    """A value that is likely wrong.

    Parameters
    ----------
    record
        The record.
    given, by
        The value, and who stands behind it: people's names, or the name of a model.
    of_model
        Whether it is a model's label, and nobody has answered the record.
    likely
        The value that is likelier.
    probability
        That what differs in it is right: 0 to 1, higher is surer.
    quality
        How well the given value fits: 0 to 1, lower is more likely wrong.
    reason
        All this in a sentence.
    """

    record: Record
    given: Value
    by: tuple[str, ...]
    of_model: bool
    likely: Value
    probability: float
    quality: float
    reason: str


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """What a look for label errors found.

    Parameters
    ----------
    errors
        The likeliest first.
    answers, labels
        How many answers of people, and labels of a model, were looked at.
    notes
        What was left out and why, a sentence each.
    identity
        What looked, and at what.
    """

    errors: tuple[LabelError, ...]
    answers: int
    labels: int
    notes: tuple[str, ...]
    identity: ModelIdentity


def find_label_errors(
    store: Store,
    task: Task,
    *,
    encoder: str | None = None,
    suggested: int = MOST_SUGGESTED,
    seed: int = 0,
    images: Openers | None = None,
) -> LabelErrors:
    """Look for label errors, and keep what was found for the queue.

    Parameters
    ----------
    store
        What people and models said.
    task
        The version of the task: of one label, or several labels.
    encoder
        Hub id or folder of the model whose embeddings the head reads; ``None`` for the embedded
        one, or what suggested for images.
    suggested
        How many of a model's labels for records that nobody answered are looked at, at most.
    seed
        Of how answers are parted, and which labels of the model are drawn.
    images
        What opens images that are in a frame, by the addresses of their records.

    Raises
    ------
    LearningError
        If the task is of another kind, or too few answers are there.
    ModelError
        If the model gives no embeddings, or there is none for images.
    """
    embeds = encoder_for(store, task, encoder)
    given = enough(claims(store, task, suggested, seed), task)
    return _look(store, task, embeds, given, seed, images or {})


def refresh_label_errors(store: Store, task: Task, images: Openers | None = None) -> None:
    """See to it that the queue of label errors knows the answers that hold now.

    Nothing is done if it does, or if so many answers have come that it would take long and there
    is an earlier look.

    Parameters
    ----------
    store, task, images
        As of `find_label_errors`.

    Raises
    ------
    LearningError
        As `find_label_errors`; or if there are very many answers, and nobody has looked yet.
    """
    embeds = encoder_for(store, task, None)
    given = enough(claims(store, task, MOST_SUGGESTED, 0), task)
    done = [run.model for run in store.runs(task.name) if run.state == "done"]
    looked = [model for model in done if model.is_check]
    if looked and looked[-1] == _identity(embeds, given, 0):
        return
    if len(given.people) <= AT_ONCE:
        _look(store, task, embeds, given, 0, images or {})
    elif not looked:
        raise LearningError(
            f"task '{task.name}' has {len(given.people):,} answers, and to look through so many "
            "takes a while: run task.label_errors() once, then open the queue"
        )


def _look(
    store: Store, task: Task, embeds: Embeds, given: Claims, seed: int, images: Openers
) -> LabelErrors:
    identity = _identity(embeds, given, seed)
    if task.input == "image":
        given = readable_claims(store, task, embeds, given, images)
    names, people = _judged(given.people, task)
    model = [claim for claim in given.model if set(labels_of(claim.value)) <= set(names)]
    everything = [*people, *model]
    vectors = vectors_of(store, embeds, [claim.record for claim in everything])
    if task.input == "image":
        vectors = centred(vectors)
    truth = _truth(everything, names)
    several, count = task.kind == "labels", len(people)
    folds = _folds(people, seed)
    crossed = cross_validate(vectors[:count], truth[:count], folds, several=several)
    known = _learnable(truth[:count], folds)
    own = _Side(list(compress(people, known)), truth[:count][known], crossed.probabilities[known])
    others = _Side(model, truth[count:], crossed.of(vectors[count:]))
    errors = [*_errors(own, names, task), *_errors(others, names, task, own)]
    errors.sort(key=lambda error: (error.quality, error.record.id))
    found = LabelErrors(tuple(errors), count, len(model), _notes(given, people), identity)
    _keep(store, task, found, seed)
    return found


def _judged(people: Sequence[Claim], task: Task) -> tuple[list[str], list[Claim]]:
    """Labels that were given twice or more, and the claims that name only such.

    Raises
    ------
    LearningError
        If these are fewer than two labels.
    """
    counts = Counter(label for claim in people for label in labels_of(claim.value))
    names = [name for name in task.label_names or sorted(counts) if counts[name] > 1]
    if len(names) < 2:
        raise LearningError(
            f"the answers to task '{task.name}' have fewer than two labels with two answers each: "
            "nothing speaks against any of them; review some more records"
        )
    return names, [claim for claim in people if set(labels_of(claim.value)) <= set(names)]


def _truth(given: Sequence[Claim], names: Sequence[str]) -> Truth:
    at = {name: place for place, name in enumerate(names)}
    truth = np.zeros((len(given), len(names)), dtype=bool)
    for row, claim in enumerate(given):
        truth[row, [at[label] for label in labels_of(claim.value)]] = True
    return truth


def _folds(people: Sequence[Claim], seed: int) -> list[int]:
    """The part of each answer; equal texts are in one part, labels are spread over all."""
    shares = {str(part): 1 / FOLDS for part in range(FOLDS)}
    # An image is known by its address, wherever it lies.
    texts = [
        claim.record.id.hex() if claim.record.open_image else claim.record.text for claim in people
    ]
    found = split_indices(texts, [claim.value for claim in people], shares, seed=seed)
    return [int(part) for part in found.parts]


def _learnable(truth: Truth, folds: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Whether the given labels also stand in other parts, so that a head could know them."""
    parts = np.asarray(folds)
    found = np.ones(len(truth), dtype=bool)
    for part in np.unique(parts):
        unknown = ~truth[parts != part].any(axis=0)
        found[parts == part] = ~(truth[parts == part] & unknown).any(axis=1)
    return found


class _Side(NamedTuple):
    """Claims of people or of a model: which labels they name, and how probable labels are."""

    claims: list[Claim]
    truth: Truth
    probabilities: Numbers

    def given(self, task: Task) -> npt.NDArray[Any]:
        return self.truth if task.kind == "labels" else self.truth.argmax(axis=1)


def _errors(
    side: _Side, names: Sequence[str], task: Task, own: _Side | None = None
) -> list[LabelError]:
    """What is doubted on a side; `own` is that of the answers that were learnt from."""
    if not side.claims:
        return []
    several = task.kind == "labels"
    taught = Taught(own.given(task), own.probabilities) if own else None
    doubt = doubt_several if several else doubt_one
    doubted = doubt(side.given(task), side.probabilities, taught)
    return [
        _error(side.claims[row], doubted, row, side.probabilities[row], names, several=several)
        for row in np.flatnonzero(doubted.wrong).tolist()
    ]


def _error(
    claim: Claim,
    doubted: Doubted,
    row: int,
    probabilities: Numbers,
    names: Sequence[str],
    *,
    several: bool,
) -> LabelError:
    right = list(compress(names, doubted.likely[row].tolist()))
    likely: Value = tuple(right) if several else right[0]
    quality, probability = float(doubted.quality[row]), float(doubted.probability[row])
    if several:
        of_label = dict(zip(names, probabilities.tolist(), strict=True))
        why = _changes(labels_of(claim.value), right, of_label)
    else:
        why = f"it is {likely} ({probability:.2f} against {quality:.2f})"
    return LabelError(
        claim.record,
        claim.value,
        claim.by,
        claim.of_model,
        likely,
        probability,
        quality,
        f"{_who(claim)}; {_by_what(claim)} {why}",
    )


def _who(claim: Claim) -> str:
    given = ", ".join(labels_of(claim.value)) or "none"
    if claim.of_model:
        return f"the model said {given}"
    names = ", ".join(claim.by[:_NAMED]) + (", …" if len(claim.by) > _NAMED else "")
    return f"{names} said {given}"


def _by_what(claim: Claim) -> str:
    return "by people's answers" if claim.of_model else "by the other answers"


def _changes(given: Sequence[str], right: Sequence[str], of_label: dict[str, float]) -> str:
    """What is missing from several labels and what does not apply, in words.

    Examples
    --------
    >>> _changes(["a", "b"], ["a", "c"], {"a": 0.9, "b": 0.04, "c": 0.8})
    'c is missing (0.80), b does not apply (0.04)'
    """
    missing = [f"{name} is missing ({of_label[name]:.2f})" for name in right if name not in given]
    wrong = [f"{name} does not apply ({of_label[name]:.2f})" for name in given if name not in right]
    return ", ".join([*missing, *wrong])


def _notes(given: Claims, judged: Sequence[Claim]) -> tuple[str, ...]:
    rare = len(given.people) - len(judged)
    if not rare:
        return given.notes
    answers = "1 answer has a label" if rare == 1 else f"{rare:,} answers have labels"
    return (*given.notes, f"{answers} that no other answer has: not looked at")


def _identity(embeds: Embeds, given: Claims, seed: int) -> ModelIdentity:
    """What looks, and at what: equal for looks that find the same."""
    settings = {
        "encoder": embeds.encoder_key,
        "answers": len(given.people),
        "labels": len(given.model),
        "last_response": given.last_response,
        "folds": FOLDS,
        "seed": seed,
    }
    text = json.dumps(settings, sort_keys=True)
    revision = hashlib.sha256(f"{given.state} {text}".encode()).hexdigest()
    return ModelIdentity(NAME, revision, CHECK, text)


def _keep(store: Store, task: Task, found: LabelErrors, seed: int) -> None:
    looked = found.answers + found.labels
    counts = Counts(rows=looked, selected=looked, unique=looked)
    with running(store, task, found.identity, counts, by=person(), seed=seed) as run:
        run.append(
            [error.record for error in found.errors],
            [_suggestion(error) for error in found.errors],
        )


def _suggestion(error: LabelError) -> Suggestion:
    given = list(error.given) if isinstance(error.given, tuple) else error.given
    evidence = {"given": given, "given_by": list(error.by), "quality": round(error.quality, 6)}
    return Suggestion(
        error.record.id, error.likely, error.probability, evidence=evidence, reason=error.reason
    )

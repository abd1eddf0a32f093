"""Spans as a lesson: marked texts become tokens with BIO tags, in windows where they are long.

A word has the tag of its first token, by the same reading of words by which answers are decoded
(`sciml_magics.models.spans`), so that what was learned is what is suggested. Tags are of the
scheme IOB2, with two tags for each label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import LearningError, TaskError
from sciml_magics.models.spans import OUTSIDE, best_tags, decode, read_tags, word_places
from sciml_magics.models.text_input import Ids, Tokens, clean, tokenise_with_places
from sciml_magics.models.training.lessons import IGNORED, Lesson, Logits, Reading, Row
from sciml_magics.models.training.shapes import shape_row, wants_shapes, widen
from sciml_magics.models.windows import Windows, cut_windows
from sciml_magics.tasks import Span, Task
from sciml_magics.tasks.training import Example

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

Words = tuple[Ids, Ids, Ids]

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its spans and the tags of its words.

    Parameters
    ----------
    text
        The original.
    tokens
        Without special ones.
    words
        First token of each word and its bounds, as of `spans.word_places`.
    spans
        As people marked them, in the order of the text.
    tags
        Tag of each word, shape ``[words]``.
    widened
        Spans that begin or end inside a word: the whole word has their tag.
    lost
        Spans that no word is left for.
    """

    text: str
    tokens: Tokens
    words: Words
    spans: tuple[Span, ...]
    tags: Ids
    widened: int
    lost: int


def tag_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Tags of the scheme IOB2.

    Examples
    --------
    >>> tag_names(["gene", "disease"])
    ('O', 'B-gene', 'I-gene', 'B-disease', 'I-disease')
    """
    return (OUTSIDE, *(f"{place}-{label}" for label in labels for place in "BI"))


def word_tags(words: Words, spans: Sequence[Span], labels: Sequence[str]) -> tuple[Ids, int, int]:
    """Tag of each word from spans that do not overlap.

    A span has every word that it shares a character with. Of two spans in one word the first has
    it.

    Returns
    -------
    tuple
        Positions in `tag_names`, shape ``[words]``; spans that begin or end inside a word; spans
        that no word is left for.

    Examples
    --------
    >>> words = np.array([0, 1]), np.array([0, 4]), np.array([3, 11])
    >>> word_tags(words, [Span(0, 6, "x", "the ge")], ["x"])
    (array([1, 2]), 1, 0)
    """
    _, starts, stops = words
    tags = np.zeros(len(starts), dtype=np.int64)
    widened = lost = free = 0
    for span in spans:
        begin = int(np.searchsorted(stops, span.start, side="right"))
        end = int(np.searchsorted(starts, span.end, side="left"))
        cut = begin < end and (starts[begin] < span.start or stops[end - 1] > span.end)
        begin = max(begin, free)
        if begin >= end:
            lost += 1
            continue
        widened += bool(cut)
        tag = 1 + 2 * labels.index(span.label)
        tags[begin], tags[begin + 1 : end], free = tag, tag + 1, end
    return tags, widened, lost


class SpansLesson(Lesson):
    """Spans made ready for a tagger: cross-entropy of words, validated by micro F1 of spans.

    Balanced, a word weighs by the root of words / words with its tag, scaled to 1 on average.

    Parameters
    ----------
    names
        The tags.
    learned, checked
        Marked texts to learn from, and to validate on.
    reading
        How the model reads texts.
    balanced
        Whether rare tags count for more.
    """

    auto_class = "AutoModelForTokenClassification"
    of_words = True

    def __init__(
        self,
        names: Sequence[str],
        learned: Sequence[Marked],
        checked: Sequence[Marked],
        reading: Reading,
        *,
        balanced: bool = False,
    ) -> None:
        self._weights = _balance(learned, len(names)) if balanced else None
        self._shapes = wants_shapes(reading.tokenizer, reading.config, segmented=reading.segmented)
        self._known = bool(reading.config.get("word_shapes"))
        self._before = len(reading.framing.before)
        self._checked = tuple(checked)
        self._scheme = read_tags(names)
        rows, windows = self._rows(learned, reading)
        checks, self._windows = self._rows(checked, reading)
        notes = _notes(learned, checked, self._scheme.names, windows, reading)
        super().__init__(names, rows, checks, notes)

    def settings(self) -> Mapping[str, Any]:
        """Say how its tags are read, and whether the model is told shapes."""
        return {"tag_scheme": "IOB2", **({"word_shapes": True} if self._shapes else {})}

    def prepare(self, model: PreTrainedModel) -> tuple[str, ...]:
        """Make room for shapes where the model is told them."""
        return (widen(model, known=self._known),) if self._shapes else ()

    def loss(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of the first tokens of words."""
        from torch import tensor
        from torch.nn.functional import cross_entropy

        weights = None if self._weights is None else tensor(self._weights, device=logits.device)
        flat, tags = logits.flatten(0, 1), targets.flatten()
        return cross_entropy(flat, tags, weight=weights, ignore_index=IGNORED, reduction="sum")

    def score(self, logits: Sequence[Logits]) -> float:
        """Micro F1 of spans: right are those with the bounds and the label that a person gave."""
        count = len(self.names)
        found = [np.zeros((len(one.tokens.ids), count), np.float32) for one in self._checked]
        windows = self._windows
        for at, said in enumerate(logits):
            start, kept = int(windows.starts[at]), slice(windows.keeps[at], windows.kept_to[at])
            own = said[self._before :]
            found[windows.texts[at]][kept] = own[kept.start - start : kept.stop - start]
        right = marked = suggested = 0
        for one, said in zip(self._checked, found, strict=True):
            gold = {(span.start, span.end, span.label) for span in one.spans}
            said_spans = self._decoded(one, said)
            right += len(gold & said_spans)
            marked, suggested = marked + len(gold), suggested + len(said_spans)
        return 2 * right / (marked + suggested) if marked + suggested else 1.0

    def _decoded(self, one: Marked, logits: Logits) -> set[tuple[int, int, str]]:
        first = np.zeros(len(logits), dtype=np.bool_)
        first[one.words[0]] = True
        tags = np.zeros(len(logits), dtype=np.int64)
        tags[first] = best_tags(logits[first], self._scheme, strict=True)
        places = one.tokens.starts, one.tokens.stops
        sure = np.ones(len(tags), dtype=np.float32)
        found = decode(one.text, places, first, tags, sure, self._scheme)
        return {(span.start, span.end, span.label) for _, span in found}

    def _rows(self, texts: Sequence[Marked], reading: Reading) -> tuple[list[Row], Windows]:
        """What the model reads, window by window; each word is learned in one of them."""
        frame = reading.framing
        sizes = [len(one.tokens.ids) for one in texts]
        windows = cut_windows(sizes, reading.limit - len(frame))
        rows, targets, kinds = [], [], []
        for one in texts:
            target = np.full(len(one.tokens.ids), IGNORED, dtype=np.int64)
            target[one.words[0]] = one.tags
            targets.append(target)
            kinds.append(shape_row(one.text, one.words, len(target)))
        for at, text in enumerate(windows.texts.tolist()):
            here = slice(windows.starts[at], windows.stops[at])
            kept = slice(windows.keeps[at], windows.kept_to[at])
            target = np.full(here.stop - here.start, IGNORED, dtype=np.int64)
            target[kept.start - here.start : kept.stop - here.start] = targets[text][kept]
            row_kinds = None
            if reading.segmented:
                row_kinds = frame.segment_row(here.stop - here.start)
            if row_kinds is not None and self._shapes:
                row_kinds[self._before : self._before + len(target)] = kinds[text][here]
            ids = frame.row(texts[text].tokens.ids[here])
            rows.append(Row(ids, _framed(target, frame.before, frame.after), row_kinds))
        return rows, windows


def spans_lesson(
    reading: Reading,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    *,
    balanced: bool = False,
) -> SpansLesson:
    """Make spans ready for a tagger.

    Parameters
    ----------
    reading
        How the model reads texts.
    task
        Of kind ``"spans"``. Where it has no labels, those of the examples are learned, sorted.
    examples, validation
        Texts with their spans; a text without any has the value ``()``.
    balanced
        Whether rare tags count for more.

    Raises
    ------
    LearningError
        If no example has a span, or a value cannot be learned: spans that overlap, that do not
        quote their text, or whose label the task does not have.
    """
    labels = task.label_names or _labels_of(examples)
    learned = _marked(examples, labels, reading)
    if not any(one.spans for one in learned):
        raise LearningError(
            f"none of the {len(examples):,} examples of task '{task.name}' has a span: mark some"
        )
    # A text of which no token is left has nothing to learn.
    taught = [one for one in learned if len(one.words[0])]
    if not any(one.tags.any() for one in taught):
        raise LearningError(
            f"model '{reading.model}' reads no word of any span of task '{task.name}': "
            "choose another base model"
        )
    checked = _marked(validation, labels, reading)
    return SpansLesson(tag_names(labels), taught, checked, reading, balanced=balanced)


def _marked(examples: Sequence[Example], labels: Sequence[str], reading: Reading) -> list[Marked]:
    texts = [clean(example.text) for example in examples]
    tokens = tokenise_with_places(reading.tokenizer, texts) if texts else []
    found = []
    for example, own in zip(examples, tokens, strict=True):
        spans = _checked_spans(example, labels)
        words = word_places(example.text, own)
        found.append(Marked(example.text, own, words, spans, *word_tags(words, spans, labels)))
    return found


def _checked_spans(example: Example, labels: Sequence[str]) -> tuple[Span, ...]:
    """Spans of an example in the order of the text, each once.

    Raises
    ------
    LearningError
        If a tagger cannot learn them.
    """
    if not isinstance(example.value, tuple):
        raise LearningError(f"the answer to {_short(example.text)} is no spans: mark it anew")
    known: dict[tuple[int, int, str], Span] = {}
    for span in example.value:
        if not isinstance(span, Span):
            raise LearningError(f"the answer to {_short(example.text)} is no spans: mark it anew")
        if span.label not in labels:
            raise LearningError(
                f"a span of {_short(example.text)} has the label '{span.label}', which the task "
                "does not have: mark it anew"
            )
        try:
            span.check(example.text)
        except TaskError as error:
            raise LearningError(f"{error}: mark it anew") from error
        known[span.start, span.end, span.label] = span
    spans = sorted(known.values(), key=lambda span: (span.start, span.end))
    for one, other in pairwise(spans):
        if other.start < one.end:
            raise LearningError(
                f"the spans {_short(one.text)} ({one.label}) and {_short(other.text)} "
                f"({other.label}) overlap, which no tagger can learn: keep one of them"
            )
    return tuple(spans)


def _labels_of(examples: Sequence[Example]) -> tuple[str, ...]:
    parts = [part for example in examples for part in example.value or ()]
    return tuple(sorted({part.label for part in parts if isinstance(part, Span)}))


def _balance(texts: Sequence[Marked], tags: int) -> npt.NDArray[np.float32]:
    """Weight of each tag, shape ``[tags]``."""
    counts = np.bincount(np.concatenate([one.tags for one in texts]), minlength=tags)
    weights = np.sqrt(counts.sum() / np.maximum(counts, 1))
    weights *= counts.sum() / (weights * counts).sum()
    return np.asarray(weights, dtype=np.float32)


def _framed(target: Ids, before: Sequence[int], after: Sequence[int]) -> Ids:
    return np.pad(target, (len(before), len(after)), constant_values=IGNORED)


def _notes(
    learned: Sequence[Marked],
    checked: Sequence[Marked],
    labels: Sequence[str],
    windows: Windows,
    reading: Reading,
) -> list[str]:
    """What the person should know of the spans."""
    both = (*learned, *checked)
    unseen = [
        name for name in labels if name not in {s.label for one in learned for s in one.spans}
    ]
    longer = int((windows.per_text(len(learned)) > 1).sum())
    widened, lost = sum(one.widened for one in both), sum(one.lost for one in both)
    notes = []
    if unseen:
        notes.append(f"no example of {', '.join(map(repr, unseen))}: that cannot be learned")
    if longer:
        notes.append(
            f"{_count(longer, 'text')} longer than the {reading.limit:,} tokens that the model "
            "reads at once: learned in windows that overlap"
        )
    if widened:
        notes.append(
            f"{_count(widened, 'span')} that begin or end inside a word: learned as whole words, "
            "as the model marks words"
        )
    if lost:
        notes.append(
            f"{_count(lost, 'span')} left out of learning, as no word is left for "
            f"{'it' if lost == 1 else 'them'}: another span has the word, or the model reads none"
        )
    return notes


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= _SHOWN else f"'{line[: _SHOWN - 1]}…'"

"""Taggers: models that mark spans of text with labels of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sciml_magics.models.answers import NO_TOKENS, NOT_FINITE, abstain
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.labels import match_labels
from sciml_magics.models.registry import architecture, family
from sciml_magics.models.spans import Tags, best_tags, decode, read_tags, word_places, word_starts
from sciml_magics.models.trained_head import head_temperature
from sciml_magics.models.windows import Scores, Windows, cut_windows
from sciml_magics.tasks import Record, Span, Suggestion, Task

if TYPE_CHECKING:
    from sciml_magics.models.batching import Indices
    from sciml_magics.models.text_input import Ids, Tokens
    from sciml_magics.models.text_model import TextModel


@family(
    "token_classifier",
    does="spans of text by a trained tagger with labels of its own: …ForTokenClassification",
    matches=architecture("ForTokenClassification"),
)
class TokenClassifier(BaseSuggester["TextModel"]):
    """A trained tagger.

    A word has the tag of its first token; see `sciml_magics.models.spans` for how tags become
    spans. Logits are divided by the configuration's ``temperature`` first, where it has one. The
    score of a span is the mean over its words of the probability of what it marks,
    whether the tag says that it begins or goes on. The score of the answer is the mean over its
    spans, and where there are none, over all words of the probability of no span.

    A model whose configuration has ``"word_shapes": true`` is told the shape of each word, too
    (`sciml_magics.models.training.shapes`). One with ``"tag_scheme": "IOB2"``, as all have that
    were trained here, is known to begin each span with a tag that says so: the tags of a text are
    those that are likeliest together under that rule.

    Windows of a text longer than the model's limit overlap, and each token is judged in the one
    where it has most context.
    """

    can = frozenset({("text", "spans")})

    def settings(self) -> dict[str, str]:
        """None: how windows are put together makes no difference to tokens."""
        return {}

    @cached_property
    def tags(self) -> Tags:
        """The model's tags, taken apart."""
        return read_tags(self.files.label_names)

    def own_labels(self) -> tuple[str, ...]:
        """What the tags mark."""
        return self.tags.names

    def load(self) -> TextModel:
        """Load the weights and the tokenizer."""
        from sciml_magics.models.text_model import load_text_model

        return load_text_model(self.files, "AutoModelForTokenClassification", self.place())

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, the longest texts first."""
        from sciml_magics.models.text_input import clean, room, tokenise_with_places
        from sciml_magics.models.text_model import run_windows

        loaded = self.loaded
        texts = tokenise_with_places(loaded.tokenizer, [clean(record.text) for record in records])
        sizes = [len(text.ids) for text in texts]
        taken = len(loaded.framing)
        windows = cut_windows(sizes, room(loaded.limit, taken, "special tokens", self.files.id))
        said: dict[int, Scores] = {}
        ids = [text.ids for text in texts]
        kinds = self._kinds(records, texts)
        temperature = head_temperature(self.files)

        def forward(part: Indices) -> None:
            rows = [_window(ids, windows, int(at)) for at in part]
            if not len(rows[0]):
                return  # longest first: there is nothing to read in the others either
            shapes = [_window(kinds, windows, int(at)) for at in part] if kinds else None
            logits = (loaded.logits(rows, kinds=shapes) / temperature).cpu().numpy()
            for row, at in zip(logits, part.tolist(), strict=True):
                text, start = int(windows.texts[at]), windows.starts[at]
                kept = slice(windows.keeps[at], windows.kept_to[at])
                own = row[self._inside(loaded, int(windows.lengths[at]), len(row))]
                whole = said.setdefault(text, np.zeros((sizes[text], row.shape[1]), np.float32))
                whole[kept] = own[kept.start - start : kept.stop - start]

        places = match_labels(task, self.own_labels(), self.files.id)
        for done in run_windows(windows, len(texts), taken, loaded.budget, forward):
            yield [
                self._answer(records[at], texts[at], said.pop(at, None), places, task)
                for at in done.tolist()
            ]

    def _kinds(self, records: Sequence[Record], texts: Sequence[Tokens]) -> list[Ids]:
        """Shapes of the words of each text; empty if the model is told none."""
        from sciml_magics.models.training.shapes import shape_row

        if not self.files.config.get("word_shapes"):
            return []
        return [
            shape_row(record.text, word_places(record.text, own), len(own.ids))
            for record, own in zip(records, texts, strict=True)
        ]

    def _judge(self, logits: Scores) -> tuple[Ids, Scores]:
        """Tag of each word, and the probability of what the tag marks, from ``[words, tags]``."""
        tags = best_tags(logits, self.tags, strict=self.files.config.get("tag_scheme") == "IOB2")
        likely = np.exp(logits - logits.max(axis=-1, keepdims=True))
        likely /= likely.sum(axis=-1, keepdims=True)
        # Tags of one kind belong together: a word may begin a span or go on with it.
        together = self.tags.kinds[:, None] == self.tags.kinds[None, :]
        sure = (likely @ together.astype(np.float32))[np.arange(len(tags)), tags]
        return tags, np.minimum(sure, 1.0)

    def _inside(self, loaded: TextModel, tokens: int, longest: int) -> slice:
        """Where a window's own tokens stand in its row."""
        frame = loaded.framing
        shift = longest - tokens - len(frame) if loaded.left else 0
        return slice(shift + len(frame.before), shift + len(frame.before) + tokens)

    def _answer(
        self,
        record: Record,
        tokens: Tokens,
        logits: Scores | None,
        places: Indices,
        task: Task,
    ) -> Suggestion:
        if logits is None or not len(tokens.ids):
            return abstain(record.id, NO_TOKENS)
        if not np.isfinite(logits).all():
            return abstain(record.id, NOT_FINITE)
        first = word_starts(record.text, tokens.starts, tokens.stops, tokens.begins)
        tags = np.zeros(len(first), dtype=np.int64)
        scores = np.zeros(len(first), dtype=np.float32)
        tags[first], scores[first] = self._judge(logits[first])
        asked = places[self.tags.kinds]
        asked[self.tags.kinds < 0] = -1
        found = decode(record.text, (tokens.starts, tokens.stops), first, tags, scores, self.tags)
        spans = tuple(
            _named(span, task.label_names[places[kind]], record.text)
            for kind, span in found
            if places[kind] >= 0
        )
        score = float(np.mean([span.score for span in spans])) if spans else 0.0
        if not spans:
            score = float(np.where(asked[tags[first]] < 0, scores[first], 1 - scores[first]).mean())
        return Suggestion(record.id, spans, score)


def _window(rows: Sequence[Ids], windows: Windows, at: int) -> Ids:
    row: Ids = rows[windows.texts[at]]
    return row[windows.starts[at] : windows.stops[at]]


def _named(span: Span, label: str, text: str) -> Span:
    named = replace(span, label=label)
    named.check(text)
    return named

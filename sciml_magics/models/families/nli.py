"""Zero-shot labels by entailment: whether a text entails "This example is LABEL."."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sciml_magics.models.answers import NO_TOKENS, NOT_FINITE, abstain, softmax, suggest_labels
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.registry import architecture, family, open_model
from sciml_magics.models.windows import Scores, Windows, cut_windows, pool
from sciml_magics.tasks import Record, Suggestion, Task

if TYPE_CHECKING:
    from sciml_magics.models.batching import Indices
    from sciml_magics.models.text_input import Ids
    from sciml_magics.models.text_model import TextModel

HYPOTHESIS = "This example is {}."

# Pairs of a text and a label that are looked at together: enough to fill batches of like length.
_PAIRS = 500_000


def entailment(names: Sequence[str]) -> int | None:
    """Position of the label that says that a text entails a hypothesis.

    Examples
    --------
    >>> entailment(["contradiction", "neutral", "Entailment"])
    2
    """
    found = (at for at, name in enumerate(names) if name.casefold().startswith("entail"))
    return next(found, None)


def contradiction(names: Sequence[str]) -> int:
    """Position of the label that says the contrary; without such a name, the outermost other one.

    Examples
    --------
    >>> contradiction(["contradiction", "neutral", "entailment"])
    0
    >>> contradiction(["entailment", "not_entailment"])
    1
    """
    named = [at for at, name in enumerate(names) if name.casefold().startswith("contra")]
    return named[0] if named else (len(names) - 1 if entailment(names) == 0 else 0)


def _matches(files: ModelFiles) -> bool:
    known = entailment(files.label_names) is not None and len(files.label_names) > 1
    return known and architecture("ForSequenceClassification")(files)


@family(
    "nli",
    does="zero-shot labels of texts by entailment: …ForSequenceClassification trained on NLI",
    matches=_matches,
)
class NLI(BaseSuggester["TextModel"]):
    """Zero-shot labels by natural-language inference.

    Each label's description, or its name where it has none, is put into "This example is {}." and
    the model says whether the text entails that (Yin et al. 2019, https://aclanthology.org/D19-1404).
    One label: the softmax over the labels of the logits of entailment. Several labels, or a single
    one to choose from: entailment against contradiction, label by label.

    Texts and hypotheses are tokenised once each; pairs of all texts and labels are batched by
    length. Every pair is read by itself, for the text is read in the light of the label: nothing
    that texts or labels share stays the same beyond the first layer. With `Options.shortlist`
    only the labels that the embedded model finds nearest to a text are compared with it, and the
    others have probability 0.

    Of a text longer than the model's limit, each label has its strongest window, or the mean over
    windows of its probability.
    """

    can = frozenset({("text", "label"), ("text", "labels")})

    def settings(self) -> Mapping[str, Any]:
        """Windows, the hypothesis and the shortlist."""
        more = {"hypothesis": HYPOTHESIS, "shortlist": self.options.shortlist}
        return {**super().settings(), **more}

    def load(self) -> TextModel:
        """Load the weights and the tokenizer."""
        from sciml_magics.models.text_model import load_text_model

        auto_class = "AutoModelForSequenceClassification"
        return load_text_model(self.files, auto_class, self.place(), pair=True)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions; within each, the longest texts first."""
        from sciml_magics.models.text_input import clean, tokenise

        hypotheses = [clean(HYPOTHESIS.format(label.meaning)) for label in task.labels]
        read = tokenise(self.loaded.tokenizer, hypotheses)
        step = max(1, _PAIRS // self._compared(task))
        for start in range(0, len(records), step):
            yield from self._compare(records[start : start + step], read, task)

    def _compared(self, task: Task) -> int:
        """How many labels are compared with each text; of one alone nothing could be said."""
        asked = self.options.shortlist or len(task.labels)
        return min(max(asked, 2), len(task.labels))

    def _nearest(self, records: Sequence[Record], task: Task) -> Indices:
        """The labels to compare with each text, in the order of the task: ``[texts, compared]``."""
        labels, compared = len(task.labels), self._compared(task)
        if compared == labels:
            return np.broadcast_to(np.arange(labels), (len(records), labels))
        from sciml_magics.models.families.encoder import Encoder

        encoder = open_model(None, replace(self.options, shortlist=0))
        assert isinstance(encoder, Encoder)
        names = [f"{label.name}: {label.meaning}" for label in task.labels]
        cosines = encoder.embed([record.text for record in records]) @ encoder.embed(names).T
        return np.sort(np.argsort(-cosines, axis=1, kind="stable")[:, :compared], axis=1)

    def _compare(
        self, records: Sequence[Record], hypotheses: Sequence[Ids], task: Task
    ) -> Iterator[Sequence[Suggestion]]:
        from sciml_magics.models.batching import run_batches
        from sciml_magics.models.text_input import clean, room, tokenise
        from sciml_magics.models.text_model import first_windows
        from sciml_magics.models.windows import Gathered

        loaded, chosen = self.loaded, self._nearest(records, task)
        compared = chosen.shape[1]
        texts = tokenise(loaded.tokenizer, [clean(record.text) for record in records])
        sizes = np.array([len(hypothesis) for hypothesis in hypotheses])
        taken = len(loaded.framing) + int(sizes.max())
        windows = cut_windows(
            [len(text) for text in texts],
            room(loaded.limit, taken, "special tokens and the longest label", self.files.id),
        )
        # Pairs are windows times labels; of each, the logits of entailment and contradiction.
        labels = chosen[windows.texts].ravel()
        logits = np.zeros((len(labels), 2), dtype=np.float32)
        columns = [entailment(self.files.label_names), contradiction(self.files.label_names)]

        def forward(part: Indices) -> None:
            firsts = [_window(texts, windows, int(at)) for at in part // compared]
            seconds = [hypotheses[int(at)] for at in labels[part]]
            logits[part] = loaded.logits(firsts, seconds)[:, columns].cpu().numpy()

        lengths = np.repeat(windows.lengths, compared) + sizes[labels] + len(loaded.framing)
        gathered = Gathered(np.repeat(windows.texts, compared), len(texts))
        first = first_windows(windows, len(texts))
        for part, _ in run_batches(lengths, loaded.budget, forward):
            done = gathered.finish(part)
            if len(done):
                of_text = [logits[first[at] * compared : first[at + 1] * compared] for at in done]
                yield [
                    self._answer(records[at], rows.reshape(-1, compared, 2), chosen[at], task)
                    if len(texts[at])
                    else abstain(records[at].id, NO_TOKENS)
                    for at, rows in zip(done, of_text, strict=True)
                ]

    def _answer(self, record: Record, logits: Scores, chosen: Indices, task: Task) -> Suggestion:
        if not np.isfinite(logits).all():
            return abstain(record.id, NOT_FINITE)
        over, count = self.options.window, len(logits)
        evidence: dict[str, Any] = {"windows": count, "over": over} if count > 1 else {}
        if len(chosen) < len(task.labels):
            evidence["shortlist"] = len(chosen)
        owners = np.zeros(count, dtype=np.int64)
        if task.kind == "labels" or len(task.labels) == 1:
            found = pool(softmax(logits)[..., 0], owners, 1, over)
        elif over == "max":
            found = softmax(pool(logits[..., 0], owners, 1, over))
        else:
            found = pool(softmax(logits[..., 0]), owners, 1, over)
        probabilities = np.zeros(len(task.labels), dtype=np.float32)
        probabilities[chosen] = found.reshape(-1)
        return suggest_labels(
            record.id, probabilities, task.label_names, task.kind, evidence=evidence
        )


def _window(texts: Sequence[Ids], windows: Windows, at: int) -> Ids:
    text: Ids = texts[windows.texts[at]]
    return text[windows.starts[at] : windows.stops[at]]

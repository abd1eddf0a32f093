"""Causal language models: they answer inside the label set, or write freely."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError, TaskError
from sciml_magics.models.answers import NO_TOKENS, NOT_FINITE, abstain, softmax, suggest_labels
from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.batching import Budget, run_batches
from sciml_magics.models.registry import architecture, family
from sciml_magics.models.windows import Gathered, Windows, cut_windows, pool, strongest
from sciml_magics.tasks import Kind, Record, Suggestion, Task

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

    from sciml_magics.models.generation import Written
    from sciml_magics.models.label_scoring import Context, Scorer
    from sciml_magics.models.prompts import Prompter, Question
    from sciml_magics.models.token_tree import Branches, Tokens

# Tokens of a text that are read at once: a longer one is cut into windows even where the model
# could take it, so that memory stays bounded.
WINDOW_TOKENS = 2_048
# Less room for the text than this is no use.
LEAST_TOKENS = 16

# Tokens of a pack. Every token of it is compared with every other, so it is smaller than a batch.
_CPU_PACK = 512
_GPU_PACK = 4_096
# Continuations of a text beyond so many tokens are scored in several goes.
_TREE_TOKENS = 1_024
# Bytes that the logits of a pack may take.
_LOGIT_BYTES = 256 << 20
# Tokenizers without a limit say some such number.
_NO_LIMIT = 1 << 31


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model in memory, the way to score with it, and how many tokens it can read at once."""

    model: PreTrainedModel
    prompter: Prompter
    scorer: Scorer
    context: float


@dataclass(frozen=True, slots=True)
class _Scored:
    """A task made ready for scoring: its beginning has been read."""

    prefix: Context
    branches: Branches
    room: int


@dataclass(frozen=True, slots=True)
class _Written:
    """A task made ready for writing: its beginning has been read."""

    prefix: Context
    question: Question
    room: int


@family(
    "causal_lm",
    does="generative language models: labels by their probability, or free text",
    matches=architecture("ForCausalLM", "GPT2LMHeadModel", "OpenAIGPTLMHeadModel"),
)
class CausalLM(BaseSuggester[_Loaded]):
    """A causal language model, asked through its chat template where it has one.

    One label: the probability of every allowed label as the answer, its end included, over the
    sum for all labels. Several labels: the probability of "yes" against "no", label by label.
    Free text: the likeliest answer, and the mean probability of its tokens as its score.
    """

    can = frozenset({("text", "label"), ("text", "labels"), ("text", "text")})

    _ready: tuple[Task, _Scored | _Written] | None = None

    def settings(self) -> Mapping[str, Any]:
        """Windows, the prompt's wording, and how long an answer may be."""
        from sciml_magics.models.prompts import WORDING

        return {
            **super().settings(),
            "max_new_tokens": self.options.max_new_tokens,
            "window_tokens": WINDOW_TOKENS,
            "wording": WORDING,
        }

    def resolve(self, task: Task) -> Task:
        """Give the task, checked: free text needs instructions, the other kinds labels."""
        if task.kind == "text" and not task.instructions.strip():
            raise TaskError(
                f"task '{task.name}' asks for free text and says not which: write instructions"
            )
        return super().resolve(task)

    def load(self) -> _Loaded:
        """Load the weights, and find out how labels can be scored with this architecture."""
        from sciml_magics.models.label_scoring import choose
        from sciml_magics.models.pretrained import load_model, load_tokenizer
        from sciml_magics.models.prompts import Prompter

        device, dtype = self.place()
        tokenizer = load_tokenizer(self.files)
        model = load_model(self.files, "AutoModelForCausalLM", device, dtype)
        limit = _context_tokens(model.config, tokenizer.model_max_length)
        return _Loaded(model, Prompter(tokenizer), choose(model), limit)

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        """Batches of suggestions, the longest texts first."""
        ready = self._make_ready(task)
        texts = self.loaded.prompter.texts([record.text for record in records])
        empty = [abstain(records[at].id, NO_TOKENS) for at, text in enumerate(texts) if not text]
        if empty:
            yield empty
            records = [record for record, text in zip(records, texts, strict=True) if text]
            texts = [text for text in texts if text]
        if isinstance(ready, _Written):
            yield from self._write(records, texts, ready)
        else:
            yield from self._score(records, texts, ready, task)

    def _make_ready(self, task: Task) -> _Scored | _Written:
        """The task's beginning, read once for as long as the task stays the same."""
        if self._ready is None or self._ready[0] != task:
            reader = self._read_question if task.kind == "text" else self._read_labels
            self._ready = task, reader(task)
        return self._ready[1]

    def _read_labels(self, task: Task) -> _Scored:
        from sciml_magics.models.token_tree import branch

        loaded = self.loaded
        ask = loaded.prompter.labels if _by_question(task) else loaded.prompter.label
        before, continuations = ask(task)
        branches = branch(continuations, _TREE_TOKENS)
        room = self._room(len(before) + branches.depth, "instructions and labels")
        return _Scored(self._read(before), branches, room)

    def _read_question(self, task: Task) -> _Written:
        question = self.loaded.prompter.question(task)
        around = len(question.before) + len(question.after) + self.options.max_new_tokens
        room = self._room(around, "instructions and answer")
        return _Written(self._read(question.before), question, room)

    def _read(self, tokens: Tokens) -> Context:
        import torch

        with torch.inference_mode():
            return self.loaded.scorer.read(tokens)

    def _room(self, taken: int, what: str) -> int:
        room = min(self.loaded.context - taken, WINDOW_TOKENS)
        if room < LEAST_TOKENS:
            raise ModelError(
                f"the {what} take {taken:,} tokens of the {self.loaded.context:,.0f} that model "
                f"'{self.files.id}' reads at once: shorten them, or choose another model"
            )
        return int(room)

    def _score(
        self, records: Sequence[Record], texts: Sequence[Tokens], ready: _Scored, task: Task
    ) -> Iterator[Sequence[Suggestion]]:
        windows = cut_windows([len(text) for text in texts], ready.room)
        scores = np.empty((len(windows), len(task.labels)))

        def forward(part: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
            some = [_window(texts, windows, at) for at in part]
            return self._probabilities(some, ready, task)

        lengths, budget = self._packs(windows, ready.branches)
        gathered = Gathered(windows.texts, len(texts))
        for part, found in run_batches(lengths, budget, forward, "a text"):
            scores[part] = found
            done = gathered.finish(part)
            if len(done):
                yield self._answers(records, windows, scores, done, task)

    def _probabilities(
        self, texts: Sequence[Tokens], ready: _Scored, task: Task
    ) -> npt.NDArray[np.float64]:
        import torch

        with torch.inference_mode():
            found = self.loaded.scorer.score(ready.prefix, texts, ready.branches)
        return probabilities(found, "labels" if _by_question(task) else "label")

    def _packs(self, windows: Windows, branches: Branches) -> tuple[npt.NDArray[np.int64], Budget]:
        """Tokens that each window takes of a pack, and how many a pack may take."""
        from sciml_magics.models.label_scoring import vocabulary

        pack = self._pack()
        if len(branches.parts) > 1:
            return windows.lengths, Budget(pack)
        tree = branches.parts[0][1]
        logits = len(tree.reads) * 4 * vocabulary(self.loaded.model.config)
        # Where logits are what fills the memory, a window counts for its share of theirs.
        least = math.ceil(pack * logits / _LOGIT_BYTES)
        return np.maximum(windows.lengths + len(tree), least), Budget(pack)

    def _pack(self) -> int:
        return _CPU_PACK if self.loaded.model.device.type == "cpu" else _GPU_PACK

    def _answers(
        self,
        records: Sequence[Record],
        windows: Windows,
        scores: npt.NDArray[np.float64],
        done: npt.NDArray[np.int64],
        task: Task,
    ) -> Sequence[Suggestion]:
        """Suggestions for the texts `done`, whose windows have all been scored."""
        over = self.options.window
        mine = np.isin(windows.texts, done)
        owners = np.searchsorted(done, windows.texts[mine])
        some = scores[mine].astype(np.float32)
        if over == "max" and not _by_question(task):
            pooled = strongest(some, owners, len(done))
        else:
            pooled = pool(some, owners, len(done), over)
        counts = windows.per_text(len(records))
        return [
            suggest_labels(
                records[at].id,
                row,
                task.label_names,
                task.kind,
                evidence=_evidence(counts[at], over),
            )
            for at, row in zip(done, pooled, strict=True)
        ]

    def _write(
        self, records: Sequence[Record], texts: Sequence[Tokens], ready: _Written
    ) -> Iterator[Sequence[Suggestion]]:
        windows = cut_windows([len(text) for text in texts], ready.room)
        written: list[Written | None] = [None] * len(windows)

        def forward(part: npt.NDArray[np.int64]) -> list[Written]:
            rows = [_window(texts, windows, at) + ready.question.after for at in part]
            return self._continue(ready, rows)

        lengths = windows.lengths + len(ready.question.after) + self.options.max_new_tokens
        budget = Budget.on(self.loaded.model.device)
        gathered = Gathered(windows.texts, len(texts))
        for part, answers in run_batches(lengths, budget, forward, "a text"):
            for at, one in zip(part, answers, strict=True):
                written[at] = one
            done = gathered.finish(part)
            if len(done):
                yield [self._surest(records[at], windows, written, at) for at in done]

    def _continue(self, ready: _Written, rows: Sequence[Tokens]) -> list[Written]:
        from sciml_magics.models.generation import write
        from sciml_magics.models.label_scoring import Context

        model, ends = self.loaded.model, ready.question.ends
        most = self.options.max_new_tokens
        if self.loaded.scorer.name == "tree":
            return write(model, ready.prefix, rows, ends, most)
        # Other architectures may count padding as text: rows of one length need none.
        found: dict[int, Written] = {}
        for length in {len(row) for row in rows}:
            same = [at for at, row in enumerate(rows) if len(row) == length]
            some = [rows[at] for at in same]
            answers = write(model, Context(ready.prefix.tokens), some, ends, most)
            found.update(zip(same, answers, strict=True))
        return [found[at] for at in range(len(rows))]

    def _surest(
        self, record: Record, windows: Windows, written: Sequence[Written | None], text: int
    ) -> Suggestion:
        """The surest of the answers to the windows of a text."""
        first, end = np.searchsorted(windows.texts, [text, text + 1])
        answers = written[first:end]
        known = [one for one in answers if one is not None and math.isfinite(one.log_prob)]
        evidence = _evidence(len(answers), "max")
        if not known:
            return abstain(record.id, NOT_FINITE, (), evidence)
        best = max(known, key=lambda one: one.log_prob)
        value = self.loaded.prompter.write(best.tokens)
        score = math.exp(best.log_prob)
        if not value:
            return abstain(record.id, "the model wrote nothing", (), evidence)
        return Suggestion(record.id, value, score, (), evidence)


def probabilities(log_probs: npt.NDArray[np.float64], kind: Kind) -> npt.NDArray[np.float64]:
    """Probabilities of the labels from log-probabilities of the continuations.

    One label: the share of each. Several labels: for each pair of continuations (it applies, it
    does not) the share of the first. NaN where a log-probability is.

    Examples
    --------
    >>> probabilities(np.log([[0.2, 0.6]]), "label").round(2).tolist()
    [[0.25, 0.75]]
    >>> probabilities(np.log([[0.2, 0.6, 0.1, 0.1]]), "labels").round(2).tolist()
    [[0.25, 0.5]]
    """
    if kind == "labels":
        pairs = log_probs.reshape(len(log_probs), -1, 2)
        return np.asarray(softmax(pairs)[..., 0])
    return np.asarray(softmax(log_probs))


def _by_question(task: Task) -> bool:
    """Whether each label is a question of its own; a single label may not apply either."""
    return task.kind == "labels" or len(task.labels) == 1


def _window(texts: Sequence[Tokens], windows: Windows, at: int) -> Tokens:
    text: Tokens = texts[int(windows.texts[at])]
    return text[int(windows.starts[at]) : int(windows.stops[at])]


def _evidence(windows: int, over: str) -> dict[str, Any]:
    return {"windows": int(windows), "over": over} if windows > 1 else {}


def _context_tokens(config: PreTrainedConfig, tokenizer_limit: int) -> float:
    """How many tokens a model reads at once; infinite where nothing says."""
    text = config.get_text_config(decoder=True)
    names = ("max_position_embeddings", "max_seq_len", "seq_length", "context_length")
    known = [getattr(text, name, None) for name in names]
    found = [size for size in (*known, tokenizer_limit) if isinstance(size, int) and size > 0]
    smallest = min(found, default=_NO_LIMIT)
    return math.inf if smallest >= _NO_LIMIT else smallest

"""What a causal language model is asked, as tokens.

A beginning that all rows share, then the text, then what may follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2.exceptions import TemplateError

from sciml_magics.errors import ModelError
from sciml_magics.models.text_input import clean, tokenise
from sciml_magics.models.token_tree import Continuation, Tokens, common_start
from sciml_magics.tasks import Label, Task

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

# Part of a suggester's identity: a changed wording gives other answers.
WORDING = 1

_TEXT = "sciml0text0sciml"
_ANSWER = "sciml0answer0sciml"
_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class _Frame:
    """The strings around a text and its answer."""

    before: str
    after: str
    end: str


@dataclass(frozen=True, slots=True)
class Question:
    """Tokens around a text whose answer is written freely.

    Parameters
    ----------
    before, after
        What stands before and after the text.
    ends
        Tokens any of which ends the answer.
    line
        Whether the answer is one line: there is no chat template, and a newline ends it.
    """

    before: Tokens
    after: Tokens
    ends: Tokens
    line: bool


class Prompter:
    """Turns tasks and texts into tokens, through the chat template where there is one.

    Parameters
    ----------
    tokenizer
        The model's own.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer = tokenizer
        self.chats = bool(tokenizer.chat_template) and self._renders()

    def texts(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of each text. Control tokens written in a text are read as plain characters."""
        backend = self._tokenizer.backend_tokenizer
        backend.encode_special_tokens = True
        found = tokenise(backend, [clean(text) for text in texts])
        return [tuple(ids.tolist()) for ids in found]

    def label(self, task: Task) -> tuple[Tokens, list[Continuation]]:
        """The beginning, and one continuation per label: the label and the end of the answer."""
        frame = self._frame(_choose_one(task), "", "\nLabel:")
        base = self._encode(frame.after)
        end = self._end(frame)
        whole = [self._encode(frame.after + name) + end for name in self._led(task.label_names)]
        start = common_start([base, *whole])
        if start:
            found = [Continuation(tokens[:start], tokens[start:]) for tokens in whole]
        else:
            names = self._led(task.label_names)
            found = [Continuation(base, self._encode(name) + end) for name in names]
        _check_apart(task, found)
        return self._begin(frame), found

    def labels(self, task: Task) -> tuple[Tokens, list[Continuation]]:
        """The beginning, and two continuations per label: that it applies, that it does not."""
        found: list[Continuation] = []
        for label in task.labels:
            frame = self._frame(_choose_any(task), _does_it_apply(label), ":")
            base = self._encode(frame.after)
            # Neither word begins the other: what ends an answer need not be asked for.
            whole = [self._encode(frame.after + word) for word in self._led((_YES, _NO))]
            start = common_start([base, *whole])
            found += [Continuation(tokens[:start], tokens[start:]) for tokens in whole]
        return self._begin(self._frame(_choose_any(task), "", "")), found

    def question(self, task: Task) -> Question:
        """What stands around a text that is answered freely."""
        frame = self._frame(task.instructions.strip(), "", "\nAnswer:")
        ends = self._end(frame)[:1]
        eos = self._tokenizer.eos_token_id
        if isinstance(eos, int):
            ends = tuple(dict.fromkeys((*ends, eos)))
        return Question(self._begin(frame), self._encode(frame.after), ends, not self.chats)

    def write(self, tokens: Sequence[int]) -> str:
        """The text that `tokens` spell, without control tokens."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True)).strip()

    def _led(self, names: Iterable[str]) -> list[str]:
        """Names as they follow the prompt: after a space where the prompt ends in a colon."""
        return list(names) if self.chats else [f" {name}" for name in names]

    def _frame(self, system: str, ask: str, cue: str) -> _Frame:
        if not self.chats:
            ask = f"\n{ask}" if ask else ""
            return _Frame(f"{system}\n\nText:\n", f"{ask}{cue}", "\n")
        user = f"{_TEXT}\n\n{ask}" if ask else _TEXT
        before, after = self._render(system, user).split(_TEXT)
        answered = self._render(system, user, _ANSWER)
        return _Frame(before, after, answered.rpartition(_ANSWER)[2].lstrip())

    def _renders(self) -> bool:
        """Whether the template shows what it is given, once and as it is."""
        try:
            shown = self._render("system", _TEXT), self._render("system", _TEXT, _ANSWER)
        except (TemplateError, ValueError):
            return False
        return all(text.count(_TEXT) == 1 for text in shown) and _ANSWER in shown[1]

    def _render(self, system: str, user: str, answer: str | None = None) -> str:
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        # Some templates know no system role, and say so by an error of their own.
        together = [{"role": "user", "content": f"{system}\n\n{user}"}]
        try:
            return self._apply(messages, answer)
        except TemplateError:
            return self._apply(together, answer)

    def _apply(self, messages: list[dict[str, str]], answer: str | None) -> str:
        if answer is not None:
            messages = [*messages, {"role": "assistant", "content": answer}]
        found = self._tokenizer.apply_chat_template(
            messages,
            tokenize=False,
            add_generation_prompt=answer is None,
            enable_thinking=False,
        )
        return str(found)

    def _begin(self, frame: _Frame) -> Tokens:
        tokens = self._encode(frame.before)
        bos = self._tokenizer.bos_token_id
        if self.chats or not isinstance(bos, int):
            return tokens
        adds = self._tokenizer("a", verbose=False)["input_ids"][0] == bos
        return (bos, *tokens) if adds else tokens

    def _end(self, frame: _Frame) -> Tokens:
        """The tokens that end an answer, so that 'gene' is no free start of 'gene expression'."""
        alone = self._encode("a")
        follows = self._encode("a" + frame.end)
        if follows[: len(alone)] == alone and len(follows) > len(alone):
            return follows[len(alone) :][:1] if self.chats else follows[len(alone) :]
        eos = self._tokenizer.eos_token_id
        if isinstance(eos, int):
            return (eos,)
        raise ModelError(
            "the model's tokenizer has neither a newline nor an end-of-text token, "
            "so answers have no end: choose another model"
        )

    def _encode(self, text: str) -> Tokens:
        found = self._tokenizer(
            clean(text), add_special_tokens=False, split_special_tokens=False, verbose=False
        )
        return tuple(found["input_ids"])


def _choose_one(task: Task) -> str:
    first = task.instructions.strip() or "Choose the label that fits the text best."
    return f"{first}\n\nAnswer with exactly one of these labels:\n{_listed(task.labels)}"


def _choose_any(task: Task) -> str:
    first = task.instructions.strip() or "Several labels may apply to a text."
    return f"{first}\n\nThe labels are:\n{_listed(task.labels)}"


def _listed(labels: Iterable[Label]) -> str:
    return "\n".join(
        f"- {label.name}: {label.description}" if label.description else f"- {label.name}"
        for label in labels
    )


def _does_it_apply(label: Label) -> str:
    # The name stands last: all that comes before it is read once for all labels.
    return f"Does this label apply to the text, {_YES} or {_NO}? {label.name}"


def _check_apart(task: Task, found: Sequence[Continuation]) -> None:
    seen: dict[Tokens, str] = {}
    for name, continuation in zip(task.label_names, found, strict=True):
        other = seen.setdefault(continuation.tokens, name)
        if other != name:
            raise ModelError(
                f"the model's tokenizer cannot tell label '{name}' from '{other}': "
                "rename one or choose another model"
            )

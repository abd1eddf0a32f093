"""A loaded transformers model that reads texts, and the running of it over windows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from sciml_magics.models.batching import Budget, Indices, run_batches, to_device
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.pretrained import load_model, load_tokenizer
from sciml_magics.models.text_input import Framing, Ids, framing, stack, text_limit
from sciml_magics.models.windows import Gathered, Windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class TextModel:
    """A model with a head over texts.

    Parameters
    ----------
    model
        The weights, on their device.
    tokenizer
        Neither cuts nor pads.
    framing
        The special tokens around what it reads.
    limit
        Most tokens it is shown at once, special ones included.
    blank
        The token that fills up shorter rows.
    left
        Whether shorter rows are filled up before their tokens.
    segmented
        Whether it reads segment ids.
    budget
        Tokens of a batch; shrinks when memory runs out.
    """

    model: PreTrainedModel
    tokenizer: Tokenizer
    framing: Framing
    limit: int
    blank: int
    left: bool
    segmented: bool
    budget: Budget

    @torch.inference_mode()
    def logits(
        self,
        firsts: Sequence[Ids],
        seconds: Sequence[Ids] | None = None,
        kinds: Sequence[Ids] | None = None,
    ) -> torch.Tensor:
        """Logits of texts, or of pairs of texts, in fp32 on the model's device.

        Parameters
        ----------
        firsts, seconds
            Tokens without special ones.
        kinds
            Token type ids of the tokens of single texts, where they are not all the same.

        Returns
        -------
        torch.Tensor
            Shape ``[texts, labels]``, or ``[texts, tokens, labels]`` of a head over tokens.
        """
        others = [None] * len(firsts) if seconds is None else seconds
        frame, device = self.framing, self.model.device
        rows = [frame.row(one, two) for one, two in zip(firsts, others, strict=True)]
        tokens, mask = stack(rows, self.blank, left=self.left)
        inputs = {"input_ids": to_device(tokens, device)}
        if mask is not None:
            inputs["attention_mask"] = to_device(mask, device)
        if self.segmented:
            segments = [
                frame.segment_row(len(one), 0 if two is None else len(two))
                for one, two in zip(firsts, others, strict=True)
            ]
            for segment, own in zip(segments, kinds or (), strict=kinds is not None):
                segment[len(frame.before) : len(frame.before) + len(own)] = own
            inputs["token_type_ids"] = to_device(stack(segments, 0, left=self.left)[0], device)
        found: torch.Tensor = self.model(**inputs).logits
        return found.float()


def load_text_model(
    files: ModelFiles,
    auto_class: str,
    place: tuple[torch.device, torch.dtype],
    *,
    pair: bool = False,
) -> TextModel:
    """Load a model with a head over texts, or over pairs of them.

    Raises
    ------
    ModelError
        If the weights or the tokenizer cannot be loaded.
    """
    tokenizer = load_tokenizer(files)
    model = load_model(files, auto_class, *place)
    text = model.config.get_text_config()
    blank = _blank(text.pad_token_id, tokenizer)
    # Heads of decoders find the end of a text by looking for this token.
    text.pad_token_id = model.config.pad_token_id = blank
    return TextModel(
        model=model,
        tokenizer=tokenizer.backend_tokenizer,
        framing=framing(tokenizer.backend_tokenizer, pair=pair),
        limit=text_limit(model.config, tokenizer),
        blank=blank,
        # Heads that read the last position instead of looking for the end of the text.
        left=text.model_type == "xlnet",
        segmented="token_type_ids" in tokenizer.model_input_names
        and "token_type_ids" in inspect.signature(model.forward).parameters,
        budget=Budget.on(place[0]),
    )


def run_windows(
    windows: Windows,
    texts: int,
    taken: int,
    budget: Budget,
    forward: Callable[[Indices], None],
) -> Iterator[Indices]:
    """Run `forward` over all windows, longest first, and tell which texts are complete.

    Parameters
    ----------
    windows
        Windows of the texts.
    texts
        Number of texts.
    taken
        Special tokens around a window.
    budget
        Tokens of a batch.
    forward
        Runs the model on the windows at these positions and keeps the result.

    Yields
    ------
    Positions of the texts that are complete now; every text exactly once.
    """
    gathered = Gathered(windows.texts, texts)
    for part, _ in run_batches(windows.lengths + taken, budget, forward):
        done = gathered.finish(part)
        if len(done):
            yield done


def first_windows(windows: Windows, texts: int) -> Indices:
    """Where the windows of each text begin, and behind them where the last end: ``[texts + 1]``."""
    return np.concatenate([[0], np.cumsum(windows.per_text(texts))]).astype(np.int64)


def _blank(configured: int | None, tokenizer: PreTrainedTokenizerFast) -> int:
    """A token that no text holds, for marks in a text are read as text."""
    known = [configured, tokenizer.pad_token_id, tokenizer.eos_token_id, *tokenizer.all_special_ids]
    return next((int(token) for token in known if token is not None), 0)

"""Free answers of a causal language model: greedy, in batches, with their probability."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList

from sciml_magics.models.label_scoring import Context
from sciml_magics.models.token_tree import Tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True, slots=True)
class Written:
    """An answer.

    Parameters
    ----------
    tokens
        What was written, without the token that ended it.
    log_prob
        Mean log-probability of its tokens, the ending one included; NaN if the model broke down.
    """

    tokens: Tokens
    log_prob: float


@torch.inference_mode()
def write(
    model: PreTrainedModel,
    prefix: Context,
    rows: Sequence[Tokens],
    ends: Collection[int],
    most: int,
) -> list[Written]:
    """The likeliest next token again and again after `prefix` and each of `rows`.

    Parameters
    ----------
    model
        A causal language model.
    prefix
        What all rows share; read once if it holds keys and values.
    rows
        Tokens of each row, not empty. Of unequal length only for models that know padding.
    ends
        Tokens any of which ends an answer.
    most
        Length limit of an answer, in tokens.
    """
    longest = max(map(len, rows))
    blank = (0,) * longest
    # Padding stands between the shared prefix and each row, so that all rows end together.
    tokens = [prefix.tokens + (blank + tuple(row))[-longest:] for row in rows]
    real = [[1] * len(prefix.tokens) + [0] * (longest - len(row)) + [1] * len(row) for row in rows]
    steps = _Steps()
    shared = {"past_key_values": prefix.cache(len(rows))} if prefix.layers else {}
    generate: Any = model.generate
    found = generate(
        input_ids=torch.tensor(tokens, device=model.device),
        attention_mask=torch.tensor(real, device=model.device),
        generation_config=_greedy(ends, most),
        logits_processor=LogitsProcessorList([steps]),
        **shared,
    )
    answers = found[:, len(tokens[0]) :].tolist()
    chosen = torch.stack(steps.chosen, dim=1).tolist()
    return [_cut(row, probs, ends) for row, probs in zip(answers, chosen, strict=True)]


def _greedy(ends: Collection[int], most: int) -> GenerationConfig:
    """Settings that leave nothing to chance; a repeated word costs nothing, as in science."""
    return GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=most,
        eos_token_id=sorted(ends) or None,
        pad_token_id=min(ends, default=0),
        repetition_penalty=1.0,
    )


def _cut(answer: Sequence[int], log_probs: Sequence[float], ends: Collection[int]) -> Written:
    length = next((i for i, token in enumerate(answer) if token in ends), len(answer))
    used = log_probs[: min(length + 1, len(answer))]
    return Written(tuple(answer[:length]), sum(used) / len(used))


class _Steps(LogitsProcessor):
    """Keeps each step's largest log-probability: all scores of all steps would fill the memory."""

    def __init__(self) -> None:
        self.chosen: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        del input_ids
        self.chosen.append(scores.float().log_softmax(-1).amax(-1))
        return scores

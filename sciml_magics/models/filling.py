"""Which of several texts fits best into a gap, by a masked language model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import find_model

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

# A text of more tokens is not asked for.
LONGEST = 12
_BATCH = 16
# Of what is read of a row, this much may stand behind the gap.
_BEHIND = 0.25


@dataclass(frozen=True, eq=False)
class Filler:
    """A masked language model and its tokenizer, loaded.

    Parameters
    ----------
    name
        Id of the model, for people.
    limit
        Most tokens that it reads at once.
    """

    name: str
    limit: int
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast

    def shares(
        self, gaps: Sequence[tuple[str, str]], options: Sequence[str]
    ) -> npt.NDArray[np.float32]:
        """How well each option fits into each gap, as a share of all options.

        Each option's tokens are asked for at once, all of them masked, and their mean log
        probability counts, so that long options are not worse than short ones.

        Parameters
        ----------
        gaps
            What stands before and behind.
        options
            Different texts.

        Returns
        -------
        numpy.ndarray
            Shape ``[gaps, options]``; rows come to 1, or to 0 where no option can be asked for. An
            option with signs that the model does not know, as a text in a script that it never
            read, has none: all such texts are alike to it.
        """
        from scipy.special import softmax

        tokens = self.tokenizer(list(options), add_special_tokens=False, verbose=False)["input_ids"]
        by_length: dict[int, list[int]] = defaultdict(list)
        for at, ids in enumerate(tokens):
            if 0 < len(ids) <= LONGEST and self.tokenizer.unk_token_id not in ids:
                by_length[len(ids)].append(at)
        found = np.full((len(gaps), len(options)), -np.inf, dtype=np.float32)
        for length, places in by_length.items():
            wanted = np.array([tokens[at] for at in places])
            for first in range(0, len(gaps), _BATCH):
                some = gaps[first : first + _BATCH]
                logs = self._log_probabilities(some, length)
                each = logs[:, np.arange(length)[None, :], wanted].mean(axis=2)
                found[first : first + _BATCH, places] = each
        if not by_length:
            return np.zeros_like(found)
        return np.asarray(softmax(found, axis=1), dtype=np.float32)

    def _log_probabilities(
        self, gaps: Sequence[tuple[str, str]], length: int
    ) -> npt.NDArray[np.float32]:
        """Of every token at each masked place; ``[gaps, length, vocabulary]``."""
        import torch

        mask = str(self.tokenizer.mask_token)
        near = [self._near(before, behind, length) for before, behind in gaps]
        texts = [f"{before}{' '.join([mask] * length)}{behind}" for before, behind in near]
        read: Any = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.limit, return_tensors="pt"
        )
        masked = read["input_ids"] == self.tokenizer.mask_token_id
        # a gap that was cut away has no masks: it is read as if nothing were known of it
        whole = masked.sum(dim=1) == length
        found = np.zeros((len(gaps), length, len(self.tokenizer)), dtype=np.float32)
        with torch.inference_mode():
            logits = self.model(**read.to(self.model.device)).logits.float().cpu()
        logs = torch.log_softmax(logits, dim=-1)[..., : found.shape[2]].numpy()
        for i in np.flatnonzero(whole.cpu().numpy()).tolist():
            found[i] = logs[i][masked[i].cpu().numpy()]
        return found

    def _near(self, before: str, behind: str, length: int) -> tuple[str, str]:
        """Of what stands before and behind a gap what the model can read: the nearest."""
        special = self.tokenizer.num_special_tokens_to_add()
        space = self.limit - special - 2 * length  # blanks between masks may be tokens, too
        end = self._cut(behind, max(0, int(_BEHIND * space)), last=False)
        taken = len(self.tokenizer(end, add_special_tokens=False, verbose=False)["input_ids"])
        return self._cut(before, max(0, space - taken), last=True), end

    def _cut(self, text: str, most: int, *, last: bool) -> str:
        """The first tokens of a text, or the last; all of a short one."""
        read: Any = self.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        places = read["offset_mapping"]
        if len(places) <= most:
            return text
        if most == 0:
            return ""
        return text[places[-most][0] :] if last else text[: places[most - 1][1]]


def load_filler(model: str | Path) -> Filler:
    """Load a masked language model by its id or folder.

    Raises
    ------
    ModelError
        If it cannot be found or read, or is no masked language model.
    """
    files = find_model(model)
    if not any(name.endswith("ForMaskedLM") for name in files.architectures):
        found = ", ".join(files.architectures) or "no architecture"
        raise ModelError(
            f"model '{files.id}' is {found}: filling cells takes a masked language model "
            "(…ForMaskedLM), such as 'bert-base-uncased'"
        )
    import torch

    from sciml_magics.models.device import pick
    from sciml_magics.models.pretrained import load_model, load_tokenizer
    from sciml_magics.models.text_input import text_limit

    tokenizer = load_tokenizer(files)
    if tokenizer.mask_token is None:
        raise ModelError(f"the tokenizer of model '{files.id}' has no mask: it cannot fill cells")
    loaded = load_model(files, "AutoModelForMaskedLM", pick(), torch.float32)
    return Filler(files.id, text_limit(loaded.config, tokenizer), loaded, tokenizer)

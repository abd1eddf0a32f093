"""Few weights beside the frozen ones: LoRA, AdaLoRA and adapters, on peft.

``lora`` adds a product of two thin matrices to every linear layer of the encoder (Hu et al. 2021).
``adalora`` begins with more rank than it may keep and gives it to the layers that use it (Zhang et
al. 2023). ``adapter`` is PEANuT (arXiv 2410.01870): a bottleneck with a nonlinearity between a
narrow layer down and one up, as in the adapters of Houlsby et al. 2019, but fed with the frozen
weight rather than with what flows through the layer. Hence it can be merged into that weight, and
the result is an ordinary model, which no adapter on the activations allows; of the methods of peft
it is the only bottleneck that fits encoders.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models.training.lessons import Lesson
from sciml_magics.tasks.training import Method

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

_DROPOUT = 0.1
# Shares of the steps: before the rank shrinks, and after it has.
_RISING, _SETTLING = 0.1, 0.3
_SURPLUS = 1.5
_FEWEST_STEPS = 5
# What the allocator of peft remembers of the slopes.
_MEANS = ("ipt", "exp_avg_ipt", "exp_avg_unc")
_TASKS = {
    "AutoModelForSequenceClassification": "SEQ_CLS",
    "AutoModelForTokenClassification": "TOKEN_CLS",
}


def add_adapter(
    model: PreTrainedModel,
    lesson: Lesson,
    method: Method,
    *,
    rank: int,
    steps: int,
    whole: Sequence[str],
    base: tuple[str, str],
) -> PeftModel:
    """Freeze a model and add the weights that a method trains.

    Parameters
    ----------
    model
        With its head.
    lesson
        What it will learn.
    method
        ``"lora"``, ``"adalora"`` or ``"adapter"``.
    rank
        Of the added weights; for AdaLoRA the mean rank at the end.
    steps
        Of the training.
    whole
        Names of modules that are trained and saved whole, the head first of all.
    base
        Id and revision of the base model.

    Raises
    ------
    LearningError
        If there are too few steps for AdaLoRA.
    ModelError
        If the model has no linear layers of its own.
    """
    import peft

    targets = _linear_layers(model, whole)
    if not targets:
        raise ModelError(f"model '{base[0]}' has no linear layers to adapt: use --method full")
    shared: dict[str, Any] = {
        "task_type": _TASKS[lesson.auto_class],
        "target_modules": targets,
        "modules_to_save": list(whole),
        "revision": base[1],
    }
    if method == "lora":
        config: Any = peft.LoraConfig(
            r=rank, lora_alpha=2 * rank, lora_dropout=_DROPOUT, use_rslora=False, **shared
        )
    elif method == "adalora":
        if steps < _FEWEST_STEPS:
            raise LearningError(
                f"AdaLoRA needs {_FEWEST_STEPS} steps at least to shrink its rank, and these "
                f"examples make {steps}: train longer, or use --method lora"
            )
        config = peft.AdaLoraConfig(
            target_r=rank,
            init_r=max(rank + 1, round(rank * _SURPLUS)),
            tinit=max(1, int(steps * _RISING)),
            tfinal=max(1, int(steps * _SETTLING)),
            total_step=steps,
            lora_alpha=2 * rank,
            lora_dropout=_DROPOUT,
            **shared,
        )
    else:
        config = peft.PeanutConfig(r=rank, **shared)
    with _peft_of_old():
        adapted: PeftModel = peft.get_peft_model(model, config)
    # Where the base lies on this machine is nobody's business; its id and revision say what it is.
    adapted.peft_config["default"].base_model_name_or_path = base[0]
    return adapted


def merge_adapter(adapted: PeftModel) -> PreTrainedModel:
    """The ordinary model that gives the same answers."""
    merged: PreTrainedModel = adapted.merge_and_unload(safe_merge=False)
    return merged


@contextmanager
def _peft_of_old() -> Iterator[None]:
    """Silence that peft asks transformers by a name that is going away."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        yield


class Allocation(TrainerCallback):
    """Lets AdaLoRA move its rank after every step, while the gradients are there.

    Parameters
    ----------
    adapted
        The model.
    """

    def __init__(self, adapted: PeftModel) -> None:
        self._adapted = adapted
        self._base: Any = adapted.base_model
        self._config: Any = adapted.peft_config["default"]

    @property
    def settled(self) -> int:
        """Steps after which the rank is what it was told to be."""
        return int(self._config.total_step - self._config.tfinal) + 1

    def on_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Shrink the budget as the schedule says, and share it out."""
        del args, control, kwargs
        self._base.update_and_allocate(state.global_step)

    def loss(self) -> torch.Tensor:
        """What AdaLoRA adds to the loss, so that its triplets stay near singular vectors."""
        terms = []
        for name, weight in self._adapted.named_parameters():
            if weight.requires_grad and ("lora_A" in name or "lora_B" in name):
                square = weight @ weight.T if "lora_A" in name else weight.T @ weight
                eye = torch.eye(len(square), device=square.device)
                terms.append(torch.linalg.norm(square - eye))
        share: float = self._config.orth_reg_weight
        return share * torch.stack(terms).mean()

    def kept(self) -> dict[str, torch.Tensor]:
        """What decides where the rank goes, for a checkpoint; peft does not save it."""
        kept = {
            f"{part}/{name}": number.detach().to("cpu", copy=True)
            for part in _MEANS
            for name, number in getattr(self._base.rankallocator, part).items()
        }
        pattern = self._config.rank_pattern or {}
        return kept | {f"pattern/{name}": torch.tensor(line) for name, line in pattern.items()}

    def restore(self, kept: Mapping[str, torch.Tensor]) -> None:
        """Go on with what was `kept`."""
        device = next(self._adapted.parameters()).device
        pattern = {}
        for key, number in kept.items():
            part, _, name = key.partition("/")
            if part == "pattern":
                pattern[name] = number.tolist()
            else:
                getattr(self._base.rankallocator, part)[name] = number.to(device)
        self._config.rank_pattern = pattern or None


def _linear_layers(model: PreTrainedModel, whole: Sequence[str]) -> list[str]:
    """Names of the linear layers inside the blocks of an encoder."""
    prefix = f"{model.base_model_prefix}."
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        and name.startswith(prefix)
        and any(part.isdigit() for part in name.split("."))
        and not any(name == one or name.startswith(f"{one}.") for one in whole)
    ]

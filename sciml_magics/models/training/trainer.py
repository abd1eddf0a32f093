"""The Trainer of transformers, taught batches of like length, and to recover."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils import get_total_norm
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from sciml_magics.models.batching import (
    Budget,
    Indices,
    free_memory,
    out_of_memory,
    run_batches,
)
from sciml_magics.models.training.adapters import Allocation
from sciml_magics.models.training.batches import LikeBatches, collate, pieces
from sciml_magics.models.training.dropout import QuickDropout
from sciml_magics.models.training.lessons import IGNORED, Lesson, Logits, Reading, Row
from sciml_magics.models.training.optimiser import RowAdamW, read_by_rows, slope_values
from sciml_magics.models.training.saving import disk_errors

State = dict[str, torch.Tensor]
Batch = dict[str, torch.Tensor]

WEIGHTS, BEST, RANK = "trainable.safetensors", "best.safetensors", "rank.safetensors"
BOOK = "book.json"


class DivergenceError(Exception):
    """The loss, or a slope of it, is not a number."""


@dataclass(slots=True)
class Book:
    """What is written down while a model trains; goes into checkpoints.

    Parameters
    ----------
    last
        Validation after the last epoch.
    best
        The best of them.
    best_epoch
        Epochs done when it was reached.
    worse
        Epochs since then.
    epochs
        Step, epochs, loss, validation and seconds after every epoch.
    tokens, seconds
        Tokens learned from, and the time that took, validation left out.
    most
        Tokens that fit into memory at once; ``None`` while all batches did.
    """

    last: float | None = None
    best: float | None = None
    best_epoch: float = 0.0
    worse: int = 0
    epochs: list[tuple[int, int, float, float, float | None, float]] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0
    most: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


def trainable(model: nn.Module) -> State:
    """Copies of the weights that training changes, in the memory of the CPU."""
    return {
        name: weight.detach().to("cpu", copy=True)
        for name, weight in model.named_parameters()
        if weight.requires_grad
    }


def put_back(model: nn.Module, state: State) -> None:
    """Give the model the weights that `trainable` copied."""
    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name, kept in state.items():
            weights[name].copy_(kept)


class LessonTrainer(Trainer):
    """Trains a model on a lesson.

    Batches hold texts of like length. The loss of a step is the mean over all targets of its
    batches, however they are cut: when memory runs out the step is begun anew in smaller pieces,
    which gives the same step up to rounding. The first loss or gradient that is not a number
    raises `DivergenceError` before it touches the weights.

    Parameters
    ----------
    model
        With its head, and its adapter if there is one.
    args
        Of transformers.
    lesson
        What is learned.
    reading
        How the model reads.
    batches
        The order of the rows.
    fresh
        Beginnings of the names of weights that were drawn at random and may learn faster.
    faster
        How much faster these learn.
    consistency
        Weight of the disagreement of two readings, which dropout makes differ; 0 reads once.
    allocation
        Of AdaLoRA's rank: adds to the loss, and goes into checkpoints.
    callbacks
        As for the Trainer.
    """

    def __init__(
        self,
        model: nn.Module,
        args: TrainingArguments,
        *,
        lesson: Lesson,
        reading: Reading,
        batches: LikeBatches,
        fresh: Sequence[str] = (),
        faster: float = 1.0,
        consistency: float = 0.0,
        allocation: Allocation | None = None,
        callbacks: Sequence[TrainerCallback] = (),
    ) -> None:
        self.learner = model
        self.lesson = lesson
        self.reading = reading
        self.batches = batches
        self.book = Book()
        self.best: State = {}
        self.step_loss = 0.0
        self.work = Path(args.output_dir or "")
        self._on_cpu = args.device.type == "cpu"
        if self._on_cpu:
            read_by_rows(model)
        self._fresh = tuple(fresh)
        self._faster = faster
        self._consistency = consistency
        self._allocation = allocation
        self._step: list[Batch] = []
        self._done = 0
        self._targets = 1
        super().__init__(
            model,
            args,
            train_dataset=lesson.rows,
            eval_dataset=lesson.checks or None,
            callbacks=list(callbacks),
        )
        self.remove_callback(PrinterCallback)

    # ---- batches ----

    def get_train_dataloader(self) -> DataLoader[Row]:
        """Batches of like length."""
        return DataLoader(
            self.lesson.rows,  # type: ignore[arg-type] # a tuple has all that a dataset needs
            batch_sampler=self.batches,
            collate_fn=self._collate,
        )

    def _collate(self, rows: Sequence[Row]) -> Batch:
        return collate(rows, self.reading.blank, left=self.reading.left)

    def get_batch_samples(
        self, epoch_iterator: Iterator[Batch], num_batches: int, device: torch.device
    ) -> tuple[list[Batch], int]:
        """Batches of the next step, and how many targets they have together."""
        del device
        found = list(islice(epoch_iterator, num_batches))
        self._step, self._done, self.step_loss = found, 0, 0.0
        self.book.tokens += sum(_tokens(one) for one in found)
        self._targets = max(1, sum(int((one["labels"] != IGNORED).sum()) for one in found))
        return found, self._targets

    # ---- a step ----

    def training_step(
        self, model: nn.Module, inputs: Batch, num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Loss and gradients of a batch, in pieces that fit into memory."""
        began = perf_counter()
        model.train()
        try:
            loss = self._learn(model, inputs)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error) or not self._shrink(inputs):
                raise
            loss = None
        if loss is None:
            # Only here has the error let go of what filled the memory. How far the gradients of
            # the failed batch got is not known: the step begins anew.
            free_memory()
            model.zero_grad()
            before, self._done, self.step_loss = self._step[: self._done], 0, 0.0
            for batch in before:
                self.training_step(model, batch)
            return self.training_step(model, inputs)
        self._done += 1
        self.step_loss += float(loss)
        self.book.seconds += perf_counter() - began
        if not isfinite(self.step_loss):
            raise DivergenceError
        return loss

    def _learn(self, model: nn.Module, inputs: Batch) -> torch.Tensor:
        together = torch.zeros((), device=self.args.device)
        parts = pieces(inputs, self.book.most) if self.book.most else [inputs]
        for part in parts:
            placed = self._prepare_inputs(part)
            targets = placed.pop("labels")
            with QuickDropout() if self._on_cpu else nullcontext():
                loss = self._loss(model, placed, targets) / self._targets
            if self._allocation is not None:
                loss = loss + self._allocation.loss() / (len(parts) * len(self._step))
            self.accelerator.backward(loss)
            together += loss.detach()
        return together

    def _loss(self, model: nn.Module, inputs: Batch, targets: torch.Tensor) -> torch.Tensor:
        """Of one reading; or the mean of two, and how far these are from each other."""
        logits = model(**inputs).logits.float()
        loss = self.lesson.loss(logits, targets)
        if not self._consistency:
            return loss
        again = model(**inputs).logits.float()
        both = (loss + self.lesson.loss(again, targets)) / 2
        return both + self._consistency * self.lesson.disagreement(logits, again, targets)

    def _shrink(self, inputs: Batch) -> bool:
        """Halve what is given to the model at once; False where that is a single row already."""
        rows, longest = inputs["input_ids"].shape
        at_once = min(rows, max(1, (self.book.most or rows * longest) // longest))
        self.book.most = longest * max(1, at_once // 2)
        return bool(at_once > 1)

    def _clip_grad_norm(self, model: nn.Module) -> torch.Tensor:
        """Shorten gradients that are too long, and stop at one that is not a number."""
        if self.accelerator.scaler is not None:
            # fp16 skips such steps by itself.
            clipped: torch.Tensor = super()._clip_grad_norm(model)  # type: ignore[no-untyped-call]
            return clipped
        found = [slope_values(weight) for weight in model.parameters()]
        slopes = [slope for slope in found if slope is not None]
        norm = get_total_norm(slopes, foreach=True)
        if not torch.isfinite(norm):
            raise DivergenceError
        most = self.args.max_grad_norm
        if norm > most:
            torch._foreach_mul_(slopes, float(most / norm))
        return norm

    def floating_point_ops(self, inputs: Batch) -> int:
        """Not counted."""
        del inputs
        return 0

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW in one kernel for all weights; what is fresh may learn faster."""
        if self.optimizer is None:
            owner = self.learner if model is None else model
            decayed = set(self.get_decay_parameter_names(owner))
            groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
            for name, weight in owner.named_parameters():
                if weight.requires_grad:
                    fresh = any(part in name for part in self._fresh)
                    groups.setdefault((fresh, name in decayed), []).append(weight)
            rate, decay = self.args.learning_rate, self.args.weight_decay
            self.optimizer = RowAdamW(
                [
                    {
                        "params": weights,
                        "lr": rate * (self._faster if fresh else 1.0),
                        "weight_decay": decay if decays else 0.0,
                    }
                    for (fresh, decays), weights in groups.items()
                ],
                lr=rate,
                fused=self.args.device.type in ("cpu", "cuda"),
            )
        return self.optimizer

    # ---- validation ----

    def evaluate(
        self,
        eval_dataset: Any = None,
        ignore_keys: list[str] | None = None,
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """Score of the lesson's checks."""
        del eval_dataset, ignore_keys
        score = self.lesson.score(self.logits(self.lesson.checks))
        score = score if np.isfinite(score) else 0.0
        metrics = {f"{metric_key_prefix}_score": score}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    @torch.no_grad()
    def logits(self, rows: Sequence[Row]) -> list[Logits]:
        """What the model says of rows, fp32, without their filling."""
        model = self.model_wrapped
        model.eval()
        found: list[Any] = [None] * len(rows)
        lengths = [len(row.ids) for row in rows]

        def forward(part: Indices) -> Logits:
            placed = self._prepare_inputs(self._collate([rows[at] for at in part]))
            placed.pop("labels")
            said: Logits = model(**placed).logits.float().cpu().numpy()
            return said

        budget = Budget(self.book.most or self.args.eval_batch_size)
        for part, said in run_batches(lengths, budget, forward, "a text"):
            for line, at in zip(said, part, strict=True):
                found[at] = self._unfilled(line, lengths[at])
        return found

    def _unfilled(self, line: Logits, length: int) -> Logits:
        if line.ndim == 1:
            return line
        return line[len(line) - length :] if self.reading.left else line[:length]

    # ---- checkpoints ----

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        folder = self.work / f"checkpoint-{self.state.global_step}"
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if self.best:
                save_file(self.best, folder / BEST)
            if self._allocation is not None:
                save_file(self._allocation.kept(), folder / RANK)
            (folder / BOOK).write_text(json.dumps(self.book.to_json()), "utf-8")
            # The state of the Trainer is written last: a checkpoint that has it is whole.
            super()._save_checkpoint(model, trial)

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Save what training changes, for checkpoints."""
        folder = Path(output_dir or self.work)
        save_file(trainable(self.learner), folder / WEIGHTS)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        folder = Path(resume_from_checkpoint)
        put_back(self.learner, load_file(folder / WEIGHTS))
        if (folder / BEST).is_file():
            self.best = load_file(folder / BEST)
        if self._allocation is not None:
            self._allocation.restore(load_file(folder / RANK))
        book = json.loads((folder / BOOK).read_text("utf-8"))
        book["epochs"] = [tuple(line) for line in book["epochs"]]
        self.book = Book(**book)


def _tokens(batch: Batch) -> int:
    mask = batch.get("attention_mask")
    return batch["input_ids"].numel() if mask is None else int(mask.sum())

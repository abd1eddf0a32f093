"""Fine-tuning on the Trainer of transformers: all weights, or few beside the frozen ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import TrainerCallback, TrainingArguments

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models import device as devices
from sciml_magics.models import precision
from sciml_magics.models.batching import out_of_memory
from sciml_magics.models.engine.recipe import read_recipe
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.pretrained import quietly
from sciml_magics.models.text_input import MOST_TOKENS
from sciml_magics.models.training.adapters import (
    Allocation,
    add_adapter,
    merge_adapter,
)
from sciml_magics.models.training.bases import Base, copy_tokenizer, load_base, read_with
from sciml_magics.models.training.batches import LikeBatches
from sciml_magics.models.training.checkpoints import RESUMED, working
from sciml_magics.models.training.classifying import classifying
from sciml_magics.models.training.lessons import Lesson, Reading
from sciml_magics.models.training.pooled import PooledClassifier, load_pooled, pools
from sciml_magics.models.training.recipes import Plan, plan
from sciml_magics.models.training.saving import new_folder
from sciml_magics.models.training.trainer import DivergenceError, LessonTrainer, put_back
from sciml_magics.models.training.watching import Course
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Ending, Example, Fit, Moment, Training, Watcher

ADAPTER = "adapter"
_EVALUATION_TOKENS = 4_096
_LINES = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a training computes.

    Parameters
    ----------
    device
        Of torch.
    dtype
        fp32, or what products are computed in while the weights stay fp32.
    """

    device: torch.device
    dtype: torch.dtype

    @property
    def cpu(self) -> bool:
        """Whether it is a CPU."""
        return self.device.type == "cpu"


def finetune(
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
    folder: Path,
    watch: Watcher,
    *,
    callbacks: Sequence[TrainerCallback] = (),
    work: Path | None = None,
) -> Fit:
    """Train on the Trainer of transformers; parameters, result and errors as of `train`."""
    place = _place(training)
    pooled = training.method == "full" and task.kind != "spans" and pools(files)
    reading, tokenizer = read_with(files, _longest(files, training, pooled=pooled))
    lesson = make_lesson(reading, task, examples, validation, training)
    with ExitStack() as stack:
        keep = work is not None
        kept = stack.enter_context(working(work, files, task, examples, validation, training))
        stack.enter_context(_own_randomness(training.seed))
        stack.enter_context(quietly())
        if place.device.type == "cuda":
            stack.enter_context(torch.cuda.device(place.device))
        # Early, so that a folder that is there already costs no training.
        draft = stack.enter_context(new_folder(folder))
        course = Course(watch, patience=training.patience, keep=keep)
        try:
            attention = "eager" if place.cpu else None
            load = load_pooled if pooled else partial(load_base, blank=reading.blank)
            base = load(files, lesson, attention=attention)
            trainer = _trainer(
                files, base, lesson, reading, training, place, kept.folder, course, callbacks
            )
            ending, notes = _run(trainer, course, kept.resume)
            kept.unfinished = ending == "stopped"
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            raise LearningError(
                "training needs more memory than there is: use --method lora, a smaller model or "
                "shorter texts"
            ) from error
        if isinstance(trainer.learner, PooledClassifier):
            trainer.learner.save(files, lesson, draft)
        else:
            _save(trainer.learner, draft)
            copy_tokenizer(files, tokenizer, draft)
    book = trainer.book
    return Fit(
        folder=folder,
        ending=ending,
        history=tuple(Moment(*line) for line in book.epochs),
        validation=book.best,
        tokens_per_second=book.tokens / book.seconds if book.seconds else 0.0,
        notes=(*lesson.notes, *notes),
    )


def make_lesson(
    reading: Reading,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
) -> Lesson:
    """Make a task ready for a model, after its kind.

    Raises
    ------
    LearningError
        If there is too little to learn from, or models cannot be trained for this kind of task.
    """
    if task.input != "text" or task.kind not in ("label", "labels", "spans"):
        raise LearningError(
            f"task '{task.name}' asks for {task.kind} on {task.input}: models are trained for one "
            "label, several labels or spans of texts"
        )
    balanced = training.class_weights == "balanced"
    if task.kind == "spans":
        from sciml_magics.models.training.tagging import spans_lesson

        return spans_lesson(reading, task, examples, validation, balanced=balanced)
    return classifying(reading, task, examples, validation, balanced=balanced)


def _place(training: Training) -> Place:
    device = devices.pick(training.device)
    dtype = precision.pick(training.precision, device)
    if dtype is torch.float16 and device.type != "cuda":
        raise ModelError(f"device '{device}' cannot train in fp16: use --precision bf16 or fp32")
    return Place(device, dtype)


def _longest(files: ModelFiles, training: Training, *, pooled: bool) -> int | None:
    """Most tokens of a text; embeddings are made of no more than the encoder was made for."""
    if not pooled:
        return training.max_length
    return min(read_recipe(files).max_length, training.max_length or MOST_TOKENS)


def _trainer(
    files: ModelFiles,
    base: Base[Any],
    lesson: Lesson,
    reading: Reading,
    training: Training,
    place: Place,
    work: Path,
    course: Course,
    callbacks: Sequence[TrainerCallback],
) -> LessonTrainer:
    lengths = [len(row.ids) for row in lesson.rows]
    words = sum(lengths) / len(lengths) if lesson.of_words else 0.0
    chosen = plan(training, len(lengths), files.parameters, cpu=place.cpu, words=words)
    batches = LikeBatches(
        lengths,
        tokens=chosen.tokens,
        most=chosen.rows,
        seed=training.seed,
    )
    steps = chosen.epochs * -(-len(batches) // training.accumulate)
    model = base.model
    own: list[TrainerCallback] = [course]
    allocation = None
    if training.method != "full":
        model = adapted = add_adapter(
            base.model,
            lesson,
            training.method,
            rank=chosen.rank,
            steps=steps,
            whole=base.whole,
            base=(files.id, files.revision),
        )
        if training.method == "adalora":
            allocation = Allocation(adapted)
            own.append(allocation)
            course.settled = allocation.settled
    trainer = LessonTrainer(
        model,
        _arguments(training, chosen, place, work, steps, validated=bool(lesson.checks)),
        lesson=lesson,
        reading=reading,
        batches=batches,
        fresh=base.fresh,
        faster=chosen.faster,
        consistency=training.consistency,
        allocation=allocation,
        callbacks=(*own, *callbacks),
    )
    course.trainer = trainer
    return trainer


def _arguments(
    training: Training, chosen: Plan, place: Place, work: Path, steps: int, *, validated: bool
) -> TrainingArguments:
    """Settings of the Trainer: silent, and writing checkpoints only when it is told to."""
    made = TrainingArguments(
        output_dir=str(work),
        num_train_epochs=chosen.epochs,
        learning_rate=chosen.rate,
        weight_decay=chosen.decay,
        lr_scheduler_type="linear",
        warmup_steps=round(chosen.warmup * steps),
        gradient_accumulation_steps=training.accumulate,
        max_grad_norm=1.0,
        bf16=place.dtype is torch.bfloat16,
        fp16=place.dtype is torch.float16,
        use_cpu=place.cpu,
        seed=training.seed,
        per_device_eval_batch_size=_EVALUATION_TOKENS,
        eval_strategy="epoch" if validated else "no",
        save_strategy="no",
        save_total_limit=1,
        logging_strategy="steps",
        logging_steps=max(1, steps // _LINES),
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
        log_level="error",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    made._n_gpu = min(1, made.n_gpu)  # one device, also where there are several
    return made


def _run(
    trainer: LessonTrainer, course: Course, resume: Path | None
) -> tuple[Ending, tuple[str, ...]]:
    """Train, and leave the best weights in the model."""
    ending: Ending = "done"
    notes: list[str] = []
    try:
        trainer.train(resume_from_checkpoint=str(resume) if resume else None)
        ending = "early" if course.early else "done"
    except DivergenceError:
        step, epoch = trainer.state.global_step, trainer.book.best_epoch
        if not trainer.best:
            raise LearningError(
                f"the loss was no number any more after {step:,} steps, before one epoch was done: "
                "learn with smaller steps (--learning-rate) or with --precision fp32"
            ) from None
        ending = "diverged"
        notes.append(
            f"the loss was no number any more after {step:,} steps: the weights after "
            f"{epoch:g} epochs were kept"
        )
    except KeyboardInterrupt:
        if not trainer.state.global_step:
            raise
        ending = "stopped"
        notes.append(f"stopped after {trainer.state.epoch or 0:.1f} epochs: the best was kept")
    if resume is not None:
        notes.append(RESUMED)
    if trainer.book.most is not None:
        notes.append(
            f"memory ran out: texts were given to the model {trainer.book.most:,} tokens at once, "
            "which makes the same steps"
        )
    if trainer.best:
        put_back(trainer.learner, trainer.best)
    elif trainer.lesson.checks:
        trainer.book.best = trainer.lesson.score(trainer.logits(trainer.lesson.checks))
    return ending, tuple(notes)


def _save(model: Any, draft: Path) -> None:
    """Save an ordinary model; of an adapted one the adapter too, with its head."""
    model.eval()
    if hasattr(model, "peft_config"):
        model.save_pretrained(draft / ADAPTER)
        (draft / ADAPTER / "README.md").unlink(missing_ok=True)  # an empty form to fill in
        model = merge_adapter(model)
    model.config.use_cache = True
    model.save_pretrained(draft)


@contextmanager
def _own_randomness(seed: int) -> Iterator[None]:
    """Seed everything random, and leave the notebook's own randomness as it was."""
    python, numbers = random.getstate(), np.random.get_state()
    with torch.random.fork_rng() if torch.cuda.is_available() else torch.random.fork_rng([]):
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numbers)

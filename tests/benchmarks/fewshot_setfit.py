"""SetFit as its documentation has it: the opponent of the few-shot benchmark.

Batches of 16 pairs, one epoch, learning rate 2e-5, a logistic head of scikit-learn, fp32; pairs are
drawn 20 times per sentence (`num_iterations=20`, the R of its paper), for its newer default draws
every pair there is, which takes hours of these two cores from 64 examples of a label on.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

ITERATIONS = 20


def setfit(
    folder: Path, texts: Sequence[str], labels: Sequence[str], test: Sequence[str], seed: int
) -> tuple[list[str], float, float]:
    """Answers to `test`, and the wall and processor seconds of training, loading left out."""
    from datasets import Dataset, disable_progress_bars
    from setfit import SetFitModel, Trainer, TrainingArguments
    from transformers.utils import logging as theirs

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    theirs.disable_progress_bar()
    disable_progress_bars()
    model = SetFitModel.from_pretrained(str(folder), device="cpu")
    data = Dataset.from_dict({"text": list(texts), "label": list(labels)})
    with tempfile.TemporaryDirectory() as checkpoints:
        arguments = TrainingArguments(
            output_dir=checkpoints,
            num_iterations=ITERATIONS,
            seed=seed,
            report_to="none",
            save_strategy="no",
            show_progress_bar=False,
        )
        trainer = Trainer(model=model, args=arguments, train_dataset=data)
        began, worked = perf_counter(), process_time()
        trainer.train()
        wall, processor = perf_counter() - began, process_time() - worked
    return [str(label) for label in model.predict(list(test))], wall, processor

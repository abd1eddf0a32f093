"""The line of ``%learn``: what can be typed, and its help."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Literal

from sciml_magics.errors import SciMLError
from sciml_magics.magics.help import options
from sciml_magics.magics.reading import choice, new_parser, one_of, placed, positive, whole
from sciml_magics.magics.shared_options import add_shared
from sciml_magics.tasks import METHODS, Method
from sciml_magics.tasks.training import TRACKERS, Tracker

CLASS_WEIGHTS = ("balanced", "none")

_LEARN = """\
Teach a model what people answered; it answers the task from then on if it is better.

    %learn [TASK] [options]

It learns from what was accepted and corrected, except three records of ten, which are held out: by
those the new model is judged, beside whatever answers the task now. It is promoted if it does
better; from 50 held-out answers on, also only if it is unlikely to do worse. A promoted model is
the task's model: %annotate and %review use it, and it suggests for all records of the task at once.
Without --method the number of answers decides, and the result says why:

    head       a linear head on the embeddings of the frozen model: seconds
    fewshot    teaches the model, from pairs of texts, which belong together: minutes
    full       trains all weights
    lora, adalora, adapter    train few weights beside the frozen ones: less memory

Texts take all of these, spans all but head and fewshot. Images take head: on a CLIP, SigLIP or
image-classification model, the one that suggested or that --model names. Images that are in no
file but in a frame, and were not read by that model yet, are found there by --frame.

Interrupting is safe: what answers the task stays, and the same line goes on where it was, or from a
minute before.

Examples

    %learn topic
    %learn topic --method full --epochs 4 --class-weights balanced
    %learn topic --model ./my-encoder --no-promote
    %learn topic --method full --search 8 --track tensorboard
    %learn topic --curve
    %learn topic --rollback
    %learn topic --promote topic-2
    %learn cells --frame slides --model openai/clip-vit-base-patch32
"""


@dataclass(frozen=True, slots=True)
class LearnLine:
    """What stands on the line of ``%learn``; ``None`` where nothing does."""

    task: str | None
    method: Method | None
    model: str | None
    frame: str | None
    epochs: int | None
    learning_rate: float | None
    rank: int | None
    class_weights: Literal["balanced", "none"]
    consistency: float
    patience: int
    accumulate: int
    max_length: int | None
    seed: int
    device: str | None
    precision: str | None
    curve: bool
    rollback: bool
    promote: str | None
    force: bool
    no_suggest: bool
    no_promote: bool
    search: int
    track: list[Tracker] | None
    quiet: bool
    store: str | None
    help: bool


def parse_learn(line: str) -> LearnLine:
    """Read the line of ``%learn``.

    Raises
    ------
    SciMLError
        If the line cannot be understood; the message says what to change.

    Examples
    --------
    >>> parsed = parse_learn("topic --method lora --rank 8")
    >>> parsed.task, parsed.method, parsed.rank
    ('topic', 'lora', 8)
    """
    parsed = placed(LearnLine, learn_parser(), line, "task")
    if parsed.rollback and parsed.promote:
        raise SciMLError("--rollback and --promote ask for different models: use one of the two")
    if (parsed.rollback or parsed.promote) and (parsed.search or parsed.track):
        raise SciMLError("--rollback and --promote train nothing: leave --search and --track out")
    if parsed.curve and (parsed.rollback or parsed.promote or parsed.search):
        raise SciMLError("--curve keeps no model: leave the other options of models out")
    if parsed.promote and parsed.no_promote:
        raise SciMLError("--promote and --no-promote ask for the opposite: use one of the two")
    return parsed


def learn_parser() -> argparse.ArgumentParser:
    """The options of ``%learn``."""
    parser = new_parser()
    add = parser.add_argument
    add("--method", type=choice("method", METHODS), metavar="METHOD", help=one_of(METHODS))
    add("--model", "-m", metavar="MODEL", help="the base: Hub id, id@revision or folder")
    add("--frame", metavar="NAME", help="the frame that holds the images, where no files do")
    add("--epochs", type=whole(1), metavar="N", help="times that every answer is seen")
    add("--learning-rate", type=positive, metavar="X", help="highest step size")
    add("--rank", type=whole(1), metavar="N", help="of lora, adalora and adapter")
    add(
        "--class-weights",
        type=choice("class weights", CLASS_WEIGHTS),
        default="none",
        metavar="HOW",
        help="balanced: rare labels count for more",
    )
    add(
        "--consistency",
        type=positive,
        default=0.0,
        metavar="X",
        help="read texts twice, and weigh by X how far the readings differ: better, half as fast",
    )
    add(
        "--patience",
        type=whole(0),
        default=2,
        metavar="N",
        help="stop after N epochs that bring nothing (default: 2; 0 never)",
    )
    add(
        "--accumulate",
        type=whole(1),
        default=1,
        metavar="N",
        help="batches that make a step together (default: 1)",
    )
    add("--max-length", type=whole(4), metavar="N", help="most tokens of a text in training")
    add_shared(parser, "--seed", "--device", "--precision")
    add(
        "--search",
        type=whole(1),
        default=0,
        metavar="N",
        help="train N times with different settings, and take the best (Optuna)",
    )
    add(
        "--track",
        action="append",
        type=choice("tracker", TRACKERS),
        metavar="WITH",
        help="tensorboard or wandb (offline); may be given twice",
    )
    add("--curve", action="store_true", help="draw how good a model gets with more answers")
    add("--rollback", action="store_true", help="take the last promotion back, and train nothing")
    add("--promote", metavar="NAME", help="let a model that was trained answer; train nothing")
    add("--force", action="store_true", help="train even where nothing was answered since")
    add("--no-suggest", action="store_true", help="leave the suggestions of the task as they are")
    add("--no-promote", action="store_true", help="keep and judge the model, and promote nothing")
    add_shared(parser, "--quiet")
    return parser


def learn_help() -> str:
    """Everything about ``%learn``."""
    return f"{_LEARN}\n{options(learn_parser())}"

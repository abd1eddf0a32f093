"""The model card: what a model is for, what it learned from and how good it is, in its folder.

Written from the record in the store alone, in the form that the Hugging Face Hub reads (Mitchell et
al. 2019, "Model cards for model reporting").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sciml_magics.store.trained import Trained
from sciml_magics.tasks import Kind, Task, Training

NAME = "README.md"

_ASKS: dict[Kind, str] = {
    "label": "One label of each {}.",
    "labels": "Any number of labels of each {}.",
    "spans": "Stretches of {}, each with a label.",
}
_FEW = 100
_PILLOW = "from PIL import Image\n"


def write_card(folder: Path, trained: Trained) -> None:
    """Write the card of a model into its folder."""
    (folder / NAME).write_text(card(trained), encoding="utf-8", errors="replace")


def card(trained: Trained) -> str:
    """The card of a model, as Markdown with a head in YAML."""
    parts = [
        f"# {_plain(trained.name)}",
        _about(trained),
        "## Labels\n\n" + _labels(trained),
        "## What it learned from\n\n" + _learned_from(trained),
        "## How good it is\n\n" + _quality(trained),
        "## Training\n\n" + _training(trained),
        "## Limits\n\n" + _limits(trained),
        "## How to use it\n\n" + _use(trained),
    ]
    return f"---\n{_head(trained)}---\n\n" + "\n\n".join(parts) + "\n"


def _head(trained: Trained) -> str:
    import yaml

    held_out = trained.made.metrics.get("held_out")
    head: dict[str, Any] = {
        "library_name": "sentence-transformers" if _has_head(trained) else "transformers",
        "pipeline_tag": _pipeline(trained.task),
        "base_model": trained.made.base,
        "tags": ["sciml-magics", trained.method],
    }
    if held_out:
        metrics = [
            {"type": "f1", "name": held_out["measure"], "value": held_out["score"]},
            {"type": "accuracy", "name": "accuracy", "value": held_out["accuracy"]},
        ]
        result = {
            "task": {"type": _pipeline(trained.task)},
            "dataset": {"type": "private", "name": f"held-out answers to {trained.task.name}"},
            "metrics": metrics,
        }
        head["model-index"] = [{"name": trained.name, "results": [result]}]
    text: str = yaml.safe_dump(head, sort_keys=False, allow_unicode=True)
    return text


def _about(trained: Trained) -> str:
    task = trained.task
    lines = [
        f"It answers the task **{_plain(task.name)}** (version {trained.task_version}), which "
        f"reads {_listed(task.columns)}. {_ASKS[task.kind].format(task.input)}",
    ]
    if task.instructions:
        lines.append("The guidelines that people followed:\n\n" + _quoted(task.instructions))
    return "\n\n".join(lines)


def _labels(trained: Trained) -> str:
    held_out = trained.made.metrics.get("held_out") or {}
    scores = held_out.get("labels", {})
    rows = []
    for label in trained.task.labels:
        score = scores.get(label.name, {})
        support = score.get("support")
        rows.append(
            (label.name, label.description or "–", _number(score.get("f1")), _whole(support))
        )
    return _table(("label", "when it applies", "F1", "held-out answers with it"), rows)


def _learned_from(trained: Trained) -> str:
    metrics, snapshot = trained.made.metrics, trained.made.snapshot
    people = snapshot.get("people") or []
    who = f" by {_listed(people)}" if people else ""
    return (
        f"{metrics.get('examples', 0):,} answers{who}; {metrics.get('validation_examples', 0):,} "
        "more decided when training ended. Records that are held out are in neither.\n\n"
        + _table(
            ("snapshot", ""),
            [
                ("answers", _whole(snapshot.get("count"))),
                ("last response", str(snapshot.get("last_response", "–"))),
                ("SHA-256 of addresses and values", str(snapshot.get("digest", "–"))),
                ("seed of the split", str(snapshot.get("split", "–"))),
            ],
        )
    )


def _quality(trained: Trained) -> str:
    metrics = trained.made.metrics
    held_out, comparison = metrics.get("held_out"), metrics.get("comparison")
    if not held_out:
        return "Nobody has answered a held-out record yet: it is not known."
    interval = _interval(held_out)
    rows = [
        (str(held_out["measure"]), f"{_number(held_out['score'])}{interval}"),
        ("accuracy of whole answers", _number(held_out["accuracy"])),
        ("expected calibration error", _number(held_out["ece"])),
        ("held-out answers", _whole(held_out["n"])),
        ("of them without an answer of the model", _whole(held_out["abstained"])),
    ]
    text = "On answers by people that are held out from all training:\n\n"
    text += _table(("measure", "value (95 % interval)"), rows)
    if comparison:
        text += (
            f"\n\nBeside {_plain(str(metrics.get('incumbent') or 'what answered before'))}, on "
            f"{comparison['n']:,} of them: {_number(comparison['one'])} before, "
            f"{_number(comparison['other'])} now; difference {_signed(comparison['difference'])}"
            f"{_interval(comparison)}."
        )
    return text


def _training(trained: Trained) -> str:
    training, metrics = trained.made.training, trained.made.metrics
    usual = Training()
    rows = [
        ("base", f"{trained.made.base}@{trained.made.base_revision}"),
        ("method", training.method),
        ("seed", str(training.seed)),
    ]
    rows += [
        (field.name.replace("_", " "), str(getattr(training, field.name)))
        for field in fields(training)
        if field.name not in ("method", "seed")
        and getattr(training, field.name) != getattr(usual, field.name)
    ]
    rows += [
        ("ended", str(metrics.get("ending", "–"))),
        ("score on validation", _number(metrics.get("validation"))),
        ("made", f"{trained.created:%Y-%m-%d %H:%M} UTC by {trained.made.by}"),
        ("sciml-magics", trained.made.code_version),
        ("revision", trained.model.revision),
    ]
    return _table(("", ""), rows)


def _limits(trained: Trained) -> str:
    metrics = trained.made.metrics
    held_out = metrics.get("held_out") or {}
    lines = [
        f"It learned from the records of one project: on {trained.task.input}s of another kind it "
        "may be much worse, and as sure of itself as here.",
        "People's answers may be wrong or one-sided; the model learns that, too.",
    ]
    if held_out.get("n", 0) < _FEW:
        lines.append(
            f"It was judged by {held_out.get('n', 0):,} held-out answers: the numbers above are "
            "rough."
        )
    unseen = [name for name, one in held_out.get("labels", {}).items() if not one["support"]]
    if unseen:
        lines.append(f"No held-out answer has {_listed(unseen)}: how it does there is not known.")
    return "\n".join(f"- {line}" for line in lines)


def _use(trained: Trained) -> str:
    images = trained.task.input == "image"
    if _has_head(trained):
        one = "Image.open(path)" if images else '"a text"'
        code = (
            f"{_PILLOW if images else ''}from sentence_transformers import SentenceTransformer\n"
            "\n"
            'model = SentenceTransformer(".")\n'
            f"logits = model.encode([{one}])  # in the order of id2label in config.json\n"
        )
        return f"```python\n{code}```"
    one = "path" if images else '"a text"'
    code = (
        "from transformers import pipeline\n"
        "\n"
        f'model = pipeline("{_pipeline(trained.task)}", model=".")\n'
        f"model({one})\n"
    )
    return (
        f"```python\n{code}```\n\nProbabilities there lack the temperature of `config.json`: "
        "divide the logits by it."
    )


def _has_head(trained: Trained) -> bool:
    """Whether sentence-transformers reads it; a classifier of images keeps its own way."""
    return trained.method in ("head", "fewshot") and trained.model.family != "image_classifier"


def _pipeline(task: Task) -> str:
    if task.input == "image":
        return "image-classification"
    return "token-classification" if task.kind == "spans" else "text-classification"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is, on one line."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|" else sign for sign in line)


def _quoted(text: str) -> str:
    return "\n".join(f"> {_plain(line)}" for line in text.splitlines())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_plain(name) for name in names)


def _interval(data: Mapping[str, Any]) -> str:
    low, high = data.get("low"), data.get("high")
    return "" if low is None or high is None else f" ({low:.3f} to {high:.3f})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}"


def _whole(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"

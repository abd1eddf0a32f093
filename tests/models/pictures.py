"""Generated pictures of coloured shapes, and the teaching of tiny vision models with them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image, ImageDraw, ImageFilter

from sciml_magics.models.images import to_rgb
from sciml_magics.tasks import Record, record_id

COLOURS = {"red": (210, 40, 40), "green": (40, 170, 60), "blue": (50, 70, 220)}
SHAPES = ("disc", "square")
SIZE = 48


def draw_picture(colour: str, shape: str, draw: random.Random) -> Image.Image:
    """A shape somewhere on a grey ground, blurred and noisy as a micrograph is."""
    ground = draw.randint(90, 160)
    picture = Image.new("RGB", (SIZE, SIZE), (ground,) * 3)
    left, top, side = draw.randint(2, 12), draw.randint(2, 12), draw.randint(22, 30)
    tint = tuple(max(0, min(255, part + draw.randint(-25, 25))) for part in COLOURS[colour])
    pen = ImageDraw.Draw(picture)
    stroke = pen.ellipse if shape == "disc" else pen.rectangle
    stroke((left, top, left + side, top + side), fill=tint)
    return picture.filter(ImageFilter.GaussianBlur(draw.uniform(0, 1)))


def draw_pictures(count: int, seed: int) -> list[tuple[Image.Image, str, str]]:
    """``(picture, colour, shape)`` rows."""
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        colour, shape = draw.choice(sorted(COLOURS)), draw.choice(SHAPES)
        rows.append((draw_picture(colour, shape, draw), colour, shape))
    return rows


def picture_records(pictures: Sequence[Image.Image]) -> list[Record]:
    """Records that open these pictures."""
    return [
        Record(record_id("picture", str(at)), (("image", str(at)),), one.copy)
        for at, one in enumerate(pictures)
    ]


def train_classifier(folder: Path, goals: Mapping[str, int], steps: int = 60) -> None:
    """Teach the classifier of `folder` the colours."""
    model, pixels, rows = _lesson(folder, transformers.AutoModelForImageClassification, 192)
    wanted = torch.tensor([goals[colour] for _, colour, _ in rows])

    def loss(at: torch.Tensor) -> Any:
        return model(pixel_values=pixels[at], labels=wanted[at]).loss

    _descend(model, loss, len(rows), steps)
    model.save_pretrained(folder)


def train_clip(folder: Path, steps: int = 80) -> None:
    """Teach the model of `folder` that a picture and its colour's words belong together."""
    model, pixels, rows = _lesson(folder, transformers.AutoModelForZeroShotImageClassification, 192)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    names = sorted(COLOURS)
    words = tokenizer([f"a photo of {name}" for name in names], padding=True, return_tensors="pt")
    wanted = torch.tensor([names.index(colour) for _, colour, _ in rows])

    def loss(at: torch.Tensor) -> Any:
        found = model(pixel_values=pixels[at], **words).logits_per_image
        return torch.nn.functional.cross_entropy(found, wanted[at])

    _descend(model, loss, len(rows), steps)
    model.save_pretrained(folder)


def _lesson(folder: Path, auto: Any, count: int) -> tuple[Any, torch.Tensor, Sequence[Any]]:
    torch.manual_seed(0)
    model = auto.from_pretrained(folder).train()
    prepare = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    rows = draw_pictures(count, seed=1)
    pixels = prepare([to_rgb(picture) for picture, _, _ in rows], return_tensors="pt")
    return model, pixels["pixel_values"], rows


def _descend(model: Any, loss: Any, count: int, steps: int) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for _ in range(steps):
        loss(torch.randint(count, (32,))).backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()

"""A head on images: kinds of blood cells, cut out of microscope images by their boxes.

``--model`` may be given several times: any CLIP, SigLIP or image-classification model, by Hub id or
folder. Without one only colours and edges are measured, which `%detect` falls back on: they say
what a head can do without a model, and nothing of any model. Cells are learned from the sets
"train" and "val" and judged on "test"; of the red ones, by far the most, only some are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from PIL import Image
from sklearn.metrics import accuracy_score, f1_score

from sciml_magics.models import open_model
from sciml_magics.models.image_model import ImageModel
from sciml_magics.models.images import as_record
from sciml_magics.models.loading import find_model
from sciml_magics.models.training.head import decide, truth_of
from sciml_magics.models.training.image_head import fit_image_head
from sciml_magics.models.training.train import train
from sciml_magics.models.vectors import Vectors
from sciml_magics.quality.outliers.pictures import describe_image
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Example, Training
from tests.benchmarks.harness import parser, report, table

FOLDER = "blood_cells"
NAMES = ("RBC", "WBC", "Platelets")
TASK = Task(
    "cell",
    ("image",),
    input="image",
    labels=(
        Label("RBC", "a microscope image of a red blood cell"),
        Label("WBC", "a microscope image of a white blood cell"),
        Label("Platelets", "a microscope image of a platelet"),
    ),
)
# Of a kind in one image; most cells are red.
MOST_OF_AN_IMAGE = 2
ANSWERS = (5, 20, 100)  # of each label
SEEDS = (0, 1, 2)
HEAD = Training("head")

Decide = Callable[[list[int]], list[str]]


class Cells(NamedTuple):
    """Cut out cells and their kinds."""

    images: list[Image.Image]
    kinds: list[str]


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--model", action="append", default=[], help="may be given several times")
    arguments = options.parse_args()
    learn = read(arguments.data / FOLDER, ("train", "val"))
    judge = read(arguments.data / FOLDER, ("test",))
    counted = ", ".join(f"{judge.kinds.count(name)} {name}" for name in NAMES)
    lines = list(by_looks(learn, judge))
    for name in arguments.model:
        lines += by_model(name, learn, judge)
    body = table(
        ("images seen by", *(f"{number} answers a label" for number in ANSWERS), "seconds"), lines
    )
    note = "" if arguments.model else "\n\nNo model was measured: its weights were not at hand."
    head = f"Macro F1 (accuracy) on {len(judge.kinds):,} cells ({counted}), mean of 3 draws.\n\n"
    report("A head on images", f"{head}{body}{note}", record=arguments.record)


def read(folder: Path, parts: Sequence[str]) -> Cells:
    """The cells of some sets of images, at most so many of a kind from one image."""
    found = Cells([], [])
    for part in parts:
        names = (folder / "ImageSets" / "Main" / f"{part}.txt").read_text().split()
        for name in names:
            with Image.open(folder / "JPEGImages" / f"{name}.jpg") as image:
                image.load()
            taken = dict.fromkeys(NAMES, 0)
            for kind, box in boxes(folder / "Annotations" / f"{name}.xml"):
                if taken[kind] < MOST_OF_AN_IMAGE and box[0] < box[2] and box[1] < box[3]:
                    taken[kind] += 1
                    found.images.append(image.crop(box))
                    found.kinds.append(kind)
    return found


def boxes(file: Path) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Kinds and boxes of the cells of an image."""
    for one in ElementTree.parse(file).getroot().iter("object"):
        edges = [int(one.findtext(f"bndbox/{edge}", "0")) for edge in ("xmin", "ymin")]
        edges += [int(one.findtext(f"bndbox/{edge}", "0")) for edge in ("xmax", "ymax")]
        yield one.findtext("name", ""), (edges[0], edges[1], edges[2], edges[3])


def by_looks(learn: Cells, judge: Cells) -> Iterator[list[object]]:
    """A head on colours and edges."""
    began = perf_counter()
    vectors = np.stack([describe_image(image) for image in learn.images])
    others = np.stack([describe_image(image) for image in judge.images])
    seconds = perf_counter() - began

    def decided(at: list[int]) -> list[str]:
        truth = truth_of([Example("", learn.kinds[one]) for one in at], TASK)
        found = decide(fit_image_head(vectors[at], truth, TASK, HEAD), others)
        return [NAMES[int(one)] for one in found.argmax(axis=1)]

    yield ["colours and edges (no model)", *scores(decided, learn, judge), f"{seconds:.1f}"]


def by_model(name: str, learn: Cells, judge: Cells) -> Iterator[list[object]]:
    """A head on a model, saved and opened again; and the model by itself where it knows texts."""
    files = find_model(name)
    model = open_model(files)
    if not isinstance(model, ImageModel):
        raise SystemExit(f"model '{name}' has no embeddings of images")
    records = [as_record(image) for image in judge.images]
    began = perf_counter()
    vectors, others = _vectors(model, learn.images), _vectors(model, judge.images)
    seconds = perf_counter() - began
    if not model.own_labels():
        told = [one.value or "" for one in model.suggest_from(records, others, TASK)]
        yield [f"{name}, by descriptions", _score(judge.kinds, told), "", "", ""]

    def decided(at: list[int]) -> list[str]:
        with TemporaryDirectory() as folder:
            place = Path(folder) / "model"
            examples = [Example("", learn.kinds[one]) for one in at]
            fit = train(files, TASK, examples, (), HEAD, place, vectors=vectors[at])
            head = open_model(fit.folder)
            assert isinstance(head, ImageModel)
            return [str(one.value) for one in head.suggest_from(records, others, TASK)]

    yield [name, *scores(decided, learn, judge), f"{seconds:.1f}"]


def scores(decided: Decide, learn: Cells, judge: Cells) -> Iterator[str]:
    """Mean score for each number of answers."""
    for number in ANSWERS:
        drawn = [decided(draw(learn.kinds, number, seed)) for seed in SEEDS]
        f1 = [f1_score(judge.kinds, one, average="macro", zero_division=0) for one in drawn]
        right = [accuracy_score(judge.kinds, one) for one in drawn]
        yield f"{np.mean(f1):.3f} ({np.mean(right):.3f})"


def draw(kinds: Sequence[str], number: int, seed: int) -> list[int]:
    """Positions of so many cells of each kind."""
    choose = np.random.default_rng(seed)
    found = []
    for name in NAMES:
        own = [at for at, kind in enumerate(kinds) if kind == name]
        found += choose.permutation(own)[:number].tolist()
    return found


def _vectors(model: ImageModel[object], images: Sequence[Image.Image]) -> Vectors:
    found = np.empty((len(images), model.dimension), dtype=np.float32)
    for at, part in model.vectors_of([as_record(image) for image in images]):
        found[at] = part
    return found


def _score(right: Sequence[str], told: Sequence[object]) -> str:
    said = [str(one) for one in told]
    f1 = f1_score(right, said, average="macro", labels=list(NAMES), zero_division=0)
    return f"{f1:.3f} ({accuracy_score(right, said):.3f})"


if __name__ == "__main__":
    main()

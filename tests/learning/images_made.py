"""Images of coloured shapes in files, their answers in a store, and tiny models that read them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sciml_magics.annotation import Request, annotate
from sciml_magics.frames import read_records
from sciml_magics.models import Options, open_model
from sciml_magics.store import Store
from sciml_magics.tasks import Label, Response, Task
from tests.models.pictures import draw_pictures

FP32 = Options(device="cpu", precision="fp32")
NAMES = {"red": "红色", "green": "绿色", "blue": "蓝色"}
TASK = Task("colour", ("file",), input="image", labels=tuple(map(Label, NAMES.values())))
_MODES = ("RGB", "RGBA", "P", "RGB", "CMYK")


def slides(folder: Path, count: int, seed: int = 0) -> pd.DataFrame:
    """Paths of images in several modes and formats, and their right labels."""
    folder.mkdir(exist_ok=True)
    rows = []
    for at, (picture, colour, _) in enumerate(draw_pictures(count, seed)):
        mode = _MODES[at % len(_MODES)]
        path = folder / f"{seed}-{at}.{'tif' if mode == 'CMYK' else 'png'}"
        picture.convert(mode).save(path)
        rows.append((str(path), NAMES[colour]))
    return pd.DataFrame(rows, columns=["file", "right"])


def suggested(store: Store, frame: pd.DataFrame, model: Path, task: Task = TASK) -> None:
    """Let a model suggest for every row."""
    annotate(frame, Request(task, by="Ada"), open_model(model, FP32), store)


def answered(store: Store, frame: pd.DataFrame, task: Task = TASK) -> None:
    """Let a person say what is right of every row."""
    records = list(read_records(frame, task, frame.reset_index().index.to_numpy()))
    right = dict(zip(frame["file"].map(str), frame["right"], strict=True))
    values = [right[record.text] for record in records]
    given = [
        Response(
            f"answer {at}",
            record.id,
            "corrected",
            value if task.kind == "label" else (value,),
            "Ada",
        )
        for at, (record, value) in enumerate(zip(records, values, strict=True))
    ]
    store.respond(store.task(task), given)

"""``%annotate``, ``%learn``, ``%evaluate`` and ``%calibrate`` on a column of images."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.api.learning import Learned
from sciml_magics.magics import learn as learn_module
from sciml_magics.store import open_store
from tests.learning.images_made import NAMES, answered, slides
from tests.magics.conftest import Fails
from tests.models.tiny import save_tiny_clip, save_tiny_vit

CELL = "%annotate slides --column file --task colour --labels 红色,绿色,蓝色 --model ./clip --quiet"


@pytest.fixture
def looked_at(shell: InteractiveShell) -> InteractiveShell:
    """A frame of images that CLIP labelled and a person answered."""
    torch.set_num_threads(1)
    save_tiny_clip(Path("clip"), list(NAMES.values()))
    shell.push({"slides": slides(Path("files"), 160)})
    shell.run_cell(CELL).raise_error()
    with open_store() as store:
        task = store.latest("colour")
        assert task is not None
        assert task.input == "image"
        answered(store, shell.user_ns["slides"], task)
    return shell


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Learned]:
    found: list[Learned] = []
    monkeypatch.setattr(learn_module, "display", found.append)
    return found


def test_answers_teach_a_head_that_answers_then(
    looked_at: InteractiveShell,
    shown: list[Learned],
    fails: Fails,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = fails("%learn colour --method lora --quiet")
    assert line == "task 'colour' reads images, which 'lora' does not learn: use head"
    looked_at.run_cell("%learn colour").raise_error()
    [found] = shown
    assert found.promoted
    assert found.evaluation is not None
    assert found.evaluation.score > 0.8
    folder = Path("sciml_magics_models/colour-1")
    assert (folder / "2_Dense/model.safetensors").is_file()
    assert "红色" in (folder / "config.json").read_text("utf-8").encode().decode("unicode_escape")
    looked_at.run_cell("%annotate slides --task colour --quiet").raise_error()
    frame: pd.DataFrame = looked_at.user_ns["slides"]
    assert (frame["colour"] == frame["right"]).mean() > 0.85
    capsys.readouterr()
    looked_at.run_cell("%evaluate colour --no-chart").raise_error()
    looked_at.run_cell("%calibrate colour --no-chart").raise_error()
    assert "colour" in capsys.readouterr().out
    looked_at.run_cell("%learn colour --rollback").raise_error()
    assert "its base model answers again" in capsys.readouterr().out


def test_a_frame_is_named_where_images_are_in_no_file(
    looked_at: InteractiveShell, shown: list[Learned], fails: Fails
) -> None:
    save_tiny_vit(Path("vit"), ["a", "b"], initializer_range=0.05)
    paths = [Path(path) for path in looked_at.user_ns["slides"]["file"]]
    looked_at.push({"held": pd.DataFrame({"file": [path.read_bytes() for path in paths]})})
    for path in paths:
        path.unlink()
    assert "%learn colour --frame NAME" in fails("%learn colour --model ./vit --quiet")
    assert "nowhere" in fails("%learn colour --frame nowhere --quiet")
    looked_at.run_cell("%learn colour --model ./vit --frame held").raise_error()
    [found] = shown
    assert found.promoted

"""``%detect`` on a column of images, by a model and without one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from tests.magics.conftest import Fails
from tests.models.tiny import save_tiny_clip

CELL = "%detect slides --detectors 'outlying image' --above 0.1 --no-chart"


@pytest.fixture
def slides(shell: InteractiveShell) -> InteractiveShell:
    """Light images, a dark blue one, and one that cannot be read."""
    draw = np.random.default_rng(0)
    Path("files").mkdir()
    paths = []
    for at in range(41):
        pixels = draw.normal(200, 5, size=(32, 32, 3))
        if at == 7:
            pixels[:] = [10, 20, 250]
        left = int(draw.integers(4, 20))
        pixels[left : left + 8, 8:16] = [180, 60, 60]
        paths.append(f"files/{at}.png")
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(paths[-1])
    Path(paths[40]).write_bytes(b"\x89PNG no more")
    shell.push({"slides": pd.DataFrame({"photo": paths})})
    return shell


def test_a_finding_says_by_what_images_were_compared(
    slides: InteractiveShell, fails: Fails, capsys: pytest.CaptureFixture[str]
) -> None:
    save_tiny_clip(Path("clip"))
    capsys.readouterr()
    slides.run_cell(CELL).raise_error()
    plain = capsys.readouterr().out
    assert "files/7.png" in plain
    assert "by their colours and edges" in plain
    assert "row 40: files/40.png: not an image that can be read" in plain
    slides.run_cell(f"{CELL} --image-model ./clip").raise_error()
    told = capsys.readouterr().out
    assert "files/7.png" in told
    assert "by the embeddings of ./clip@" in told
    assert "no such folder" in fails(f"{CELL} --image-model ./nowhere --quiet")

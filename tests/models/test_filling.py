"""Which text fits into a gap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from sciml_magics.errors import ModelError
from sciml_magics.models.filling import load_filler
from sciml_magics.quality.repairing import propose
from sciml_magics.quality.table import Table
from tests.models.tiny import LIMIT, save_tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that was taught that genes are sequenced and stars observed."""
    torch.manual_seed(0)
    return save_tiny(tmp_path_factory.mktemp("filler"), "bert", "ForMaskedLM")


def test_shares_of_each_gap_come_to_one(folder: Path):
    filler = load_filler(folder)
    gaps = [("the ", " was sequenced"), ("a telescope observed the ", ""), ("", "")]
    shares = filler.shares(gaps, ["gene", "comet", "distant star", "", "x " * 50])
    assert shares.shape == (3, 5)
    assert np.allclose(shares.sum(axis=1), 1)
    assert np.all(shares[:, 3:] == 0)


def test_a_gap_is_read_alike_alone_and_among_others(folder: Path):
    filler = load_filler(folder)
    gaps = [("the ", " was sequenced in the tumour samples of Paris"), ("a ", "")]
    options = ["gene", "comet", "distant star"]
    both, alone = filler.shares(gaps, options), filler.shares(gaps[1:], options)
    assert np.allclose(both[1], alone[0], atol=1e-5)


def test_no_option_fits_where_none_can_be_asked_for(folder: Path):
    assert load_filler(folder).shares([("a", "b")], [""]).tolist() == [[0.0]]


def test_a_row_longer_than_the_model_is_read_near_its_gap(folder: Path):
    filler = load_filler(folder)
    assert filler.limit == LIMIT
    options = ["gene", "comet", "star"]
    far = "the sensor reported then weather or people " * 40
    long, cut = filler.shares(
        [(f"{far}a telescope observed the ", f" and {far}"), (far, far)], options
    )
    assert np.isfinite([long, cut]).all()
    # What stands right before the gap is read: another row gives other shares.
    other = filler.shares([(f"{far}the tumour samples of the ", f" and {far}")], options)[0]
    assert not np.allclose(long, other)
    assert not np.allclose(long, 1 / 3)


def test_chinese_is_read_and_signs_that_a_model_does_not_know_are_not_asked_for(folder: Path):
    filler = load_filler(folder)
    shares = filler.shares(
        [("玛丽在", "工作。"), ("地点是" * 90, "。")], ["北京", "上海", "龘靐", "😀"]
    )
    assert np.isfinite(shares).all()
    assert np.allclose(shares.sum(axis=1), 1)
    assert np.all(shares[:, 2] == 0)


def test_another_kind_of_model_is_refused_by_its_name(tmp_path: Path):
    with pytest.raises(ModelError, match="takes a masked language model"):
        load_filler(save_tiny(tmp_path, "bert", "ForSequenceClassification"))


def test_a_repair_hears_the_model(folder: Path):
    towns = ["Paris", "Manchester", "Paris", "Manchester"] * 10
    frame = pd.DataFrame({"who": ["Marie", "Alan", "Marie", "Alan"] * 10, "town": towns})
    frame.loc[0, "town"] = ""
    [one] = propose(Table(frame), [(0, "town")], model=folder)
    assert one.best
    assert one.best.value == "Paris"

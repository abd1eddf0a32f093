"""The model card is written from the record, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sciml_magics.learning.card import card, write_card
from sciml_magics.store.trained import Made, Trained
from sciml_magics.tasks import Kind, Label, ModelIdentity, Task, Training

HELD_OUT: dict[str, Any] = {
    "n": 40,
    "abstained": 1,
    "measure": "macro F1",
    "score": 0.81,
    "low": 0.7,
    "high": 0.9,
    "accuracy": 0.8,
    "ece": 0.04,
    "labels": {"genes": {"f1": 0.9, "support": 40}, "cells": {"f1": None, "support": 0}},
}
COMPARISON = {"difference": 0.2, "low": 0.1, "high": 0.3, "n": 40, "one": 0.61, "other": 0.81}


def trained(kind: Kind = "label", **metrics: Any) -> Trained:
    task = Task(
        "a | b",
        ("text",),
        kind=kind,
        labels=(Label("genes", "about *genes* | DNA\n<b>"), Label("cells")),
        instructions="Choose one.\n# not a head",
    )
    made = Made(
        name="a-b-1",
        folder="sciml_magics_models/a-b-1",
        model=ModelIdentity("sciml_magics_models/a-b-1", "abc", "encoder_head"),
        base="all-MiniLM-L6-v2",
        base_revision="53aa",
        parent=None,
        snapshot={"last_response": 7, "count": 120, "digest": "d1", "split": 0, "people": ["Ada"]},
        training=Training("head", class_weights="balanced", seed=5),
        metrics={
            "examples": 100,
            "validation_examples": 20,
            "validation": 0.7,
            "ending": "done",
            **metrics,
        },
        by="Ada",
        code_version="1",
    )
    return Trained(1, made, task, 2, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_head_is_yaml_that_the_hub_reads() -> None:
    _, head, _ = card(trained(held_out=HELD_OUT)).split("---\n", 2)
    data = yaml.safe_load(head)
    assert data["pipeline_tag"] == "text-classification"
    assert data["base_model"] == "all-MiniLM-L6-v2"
    assert data["library_name"] == "sentence-transformers"
    [result] = data["model-index"][0]["results"]
    assert result["metrics"][0] == {"type": "f1", "name": "macro F1", "value": 0.81}


def test_it_tells_data_scores_settings_and_limits() -> None:
    text = card(trained(held_out=HELD_OUT, comparison=COMPARISON, incumbent="base@53aa"))
    for part in (
        "100 answers by Ada; 20 more",
        "| SHA-256 of addresses and values | d1 |",
        "| macro F1 | 0.810 (0.700 to 0.900) |",
        "Beside base@53aa, on 40 of them: 0.610 before, 0.810 now; difference +0.200",
        "| class weights | balanced |",
        "| expected calibration error | 0.040 |",
        "judged by 40 held-out answers",
        "No held-out answer has cells",
    ):
        assert part in text


def test_text_of_people_stays_text() -> None:
    text = card(trained(held_out=HELD_OUT))
    assert "**a \\| b**" in text
    assert "| genes | about *genes* \\| DNA &lt;b> |" in text
    assert "> \\# not a head" in text


def test_without_held_out_answers_it_says_that_nothing_is_known() -> None:
    assert "it is not known" in card(trained(held_out=None))


@pytest.mark.parametrize("kind", ["label", "labels", "spans"])
def test_it_says_how_to_use_the_folder_alone(kind: Kind) -> None:
    one = trained(kind)
    tuned = replace(one, made=replace(one.made, training=Training("full")))
    wanted = "token-classification" if kind == "spans" else "text-classification"
    assert f'pipeline("{wanted}", model=".")' in card(tuned)
    assert "SentenceTransformer" in card(one)


def test_half_a_character_does_not_stop_it(tmp_path: Path) -> None:
    one = trained()
    write_card(tmp_path, replace(one, made=replace(one.made, by="Ada\ud800")))
    assert "by Ada?" in (tmp_path / "README.md").read_text("utf-8")

"""Linear heads: what they learn, how they are kept, and who else can read them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from sciml_magics.errors import LearningError
from sciml_magics.models import Options, open_model
from sciml_magics.models.loading import find_model
from sciml_magics.models.training.head import (
    decide,
    embed_texts,
    fit_head,
    train_head,
    truth_of,
)
from sciml_magics.models.vectors import key_of
from sciml_magics.tasks import Label, Task
from sciml_magics.tasks.training import Example, Moment, Training
from tests.models.training.lessons_for_tests import (
    ONE,
    SEVERAL,
    base_model,
    one_label,
    several_labels,
)

HEAD = Training(method="head", device="cpu", precision="fp32")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def made(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "model"
    fit = train_head(base, ONE, one_label(400), one_label(60, 1), HEAD, folder, lambda moment: None)
    return fit


def test_it_learns_what_embeddings_tell(base, made):
    assert made.validation is not None
    assert made.validation > 0.85
    assert made.ending == "done"
    assert made.notes == ()


def test_sentence_transformers_alone_reads_the_same_logits(made):
    from sentence_transformers import SentenceTransformer

    from sciml_magics.models.head_files import read_head

    texts = [one.text for one in one_label(20, 2)]
    theirs = SentenceTransformer(str(made.folder), device="cpu").encode(
        texts, show_progress_bar=False
    )
    files = find_model(made.folder)
    weight, bias = read_head(files)
    ours = embed_texts(files, texts, HEAD) @ weight.T + bias

    np.testing.assert_allclose(ours, theirs, atol=2e-2)  # embeddings here are in half precision
    assert (ours.argmax(1) == theirs.argmax(1)).mean() >= 0.95


def test_nothing_in_the_folder_is_pickled_and_labels_stand_in_its_configuration(made):
    names = {path.suffix for path in made.folder.rglob("*") if path.is_file()}
    assert names <= {".json", ".safetensors", ".txt"}
    config = json.loads((made.folder / "config.json").read_text())
    assert list(config["id2label"].values()) == list(ONE.label_names)
    assert config["problem_type"] == "single_label_classification"
    assert config["temperature"] > 0


def test_the_weights_of_the_encoder_are_not_copied_but_linked(base, made):
    assert os.path.samefile(base.weights[0], made.folder / "model.safetensors")


def test_embeddings_of_the_base_serve_every_head_on_it(base, made, tmp_path):
    files = find_model(made.folder)
    second = train_head(
        files, SEVERAL, several_labels(60), (), HEAD, tmp_path / "second", lambda moment: None
    )

    keys = {key_of(base), key_of(files), key_of(find_model(second.folder))}
    assert len(keys) == 1


def test_another_head_is_another_revision(base, made, tmp_path):
    fit = train_head(base, ONE, one_label(61, 5), (), HEAD, tmp_path / "other", lambda moment: None)

    assert find_model(fit.folder).revision != find_model(made.folder).revision


def test_embeddings_that_are_given_are_not_computed(base, tmp_path, monkeypatch):
    examples, validation = one_label(30), one_label(9, 1)
    texts = [one.text for one in (*examples, *validation)]
    vectors = embed_texts(base, texts, HEAD)
    first = train_head(base, ONE, examples, validation, HEAD, tmp_path / "a", lambda moment: None)
    monkeypatch.setattr("sciml_magics.models.training.head.embed_texts", None)
    second = train_head(
        base,
        ONE,
        examples,
        validation,
        HEAD,
        tmp_path / "b",
        lambda moment: None,
        vectors=vectors,
    )

    assert first.validation == second.validation
    dense = "3_Dense/model.safetensors"
    assert (first.folder / dense).read_bytes() == (second.folder / dense).read_bytes()


def test_one_moment_is_told(base, tmp_path):
    seen: list[Moment] = []
    train_head(base, ONE, one_label(30), one_label(9), HEAD, tmp_path / "m", seen.append)

    [moment] = seen
    assert (moment.step, moment.steps) == (1, 1)
    assert moment.validation is not None


def test_several_labels_are_told_apart_one_by_one(base, tmp_path):
    fit = train_head(
        base,
        SEVERAL,
        several_labels(500),
        several_labels(40, 1),
        HEAD,
        tmp_path / "m",
        lambda moment: None,
    )

    assert fit.validation is not None
    assert fit.validation > 0.75
    config = json.loads((fit.folder / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"


@pytest.mark.parametrize("task", [ONE, SEVERAL])
def test_all_answers_alike_are_nothing_to_learn_from(base, task, tmp_path):
    value = "genes" if task is ONE else ("genes",)
    examples = [Example("gene", value), Example("dna", value)]
    with pytest.raises(LearningError, match=r"all 2 answers to task .topics?. are .genes."):
        train_head(base, task, examples, (), HEAD, tmp_path / "m", lambda moment: None)
    with pytest.raises(LearningError, match="no answers to learn from"):
        train_head(base, task, [], (), HEAD, tmp_path / "m", lambda moment: None)

    assert not (tmp_path / "m").exists()


def test_a_label_of_no_scheme_is_named(base, tmp_path):
    examples = [*one_label(6), Example("gene", "music")]
    with pytest.raises(LearningError, match="'music'"):
        train_head(base, ONE, examples, (), HEAD, tmp_path / "m", lambda moment: None)


def test_a_head_is_as_sure_as_examples_left_out_allow():
    draw = np.random.default_rng(0)
    task = Task("topic", ("text",), labels=(Label("a"), Label("b")))
    side = draw.choice([-1.0, 1.0], 3_000)
    noise = draw.normal(size=(3_000, 24))
    vectors = np.column_stack([0.4 * side, noise]).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    truth = np.column_stack([side < 0, side > 0])
    head = fit_head(vectors[:120], truth[:120], task, HEAD)
    logits = vectors[120:] @ head.weight.T + head.bias
    right = truth[120:]

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        return float((np.logaddexp.reduce(scaled, axis=1) - (scaled * right).sum(axis=1)).mean())

    assert head.temperature != 1
    assert loss(head.temperature) <= loss(1.0) + 0.01
    assert fit_head(vectors[:20], truth[:20], task, HEAD).temperature == 1


@pytest.mark.parametrize("labels", [2, 3])
def test_a_label_without_an_example_is_hardly_suggested(labels, base, tmp_path):
    names = ("genes", "stars", "music", "law")[: labels + 1]
    task = Task("topic", ("text",), labels=tuple(map(Label, names)))
    examples = [one for one in one_label(60) if one.value in names]
    fit = train_head(base, task, examples, (), HEAD, tmp_path / "m", lambda moment: None)
    vectors = embed_texts(base, [one.text for one in examples], HEAD)
    head = fit_head(vectors, truth_of(examples, task), task, HEAD)
    logits = vectors @ head.weight.T + head.bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    unseen = [at for at, name in enumerate(names) if name not in {one.value for one in examples}]
    assert "music" in [names[at] for at in unseen]
    assert (shares[:, unseen] < 0.05).all()
    assert "'music'" in fit.notes[0]


def test_more_labels_than_examples_is_no_error(base, tmp_path):
    task = Task("t", ("text",), labels=tuple(Label(f"l{at}") for at in range(40)))
    examples = [Example("gene", "l0"), Example("star", "l1"), Example("court", "l2")]
    fit = train_head(base, task, examples, (), HEAD, tmp_path / "m", lambda moment: None)

    assert "…" in fit.notes[0]


def test_rare_labels_count_for_more_when_asked():
    draw = np.random.default_rng(0)
    rare = draw.normal(size=(6, 8)) + 1
    often = draw.normal(size=(200, 8))
    vectors = np.concatenate((rare, often)).astype(np.float32)
    task = Task("t", ("text",), labels=(Label("rare"), Label("often")))
    truth = np.zeros((206, 2), dtype=np.bool_)
    truth[:6, 0] = truth[6:, 1] = True

    found = [
        decide(fit_head(vectors, truth, task, Training(class_weights=weights)), vectors)[:, 0].sum()
        for weights in ("none", "balanced")
    ]
    assert found[0] < found[1]


def test_a_folder_that_is_there_is_left_alone(base, tmp_path):
    (tmp_path / "m").mkdir()
    with pytest.raises(LearningError):
        train_head(base, ONE, one_label(30), (), HEAD, tmp_path / "m", lambda moment: None)

    assert list(tmp_path.iterdir()) == [tmp_path / "m"]


def test_a_full_disk_leaves_nothing(base, tmp_path, monkeypatch):
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LearningError, match="disk is full"):
        train_head(base, ONE, one_label(30), (), HEAD, tmp_path / "m", lambda moment: None)

    assert list(tmp_path.iterdir()) == []


def test_answers_through_the_family_are_those_of_the_head(made):
    from tests.models.asking import ask

    examples = one_label(30, 4)
    unique = {one.text: str(one.value) for one in examples}
    found = ask(made.folder, list(unique), ONE, Options(device="cpu", precision="fp32"))

    right = [a.value == b for a, b in zip(found, unique.values(), strict=True)]
    assert np.mean(right) > 0.8
    assert open_model(made.folder).identity.family == "encoder_head"

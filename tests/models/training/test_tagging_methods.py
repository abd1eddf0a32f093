"""Spans are learned by all weights and by few, and the folder answers as it was taught."""

import re

import pytest
import torch
from safetensors.torch import load_file

from sciml_magics.errors import LearningError
from sciml_magics.models import find_model, open_model
from sciml_magics.models.training.shapes import SHAPES
from sciml_magics.tasks import Example, Label, Span, Task
from tests.models.asking import CPU, ask, read_spans
from tests.models.training.lessons_for_tests import STILL, base_model, tensors, train, training

TASK = Task("found", ("text",), kind="spans", labels=(Label("gene"), Label("star")))
TABLE = "embeddings.token_type_embeddings"


def _example(text):
    """Genes are marked, and stars where they are written with a capital."""
    found = re.finditer(r"(?P<gene>\b(?:gene|dna)(?: (?:gene|dna))*\b)|\bStar\b", text)
    return Example(
        text,
        tuple(Span(*one.span(), "gene" if one["gene"] else "star", one.group()) for one in found),
    )


EXAMPLES = [
    _example(text)
    for text in (
        "the gene was in a cell",
        "a Star and a star",
        "Star of the dna gene",
        "seen in a star, the gene",
        "dna was seen",
        "The Star and the star and dna",
        "nothing was seen",
        "a star was a Star",
    )
]
TEXTS = [example.text for example in EXAMPLES]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return base_model(tmp_path_factory.mktemp("base"), **STILL, initializer_range=0.1)


def _found(folder):
    model = open_model(folder, CPU)
    return [
        tuple((span.start, span.end, span.label) for span in read_spans(one))
        for one in ask(model, TEXTS, TASK)
    ]


EXPECTED = [tuple((s.start, s.end, s.label) for s in one.value or ()) for one in EXAMPLES]


@pytest.mark.parametrize(
    ("method", "rate"), [("full", 3e-3), ("lora", 2e-2), ("adalora", 3e-2), ("adapter", 2e-2)]
)
def test_each_method_learns_spans_and_shapes(files, method, rate, tmp_path):
    asked = training(method, epochs=15, learning_rate=rate, rank=8)
    fit = train(files, TASK, EXAMPLES * 8, EXAMPLES, asked, tmp_path / "m")
    assert fit.validation == pytest.approx(1.0)
    assert _found(tmp_path / "m") == EXPECTED
    assert tensors(tmp_path / "m")[f"bert.{TABLE}.weight"].shape[0] == len(SHAPES)
    if method != "full":
        carried = load_file(tmp_path / "m" / "adapter" / "adapter_model.safetensors")
        assert any(TABLE in name for name in carried)
        assert any("classifier" in name for name in carried)


def test_learning_goes_on_from_a_tagger_without_forgetting_its_shapes(files, tmp_path):
    first = training(epochs=15)
    train(files, TASK, EXAMPLES * 8, EXAMPLES, first, tmp_path / "one")
    still = training(epochs=1, learning_rate=1e-9)
    train(find_model(tmp_path / "one"), TASK, EXAMPLES, (), still, tmp_path / "two")
    one, two = tensors(tmp_path / "one"), tensors(tmp_path / "two")
    for name in (f"bert.{TABLE}.weight", "classifier.weight"):
        torch.testing.assert_close(one[name], two[name], atol=1e-5, rtol=0)
    assert _found(tmp_path / "two") == EXPECTED


def test_spans_that_overlap_cost_no_training(files, tmp_path):
    bad = Example("dna gene", (Span(0, 8, "gene", "dna gene"), Span(4, 8, "star", "gene")))
    with pytest.raises(LearningError, match="overlap, which no tagger can learn"):
        train(files, TASK, [*EXAMPLES, bad], (), training(), tmp_path / "m")
    assert not list(tmp_path.iterdir())

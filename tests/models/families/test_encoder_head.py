"""Heads on embeddings: their probabilities, what they cannot answer, and what they are not."""

import json
import shutil

import numpy as np
import pytest

from sciml_magics.errors import ModelError
from sciml_magics.models import FromVectors, Options, find_model, open_model
from sciml_magics.models.families.encoder_head import EncoderHead
from sciml_magics.models.head_files import has_head, read_head
from sciml_magics.models.training.head_folder import LinearHead, save_head
from sciml_magics.tasks import Label
from tests.models.asking import CPU, ask, make_records, make_task
from tests.models.tiny import CORPUS, save_tiny

TOPICS = ("Genes", "Stars", "People")
TEXTS = list(dict.fromkeys(" ".join(text.split()[: 3 + i]) for i in range(5) for text in CORPUS))


def _save(base, folder, several=False, labels=TOPICS):
    draw = np.random.default_rng(0)
    weight = draw.normal(size=(len(labels), 32), scale=3).astype(np.float32)
    bias = draw.normal(size=len(labels)).astype(np.float32)
    save_head(base, LinearHead(tuple(labels), weight, bias, several), folder)
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return find_model(save_tiny(tmp_path_factory.mktemp("base"), "bert", "Model"))


@pytest.fixture(scope="module")
def one(base, tmp_path_factory):
    return _save(base, tmp_path_factory.mktemp("one") / "m")


@pytest.fixture(scope="module")
def several(base, tmp_path_factory):
    return _save(base, tmp_path_factory.mktemp("several") / "m", several=True)


def _changed(folder, to, **config):
    shutil.copytree(folder, to)
    path = to / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    return to


def _table(found, labels=TOPICS):
    return np.array([[dict(one.alternatives)[label] for label in labels] for one in found])


def _logits(folder, texts):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return model.encode(texts, show_progress_bar=False)


def test_probabilities_are_the_softmax_of_the_logits(one):
    powers = np.exp(_logits(one, TEXTS))
    found = _table(ask(one, TEXTS, make_task()))
    np.testing.assert_allclose(found, powers / powers.sum(axis=1, keepdims=True), atol=5e-3)


def test_of_several_labels_each_is_the_sigmoid_of_its_own(several):
    expected = 1 / (1 + np.exp(-_logits(several, TEXTS)))
    found = ask(several, TEXTS, make_task(kind="labels"))
    np.testing.assert_allclose(_table(found), expected, atol=5e-3)
    for one in found:
        assert isinstance(one.value, tuple)
        assert set(one.value) == {name for name, share in one.alternatives if share >= 0.5}


def test_a_temperature_divides_the_logits(one, tmp_path):
    plain = _table(ask(one, TEXTS, make_task()))
    warm = _table(ask(_changed(one, tmp_path / "m", temperature=2.0), TEXTS, make_task()))
    expected = np.sqrt(plain)
    np.testing.assert_allclose(warm, expected / expected.sum(1, keepdims=True), atol=1e-5)


def test_a_temperature_of_a_head_leaves_its_embeddings_as_they_are(one, tmp_path):
    changed = find_model(_changed(one, tmp_path / "m", temperature=2.0))
    assert EncoderHead(changed, CPU).encoder_key == EncoderHead(find_model(one), CPU).encoder_key
    assert changed.revision != find_model(one).revision


@pytest.mark.parametrize("temperature", [0, -1, "hot", True])
def test_a_temperature_that_is_none_is_told(one, tmp_path, temperature):
    folder = _changed(one, tmp_path / "m", temperature=temperature)
    with pytest.raises(ModelError, match="temperature"):
        ask(folder, ["gene"], make_task())


def test_answers_from_embeddings_are_the_same_bit_for_bit_in_any_company(one):
    model = open_model(one, CPU)
    assert isinstance(model, FromVectors)
    task, records = model.resolve(make_task()), make_records(TEXTS)
    direct = {found.record_id: found for batch in model.suggest(records, task) for found in batch}
    vectors = np.empty((len(records), 32), dtype=np.float32)
    for at, halves in model.vectors_of(records):
        vectors[at] = halves
    together = model.suggest_from(records, vectors, task)
    alone = [
        model.suggest_from([record], vectors[at : at + 1], task)[0]
        for at, record in enumerate(records)
    ]
    assert together == alone == [direct[record.id] for record in records]


def test_labels_of_the_task_are_matched_by_name_and_alias(one):
    task = make_task(Label("biology", aliases=("genes",)), "stars", "people")
    assert {found.value for found in ask(one, TEXTS, task)} <= {"biology", "stars", "people"}
    with pytest.raises(ModelError, match="has no label 'music'"):
        ask(one, TEXTS, make_task("genes", "music"))


def test_it_abstains_where_its_likeliest_label_is_not_asked_for(one):
    everything = ask(one, TEXTS, make_task())
    fewer = ask(one, TEXTS, make_task("Genes", "Stars"))
    for whole, part in zip(everything, fewer, strict=True):
        assert (part.value is None) == (whole.value == "People")


def test_a_text_of_which_nothing_is_read_gets_no_answer(one):
    [found] = ask(one, [" "], make_task())
    assert found.value is None
    assert found.reason == "the model reads nothing in this text"


def test_embeddings_that_are_no_numbers_give_no_answer(one, several):
    for folder, task in ((one, make_task()), (several, make_task(kind="labels"))):
        model = open_model(folder, CPU)
        assert isinstance(model, EncoderHead)
        broken = np.full((1, 32), np.nan, dtype=np.float32)
        [found] = model.suggest_from(make_records(["gene"]), broken, model.resolve(task))
        assert found.value is None


def test_long_texts_are_read_whole(one):
    long = " ".join(CORPUS * 30)
    [found] = ask(one, [long], make_task())
    [other] = ask(one, [long + " Marie Curie" * 200], make_task())
    assert found.alternatives != other.alternatives


def test_options_do_not_make_another_model_of_it(one):
    identities = {open_model(one, Options(window=window)).identity for window in ("max", "mean")}
    assert len(identities) == 1


def test_an_encoder_that_ends_in_a_dense_layer_of_its_own_is_no_head(base, one, tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(one, folder)
    config = json.loads((folder / "config.json").read_text())
    del config["problem_type"]
    (folder / "config.json").write_text(json.dumps(config))

    assert has_head(find_model(one))
    assert not has_head(find_model(folder))
    assert not has_head(base)
    with pytest.raises(ModelError, match="'Dense' step"):
        ask(folder, ["gene"], make_task("a", "b"))


def test_a_head_that_is_damaged_is_told(one, tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(one, folder)
    (folder / "3_Dense" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="head cannot be read"):
        read_head(find_model(folder))


def test_a_head_of_another_size_is_told(one, tmp_path):
    names = {str(at): f"l{at}" for at in range(5)}
    folder = _changed(one, tmp_path / "m", id2label=names)
    with pytest.raises(ModelError, match="3 outputs for 5 labels"):
        read_head(find_model(folder))

"""Zero-shot by likeness: sensible answers, the stated formulas, ties, windows, odd texts."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sciml_magics.models import Options, find_model, open_model
from sciml_magics.models.families import encoder
from sciml_magics.tasks import Label
from tests.models.asking import CPU, ask, make_records, make_task
from tests.models.tiny import save_tiny

GENES = Label("genomics", "genes, DNA and how they are sequenced")
STARS = Label("astronomy", "stars, planets and galaxies")
PRICES = Label("economics", "prices, wages and markets")
TEXTS = {
    "We sequenced the genome of baker's yeast.": "genomics",
    "The telescope saw a distant galaxy.": "astronomy",
    "Inflation has raised the wages of nurses.": "economics",
    "一颗恒星的光谱": "astronomy",
}


@pytest.fixture(scope="module")
def model():
    return open_model(None, CPU)


@pytest.fixture
def task():
    return make_task(GENES, STARS, PRICES)


def test_it_tells_subjects_apart(model, task):
    found = ask(model, list(TEXTS), task)
    assert [one.value for one in found] == list(TEXTS.values())
    assert all(math.isclose(sum(p for _, p in one.alternatives), 1, abs_tol=1e-5) for one in found)


def test_several_labels_and_none(model, task):
    texts = ["DNA sequencing; wages and prices", "Happy birthday, dear Anna!"]
    both, none = ask(model, texts, replace(task, kind="labels"))
    assert both.value == ("genomics", "economics")
    assert none.value == ()
    assert none.score >= 0.5


def test_a_label_is_its_description_in_three_ways_less_what_all_have_in_common(model, task):
    text = "Markets, wages and the price of sequencing a genome"
    ways = ("{1}", "{0}: {1}", "This sentence describes {0}: {1}")
    labels = [
        model.embed([way.format(label.name, label.description) for way in ways]).sum(axis=0)
        for label in (GENES, STARS, PRICES)
    ]
    labels /= np.linalg.norm(labels, axis=1, keepdims=True)
    labels = labels - np.mean(labels, axis=0) / 2
    labels /= np.linalg.norm(labels, axis=1, keepdims=True)
    powers = np.exp(labels @ model.embed([text])[0] / 0.05)
    [found] = ask(model, [text], task)
    right = dict(zip(("genomics", "astronomy", "economics"), powers / powers.sum(), strict=True))
    assert 0.01 < right["economics"] < 0.99
    assert dict(found.alternatives) == pytest.approx(right, abs=1e-4)


def test_underscores_in_names_are_read_as_spaces(model):
    text = "I cannot remember my pass code"
    [one] = ask(model, [text], make_task("passcode_forgotten", "card_arrival"))
    [other] = ask(model, [text], make_task("passcode forgotten", "card arrival"))
    assert one.score == pytest.approx(other.score, abs=1e-6)
    assert one.value == "passcode_forgotten"


def test_a_single_label_is_judged_against_the_unrelated(model):
    texts = ["The telescope saw a distant galaxy.", "Please send me the invoice."]
    star, invoice = ask(model, texts, make_task(STARS))
    assert star.score > 0.9
    assert invoice.score < 0.1


def test_an_exact_tie_is_an_abstention(model):
    [found] = ask(model, ["anything"], make_task("Prices", "prices", "stars"))
    assert found.value is None or found.value == "stars"
    [found] = ask(model, ["the prices of bread"], make_task("Prices", "prices", "stars"))
    assert found.value is None
    assert found.reason == "these labels fit equally well: 'Prices', 'prices'"


def test_scores_that_are_not_numbers_are_an_abstention(model, task, monkeypatch):
    monkeypatch.setattr(encoder, "softmax", lambda logits: logits * np.nan)
    for kind in ("label", "labels"):
        [found] = ask(model, ["The telescope saw it."], replace(task, kind=kind))
        assert found.value is None
        assert math.isnan(found.score)
        assert found.reason


def test_the_strongest_window_speaks_or_all_do(model, task):
    filler = "The telescope saw a distant galaxy and its stars. " * 60
    text = filler + "Genes and DNA were sequenced. " * 60
    strongest, mean = (
        ask(open_model(None, replace(CPU, window=over)), [text], task)[0]
        for over in ("max", "mean")
    )
    assert strongest.evidence["windows"] == mean.evidence["windows"] > 2
    assert (strongest.evidence["over"], mean.evidence["over"]) == ("max", "mean")
    assert strongest.score > mean.score
    several = ask(model, [text], replace(task, kind="labels"))[0]
    assert several.value == ("genomics", "astronomy")


def test_texts_with_nothing_to_read_abstain(model, task):
    for found in ask(model, ["\x00", " \n", ""], task):
        assert found.value is None
        assert found.reason == "the model reads nothing in this text"


def test_words_that_the_model_does_not_know_are_told(model, task):
    strange, surrogate = ask(model, ["ꙮꙮ ꙮꙮ ꙮ", "\ud800 galaxy"], task)
    assert strange.reason == "the model does not know most of these words"
    assert surrogate.value == "astronomy"
    assert surrogate.reason == ""


def test_five_thousand_labels():
    fast = open_model(None, replace(CPU, precision="auto"))
    task = make_task(*(f"label {number}" for number in range(5000)))
    [found] = ask(fast, ["label 4321"], task)
    assert found.value == "label 4321"
    assert len(found.alternatives) == 10


def test_labels_are_embedded_once_for_a_scheme(model, task, monkeypatch):
    fresh = encoder.Encoder(model.files, CPU)
    embedded = []
    embed = fresh.embed

    def counted(texts):
        embedded.append(len(texts))
        return embed(texts)

    monkeypatch.setattr(fresh, "embed", counted)
    for _ in range(3):
        ask(fresh, list(TEXTS), task)
    ask(fresh, list(TEXTS), replace(task, name="other", kind="labels"))
    assert embedded == [9]


def test_batches_are_small_and_follow_each_other(model, task):
    records = make_records([f"{number} stars in the sky" for number in range(800)])
    sizes = [len(batch) for batch in model.suggest(records, task)]
    assert sum(sizes) == 800
    assert max(sizes) < 500


def test_nothing_is_loaded_before_it_is_asked(model):
    fresh = encoder.Encoder(model.files, Options())
    assert fresh.identity.family == "encoder"
    assert fresh.execution is None
    assert fresh._loaded is None


@pytest.mark.parametrize("architecture", ["bert", "roberta", "distilbert", "deberta-v2"])
def test_masked_language_models_answer_as_well(tmp_path, architecture, one_thread):
    folder = save_tiny(tmp_path, architecture, "ForMaskedLM")
    model = open_model(folder, CPU)
    assert model.identity.family == "encoder"
    for found in ask(model, ["The gene was sequenced.", "A star."], make_task("genes", "stars")):
        assert found.value in ("genes", "stars")


def test_decoders_are_left_to_others(tmp_path):
    assert not encoder._matches(find_model(save_tiny(tmp_path, "gpt2", "LMHeadModel")))
    assert not encoder._matches(find_model(save_tiny(tmp_path / "bare", "gpt2", "Model")))


def test_a_score_does_not_depend_on_the_batch(model, task):
    together = ask(model, [*TEXTS, *(f"sample {i}" for i in range(150))], task)
    alone = [ask(model, [text], task)[0] for text in TEXTS]
    assert [one.score for one in together[: len(TEXTS)]] == [one.score for one in alone]

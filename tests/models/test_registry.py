"""A family is chosen from the architecture; anyone can register their own."""

import json
from collections.abc import Iterator, Sequence

import pytest

from sciml_magics.errors import ModelError
from sciml_magics.models import (
    BaseSuggester,
    Options,
    Suggester,
    architecture,
    family,
    find_model,
    forget,
    open_model,
    registry,
    supported,
)
from sciml_magics.tasks import Record, Suggestion, Task
from tests.models.asking import CPU, ask, make_task
from tests.models.tiny import save_tiny

HEADS = {
    "ForSequenceClassification": "sequence_classifier",
    "ForTokenClassification": "token_classifier",
}


class Longest(BaseSuggester[int]):
    """Answers with the longest label: a family with nothing to load."""

    can = frozenset({("text", "label")})

    def load(self) -> int:
        return 1

    def suggest(self, records: Sequence[Record], task: Task) -> Iterator[Sequence[Suggestion]]:
        label = max(task.label_names, key=len)
        yield [Suggestion(record.id, label, float(self.loaded)) for record in records]


@pytest.fixture
def own():
    family("longest", does="the longest label", matches=architecture("BertModel"))(Longest)
    yield
    forget("longest")


@pytest.mark.parametrize("head", HEADS)
def test_the_family_follows_the_architecture(head, tmp_path):
    folder = save_tiny(tmp_path, "bert", head, labels=("x", "y"))
    suggester = open_model(folder)
    assert isinstance(suggester, Suggester)
    assert suggester.identity.family == HEADS[head]
    assert suggester.execution is None


@pytest.mark.parametrize("labels", [("ENTAILMENT", "neutral"), ("contra", "n", "entails")])
def test_labels_of_entailment_make_it_zero_shot(labels, tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=labels)
    assert open_model(folder).identity.family == "nli"


def test_labels_against_entailment_alone_do_not(tmp_path):
    labels = ("not_entailment", "other")
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification", labels=labels)
    assert open_model(folder).identity.family == "sequence_classifier"


def test_an_unsupported_architecture_is_told_what_is_supported(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForQuestionAnswering")
    with pytest.raises(
        ModelError, match="BertForQuestionAnswering, which no family reads"
    ) as found:
        open_model(folder)
    assert all(name in str(found.value) for name in supported())
    assert "\n" not in str(found.value)


def test_weights_without_an_architecture_are_refused(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "architectures": None}))
    with pytest.raises(ModelError, match="is no architecture, which no family reads"):
        open_model(folder)


def test_suggesters_are_kept_by_content_and_options(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification")
    first = open_model(folder, CPU)
    assert open_model(folder, CPU) is first
    assert open_model(folder, Options(window="mean")) is not first
    config = folder / "config.json"
    config.write_text(config.read_text() + " ")
    assert open_model(folder, CPU) is not first


def test_only_a_few_models_are_kept(tmp_path):
    folder = save_tiny(tmp_path, "bert", "ForSequenceClassification")
    first = open_model(folder, CPU)
    for tokens in range(5):
        open_model(folder, Options(max_new_tokens=tokens))
    assert len(registry._opened) <= registry._KEPT
    assert open_model(folder, CPU) is not first


@pytest.mark.usefixtures("own")
def test_a_family_of_ones_own_goes_first_and_can_be_taken_back():
    suggester = open_model()
    assert suggester.identity.family == "longest"
    assert supported()["longest"] == "the longest label"
    (found,) = ask(suggester, ["x"], make_task("a", "bbb"))
    assert found.value == "bbb"
    forget("longest")
    assert "longest" not in supported()


@pytest.mark.usefixtures("own")
def test_a_name_stands_for_the_family_registered_last():
    class Other(Longest):
        pass

    family("longest", does="another", matches=architecture("BertModel"))(Other)
    assert supported()["longest"] == "another"
    assert isinstance(open_model(), Other)


def test_a_subclass_bears_the_name_of_its_family():
    class Mine(Longest):
        pass

    assert registry.family_name(Mine) == "Mine"
    assert find_model().architectures == ("BertModel",)

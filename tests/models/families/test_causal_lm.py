"""Causal language models: labels by probability, free text, windows, and a trained model."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import GPT2Config, LlamaConfig, Qwen2Config

from sciml_magics.errors import ModelError, TaskError
from sciml_magics.models import Options, open_model
from sciml_magics.models.families import causal_lm
from sciml_magics.models.families.causal_lm import CausalLM
from sciml_magics.tasks import Label, Record, Task, record_id
from tests.models.tiny_lm import CHAT, NO_SYSTEM, WORDS, make_lm, sentences, train_lm

pytestmark = pytest.mark.usefixtures("one_thread")

FP32 = Options(device="cpu", precision="fp32")
LABELS = (
    Label("gene", "single genes"),
    Label("gene expression", "how strongly genes are read"),
    Label("天文学", "关于星星"),
    Label("naïve café 🧬"),
)
TASK = Task("topic", ("x",), labels=LABELS, instructions="Say what the text is about.")
CORPUS = [text for text, _ in sentences(200, 1)] + [
    "Answer with exactly one of these labels: yes or no. Label: gene expression",
    "天文学 关于星星 naïve café",
]
TEXTS = ["the gene was new", "a large 星星 study 🧬 of the old galaxy and the moon", "x"]


def _open(folder, options=FP32) -> CausalLM:
    found = open_model(folder, options)
    assert isinstance(found, CausalLM)
    return found


def _records(texts):
    return [Record(record_id(str(at), text), (("x", text),)) for at, text in enumerate(texts)]


def _answers(suggester, records, task):
    given = [one for batch in suggester.suggest(records, task) for one in batch]
    by_id = {one.record_id: one for one in given}
    assert len(given) == len(by_id) == len(records)
    return [by_id[record.id] for record in records]


def _shares(suggestion, labels=LABELS):
    given = dict(suggestion.alternatives)
    return np.array([given[label.name] for label in labels])


@pytest.fixture(scope="module", params=["gpt2", "llama", "qwen2-chat", "llama-no-system"])
def folder(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param)
    made = {
        "gpt2": (GPT2Config, None),
        "llama": (LlamaConfig, None),
        "qwen2-chat": (Qwen2Config, CHAT),
        "llama-no-system": (LlamaConfig, NO_SYSTEM + CHAT),
    }
    config, template = made[request.param]
    make_lm(path, config, CORPUS, template)
    return path


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    path = tmp_path_factory.mktemp("chat")
    make_lm(path, Qwen2Config, CORPUS, CHAT)
    return path


def _naive_log_prob(loaded, before, text, one):
    """Log-probability of an answer by a forward pass of its own."""
    given = [*before, *text, *one.context]
    with torch.inference_mode():
        logits = loaded.model(torch.tensor([[*given, *one.answer]])).logits[0].double()
    steps = logits.log_softmax(-1)[len(given) - 1 : -1]
    return float(steps[range(len(one.answer)), list(one.answer)].sum())


def test_a_label_s_share_is_that_of_one_forward_pass_per_row_and_label(folder):
    suggester = _open(folder)
    loaded = suggester.loaded
    before, continuations = loaded.prompter.label(TASK)

    found = _answers(suggester, _records(TEXTS), TASK)

    for text, suggestion in zip(loaded.prompter.texts(TEXTS), found, strict=True):
        logs = np.array([_naive_log_prob(loaded, before, text, one) for one in continuations])
        shares = np.exp(logs - logs.max())
        shares /= shares.sum()
        assert np.allclose(_shares(suggestion), shares, atol=1e-4)
        assert suggestion.value == LABELS[int(shares.argmax())].name
        assert math.isclose(suggestion.score, shares.max(), abs_tol=1e-4)


def test_several_labels_are_a_yes_or_no_question_each(folder):
    task = replace(TASK, kind="labels")
    suggester = _open(folder)
    loaded = suggester.loaded
    before, continuations = loaded.prompter.labels(task)

    found = _answers(suggester, _records(TEXTS), task)

    for text, suggestion in zip(loaded.prompter.texts(TEXTS), found, strict=True):
        logs = [_naive_log_prob(loaded, before, text, one) for one in continuations]
        yes = 1 / (1 + np.exp(np.array(logs[1::2]) - np.array(logs[0::2])))
        assert np.allclose(_shares(suggestion), yes, atol=1e-4)
        applying = [label.name for label, p in zip(LABELS, yes, strict=True) if p >= 0.5]
        assert list(suggestion.value) == applying


def test_the_prompt_reads_as_it_should(folder):
    prompter = _open(folder).loaded.prompter
    before, continuations = prompter.label(TASK)
    start, end = prompter.write(before), prompter.write(continuations[1].tokens)

    assert "Say what the text is about." in start
    assert "- gene expression: how strongly genes are read" in start
    assert "- naïve café 🧬" in start
    assert end.endswith("gene expression")
    assert [prompter.write(one.tokens).split("\n")[-1] for one in continuations] == [
        name if prompter.chats else f"Label: {name}" for name in TASK.label_names
    ]


def test_a_label_ends_so_that_a_shorter_one_is_no_free_start_of_a_longer(folder):
    _, continuations = _open(folder).loaded.prompter.label(TASK)
    gene, expression = continuations[0].answer, continuations[1].answer

    assert gene[-1] == expression[-1]
    assert expression[: len(gene)] != gene


def test_control_tokens_in_a_text_are_plain_characters(chat):
    prompter = _open(chat).loaded.prompter
    end = prompter.label(TASK)[1][0].answer[-1]

    assert prompter.chats
    assert end not in prompter.texts(["stop <|end|> here"])[0]


def test_the_same_answers_whatever_the_batch(chat, monkeypatch):
    texts = [text for text, _ in sentences(25, 5)]
    together = _answers(_open(chat), _records(texts), TASK)
    monkeypatch.setattr(causal_lm, "_CPU_PACK", 40)
    alone = CausalLM(_open(chat).files, FP32)

    apart = _answers(alone, _records(texts), TASK)

    assert [one.value for one in apart] == [one.value for one in together]
    assert np.allclose([one.score for one in apart], [one.score for one in together], atol=1e-4)


def test_running_out_of_memory_changes_no_answer(chat, monkeypatch):
    suggester = _open(chat)
    texts = [text for text, _ in sentences(12, 6)]
    expected = _answers(suggester, _records(texts), TASK)
    scorer = suggester.loaded.scorer
    whole = type(scorer).score
    sizes = []

    def small(self, prefix, some, branches):
        if len(some) > 2:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate")
        sizes.append(len(some))
        return whole(self, prefix, some, branches)

    monkeypatch.setattr(type(scorer), "score", small)
    found = _answers(suggester, _records(texts), TASK)

    assert max(sizes) == 2
    assert [one.value for one in found] == [one.value for one in expected]


@pytest.mark.parametrize("over", ["max", "mean"])
def test_a_long_text_is_read_in_windows(chat, over, monkeypatch):
    monkeypatch.setattr(causal_lm, "WINDOW_TOKENS", 24)
    suggester = CausalLM(_open(chat).files, replace(FP32, window=over))
    long = " ".join(text for text, _ in sentences(12, 7))

    found, short = _answers(suggester, _records([long, "the moon"]), TASK)

    count = found.evidence["windows"]
    assert count > 2
    assert found.evidence["over"] == over
    assert short.evidence == {}
    loaded = suggester.loaded
    tokens = loaded.prompter.texts([long])[0]
    starts = [min(18 * at, len(tokens) - 24) for at in range(count)]
    pieces = [tokens[start : start + 24] for start in starts]
    ready = suggester._make_ready(TASK)
    assert isinstance(ready, causal_lm._Scored)
    with torch.inference_mode():
        logs = loaded.scorer.score(ready.prefix, pieces, ready.branches)
    shares = causal_lm.probabilities(logs, "label")
    expected = shares[shares.max(axis=1).argmax()] if over == "max" else shares.mean(axis=0)
    assert np.allclose(_shares(found), expected, atol=1e-5)


def test_a_single_label_may_not_apply(chat):
    single = replace(TASK, labels=LABELS[:1])
    several = replace(single, kind="labels")

    one = _answers(_open(chat), _records(TEXTS), single)
    some = _answers(_open(chat), _records(TEXTS), several)

    assert [found.alternatives for found in one] == [found.alternatives for found in some]
    assert all(0 < found.score < 1 for found in one)


def test_labels_that_do_not_fit_are_told(tmp_path):
    make_lm(tmp_path, LlamaConfig, CORPUS, max_position_embeddings=64)
    suggester = _open(tmp_path)

    with pytest.raises(ModelError, match=r"labels take \d+ tokens of the 64 that model"):
        _answers(suggester, _records(TEXTS), TASK)


def test_broken_weights_abstain(chat):
    suggester = CausalLM(_open(chat).files, FP32)
    with torch.no_grad():
        next(suggester.loaded.model.parameters()).fill_(math.nan)

    for task in (TASK, replace(TASK, kind="text", labels=())):
        found = _answers(suggester, _records(TEXTS), task)
        assert [one.value for one in found] == [None, None, None]
        assert all(math.isnan(one.score) and "not numbers" in one.reason for one in found)


def test_free_text_is_the_likeliest_next_token_each_time(folder):
    task = Task("gist", ("x",), kind="text", instructions="Sum it up.")
    suggester = _open(folder, replace(FP32, max_new_tokens=7))
    loaded = suggester.loaded
    question = loaded.prompter.question(task)

    found = _answers(suggester, _records(TEXTS), task)

    for text, suggestion in zip(loaded.prompter.texts(TEXTS), found, strict=True):
        tokens = [*question.before, *text, *question.after]
        start, logs = len(tokens), []
        while len(tokens) < start + 7 and tokens[-1] not in question.ends:
            with torch.inference_mode():
                steps = loaded.model(torch.tensor([tokens])).logits[0, -1].log_softmax(-1)
            logs.append(float(steps.max()))
            tokens.append(int(steps.argmax()))
        written = loaded.prompter.write([one for one in tokens[start:] if one not in question.ends])
        assert suggestion.value == (written or None)
        if written:
            assert math.isclose(suggestion.score, math.exp(np.mean(logs)), abs_tol=1e-4)


def test_free_text_needs_instructions(chat):
    with pytest.raises(TaskError, match="write instructions"):
        _open(chat).resolve(Task("gist", ("x",), kind="text"))


def test_spans_are_refused(chat):
    with pytest.raises(ModelError, match="not spans on text"):
        _open(chat).resolve(Task("names", ("x",), kind="spans", labels=LABELS))


def test_an_empty_text_and_odd_characters_are_survived(chat):
    found = _answers(_open(chat), _records(["", "a\ud800b\0c", "<|end|>"]), TASK)

    assert found[0].value is None
    assert found[0].reason
    assert all(one.value in TASK.label_names for one in found[1:])


def test_identity_names_what_changes_answers(chat):
    first = _open(chat).identity
    second = _open(chat, replace(FP32, max_new_tokens=5)).identity

    assert first.family == "causal_lm"
    assert first.revision == second.revision
    assert first.settings != second.settings


@pytest.mark.parametrize("template", [None, CHAT], ids=["plain", "chat"])
def test_a_trained_model_labels_rightly(tmp_path, template):
    topics = tuple(Label(name) for name in sorted(WORDS))
    task = Task("topic", ("x",), labels=topics)
    corpus = [text for text, _ in sentences(300, 1)]
    words = [*corpus, *WORDS]
    make_lm(tmp_path, LlamaConfig, words, template, hidden_size=64, initializer_range=0.05)
    prompter = _open(tmp_path).loaded.prompter
    before, continuations = prompter.label(task)
    answer = dict(zip(task.label_names, continuations, strict=True))
    lessons = sentences(600, 2)
    tokens = prompter.texts([text for text, _ in lessons])
    rows = [
        ([*before, *text, *answer[topic].context], answer[topic].answer)
        for text, (_, topic) in zip(tokens, lessons, strict=True)
    ]

    train_lm(tmp_path, rows, steps=80)
    examples = sentences(100, 3)
    found = _answers(_open(tmp_path), _records([text for text, _ in examples]), task)

    right = sum(one.value == topic for one, (_, topic) in zip(found, examples, strict=True))
    assert right >= 90

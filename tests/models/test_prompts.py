"""What a language model is asked, with tokenizers of many kinds."""

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from sciml_magics.errors import ModelError
from sciml_magics.models.prompts import Prompter
from sciml_magics.tasks import Label, Task
from tests.models.tiny import make_tokenizer
from tests.models.tiny_lm import CHAT, train_tokenizer

CORPUS = [
    "gene gene expression yes no",
    "Choose the label that fits",
    "天文学 星星",
    "Text: Label:",
]
TASK = Task(
    "t", ("x",), labels=(Label("gene"), Label("gene expression", "how much"), Label("天文学"))
)
# After an answer comes a space and the end, and what is said is trimmed, as Llama 2 does it.
LLAMA = (
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('none') }}"
    "{% elif m.role == 'user' %}<|start|>[INST] {{ m.content | trim }} [/INST]"
    "{% else %} {{ m.content | trim }} <|end|>{% endif %}{% endfor %}"
)
SECRETIVE = "{% for m in messages %}<|start|>{{ m.role }}{% endfor %}"


def _sentencepiece(**special):
    """A unigram tokenizer that marks spaces and has bytes for what it does not know."""
    backend = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.Prepend("▁")
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=["<unk>", "</s>"], unk_token="<unk>", show_progress=False
    )
    backend.train_from_iterator([*CORPUS, "Answer with exactly one of these labels"], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>", **special)


def _spelled(prompter, continuation):
    return prompter.write(continuation.tokens)


def test_without_a_template_the_prompt_is_plain():
    prompter = Prompter(train_tokenizer(CORPUS, None))
    before, found = prompter.label(TASK)

    assert not prompter.chats
    assert prompter.write(before) == (
        "Choose the label that fits the text best.\n\nAnswer with exactly one of these labels:\n"
        "- gene\n- gene expression: how much\n- 天文学\n\nText:"
    )
    assert [_spelled(prompter, one) for one in found] == [
        "Label: gene",
        "Label: gene expression",
        "Label: 天文学",
    ]


def test_a_template_is_used():
    prompter = Prompter(train_tokenizer(CORPUS, CHAT))
    tokenizer = prompter._tokenizer
    before, found = prompter.label(TASK)
    (text,) = prompter.texts(["a new gene"])

    whole = tokenizer.decode([*before, *text, *found[1].tokens])

    assert whole == (
        "<|start|>system\nChoose the label that fits the text best.\n\nAnswer with exactly one of "
        "these labels:\n- gene\n- gene expression: how much\n- 天文学<|end|>\n"
        "<|start|>user\na new gene<|end|>\n<|start|>assistant\ngene expression<|end|>"
    )


def test_a_template_without_a_system_role_that_trims():
    prompter = Prompter(train_tokenizer(CORPUS, LLAMA))
    before, found = prompter.label(TASK)

    assert prompter.chats
    assert prompter.write(before).startswith("[INST] Choose the label")
    end = prompter._tokenizer.convert_tokens_to_ids("<|end|>")
    assert all(one.answer[-1] == end for one in found)


def test_a_template_that_hides_what_it_is_given_is_not_used():
    assert not Prompter(train_tokenizer(CORPUS, SECRETIVE)).chats


@pytest.mark.parametrize("kind", ["bytes", "sentencepiece"])
def test_answers_differ_and_begin_after_what_all_share(kind):
    tokenizer = (
        make_tokenizer("bytes", framed=False)
        if kind == "bytes"
        else _sentencepiece(eos_token="</s>")
    )
    task = Task("t", ("x",), labels=TASK.labels[:2])
    _, (gene, expression) = Prompter(tokenizer).label(task)

    assert gene.context == expression.context
    assert gene.tokens != expression.tokens
    assert gene.answer[-1] == expression.answer[-1]


def test_a_tokenizer_that_drops_newlines_ends_answers_with_its_end_token():
    tokenizer = _sentencepiece(eos_token="</s>")
    tokenizer.backend_tokenizer.normalizer = normalizers.Replace("\n", "")

    _, found = Prompter(tokenizer).label(Task("t", ("x",), labels=TASK.labels[:2]))

    assert {one.answer[-1] for one in found} == {tokenizer.eos_token_id}


def test_a_tokenizer_without_any_end_is_refused():
    tokenizer = _sentencepiece()
    tokenizer.backend_tokenizer.normalizer = normalizers.Replace("\n", "")

    with pytest.raises(ModelError, match="answers have no end"):
        Prompter(tokenizer).label(Task("t", ("x",), labels=TASK.labels[:2]))


def test_labels_that_read_the_same_are_told():
    backend = Tokenizer(models.WordLevel({"[UNK]": 0, "\n": 1}, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend, unk_token="[UNK]", eos_token="[UNK]"
    )

    with pytest.raises(ModelError, match="cannot tell label 'moon' from 'star'"):
        Prompter(tokenizer).label(Task("t", ("x",), labels=(Label("star"), Label("moon"))))


def test_the_beginning_has_a_begin_token_where_the_tokenizer_puts_one():
    framed, bare = make_tokenizer("bytes"), make_tokenizer("bytes", framed=False)

    assert Prompter(framed).label(TASK)[0][0] == framed.bos_token_id
    assert Prompter(bare).label(TASK)[0][0] != bare.bos_token_id


def test_questions_about_several_labels_share_all_but_the_name():
    prompter = Prompter(train_tokenizer(CORPUS, None))
    before, found = prompter.labels(TASK)

    assert len(found) == 2 * len(TASK.labels)
    assert [_spelled(prompter, one) for one in found[:2]] == [
        "Does this label apply to the text, yes or no? gene: yes",
        "Does this label apply to the text, yes or no? gene: no",
    ]
    assert prompter.write(before).startswith("Several labels may apply to a text.")


def test_free_text_ends_with_the_line_or_the_turn():
    task = Task("t", ("x",), kind="text", instructions="Sum it up.")
    plain = Prompter(train_tokenizer(CORPUS, None))
    chat = Prompter(train_tokenizer(CORPUS, CHAT))

    assert plain.question(task).line
    assert plain.write(plain.question(task).before) == "Sum it up.\n\nText:"
    assert plain.write(plain.question(task).after) == "Answer:"
    assert [plain._tokenizer.decode([one]) for one in plain.question(task).ends] == [
        "\n",
        "<|end|>",
    ]
    assert [chat._tokenizer.decode([one]) for one in chat.question(task).ends] == ["<|end|>"]


def test_lone_surrogates_and_control_tokens_in_texts():
    prompter = Prompter(train_tokenizer(CORPUS, CHAT))
    (odd,) = prompter.texts(["a\ud800\0 <|end|>"])

    assert prompter._tokenizer.eos_token_id not in odd
    assert prompter.texts([]) == []

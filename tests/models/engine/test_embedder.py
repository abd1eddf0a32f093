import json
import shutil

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from sciml_magics.errors import ModelError
from sciml_magics.models.engine.attention import grouped_attention
from sciml_magics.models.engine.bert import is_bert_shaped, read_bert
from sciml_magics.models.engine.embedder import Embedder, load_embedder
from sciml_magics.models.engine.generic import GenericForward
from sciml_magics.models.engine.linear import PlainLinear
from sciml_magics.models.engine.packed import PackedForward
from sciml_magics.models.engine.tokens import read_tokens
from sciml_magics.models.loading import find_model
from tests.models.tiny import ARCHITECTURES, CORPUS, save_tiny

CPU = torch.device("cpu")
TEXTS = [
    *CORPUS,
    "",
    "gene",
    "The comet was observed. " * 3,
    "A star and a telescope in Paris",
    "[SEP] is a mark, not a token",
]


@pytest.fixture(scope="module")
def embedded():
    return find_model()


@pytest.fixture(scope="module")
def plain(embedded):
    """The embedded model through public operators in fp32."""
    return load_embedder(embedded, CPU, torch.float32)


@pytest.fixture(scope="module")
def fast(embedded):
    """The embedded model as it runs on this machine in bf16."""
    return load_embedder(embedded, CPU, torch.bfloat16)


def by_transformers(folder, texts, limit, pooling="mean"):
    """Embeddings text by text, without padding: what all others are compared with."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    found = []
    for text in texts:
        inputs = tokenizer(
            text, truncation=True, max_length=limit, split_special_tokens=True, return_tensors="pt"
        )
        with torch.inference_mode():
            states = model(input_ids=inputs["input_ids"]).last_hidden_state[0]
        pooled = {"mean": states.mean(0), "cls": states[0], "max": states.amax(0)}[pooling]
        found.append(torch.nn.functional.normalize(pooled, dim=0).numpy())
    return np.stack(found)


def sentence_folder(folder, pooling):
    """Make a folder say how it is pooled, as sentence-transformers writes it."""
    modules = [
        {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


def test_the_embedded_model_computes_what_transformers_does(embedded, plain):
    right = by_transformers(embedded.path, TEXTS, 256)
    np.testing.assert_allclose(plain.embed(TEXTS), right, atol=2e-6)


def test_bf16_stays_close(plain, fast):
    cosines = (plain.embed(TEXTS) * fast.embed(TEXTS)).sum(axis=1)
    assert cosines.mean() > 0.9999
    assert cosines.min() > 0.999


def test_the_fallbacks_of_bf16_stay_close(embedded, plain):
    forward = PackedForward(
        read_bert(embedded), "mean", CPU, torch.bfloat16, PlainLinear, grouped_attention
    )
    found = Embedder(read_tokens(embedded), forward, 256).embed(TEXTS)
    cosines = (plain.embed(TEXTS) * found).sum(axis=1)
    assert cosines.mean() > 0.9999
    assert cosines.min() > 0.999


def test_embeddings_are_of_length_one_in_fp32(fast):
    found = fast.embed(TEXTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("kind", ["plain", "fast"])
def test_an_embedding_does_not_depend_on_its_batch(kind, request):
    embedder = request.getfixturevalue(kind)
    together = embedder.embed(TEXTS * 10)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    np.testing.assert_array_equal(together.reshape(10, len(TEXTS), -1), alone[None].repeat(10, 0))


def test_a_long_text_is_the_mean_of_its_windows(plain):
    long = "The comet was observed by a telescope near Paris. " * 100
    [found] = list(plain.stream([long]))
    assert len(found.owners) > 2
    assert int(found.tokens[0]) == 1000
    mean = found.vectors.mean(axis=0)
    np.testing.assert_allclose(plain.embed([long])[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_what_stands_beyond_the_limit_counts(plain):
    filler = "the and of " * 300
    one, other = plain.embed([f"{filler} galaxies", f"{filler} inflation of prices"])
    assert one @ other < 0.9999


def test_texts_that_no_tokenizer_takes(fast):
    found = fast.embed(["\ud800", "\x00", "", "量子力学", "😀" * 2000])
    assert np.isfinite(found).all()


def test_nothing_to_embed(fast):
    assert fast.embed([]).shape == (0, 384)
    assert list(fast.stream([])) == []


def test_strange_words_are_told(plain):
    found = list(plain.stream(["ꙮꙮ ꙮꙮ ꙮ", "a plain text"]))
    strange = {
        int(at): bool(row) for f in found for at, row in zip(f.texts, f.strange, strict=True)
    }
    assert strange == {0: True, 1: False}


def test_stream_hands_out_every_text_once_in_batches_that_are_small(fast):
    texts = [f"{number} stars" for number in range(1000)]
    batches = [found.texts for found in fast.stream(texts)]
    assert sorted(np.concatenate(batches).tolist()) == list(range(1000))
    assert len(batches) > 1


def test_memory_that_runs_out_halves_the_batch_and_changes_nothing(embedded, monkeypatch):
    right = load_embedder(embedded, CPU, torch.float32).embed(TEXTS * 20)
    embedder = load_embedder(embedded, CPU, torch.float32)
    whole = PackedForward.__call__
    sizes = []

    def small(self, sequences):
        sizes.append(sum(len(sequence) for sequence in sequences))
        if sizes[-1] > 600:
            raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate")
        return whole(self, sequences)

    monkeypatch.setattr(PackedForward, "__call__", small)
    np.testing.assert_allclose(embedder.embed(TEXTS * 20), right, atol=1e-6)
    assert max(sizes) > 600
    sizes.clear()
    embedder.embed(TEXTS * 20)
    assert max(sizes) <= 600  # it has learned


@pytest.mark.parametrize("head", ["Model", "ForMaskedLM", "ForPreTraining"])
def test_any_bert_runs_packed(tmp_path, head):
    files = find_model(save_tiny(tmp_path, "bert", head))
    assert is_bert_shaped(files)
    found = load_embedder(files, CPU, torch.float32).embed(TEXTS)
    np.testing.assert_allclose(found, by_transformers(tmp_path, TEXTS, 64), atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "gelu_new", "gelu_pytorch_tanh"])
def test_packed_with_other_activations(tmp_path, activation):
    files = find_model(save_tiny(tmp_path, "bert", "Model", hidden_act=activation))
    assert is_bert_shaped(files)
    found = load_embedder(files, CPU, torch.float32).embed(TEXTS)
    np.testing.assert_allclose(found, by_transformers(tmp_path, TEXTS, 64), atol=1e-5)


def test_roberta_counts_positions_from_padding_and_runs_packed(tmp_path):
    files = find_model(save_tiny(tmp_path, "roberta", "ForMaskedLM"))
    assert is_bert_shaped(files)
    texts = [text for text in TEXTS if text]
    found = load_embedder(files, CPU, torch.float32).embed(texts)
    short = [at for at, text in enumerate(texts) if len(text) < 60]
    right = by_transformers(tmp_path, texts, 64)
    np.testing.assert_allclose(found[short], right[short], atol=1e-5)


def test_old_names_of_norms_are_read(tmp_path):
    save_tiny(tmp_path, "bert", "Model")
    right = load_embedder(find_model(tmp_path), CPU, torch.float32).embed(TEXTS)
    old = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta"
        ): tensor
        for name, tensor in load_file(tmp_path / "model.safetensors").items()
    }
    save_file(old, tmp_path / "model.safetensors", metadata={"format": "pt"})
    np.testing.assert_array_equal(
        load_embedder(find_model(tmp_path), CPU, torch.float32).embed(TEXTS), right
    )


def test_a_missing_weight_is_told(tmp_path):
    save_tiny(tmp_path, "bert", "Model")
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors["encoder.layer.1.output.dense.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"not complete: it has no weight 'encoder.layer.1.output"):
        load_embedder(find_model(tmp_path), CPU, torch.float32)


def test_damaged_files_are_told_in_one_line(tmp_path, embedded):
    for name in ("tokenizer.json", "1_Pooling"):
        folder = tmp_path / name
        shutil.copytree(embedded.path, folder)
        damaged = folder / name if name.endswith("json") else folder / name / "config.json"
        damaged.write_text("{")
        with pytest.raises(ModelError, match=r"damaged|cannot read") as caught:
            load_embedder(find_model(folder), CPU, torch.float32)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("architecture", ["distilbert", "deberta-v2"])
@pytest.mark.parametrize("head", ["Model", "ForMaskedLM"])
def test_other_encoders_run_through_transformers(tmp_path, architecture, head):
    files = find_model(save_tiny(tmp_path, architecture, head))
    assert not is_bert_shaped(files)
    embedder = load_embedder(files, CPU, torch.float32)
    assert isinstance(embedder._forward, GenericForward)
    short = [text for text in TEXTS if len(text) < 60]
    np.testing.assert_allclose(
        embedder.embed(short), by_transformers(tmp_path, short, 64), atol=1e-5
    )


@pytest.mark.parametrize("architecture", ["bert", "distilbert"])
@pytest.mark.parametrize(
    ("pooling", "config"),
    [
        ("cls", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}),
        ("max", {"pooling_mode": "max"}),
        ("mean", {"pooling_mode_mean_sqrt_len_tokens": True}),
    ],
)
def test_pooling_is_what_the_folder_says(tmp_path, architecture, pooling, config):
    assert architecture in ARCHITECTURES
    save_tiny(tmp_path, architecture, "Model")
    sentence_folder(tmp_path, config)
    found = load_embedder(find_model(tmp_path), CPU, torch.float32).embed(TEXTS[:4])
    right = by_transformers(tmp_path, TEXTS[:4], 64, pooling)
    np.testing.assert_allclose(found, right, atol=1e-5)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"pooling_mode": "lasttoken"}, "pools by lasttoken"),
        ({"pooling_mode": ["cls", "mean"]}, "pools by cls and mean"),
        ({}, "pools by nothing"),
    ],
)
def test_a_pooling_that_is_not_known_is_refused(tmp_path, config, says):
    save_tiny(tmp_path, "bert", "Model")
    sentence_folder(tmp_path, config)
    with pytest.raises(ModelError, match=says):
        load_embedder(find_model(tmp_path), CPU, torch.float32)


def test_a_step_that_is_not_known_is_refused(tmp_path):
    save_tiny(tmp_path, "bert", "Model")
    modules = [{"idx": 2, "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError, match="by a 'Dense' step"):
        load_embedder(find_model(tmp_path), CPU, torch.float32)


def test_the_window_is_the_shortest_of_the_limits(tmp_path, embedded):
    assert load_embedder(embedded, CPU, torch.float32).max_length == 256
    save_tiny(tmp_path, "bert", "Model")
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')
    assert load_embedder(find_model(tmp_path), CPU, torch.float32).max_length == 16


def test_other_devices_than_a_cpu_have_larger_packs_and_two_workers(embedded):
    meta = PackedForward(read_bert(embedded), "mean", torch.device("meta"), torch.bfloat16)
    assert meta.workers == 2
    [pack] = list(meta.batches(np.full(1000, 30)))[:1]
    assert len(pack) == 500

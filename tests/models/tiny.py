"""Tiny models of many architectures with real tokenizers, built on the spot and saved to a folder.

Weights are drawn at random, wide enough that a wrong mask or position shows far above rounding;
`train` teaches them where a behaviour needs learning.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
import transformers
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedModel, PreTrainedTokenizerFast

TokenizerKind = Literal["wordpiece", "bytes", "unigram"]

CORPUS = (
    "The gene was sequenced in 12 samples of the tumour.",
    "A telescope observed the comet and a distant star.",
    "The sensor reported 21.5 °C, then -3 °C, in São Paulo.",
    "Marie Curie worked in Paris; Alan Turing worked in Manchester.",
    "this example is about genes, stars, weather or people. yes no",
    "基因测序在北京完成。玛丽在上海工作。 café naïve 😀 👩‍🔬",
)
LIMIT = 64

_SHAPE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": LIMIT,
    "initializer_range": 0.3,
}
_DISTIL = {"dim": 32, "hidden_dim": 48, "n_layers": 2, "n_heads": 4}
_GPT2 = {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": LIMIT, "initializer_range": 0.3}
_VISION = {**_SHAPE, "image_size": 32, "patch_size": 8}
_BART = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "max_position_embeddings": LIMIT,
    "init_std": 0.3,
}

# Start of the class names in transformers, kind of tokenizer, and shape.
ARCHITECTURES: Mapping[str, tuple[str, TokenizerKind, Mapping[str, Any]]] = {
    "bert": ("Bert", "wordpiece", _SHAPE),
    "distilbert": (
        "DistilBert",
        "wordpiece",
        {**_DISTIL, "max_position_embeddings": LIMIT, "initializer_range": 0.3},
    ),
    "roberta": ("Roberta", "bytes", {**_SHAPE, "max_position_embeddings": LIMIT + 4}),
    "bart": ("Bart", "bytes", _BART),
    "deberta-v2": (
        "DebertaV2",
        "unigram",
        {
            **_SHAPE,
            "relative_attention": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_biased_input": False,
            "max_relative_positions": -1,
        },
    ),
    "modernbert": (
        "ModernBert",
        "wordpiece",
        {
            **_SHAPE,
            "local_attention": 16,
            "cls_token_id": 2,
            "sep_token_id": 3,
            "global_attn_every_n_layers": 2,
        },
    ),
    "xlnet": (
        "XLNet",
        "bytes",
        {"d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 48, "initializer_range": 0.3},
    ),
    "gpt2": ("GPT2", "bytes", _GPT2),
    "llama": ("Llama", "bytes", {**_SHAPE, "num_key_value_heads": 2}),
    "qwen2": ("Qwen2", "bytes", {**_SHAPE, "num_key_value_heads": 2}),
}

# Unknown, padding, begin, end and mask tokens of each kind of tokenizer.
_SPECIAL: Mapping[TokenizerKind, tuple[str, str, str, str, str]] = {
    "wordpiece": ("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"),
    "bytes": ("<unk>", "<pad>", "<s>", "</s>", "<mask>"),
    "unigram": ("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"),
}
_DECODERS = ("gpt2", "llama", "qwen2")


def save_tiny(
    folder: Path,
    architecture: str,
    head: str,
    *,
    labels: Sequence[str] = (),
    corpus: Sequence[str] = CORPUS,
    limit: int = LIMIT,
    seed: int = 0,
    **config: Any,
) -> Path:
    """Build a model with its tokenizer, save it as safetensors, and return its folder.

    Parameters
    ----------
    folder
        Where to save it; made if it is not there.
    architecture
        A key of `ARCHITECTURES`.
    head
        What follows in the class name: ``"ForSequenceClassification"``, ``"LMHeadModel"``, ...
    labels
        Names of the outputs.
    corpus
        Texts to make the vocabulary from.
    limit
        Most tokens that the tokenizer says the model reads.
    seed
        Of the weights.
    config
        More of the configuration.
    """
    prefix, kind, shape = ARCHITECTURES[architecture]
    tokenizer = make_tokenizer(kind, corpus, framed=architecture not in _DECODERS)
    tokenizer.model_max_length = limit
    settings = {**shape, **_token_settings(tokenizer), **_label_settings(labels), **config}
    torch.manual_seed(seed)
    made = getattr(transformers, f"{prefix}Config")(**settings)
    model = getattr(transformers, f"{prefix}{head}")(made)
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def save_tiny_vit(folder: Path, labels: Sequence[str], seed: int = 0, **config: Any) -> Path:
    """Build a ViT classifier with its image processor."""
    torch.manual_seed(seed)
    made = transformers.ViTConfig(**{**_VISION, **_label_settings(labels), **config})
    transformers.ViTForImageClassification(made).save_pretrained(folder)
    size = {"height": 32, "width": 32}
    transformers.ViTImageProcessor(size=size).save_pretrained(folder)
    return folder


def save_tiny_clip(
    folder: Path, corpus: Sequence[str] = CORPUS, seed: int = 0, **config: Any
) -> Path:
    """Build a CLIP model with its tokenizer and image processor."""
    tokenizer = make_tokenizer("bytes", corpus)
    tokens = _token_settings(tokenizer)
    text = {**_SHAPE, **tokens, "projection_dim": 16}
    torch.manual_seed(seed)
    made = transformers.CLIPConfig(
        text_config=text, vision_config=_VISION, projection_dim=16, **config
    )
    transformers.CLIPModel(made).save_pretrained(folder)
    size = {"height": 32, "width": 32}
    images = transformers.CLIPImageProcessor(size=size, crop_size=size)
    transformers.CLIPProcessor(images, tokenizer).save_pretrained(folder)
    return folder


def save_tiny_siglip(folder: Path, corpus: Sequence[str] = CORPUS, seed: int = 0) -> Path:
    """Build a SigLIP model with its tokenizer and image processor."""
    tokenizer = make_tokenizer("bytes", corpus)
    tokenizer.model_input_names = ["input_ids"]
    shape = {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    made = transformers.SiglipConfig(
        text_config={**shape, "vocab_size": len(tokenizer), "max_position_embeddings": LIMIT},
        vision_config={**shape, "image_size": 32, "patch_size": 8},
    )
    torch.manual_seed(seed)
    model = transformers.SiglipModel(made)
    with torch.no_grad():
        model.logit_scale.fill_(1.5)
        model.logit_bias.fill_(-0.4)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    transformers.SiglipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def make_tokenizer(
    kind: TokenizerKind, corpus: Sequence[str] = CORPUS, *, framed: bool = True
) -> PreTrainedTokenizerFast:
    """Make a tokenizer of this kind from a corpus.

    Parameters
    ----------
    kind
        WordPiece as BERT's, byte-level BPE as RoBERTa's, or unigram as DeBERTa-v2's.
    corpus
        Texts to learn from.
    framed
        Put begin and end tokens around a text.
    """
    unknown, padding, begin, end, mask = special = _SPECIAL[kind]
    make = {"wordpiece": _wordpiece, "bytes": _bytes, "unigram": _unigram}[kind]
    tokenizer = make(list(special), corpus)
    ids = [(token, special.index(token)) for token in (begin, end)]  # they are learned first
    if framed and kind == "bytes":
        tokenizer.post_processor = processors.RobertaProcessing(
            ids[1], ids[0], add_prefix_space=False
        )
    elif framed:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{begin} $A {end}", pair=f"{begin} $A {end} $B:1 {end}:1", special_tokens=ids
        )
    inputs = ["input_ids", "attention_mask"]
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token=unknown,
        pad_token=padding,
        bos_token=begin,
        eos_token=end,
        cls_token=begin,
        sep_token=end,
        mask_token=mask,
        model_max_length=LIMIT,
        model_input_names=inputs if kind == "bytes" else [*inputs, "token_type_ids"],
    )


def train(
    folder: Path,
    texts: Sequence[str] | Sequence[tuple[str, str]],
    targets: Sequence[Any],
    *,
    steps: int = 400,
    rate: float = 3e-3,
    loss: float = 0.01,
    seed: int = 0,
) -> None:
    """Teach a saved model until it has learned, without dropout, and save it again.

    Parameters
    ----------
    folder
        Of a classifier of texts (`targets` are class numbers, or rows of 0 and 1) or of tokens
        (`targets` are functions of the tokenizer's encoding of the text).
    texts
        What it reads.
    steps, rate
        Most steps, and the rate of learning.
    loss
        It has learned when the loss falls below this.
    """
    torch.manual_seed(seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = _trainable(folder)
    batch = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
    goal = _goals(batch, targets)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    found = torch.tensor(float("inf"))
    for _ in range(steps):
        found = model(**batch, labels=goal).loss
        if float(found.detach()) < loss:
            break
        optimiser.zero_grad()
        found.backward()
        optimiser.step()
    else:
        raise AssertionError(f"it has not learned: the loss is {float(found.detach()):.3f}")
    model.save_pretrained(folder)


def _trainable(folder: Path) -> PreTrainedModel:
    config = transformers.AutoConfig.from_pretrained(folder)
    made: PreTrainedModel = getattr(transformers, config.architectures[0]).from_pretrained(folder)
    return made


def _goals(batch: Any, targets: Sequence[Any]) -> torch.Tensor:
    if not callable(targets[0]):
        goal = torch.tensor(targets)
        return goal.float() if goal.dim() == 2 else goal
    rows = torch.full(batch["input_ids"].shape, -100)
    for at, target in enumerate(targets):
        found = torch.tensor(target(batch.encodings[at]))
        rows[at, : len(found)] = found
    return rows


def _token_settings(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }


def _label_settings(labels: Sequence[str]) -> dict[str, Any]:
    if not labels:
        return {}
    names = dict(enumerate(labels))
    return {"id2label": names, "label2id": {name: at for at, name in names.items()}}


def _wordpiece(special: list[str], corpus: Sequence[str]) -> Tokenizer:
    """Every word and every character is a token: learning does not hang on how it was trained."""
    normalizer = normalizers.BertNormalizer(lowercase=True)
    splitter = pre_tokenizers.BertPreTokenizer()
    texts = [normalizer.normalize_str(text) for text in corpus]
    words = {word for text in texts for word, _ in splitter.pre_tokenize_str(text)}
    characters = sorted({character for word in words for character in word})
    tokens = [*special, *characters, *(f"##{one}" for one in characters), *sorted(words)]
    vocabulary = {token: at for at, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=special[0]))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def _bytes(special: list[str], corpus: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def _unigram(special: list[str], corpus: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=special, unk_token=special[0], show_progress=False
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def warmer(folder: Path, copy: Path, temperature: float) -> Path:
    """A copy of a model whose configuration has a temperature."""
    shutil.copytree(folder, copy)
    config = json.loads((copy / "config.json").read_text("utf-8"))
    (copy / "config.json").write_text(json.dumps({**config, "temperature": temperature}), "utf-8")
    return copy

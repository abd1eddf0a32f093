"""Weights of BERT-shaped encoders, straight from their files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from sciml_magics.errors import ModelError
from sciml_magics.models.engine.attention import query_scale
from sciml_magics.models.engine.linear import ACTIVATIONS, Activation
from sciml_magics.models.loading import ModelFiles

# Encoders that differ from BERT in nothing but where positions begin.
_SHAPED = ("bert", "roberta", "xlm-roberta", "camembert")
_ENDINGS = ("Model", "ForMaskedLM", "ForPreTraining")
# Old checkpoints call the weight and bias of a norm by these names.
_OLD_NAMES = (("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta"))

Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights and biases of one layer; queries, keys and values as one, queries scaled."""

    qkv: Pair
    mix: Pair
    mix_norm: Pair
    widen: Pair
    narrow: Pair
    narrow_norm: Pair


@dataclass(frozen=True, slots=True)
class Bert:
    """A BERT-shaped encoder in fp32.

    Parameters
    ----------
    words
        Embeddings of tokens, shape ``[vocabulary, hidden]``.
    positions
        Embeddings of positions, that of the first segment added, shape ``[positions, hidden]``.
    norm
        The norm over their sum.
    layers
        From the lowest.
    heads
        Attention heads of a layer.
    activation
        Activation of the wide layers.
    eps
        Epsilon of all norms.
    """

    words: Tensor
    positions: Tensor
    norm: Pair
    layers: tuple[Layer, ...]
    heads: int
    activation: Activation
    eps: float


def is_bert_shaped(files: ModelFiles) -> bool:
    """Whether `read_bert` reads a model.

    Examples
    --------
    >>> from sciml_magics.models.loading import find_model
    >>> is_bert_shaped(find_model())
    True
    """
    config = files.config
    return (
        config.get("model_type") in _SHAPED
        and any(name.endswith(_ENDINGS) for name in files.architectures)
        and config.get("hidden_act", "gelu") in ACTIVATIONS
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder")
        and config.get("embedding_size", config.get("hidden_size")) == config.get("hidden_size")
    )


def read_bert(files: ModelFiles) -> Bert:
    """Read the weights of a model for which `is_bert_shaped` holds.

    Raises
    ------
    ModelError
        If a weight is missing or damaged.
    """
    try:
        with ExitStack() as opened:
            return _read(files, _Tensors(files, opened))
    except (SafetensorError, OSError) as error:
        raise ModelError(f"model '{files.id}': its weights are damaged: {error}") from error


class _Tensors:
    """Tensors of a model by name, whatever prefix they were saved under."""

    def __init__(self, files: ModelFiles, opened: ExitStack) -> None:
        self._model = files.id
        self._get: dict[str, Callable[[str], Tensor]] = {}
        for path in files.weights:
            file = opened.enter_context(safe_open(str(path), "pt"))
            self._get |= dict.fromkeys(file.keys(), file.get_tensor)
        words = "embeddings.word_embeddings.weight"
        whole = next((name for name in self._get if name.endswith(words)), words)
        self._prefix = whole.removesuffix(words)

    def pair(self, name: str) -> Pair:
        return self.one(f"{name}.weight"), self.one(f"{name}.bias")

    def one(self, name: str) -> Tensor:
        whole = self._prefix + name
        for new, old in _OLD_NAMES:
            if whole not in self._get:
                whole = whole.replace(new, old)
        if whole not in self._get:
            raise ModelError(f"model '{self._model}' is not complete: it has no weight '{name}'")
        return self._get[whole](whole).float()


def _read(files: ModelFiles, tensors: _Tensors) -> Bert:
    config = files.config
    heads = int(config["num_attention_heads"])
    positions = tensors.one("embeddings.position_embeddings.weight")
    if config["model_type"] != "bert":
        positions = positions[int(config.get("pad_token_id") or 0) + 1 :]
    segments = tensors.one("embeddings.token_type_embeddings.weight")
    layers = range(int(config["num_hidden_layers"]))
    return Bert(
        words=tensors.one("embeddings.word_embeddings.weight"),
        positions=positions + segments[0],
        norm=tensors.pair("embeddings.LayerNorm"),
        layers=tuple(_layer(tensors, f"encoder.layer.{at}.", heads) for at in layers),
        heads=heads,
        activation=ACTIVATIONS[config.get("hidden_act", "gelu")],
        eps=float(config.get("layer_norm_eps", 1e-12)),
    )


def _layer(tensors: _Tensors, at: str, heads: int) -> Layer:
    query = tensors.pair(f"{at}attention.self.query")
    scale = query_scale(query[0].shape[0] // heads)
    key = tensors.pair(f"{at}attention.self.key")
    value = tensors.pair(f"{at}attention.self.value")
    return Layer(
        qkv=(
            torch.cat((query[0] * scale, key[0], value[0])),
            torch.cat((query[1] * scale, key[1], value[1])),
        ),
        mix=tensors.pair(f"{at}attention.output.dense"),
        mix_norm=tensors.pair(f"{at}attention.output.LayerNorm"),
        widen=tensors.pair(f"{at}intermediate.dense"),
        narrow=tensors.pair(f"{at}output.dense"),
        narrow_norm=tensors.pair(f"{at}output.LayerNorm"),
    )

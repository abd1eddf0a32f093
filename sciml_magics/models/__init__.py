"""Transformer models behind one protocol. Nothing heavy is imported before a model is loaded."""

from sciml_magics.models.base import BaseSuggester
from sciml_magics.models.loading import ModelFiles, find_model
from sciml_magics.models.protocol import Embeds, FromVectors, Options, Suggester
from sciml_magics.models.registry import architecture, family, forget, open_model, supported

__all__ = [
    "BaseSuggester",
    "Embeds",
    "FromVectors",
    "ModelFiles",
    "Options",
    "Suggester",
    "architecture",
    "family",
    "find_model",
    "forget",
    "open_model",
    "supported",
]

"""Processes that a test kills or takes something from.

They are forked from one that has loaded what trainings need: starting anew takes each ten seconds.
"""

from __future__ import annotations

from multiprocessing import get_context

children = get_context("forkserver")
children.set_forkserver_preload(
    ["transformers.trainer", "peft", "sciml_magics.models.training.finetuning"]
)

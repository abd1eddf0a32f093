"""What a run says of its model."""

from __future__ import annotations

from sciml_magics.tasks import ModelIdentity


def test_a_model_is_named_with_the_head_of_its_revision() -> None:
    assert ModelIdentity("tiny", "0123456789abcdef", "bert").short == "tiny@0123456789ab"


def test_settings_tell_models_apart() -> None:
    one = ModelIdentity("tiny", "r", "bert")
    assert one != ModelIdentity("tiny", "r", "bert", '{"window": "mean"}')
    assert one == ModelIdentity("tiny", "r", "bert", "{}")

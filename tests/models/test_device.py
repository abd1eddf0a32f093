import pytest
import torch

from sciml_magics.errors import ModelError
from sciml_magics.models import device


def test_auto_is_the_first_of_those_there_are():
    assert device.pick("auto") == torch.device(device.available()[0])


def test_an_absent_device_is_told_with_those_there_are():
    with pytest.raises(ModelError, match=r"no device 'cuda:77': choose one of auto, .*cpu"):
        device.pick("cuda:77")


def test_a_name_may_be_written_large():
    assert device.pick(" CPU ") == torch.device("cpu")


def test_every_accelerator_is_offered_by_number(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert device.available() == ("cuda:0", "cuda:1", "cpu")
    assert device.pick("auto") == torch.device("cuda:0")
    assert device.pick("cuda") == torch.device("cuda")
    with pytest.raises(ModelError, match="no device 'cuda:2'"):
        device.pick("cuda:2")

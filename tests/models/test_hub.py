"""Models of the Hub come from its cache when it cannot be reached, under their commit."""

import shutil
from pathlib import Path

import httpx2
import huggingface_hub
import pytest
from huggingface_hub import errors

from sciml_magics.errors import ModelError
from sciml_magics.models import find_model, open_model
from tests.models.tiny import save_tiny

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The cache as the Hub's client lays it out, and no Hub."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def _put(cache, name, model):
    repo = cache / f"models--{name.replace('/', '--')}"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(COMMIT)
    return Path(shutil.copytree(model, repo / "snapshots" / COMMIT))


@pytest.fixture
def model(tmp_path):
    return save_tiny(tmp_path / "model", "bert", "ForSequenceClassification", labels=("x", "y"))


@pytest.mark.parametrize("name", ["org/tiny", "org/tiny@main", f"org/tiny@{COMMIT}"])
def test_a_cached_model_is_read_without_a_network(cache, model, name):
    folder = _put(cache, "org/tiny", model)
    files = find_model(name)
    assert (files.id, files.revision) == ("org/tiny", COMMIT)
    assert files.path == folder
    assert open_model(name).identity.short == f"org/tiny@{COMMIT[:12]}"


def test_pickled_weights_in_the_cache_are_refused(cache, model):
    folder = _put(cache, "org/tiny", model)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickled weights only"):
        find_model("org/tiny")


def test_without_network_and_cache_one_line_says_what_to_do(cache):
    with pytest.raises(ModelError, match="the Hub cannot be reached: give a folder") as found:
        find_model("org/elsewhere")
    assert "\n" not in str(found.value)


def _answer(status):
    request = httpx2.Request("GET", "https://example.org")
    return httpx2.Response(status, request=request)


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (
            errors.RepositoryNotFoundError("gone\nmore", response=_answer(404)),
            "no model 'org/tiny'",
        ),
        (errors.GatedRepoError("gated", response=_answer(403)), "is gated: accept its terms"),
        (errors.RevisionNotFoundError("none", response=_answer(404)), "has no revision 'v9'"),
        (errors.HfHubHTTPError("500: down\nlater", response=_answer(500)), "500: down"),
        (httpx2.ProxyError("no proxy"), "no proxy"),
        (OSError(28, "No space left on device"), "cannot be fetched: .*No space left on device"),
    ],
)
def test_each_failure_of_the_hub_is_one_line(monkeypatch, raised, message):
    def fail(*_, **__):
        raise raised

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(ModelError, match=message) as found:
        find_model("org/tiny@v9")
    assert "\n" not in str(found.value)

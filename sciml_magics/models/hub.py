"""Fetch a model from the Hugging Face Hub: safetensors, configuration and tokenizer, no more."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sciml_magics.errors import ModelError

_WANTED = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_UNWANTED = ["onnx/*", "openvino/*", "original/*", "coreml/*"]


def download(repo: str, revision: str | None) -> Path:
    """Folder of the repository's snapshot, from the local cache if the Hub cannot be reached.

    Parameters
    ----------
    repo
        ``org/name``.
    revision
        Branch, tag or commit; ``None`` for the main branch.

    Raises
    ------
    ModelError
        If there is no such model or revision, it may not be read, or the Hub cannot be reached.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    # The base class comes from the HTTP library, which changes between versions of the hub client.
    http_error = cast(type[Exception], HfHubHTTPError.__bases__[0])
    try:
        found = snapshot_download(
            repo, revision=revision, allow_patterns=_WANTED, ignore_patterns=_UNWANTED
        )
    except GatedRepoError as error:
        raise ModelError(
            f"model '{repo}' is gated: accept its terms on the Hub, then run 'hf auth login'"
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(f"model '{repo}' has no revision '{revision}'") from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelError(f"no model '{repo}': neither a folder here nor a model on the Hub") from (
            error
        )
    except LocalEntryNotFoundError as error:
        raise _unreachable(repo, "") from error
    except http_error as error:
        raise _unreachable(repo, f" ({_first_line(error)})") from error
    except OSError as error:
        raise ModelError(f"model '{repo}' cannot be fetched: {_first_line(error)}") from error
    return Path(found)


def _first_line(error: Exception) -> str:
    return (str(error) or repr(error)).splitlines()[0]


def _unreachable(repo: str, why: str) -> ModelError:
    return ModelError(
        f"model '{repo}' is no folder and not in the local cache, and the Hub cannot be reached"
        f"{why}: give a folder, or no model for the embedded one"
    )

"""Names of the models that are on this machine, without loading anything of them."""

from __future__ import annotations

from pathlib import Path

_PREFIX = "models--"


def cached_models() -> list[str]:
    """Hub ids of the models in the local Hugging Face cache."""
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = Path(HF_HUB_CACHE)
    if not folder.is_dir():
        return []
    return sorted(
        path.name.removeprefix(_PREFIX).replace("--", "/")
        for path in folder.glob(f"{_PREFIX}*")
        if any(path.glob("snapshots/*/config.json"))
    )


def model_folders(beginning: str) -> list[str]:
    """Folders whose path begins so: those of models, and with a ``/`` at the end those to enter.

    Parameters
    ----------
    beginning
        What is typed of the path so far.
    """
    head, _, name = beginning.rpartition("/")
    folder = Path(f"{head}/" if head or beginning.startswith("/") else ".").expanduser()
    prefix = beginning[: len(beginning) - len(name)]
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []
    return [
        f"{prefix}{path.name}" if (path / "config.json").is_file() else f"{prefix}{path.name}/"
        for path in inside
        if path.name.startswith(name) and (name.startswith(".") or not path.name.startswith("."))
    ]

"""Folders of trained models appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sciml_magics.errors import LearningError
from sciml_magics.models.loading import WEIGHTS

if TYPE_CHECKING:
    from torch import nn

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What Rust and C++ writers of weights say, who hand on no error number.
_FULL_WORDS = ("No space left", "File too large", "Disk quota exceeded", "file write failed")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `folder` when the block ends well.

    It lies beside `folder` meanwhile, under a hidden name, and is removed when the block fails.

    Parameters
    ----------
    folder
        Must not be there yet.

    Raises
    ------
    LearningError
        If `folder` is there already, or the disk is full or refuses.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "model"
    >>> with new_folder(place) as draft:
    ...     _ = (draft / "config.json").write_text("{}")
    >>> [path.name for path in place.iterdir()]
    ['config.json']
    """
    if folder.exists():
        raise LearningError(f"{folder} is there already: name a folder that is not")
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with disk_errors(folder):
            yield draft
            # A private folder is what mkdtemp makes; the model's is as open as others here.
            draft.chmod(0o777 & ~_umask())
            draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def save_weights(model: nn.Module, folder: Path) -> dict[str, Any]:
    """Write the weights of a model, and tell what of ``config.json`` they change."""
    from safetensors.torch import save

    state = model.state_dict()
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    (folder / WEIGHTS).write_bytes(save(weights, {"format": "pt"}))
    return {"architectures": [type(model).__name__], "dtype": "float32"}


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """Tell in one line when writing fails because the disk is full or refuses.

    Raises
    ------
    LearningError
        Instead of the error of whoever was writing.
    """
    try:
        yield
    except LearningError:
        raise
    except Exception as error:
        if _says_full(error):
            raise LearningError(
                f"the disk is full: {where} was not saved, and what was there before is as it was; "
                "make room, then call again"
            ) from error
        if isinstance(error, PermissionError):
            raise LearningError(f"{where} cannot be written: {error.strerror}") from error
        raise


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(word in str(error) for word in _FULL_WORDS)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

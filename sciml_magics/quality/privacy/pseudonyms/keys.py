"""The key of the pseudonyms: 32 random bytes in a file that only its owner reads."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from sciml_magics.errors import QualityError

# Beside the settings of the person, not beside the notebook: who gets the folder gets no key.
DEFAULT_KEY = "~/.config/sciml_magics/pseudonyms.key"
_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Key:
    """A secret, and numbers drawn from it.

    Parameters
    ----------
    secret
        At least 32 bytes. Who has it can find out whose pseudonym is whose by trying names.
    path
        Where it is kept.
    """

    secret: bytes = field(repr=False)
    path: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Tells keys apart without telling them: equal for frames with the same pseudonyms."""
        return self.digest("fingerprint").hex()[:8]

    def digest(self, *parts: str) -> bytes:
        """HMAC-SHA256 of the parts, each with its length before it."""
        framed = b"".join(
            len(data).to_bytes(8, "little") + data
            for data in (part.encode("utf-8", "surrogatepass") for part in parts)
        )
        return hmac.new(self.secret, framed, hashlib.sha256).digest()

    def numbers(self, count: int, *parts: str) -> list[int]:
        """So many numbers from 0 to 65,535 that follow from the key and the parts.

        Examples
        --------
        >>> key = Key(b"0" * 32)
        >>> key.numbers(2, "a") == key.numbers(3, "a")[:2] != key.numbers(2, "b")
        True
        """
        found: list[int] = []
        block = 0
        while len(found) < count:
            data = self.digest(str(block), *parts)
            found += [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
            block += 1
        return found[:count]


def open_key(path: str | Path | None = None) -> Key:
    """The key in a file, which is made with a new key where there is none.

    Parameters
    ----------
    path
        The file; ``None`` for `DEFAULT_KEY`.

    Raises
    ------
    QualityError
        If the file cannot be read or written, holds no key, or others may read it.
    """
    place = Path(path or DEFAULT_KEY).expanduser()
    try:
        if not place.exists():
            _make(place)
        if os.name == "posix" and place.stat().st_mode & _OTHERS:
            raise QualityError(f"others may read the key in {place}: chmod 600 '{place}' first")
        text = place.read_text("ascii").strip()
        secret = bytes.fromhex(text)
    except OSError as error:
        raise QualityError(f"cannot use the key in {place}: {error.strerror or error}") from error
    except ValueError as error:
        raise QualityError(
            f"{place} holds no key, which is 64 hexadecimal digits: name another with --key-file"
        ) from error
    if len(secret) < _BYTES:
        raise QualityError(f"the key in {place} is shorter than 32 bytes: name another --key-file")
    return Key(secret, place)


def _make(place: Path) -> None:
    """Write a new key; a file that came to be meanwhile stays."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(_BYTES).hex() + "\n")

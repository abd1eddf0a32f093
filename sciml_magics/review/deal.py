"""The mixed order: which part of the queue each place is dealt from.

Of ten records six are those that the model is least sure of, one is unlike what was answered, two
are an audit, drawn at random and shown with their suggestion, and one is blind, drawn at random
with its suggestion hidden until the person has answered.

Error estimates from the audit are only free of bias if what was drawn does not depend on what was
answered before. So records belong to a part by the hash that is their address: a fifth of all to
the audit, a tenth to the blind share, and the other shares are not dealt from those. In a task that
is reviewed to its end all parts run out together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from sciml_magics.tasks import Share

MIXED: tuple[Share, ...] = ("uncertain",) * 6 + ("diverse",) + ("audit",) * 2 + ("blind",)

# Of 256 values of the address's last byte.
_AUDIT = 51
_BLIND = 26

# Who takes the place of a share that has nothing left. Where one drawn at random can, it does: what
# it draws stays a random sample.
_INSTEAD: dict[Share, tuple[Share, ...]] = {
    "uncertain": ("audit", "blind", "models", "diverse"),
    "models": ("uncertain", "audit", "blind", "diverse"),
    "diverse": ("uncertain", "audit", "blind", "models"),
    "audit": ("uncertain", "blind", "models", "diverse"),
    "blind": ("audit", "uncertain", "models", "diverse"),
    "chosen": ("uncertain", "audit", "blind", "models", "diverse"),
}


def pattern(seed: int, several_models: bool) -> tuple[Share, ...]:
    """The shares of ten places, in an order that depends on the seed alone.

    Examples
    --------
    >>> sorted(pattern(0, several_models=False)) == sorted(MIXED)
    True
    >>> pattern(7, several_models=True).count("models")
    1
    """
    shares = list(MIXED)
    if several_models:
        shares[0] = "models"
    random.Random(seed).shuffle(shares)
    return tuple(shares)


def instead(share: Share) -> Sequence[Share]:
    """Which shares take the place of one that has nothing, in this order."""
    return _INSTEAD.get(share, ())


def part_of(address: bytes) -> Share:
    """The part of the queue that a record belongs to, whoever asks: audit, blind or uncertain.

    Examples
    --------
    >>> part_of(bytes(16)), part_of(bytes(15) + bytes([60])), part_of(bytes(15) + b"x")
    ('audit', 'blind', 'uncertain')
    """
    place = address[-1]
    if place < _AUDIT:
        return "audit"
    return "blind" if place < _AUDIT + _BLIND else "uncertain"


def belongs(share: Share) -> Callable[[bytes], bool]:
    """Whether an address belongs to a part."""
    return lambda address: part_of(address) == share

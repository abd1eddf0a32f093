"""How soon a thread that answers gets its turn while a cell computes."""

from __future__ import annotations

import sys
import threading

# Seconds. With Python's own 5 ms an answer takes ten times as long while a cell computes, since it
# loses that time whenever it waits for the disk or a socket. And a cell that lets go of the
# interpreter by itself within a turn, as one that looks for a file now and then, takes it back
# before the waiting thread wakes, and lets no answer through at all until it ends.
TURN = 0.0001


class Turns:
    """Shortens the interpreter's turns while anybody needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._needed = 0
        self._before = 0.0

    def shorten(self) -> None:
        """Shorten them, until `restore` was called as often."""
        with self._lock:
            self._needed += 1
            if self._needed == 1:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(min(TURN, self._before))

    def restore(self) -> None:
        """Restore them, unless others still need them or somebody else changed them."""
        with self._lock:
            self._needed -= 1
            mine = abs(sys.getswitchinterval() - min(TURN, self._before)) < TURN / 10
            if not self._needed and mine:
                sys.setswitchinterval(self._before)


TURNS = Turns()

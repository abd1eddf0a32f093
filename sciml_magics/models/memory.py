"""Measure the most memory that a piece of work takes."""

from __future__ import annotations

from threading import Event, Thread
from types import TracebackType
from typing import Self

from sciml_magics.tasks import Execution

_EVERY = 0.01


class PeakMemory:
    """Peak of the memory taken while the block runs, beyond what was taken before it.

    On a CPU the resident size of the process, looked at every hundredth of a second; on a CUDA
    device what its allocator says. `bytes` is valid after the block.
    """

    def __init__(self, execution: Execution | None) -> None:
        self._cuda = execution.device if execution and "cuda" in execution.device else None
        self._stop = Event()
        self._watcher = Thread(target=self._watch, daemon=True)
        self._before = 0
        self._peak = 0
        self.bytes = 0

    def __enter__(self) -> Self:
        if self._cuda is not None:
            import torch

            torch.cuda.reset_peak_memory_stats(self._cuda)
            self._before = torch.cuda.memory_allocated(self._cuda)
            return self
        self._before = self._peak = _resident()
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._cuda is not None:
            import torch

            self._peak = torch.cuda.max_memory_allocated(self._cuda)
        else:
            self._stop.set()
            self._watcher.join()
            self._peak = max(self._peak, _resident())
        self.bytes = max(0, self._peak - self._before)

    def _watch(self) -> None:
        while not self._stop.wait(_EVERY):
            self._peak = max(self._peak, _resident())


def _resident() -> int:
    import psutil

    return int(psutil.Process().memory_info().rss)

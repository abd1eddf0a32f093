"""The runs of this process: how far they are, and how to stop them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sciml_magics.annotation.progress import Listener, Progress
from sciml_magics.panels.progress import Ticker

# A run that is asked to stop does so after its batch; one whose batch takes longer is interrupted.
SECONDS_OF_GRACE = 1.0
# In the other phases a run is about to end by itself.
STOPPABLE = ("reading", "loading", "running", "training", "evaluating")


class Job:
    """A run that goes on.

    Parameters
    ----------
    task
        Name of its task.
    """

    def __init__(self, task: str) -> None:
        self.task = task
        self.progress = Progress("reading", task, "")
        self._thread = threading.current_thread()
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._over = False

    def listen(self, progress: Progress) -> None:
        """Take note of a moment; of a run that shall stop this is the last one.

        Raises
        ------
        KeyboardInterrupt
            If it shall stop: what it has done is kept, as after the interrupt button.
        """
        self.progress = progress
        if self._asked.is_set() and progress.phase in STOPPABLE:
            with self._lock:
                self._over = True
            raise KeyboardInterrupt

    def stop(self) -> None:
        """Ask it to stop; it does so soon."""
        self._asked.set()
        waker = threading.Timer(SECONDS_OF_GRACE, self._interrupt)
        waker.daemon = True
        waker.start()

    def end(self) -> None:
        """It has ended: from here on nothing is interrupted."""
        with self._lock:
            self._over = True

    def _interrupt(self) -> None:
        with self._lock:
            main = threading.main_thread()
            if self._over or self._thread is not main or self.progress.phase == "writing":
                return
            if os.name == "nt":
                import _thread

                _thread.interrupt_main()
            else:
                # Unlike an interrupt that Python only notes, a signal also ends a system call.
                signal.pthread_kill(main.ident or 0, signal.SIGINT)
            self._over = True


class Jobs:
    """The runs of a process, from whichever cell or thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._listeners: list[Listener] = []

    @contextmanager
    def watch(self, task: str) -> Iterator[Listener]:
        """A listener for a run of `task` that goes on while the context is entered."""
        job = Job(task)
        ticker = Ticker(_Told(self._tell))
        with self._lock:
            self._jobs.append(job)

        def listen(progress: Progress) -> None:
            ticker(progress)
            job.listen(progress)

        try:
            yield listen
        except BaseException:
            ticker.fail()
            raise
        finally:
            job.end()
            with self._lock:
                self._jobs.remove(job)
            ticker.flush()

    def running(self) -> list[Progress]:
        """A moment of each run, the one that began first first."""
        with self._lock:
            return [job.progress for job in self._jobs]

    def cancel(self, task: str) -> bool:
        """Ask the runs of a task to stop; whether there was one."""
        with self._lock:
            found = [job for job in self._jobs if job.task == task]
        for job in found:
            job.stop()
        return bool(found)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every run, at most five times a second, until the result is called."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return end

    def _tell(self, progress: Progress) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(progress)


class _Told:
    """A display that draws nothing, and tells."""

    def __init__(self, tell: Listener) -> None:
        self._tell = tell

    def draw(self, progress: Progress) -> None:
        self._tell(progress)

    def close(self) -> None:
        pass


JOBS = Jobs()

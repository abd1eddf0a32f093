"""The comms over which JupyterLab's panel and widgets reach this kernel.

Nothing is imported for it before a front end opens one: loading the extension has to be quick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sciml_magics.panels.targets import EVENTS, RPC

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from sciml_magics.panels.service import Settings


class Comms:
    """The targets of one kernel, and the comms that are open to them.

    Parameters
    ----------
    settings
        What the notebook has set.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: list[Any] = []
        self._ends: list[Callable[[], None]] = []
        self._targets = {RPC: self._open_rpc, EVENTS: self._open_events}

    def install(self, shell: InteractiveShell) -> None:
        """Accept comms, where `shell` belongs to a kernel."""
        if manager := _manager(shell):
            for name, target in self._targets.items():
                manager.register_target(name, target)

    def uninstall(self, shell: InteractiveShell) -> None:
        """Accept none any more, and close those that are open: front ends see it at once."""
        if manager := _manager(shell):
            for name, target in self._targets.items():
                if manager.targets.get(name) == target:
                    manager.unregister_target(name, target)
        for end in self._ends:
            end()
        for comm in self._open:
            comm.close()
        self._open, self._ends = [], []

    def _open_rpc(self, comm: Any, _: Any) -> None:
        from sciml_magics.panels.handlers import reply
        from sciml_magics.panels.service import Caller, service

        caller = Caller()

        def receive(message: dict[str, Any]) -> None:
            # Sent from the thread that received it: sent from the main thread once, this comm's
            # requests would be handled there from then on, after the cell that runs.
            comm.send(reply(service(self._settings), caller, message["content"]["data"]))

        # Not by `on_msg`, which would tell IPython that a cell begins and ends: what listens to
        # that, as matplotlib's figures do, takes it for the cell on the main thread.
        comm.handle_msg = receive
        self._keep(comm)

    def _open_events(self, comm: Any, _: Any) -> None:
        from sciml_magics.panels.service import service

        end = service(self._settings).announcements.subscribe(comm.send)
        self._ends.append(end)
        self._keep(comm, end)

    def _keep(self, comm: Any, end: Callable[[], None] | None = None) -> None:
        self._open.append(comm)

        def closed(_: Any) -> None:
            if comm in self._open:
                self._open.remove(comm)
            if end is not None:
                end()

        comm.on_close(closed)


def _manager(shell: InteractiveShell) -> Any:
    kernel = getattr(shell, "kernel", None)
    return getattr(kernel, "comm_manager", None)

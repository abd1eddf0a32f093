"""A real kernel, and the comms that JupyterLab would open to it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

import sciml_magics
from sciml_magics.panels.targets import EVENTS, RPC

SECONDS = 120


class LiveKernel:
    """A kernel that runs, and both comms of the protocol.

    Parameters
    ----------
    client
        Connected to the kernel.
    """

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.events: list[dict[str, Any]] = []
        self.closed: set[str] = set()
        self.texts: list[str] = []
        self._replies: dict[str, dict[str, Any]] = {}
        self._idle: set[str] = set()
        self._numbers = count()
        self._subshell: str | None = None
        self._comms: dict[str, str] = {}

    def run(self, code: str) -> None:
        """Run a cell to its end."""
        self.wait(self.begin(code))

    def begin(self, code: str) -> str:
        """Begin to run a cell."""
        return str(self.client.execute(code))

    def wait(self, cell: str) -> None:
        """Wait until a cell has ended."""
        self._until(lambda: cell in self._idle)

    def is_over(self, cell: str) -> bool:
        """Whether a cell has ended, as far as was read."""
        return cell in self._idle

    def connect(self, *, subshell: bool = True) -> None:
        """Open both comms, on a subshell as JupyterLab does."""
        if subshell:
            message = self.client.session.msg("create_subshell_request", {})
            self.client.control_channel.send(message)
            reply = self.client.get_control_msg(timeout=SECONDS)
            self._subshell = reply["content"]["subshell_id"]
        for target in (RPC, EVENTS):
            self._comms[target] = uuid4().hex
            # A message that overtakes this one is told of in the notebook: "No such comm".
            self.wait(self._send("comm_open", target, {"target_name": target, "data": {}}))

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The reply to a request."""
        return self.receive(self.send(method, **params))

    def send(self, method: str, **params: Any) -> str:
        """Send a request; gives its id."""
        name = str(next(self._numbers))
        data = {"id": name, "method": method, "params": params}
        self._send("comm_msg", RPC, {"data": data})
        return name

    def receive(self, name: str) -> dict[str, Any]:
        """Wait for the reply to the request of this id."""
        self._until(lambda: name in self._replies)
        return self._replies.pop(name)

    def listen(self, seconds: float) -> None:
        """Read what comes in that time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(left)

    def _until(self, done: Any) -> None:
        until = time.monotonic() + SECONDS
        while not done():
            assert time.monotonic() < until, "the kernel did not answer"
            self._read(1.0)

    def _send(self, kind: str, target: str, content: dict[str, Any]) -> str:
        message = self.client.session.msg(kind, {"comm_id": self._comms[target], **content})
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _read(self, seconds: float) -> None:
        try:
            message = self.client.get_iopub_msg(timeout=seconds)
        except Empty:
            return
        content = message["content"]
        if message["msg_type"] == "comm_msg":
            if content["comm_id"] == self._comms.get(RPC):
                self._replies[content["data"]["id"]] = content["data"]
            elif content["comm_id"] == self._comms.get(EVENTS):
                self.events.append(content["data"])
        elif message["msg_type"] == "comm_close":
            self.closed.add(content["comm_id"])
        elif message["msg_type"] == "stream":
            self.texts.append(content["text"])
        elif message["msg_type"] == "error":
            self.texts += content["traceback"]
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            self._idle.add(message["parent_header"].get("msg_id", ""))


@contextmanager
def live_kernel(folder: Path, env: Mapping[str, str] | None = None) -> Iterator[LiveKernel]:
    """A new kernel whose working directory is `folder`."""
    manager = KernelManager(kernel_name="python3")
    root = str(Path(sciml_magics.__file__).parents[1])
    manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONPATH": root, **(env or {})})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        yield LiveKernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()

"""The browser that the tests drive, and the watch over what its pages ask for."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that does ask for something outside is seen to ask, and gets no answer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
_WITHIN_THE_PAGE = ("data", "blob", "about", "chrome-error")


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, or else Playwright's own."""
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    own = playwright.chromium.executable_path
    program = found or (own if own and Path(own).exists() else None)
    if program is None:
        pytest.fail(
            "No Chromium found: install your system's, or run `playwright install chromium`",
            pytrace=False,
        )
    return playwright.chromium.launch(executable_path=program, args=_FLAGS)


@dataclass
class Watch:
    """Notes every request of a browser context that leaves this machine."""

    outside: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Begin to watch; pages opened later are watched too."""
        context.on("request", lambda request: self._see(request.url))
        context.on("page", self._sockets)

    def _sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._see(socket.url))

    def _see(self, url: str) -> None:
        if not is_loopback(url):
            self.outside.append(url)


def is_loopback(url: str) -> bool:
    """Whether an address stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme in _WITHIN_THE_PAGE:
        return True
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False

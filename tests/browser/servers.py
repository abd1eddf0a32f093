"""Real JupyterLab and Notebook servers, each in a temporary home of its own."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from jupyter_core.paths import jupyter_path

import sciml_magics

Application = Literal["jupyterlab", "notebook"]

EXTENSION = "sciml-magics"
START_SECONDS = 90
STOP_SECONDS = 20
_PACKAGE = Path(sciml_magics.__file__).parent


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    application
        ``"jupyterlab"`` or ``"notebook"``.
    url
        Address of the server, with a slash at the end.
    token
        What a page shows to be let in.
    root
        The folder whose files the server shows; notebooks and their data are written here.
    """

    application: Application
    url: str
    token: str
    root: Path

    def write_notebook(self, name: str, cells: list[str]) -> Path:
        """Write a notebook of code cells for the kernel of this Python; gives its path."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def forget_settings(self) -> None:
        """Undo what earlier pages changed in the settings, such as the theme."""
        for file in (self.root.parent / "settings").rglob("themes.jupyterlab-settings"):
            file.unlink()

    def page(self, path: str) -> str:
        """Address at which the application shows a notebook."""
        if self.application == "jupyterlab":
            return f"{self.url}lab/tree/{path}?reset&token={self.token}"
        return f"{self.url}notebooks/{path}?token={self.token}"


@contextmanager
def running(application: Application, home: Path, packages: Path | None = None) -> Iterator[Server]:
    """Start a server in the empty folder `home`, and stop it and its kernels at the end.

    Parameters
    ----------
    application
        JupyterLab or Notebook 7.
    home
        An empty folder.
    packages
        A folder with packages that its kernels prefer to the installed ones.
    """
    _prepare(home, packages)
    token = secrets.token_hex(16)
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", application, *_options(home, token)],
            cwd=home,
            env=_environment(home),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = _wait_for_url(process, home / "runtime", log)
            yield Server(application, url, token, home / "work")
        finally:
            _stop(process)


def _options(home: Path, token: str) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": "0",
        "ServerApp.open_browser": "False",
        "ServerApp.allow_root": "True",
        "ServerApp.root_dir": str(home / "work"),
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": "True",
        "JupyterNotebookApp.expose_app_in_browser": "True",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.news_url": "None",
        # Some kernels here are killed again and again.
        "KernelRestarter.restart_limit": "1000",
    }
    return [f"--{name}={value}" for name, value in options.items()]


def _environment(home: Path) -> dict[str, str]:
    # What a parent server or kernel says of itself is not true of this one.
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JPY_", "JUPYTER"))
    }
    return inherited | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PATH": str(home / "share"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }


def _prepare(home: Path, packages: Path | None) -> None:
    for folder in ("work", "config", "data", "runtime", "share/labextensions", "settings"):
        (home / folder).mkdir(parents=True)
    _link_extension(home / "share" / "labextensions" / EXTENSION)
    kernel = home / "share" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    first = [packages] if packages else []
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {
        "argv": command,
        "display_name": "Python 3",
        "language": "python",
        "env": {"PYTHONPATH": os.pathsep.join(map(str, [*first, _PACKAGE.parent]))},
    }
    (kernel / "kernel.json").write_text(json.dumps(specification))
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))


def _link_extension(link: Path) -> None:
    """Serve the extension built beside the tested package; otherwise the installed one is used."""
    built = _PACKAGE / "labextension"
    if (built / "package.json").is_file():
        link.symlink_to(built, target_is_directory=True)
        return
    installed = (Path(folder) / EXTENSION for folder in jupyter_path("labextensions"))
    if not any((folder / "package.json").is_file() for folder in installed):
        pytest.fail(
            "The JupyterLab extension is not built: run `jlpm install && jlpm build:prod` in "
            "labextension/, or `pip install .`",
            pytrace=False,
        )


def _wait_for_url(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text():
                return str(json.loads(text)["url"])
        time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()[-2000:]}", pytrace=False)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

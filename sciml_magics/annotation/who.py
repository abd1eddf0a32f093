"""Who asks and who answers: the name that runs and responses are recorded under."""

from __future__ import annotations

import getpass
import os
import re

# The Jupyter server makes such a name up where it does not know the person.
_MADE_UP = re.compile(r"[0-9a-f]{32}")


def person(chosen: str | None = None, identity: str = "") -> str:
    """Name of the person at the keyboard.

    The first that there is of: `chosen`, ``SCIML_ANNOTATOR``, `identity`, the JupyterHub user, the
    system user; else ``"unknown"`` (a container may run under a user number without a name).

    Parameters
    ----------
    chosen
        What the person set.
    identity
        Name by which the Jupyter server knows whoever is at the browser. It comes before the
        JupyterHub user, who owns the server: several people may share one.

    Examples
    --------
    >>> person("ada"), person(" ada ", identity="charles")
    ('ada', 'ada')
    """
    known = "" if _MADE_UP.fullmatch(identity) else identity
    ours, hub = (os.environ.get(name, "") for name in ("SCIML_ANNOTATOR", "JUPYTERHUB_USER"))
    for name in (chosen or "", ours, known, hub):
        if name.strip():
            return name.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"

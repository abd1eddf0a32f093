"""What the benchmarks share: the machine in words, markdown tables, and keeping them.

``--record`` puts a script's tables into RESULTS.md under the script's own heading and the name of
the machine, in the place of an older run there.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def parser(description: str | None, *, data: bool = True) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    made = argparse.ArgumentParser(description=description)
    if data:
        made.add_argument("--data", type=Path, required=True, help="folder with the public data")
    made.add_argument("--record", action="store_true", help="keep the tables in RESULTS.md")
    return made


def machine() -> str:
    """Processor, cores and memory, in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        text = info.read_text()
        if name := re.search(r"model name\s*:\s*(.+)", text):
            cpu = name[1].strip()
        units = {"avx512_bf16": "AVX512-BF16", "amx_bf16": "AMX"}
        if has := [shown for flag, shown in units.items() if f" {flag} " in text]:
            cpu += f" ({', '.join(has)})"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB"


def versions() -> str:
    """Python and the packages that matter."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "pandas"))
    return f"Python {platform.python_version()}, {packages}"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def report(title: str, body: str, *, record: bool, on: str | None = None) -> None:
    """Print a section, and keep it in RESULTS.md when asked to; `on` names another machine."""
    command = " ".join(["python", os.path.relpath(sys.argv[0]), *_public(sys.argv[1:])])
    entry = f"{datetime.now(UTC):%Y-%m-%d} · `{command}` · {versions()}\n\n{body.strip()}\n"
    where = on or machine()
    print(f"## {title}\n\n### {where}\n\n{entry}")
    if record:
        text = RESULTS.read_text() if RESULTS.exists() else "# Benchmark results\n"
        RESULTS.write_text(kept(text, title, where, entry))


def _public(arguments: Sequence[str]) -> list[str]:
    """The command as a reader would type it: folders are theirs."""
    shown = [item for item in arguments if item != "--record"]
    folders = ("--data", "--keep", "--models", "--conll", "--others")
    return ["DIR" if i and shown[i - 1] in folders else item for i, item in enumerate(shown)]


def kept(text: str, title: str, where: str, entry: str) -> str:
    """The results with an entry of a section and a machine put in, or in the place of an older one.

    Examples
    --------
    >>> text = kept("# Benchmark results\\n", "Speed", "laptop", "9 s")
    >>> text = kept(text, "Speed", "server", "2 s")
    >>> print(kept(text, "Speed", "laptop", "8 s"))
    # Benchmark results
    <BLANKLINE>
    ## Speed
    <BLANKLINE>
    ### laptop
    <BLANKLINE>
    8 s
    <BLANKLINE>
    ### server
    <BLANKLINE>
    2 s
    <BLANKLINE>
    """
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {name: body for name, _, body in (part.partition("\n") for part in parts)}
    _, *entries = re.split(r"^### ", sections.get(title, ""), flags=re.MULTILINE)
    machines = {name: body for name, _, body in (part.partition("\n") for part in entries)}
    machines[where] = entry
    sections[title] = "\n".join(
        f"### {name}\n\n{body.strip()}\n" for name, body in machines.items()
    )
    bodies = (f"## {name}\n\n{body.strip()}\n" for name, body in sections.items())
    return head.strip() + "\n\n" + "\n".join(bodies)

"""What the benchmarks share: the machine in words, markdown tables, and keeping them.

``--record`` puts a script's tables into RESULTS.md under the script's own heading, in the place of
an older run.
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
    """Processor, cores, memory and the versions that matter, in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        text = info.read_text()
        if name := re.search(r"model name\s*:\s*(.+)", text):
            cpu = name[1]
        if "avx512_bf16" in text:
            cpu += " (AVX512-BF16)"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "pandas"))
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores of {cpu}, {memory:.0f} GiB, Python {platform.python_version()}, {packages}"
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def report(title: str, body: str, *, record: bool) -> None:
    """Print a section, and keep it in RESULTS.md when asked to."""
    command = " ".join(["python", os.path.relpath(sys.argv[0]), *_public(sys.argv[1:])])
    head = f"## {title}\n\n{datetime.now(UTC):%Y-%m-%d} · `{command}` · {machine()}\n\n"
    section = head + body.strip() + "\n"
    print(section)
    if record:
        _keep(title, section)


def _public(arguments: Sequence[str]) -> list[str]:
    """The command as a reader would type it: the data folder is theirs."""
    shown = [item for item in arguments if item != "--record"]
    return ["DIR" if i and shown[i - 1] == "--data" else item for i, item in enumerate(shown)]


def _keep(title: str, section: str) -> None:
    text = RESULTS.read_text() if RESULTS.exists() else "# Benchmark results\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(text):
        text = pattern.sub(lambda _: section + "\n", text)
    else:
        text = text.rstrip("\n") + "\n\n" + section
    RESULTS.write_text(text.rstrip("\n") + "\n")

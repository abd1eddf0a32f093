"""Options that several magics take: one spelling, one meaning and one line of help each."""

from __future__ import annotations

import argparse
from types import MappingProxyType
from typing import Any

from sciml_magics.magics.reading import choice, one_of, whole

PRECISIONS = ("auto", "fp32", "bf16", "fp16")

_SHARED: MappingProxyType[str, tuple[tuple[str, ...], dict[str, Any]]] = MappingProxyType(
    {
        "--name": (
            (),
            {"metavar": "NAME", "help": "what the table is called (default: as the frame)"},
        ),
        "--rules": (
            ("-r",),
            {"metavar": "FILE", "help": "rules that the table must keep, in YAML"},
        ),
        "--device": ((), {"metavar": "DEVICE", "help": "auto, cpu, cuda, cuda:1, mps"}),
        "--precision": (
            (),
            {
                "type": choice("precision", PRECISIONS),
                "metavar": "PRECISION",
                "help": one_of(PRECISIONS),
            },
        ),
        "--seed": (
            (),
            {
                "type": whole(0),
                "default": 0,
                "metavar": "N",
                "help": "of everything random (default: 0)",
            },
        ),
        "--out": (
            ("-o",),
            {"metavar": "NAME", "help": "name of the new frame (default: the same name)"},
        ),
        "--no-chart": ((), {"action": "store_true", "help": "leave the chart out"}),
        "--quiet": (("-q",), {"action": "store_true", "help": "show nothing"}),
    }
)


def add_shared(parser: argparse.ArgumentParser, *flags: str) -> None:
    """Give a parser some of these options, in this order.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add_shared(parser, "--seed", "--quiet")
    >>> parser.parse_args(["-q"])
    Namespace(seed=0, quiet=True)
    """
    for flag in flags:
        short, settings = _SHARED[flag]
        parser.add_argument(flag, *short, **settings)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from sciml_magics.magics.clean_arguments import changes_parser, clean_parser
from sciml_magics.magics.detect_arguments import detect_parser, repair_parser
from sciml_magics.magics.evaluate_arguments import evaluate_parser, split_parser
from sciml_magics.magics.privacy_arguments import privacy_parser
from sciml_magics.magics.profile_arguments import profile_parser
from sciml_magics.magics.reading import flags
from sciml_magics.magics.review_arguments import (
    agreement_parser,
    export_parser,
    import_parser,
    labels_parser,
    review_parser,
)
from sciml_magics.magics.standardise_arguments import deduplicate_parser, standardise_parser
from sciml_magics.magics.watch_arguments import watch_parser


@pytest.mark.parametrize(
    ("name", "parser"),
    [
        ("evaluate", evaluate_parser),
        ("split", split_parser),
        ("privacy", privacy_parser),
        ("profile", profile_parser),
        ("detect", detect_parser),
        ("repair", repair_parser),
        ("clean", clean_parser),
        ("changes", changes_parser),
        ("standardise", standardise_parser),
        ("deduplicate", deduplicate_parser),
        ("watch", watch_parser),
        ("review", review_parser),
        ("labels", labels_parser),
        ("agreement", agreement_parser),
        ("export", export_parser),
        ("import", import_parser),
    ],
)
def test_the_help_tells_every_option(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    name: str,
    parser: Callable[[], Any],
) -> None:
    shell.run_line_magic(name, "--help")
    text = capsys.readouterr().out
    assert all(flag in text for flag in flags(parser()))
    assert max(map(len, text.splitlines())) <= 100
    shell.run_line_magic("pinfo", f"%{name}")
    assert f"%{name} " in capsys.readouterr().out

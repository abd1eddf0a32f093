"""The front end's types are those of the messages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from sciml_magics.panels.messages import METHODS
from sciml_magics.panels.schema import digest, protocol_schema, schema_text

EXTENSION = Path(__file__).parents[2] / "labextension"
TYPES = EXTENSION / "src" / "protocol" / "messages.ts"


def test_the_types_are_generated_from_this_very_schema() -> None:
    assert f"// schema {digest()}\n" in TYPES.read_text(encoding="utf-8"), "run `jlpm types`"


@pytest.mark.skipif(
    shutil.which("node") is None or not (EXTENSION / "node_modules").is_dir(),
    reason="the generator needs Node and what `jlpm install` brings",
)
def test_the_types_are_as_the_generator_writes_them() -> None:
    done = subprocess.run(
        ["node", "scripts/types.mjs", "--check"],
        input=schema_text(),
        capture_output=True,
        text=True,
        cwd=EXTENSION,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_method_has_parameters_and_a_result() -> None:
    methods = protocol_schema()["$defs"]["Methods"]["properties"]
    assert set(methods) == set(METHODS)


def test_what_a_front_end_sends_may_leave_out_what_has_a_default() -> None:
    schema = protocol_schema()["$defs"]
    assert schema["Open"]["required"] == ["task"]
    assert "held" in schema["Opened"]["required"]

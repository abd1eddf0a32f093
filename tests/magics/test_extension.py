import subprocess
import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import sciml_magics

HEAVY = (
    "torch",
    "transformers",
    "pandas",
    "altair",
    "sqlalchemy",
    "yaml",
    "numpy",
    "PIL",
    "pydantic",
)


def test_loading_imports_nothing_heavy(tmp_path: Path) -> None:
    code = f"""
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "sciml_magics")
shell.run_line_magic("annotate", "--help")
shell.run_line_magic("sciml", "")
new = set(sys.modules) - before
assert "sciml_magics.magics.sciml" in new
print("heavy:", sorted(new & set({HEAVY!r})))
"""
    root = str(Path(sciml_magics.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": root, "IPYTHONDIR": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    InteractiveShell.clear_instance()
    return InteractiveShell.instance()


def state(shell: InteractiveShell) -> dict[str, object]:
    """Everything that an extension could leave behind."""
    formatter = shell.display_formatter.mimebundle_formatter  # type: ignore[union-attr]
    return {
        "line": dict(shell.magics_manager.magics["line"]),
        "cell": dict(shell.magics_manager.magics["cell"]),
        "registry": dict(shell.magics_manager.registry),
        "configurables": list(shell.configurables),
        "matchers": list(shell.Completer.custom_matchers),
        "printers": dict(formatter.deferred_printers),
        "names": set(shell.user_ns),
    }


def test_unloading_leaves_no_trace(bare: InteractiveShell) -> None:
    before = state(bare)
    extensions = bare.extension_manager
    assert extensions is not None
    for _ in range(2):
        extensions.load_extension("sciml_magics")
        assert "annotate" in bare.magics_manager.magics["cell"]
        extensions.unload_extension("sciml_magics")
        assert state(bare) == before


def test_a_magic_of_the_same_name_returns(bare: InteractiveShell) -> None:
    def annotate(line: str) -> str:
        return f"mine {line}"

    bare.magics_manager.register_function(annotate, "line")
    bare.run_line_magic("load_ext", "sciml_magics")
    bare.run_line_magic("unload_ext", "sciml_magics")
    assert bare.run_line_magic("annotate", "x") == "mine x"


def test_the_ai_magics_are_left_alone(bare: InteractiveShell) -> None:
    bare.magics_manager.register_function(lambda line: f"ai {line}", "line", "ai")
    bare.run_line_magic("load_ext", "sciml_magics")
    assert bare.run_line_magic("ai", "x") == "ai x"
    bare.run_line_magic("unload_ext", "sciml_magics")
    assert bare.run_line_magic("ai", "x") == "ai x"


def test_loading_twice_is_loading_once(bare: InteractiveShell) -> None:
    bare.run_line_magic("load_ext", "sciml_magics")
    once = len(bare.Completer.custom_matchers)
    sciml_magics.load_ipython_extension(bare)
    assert len(bare.Completer.custom_matchers) == once
    bare.run_line_magic("unload_ext", "sciml_magics")

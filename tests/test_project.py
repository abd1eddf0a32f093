"""The files around the package agree with each other."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SCRIPTS = ("tests/run.sh", ".ci/run", "binder/postBuild")


def _pins(name: str) -> dict[str, str]:
    """Pinned versions of a requirements file; every line must be a pin."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pins: dict[str, str] = {}
    for requirement in requirements:
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        pins[canonicalize_name(requirement.name)] = pin.version
    assert len(pins) == len(requirements)
    return pins


def _dependencies() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for, by extra; the core has the name ""."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {name: [Requirement(line) for line in lines] for name, lines in groups.items()}


def test_every_dependency_is_pinned_at_a_version_it_allows() -> None:
    pins = _pins("constraints.txt")
    for requirement in (one for group in _dependencies().values() for one in group):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_binder_has_the_core_at_the_pinned_versions() -> None:
    pins, binder = _pins("constraints.txt"), _pins("binder/requirements.txt")
    core = {canonicalize_name(requirement.name) for requirement in _dependencies()[""]}
    assert set(binder) == core | {"ipykernel"}
    assert binder == {name: pins[name] for name in binder}


def test_repo2docker_accepts_binder() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    dockerfile = done.stdout + done.stderr
    assert 'install --no-cache-dir -r "binder/requirements.txt"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile


def test_hooks_are_valid() -> None:
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        cwd=ROOT,
        check=True,
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_can_be_run(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", path], check=True)


def test_every_notebook_is_run_by_the_checks() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    lines = re.findall(r"^two_at_a_time ([a-z ]+)$", script, flags=re.MULTILINE)
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {name for line in lines for name in line.split()} == notebooks


def test_changelog_knows_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = (ROOT / "sciml_magics/_version.py").read_text(encoding="utf-8").split('"')[-2]
    assert re.search(rf"^## {re.escape(version)}\b", changelog, flags=re.MULTILINE)

from pathlib import Path

import pytest

from sciml_magics.charts.hosts import draws_vegalite


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No host's variables, and a data folder that may hold the extension."""
    for name in (
        "COLAB_RELEASE_TAG",
        "KAGGLE_KERNEL_RUN_TYPE",
        "DATABRICKS_RUNTIME_VERSION",
        "VSCODE_PID",
        "PYCHARM_HOSTED",
        "JPY_SESSION_NAME",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [])
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    return tmp_path / "share" / "labextensions" / "sciml-magics"


def install(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "package.json").write_text("{}")


def test_without_the_extension_nothing_draws_vegalite() -> None:
    assert not draws_vegalite()


def test_jupyterlab_and_nbconvert_have_the_extension(nowhere: Path) -> None:
    install(nowhere)
    assert draws_vegalite()


@pytest.mark.parametrize("variable", ["COLAB_RELEASE_TAG", "VSCODE_PID"])
def test_hosts_that_load_no_extensions(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    install(nowhere)
    monkeypatch.setenv(variable, "1")
    assert not draws_vegalite()


def test_a_server_started_from_an_editors_terminal_is_a_server(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(nowhere)
    monkeypatch.setenv("VSCODE_PID", "1")
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    assert draws_vegalite()

import getpass

import pytest

from sciml_magics.annotation.who import person


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCIML_ANNOTATOR", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(getpass, "getuser", lambda: "system")


def test_the_first_that_is_known_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert person() == "system"
    monkeypatch.setenv("JUPYTERHUB_USER", "owner")
    assert person() == "owner"
    assert person(identity="guest") == "guest"
    monkeypatch.setenv("SCIML_ANNOTATOR", "ada")
    assert person(identity="guest") == "ada"
    assert person("grace", "guest") == "grace"
    assert person("  ") == "ada"


def test_names_that_the_server_makes_up_do_not_count() -> None:
    assert person(identity="0123456789abcdef0123456789abcdef") == "system"


def test_nameless_users_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid 1234")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert person() == "unknown"

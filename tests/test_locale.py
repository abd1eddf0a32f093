"""The words of the front end in other languages, as JupyterLab's server finds them."""

import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "sciml_magics" / "locale" / "zh_CN" / "LC_MESSAGES" / "sciml_magics.json"


def test_the_server_finds_the_catalogues_by_the_name_that_the_front_end_loads():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    # <name>.json below the module's folder "locale" is the domain <name>.
    assert project["entry-points"]["jupyterlab.locale"] == {"sciml_magics": "sciml_magics"}
    assert CATALOGUE.is_file()


def test_the_catalogue_names_its_language_as_the_front_end_does():
    head = json.loads(CATALOGUE.read_text(encoding="utf-8"))[""]
    assert head["language"] == "zh-CN"  # with another name the front end finds no text
    assert head["plural_forms"] == "nplurals=1; plural=0;"

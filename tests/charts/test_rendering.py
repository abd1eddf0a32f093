import base64
import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import altair as alt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from sciml_magics.charts.labels import label_chart
from sciml_magics.charts.rendering import RENDERER, VEGALITE_MIME, Charts, How, mime_bundle
from tests.charts.frames_made import labelled, make_task

# Hosts that chart libraries are commonly loaded from.
ELSEWHERE = re.compile(r"cdn|unpkg|jsdelivr|esm\.sh|skypack|<script[^>]+src=|<link|import\(", re.I)


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def spec() -> dict[str, Any]:
    task = make_task(labels=["</script><b>", "b"])
    made: dict[str, Any] = label_chart(labelled(task, 100), task).to_dict()
    return made


def formats(shell: InteractiveShell, chart: object) -> dict[str, Any]:
    display: Any = shell.display_formatter
    bundle: dict[str, Any] = display.format(chart)[0]
    return bundle


def sent(spec: dict[str, Any], how: How) -> dict[str, Any]:
    return mime_bundle(spec, how)[0]


def test_the_picture_has_the_words_for_those_who_do_not_see_it(spec: dict[str, Any]) -> None:
    assert mime_bundle(spec, "vegalite")[1]["image/png"]["alt"] == spec["description"]


def test_vegalite_has_a_small_picture_and_words_beside_it(spec: dict[str, Any]) -> None:
    bundle = sent(spec, "vegalite")
    assert set(bundle) == {VEGALITE_MIME, "image/png", "text/plain"}
    picture = base64.b64decode(bundle["image/png"])
    image = Image.open(BytesIO(picture))
    assert image.width > 300
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(picture) < 30_000
    assert bundle["text/plain"] == spec["description"]
    assert {**bundle[VEGALITE_MIME], "usermeta": None} == {**spec, "usermeta": None}


def test_nothing_that_is_sent_asks_the_network(spec: dict[str, Any]) -> None:
    html = sent(spec, "html")["text/html"]
    assert not ELSEWHERE.search(html)
    text = json.dumps(sent(spec, "vegalite"))
    assert not ELSEWHERE.search(text)
    # The address of the schema names the version of Vega-Lite; nothing loads it.
    assert set(re.findall(r"https?://[^/\"]+", text)) == {"https://vega.github.io"}


def test_the_menu_does_not_offer_to_send_data_away(spec: dict[str, Any]) -> None:
    chart = sent(spec, "vegalite")[VEGALITE_MIME]
    assert chart["usermeta"]["embedOptions"]["actions"]["editor"] is False
    assert '"editor": false' in sent(spec, "html")["text/html"]


def test_data_cannot_end_the_script(spec: dict[str, Any]) -> None:
    html = sent(spec, "html")["text/html"]
    assert html.count("</script>") == 1
    assert "<b>" not in html


def test_two_charts_on_a_page_do_not_meet(spec: dict[str, Any]) -> None:
    places = [re.search(r'<div id="([^"]+)"', sent(spec, "html")["text/html"]) for _ in range(2)]
    assert places[0]
    assert places[1]
    assert places[0][1] != places[1][1]


def test_a_chart_of_many_values_travels_without_a_picture() -> None:
    many = alt.Chart(alt.InlineData(values=[{"x": i} for i in range(3000)])).mark_point()
    assert "image/png" not in sent(many.encode(x="x:Q").to_dict(), "vegalite")


def test_the_picture_loads_nothing_from_an_address() -> None:
    remote = alt.Chart("https://example.org/data.csv").mark_point().encode(x="x:Q").to_dict()
    assert "image/png" not in sent(remote, "vegalite")


def test_the_users_own_charts_are_drawn_the_same_way(shell: InteractiveShell) -> None:
    charts = Charts(lambda: "vegalite")
    charts.install(shell)
    own = alt.Chart(alt.InlineData(values=[{"x": 1}]), title="Mine").mark_bar().encode(x="x:Q")
    for chart in (own, own | own, own + own):
        bundle = formats(shell, chart)
        assert VEGALITE_MIME in bundle
        assert "text/html" not in bundle
    assert alt.renderers.active == RENDERER
    charts.uninstall(shell)
    assert alt.renderers.active == "default"
    assert RENDERER not in alt.renderers.names()
    bundle = formats(shell, own)
    assert "text/html" in bundle


def test_a_renderer_that_the_user_chose_stays(shell: InteractiveShell) -> None:
    charts = Charts(lambda: "vegalite")
    charts.install(shell)
    own = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_bar().encode(x="x:Q")
    with alt.renderers.enable("json"):
        bundle = formats(shell, own)
        assert "application/json" in bundle
        charts.uninstall(shell)
        assert alt.renderers.active == "json"


def test_uninstalling_without_a_chart_leaves_no_trace(shell: InteractiveShell) -> None:
    display: Any = shell.display_formatter
    formatter = display.mimebundle_formatter
    before = dict(formatter.deferred_printers), dict(formatter.type_printers)
    charts = Charts(lambda: "auto")
    charts.install(shell)
    charts.uninstall(shell)
    assert (dict(formatter.deferred_printers), dict(formatter.type_printers)) == before

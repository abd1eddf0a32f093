"""Altair charts, drawn by the extension in real pages."""

import json
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.chromium import Watch

pytestmark = pytest.mark.browser

MIME_TYPE = "application/vnd.vegalite.v6.json"

BARS = """\
import altair as alt
import pandas as pd

alt.renderers.enable("mimetype")
frame = pd.DataFrame({"topic": ["genomics", "imaging", "other"], "rows": [40, 25, 3]})
alt.Chart(frame, title="Rows by topic", description="Rows by topic: genomics 40").mark_bar().encode(
    x="rows", y="topic", tooltip=["topic", "rows"]
)
"""

HOSTILE = "<img src=x onerror=document.title='hit'><script>document.title='hit'</script>&amp;"
OUTSIDE = "https://outside.example.org"
# CSS has more than one way to write it.
URLS = list(enumerate(["url", "URL", "\\75rl", "u\\72 l", " url"]))


def show(*specs: dict[str, Any]) -> str:
    """A cell that emits specifications as they are."""
    bundles = json.dumps([{MIME_TYPE: spec} for spec in specs])
    return (
        "import json\nfrom IPython.display import display\n"
        f"for bundle in json.loads({bundles!r}):\n    display(bundle, raw=True)"
    )


def bars(rows: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    """Horizontal bars of `rows`, which have `name` and `size`."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "y": {"field": "name", "type": "nominal", "axis": {"labelLimit": 1000}},
            "x": {"field": "size", "type": "quantitative"},
        },
        **more,
    }


ONE_BAR = bars([{"name": "genomics", "size": 3}])


@pytest.fixture
def stray_errors(lab):
    """Errors that no part of the page caught."""
    errors = []
    lab.page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def ink_and_ground(host):
    """Brightness (0 to 1) of the chart's labels, and of the page behind them."""
    return host.page.evaluate(
        """() => {
          const brightness = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
            return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
          };
          const label = document.querySelector('.sm-Chart-drawing .mark-text text');
          const ground = document.querySelector('.jp-Notebook');
          return [brightness(getComputedStyle(label).fill),
                  brightness(getComputedStyle(ground).backgroundColor)];
        }"""
    )


def test_a_chart_of_altair_is_drawn_with_its_words_and_readable_in_both_themes(host):
    host.open_cells([BARS])
    host.set_theme("light")
    [output] = host.run_all()
    assert MIME_TYPE in output["data"]
    expect(host.charts()).to_have_count(1)
    expect(host.charts().first).to_contain_text("genomics")
    figure = host.page.get_by_role("figure", name="Rows by topic: genomics 40")
    expect(figure).to_be_visible()
    expect(host.charts()).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    ink, ground = ink_and_ground(host)
    assert ground - ink > 0.5
    host.page.evaluate("() => { window.seen = document.querySelector('.sm-Chart-drawing svg'); }")
    host.set_theme("dark")
    host.page.wait_for_function("() => !window.seen.isConnected")
    expect(host.charts()).to_have_count(1)
    expect(host.charts()).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    ink, ground = ink_and_ground(host)
    assert ink - ground > 0.5


def test_markup_in_a_chart_is_text(lab):
    spec = bars(
        [{"name": HOSTILE, "size": 3}],
        title={"text": HOSTILE, "subtitle": HOSTILE, "limit": 2000},
        description=HOSTILE,
    )
    spec["encoding"]["tooltip"] = [{"field": "name", "title": HOSTILE}]
    lab.open_cells([show(spec)])
    lab.run_all()
    texts = lab.charts().first.get_by_text(HOSTILE, exact=True)
    expect(texts).to_have_count(3)
    expect(lab.page.get_by_role("figure", name=HOSTILE)).to_be_visible()
    lab.charts().first.locator("[aria-roledescription=bar]").hover()
    tooltip = lab.page.locator("#vg-tooltip-element.visible")
    expect(tooltip.locator("td")).to_have_text([HOSTILE, HOSTILE])
    expect(tooltip.locator("img, script")).to_have_count(0)
    assert lab.page.title() != "hit"


def test_a_chart_reaches_nothing_outside_by_any_of_its_ways(lab):
    image = f"{OUTSIDE}/cell.png"
    url = f"url({OUTSIDE}/picture.svg#a)"
    rows = [{"name": "genomics", "size": 3, "image": image, "paint": url}]
    tooltip = {**bars(rows), "mark": {"type": "bar", "tooltip": {"content": "data"}}}
    cursor = {**bars(rows), "mark": {"type": "bar", "cursor": f"{url}, auto"}}
    paint = bars([{"name": word, "size": 3, "paint": f"{word}({OUTSIDE}/{n})"} for n, word in URLS])
    paint["encoding"]["color"] = paint["encoding"]["stroke"] = {"field": "paint", "scale": None}
    pictures = {**bars(rows), "mark": {"type": "image", "width": 9, "height": 9}}
    pictures["encoding"]["url"] = {"field": "image"}
    elsewhere = {**bars(rows), "data": {"url": f"{OUTSIDE}/rows.json"}}
    options = {"config": f"{OUTSIDE}/a", "patch": f"{OUTSIDE}/b", "loader": {"baseURL": OUTSIDE}}
    meta = bars(rows, usermeta={"embedOptions": options})
    lab.open_cells([show(tooltip, cursor, paint, pictures, elsewhere, meta)])
    lab.run_all()
    expect(lab.charts()).to_have_count(6)
    for chart in (0, 1):
        lab.charts().nth(chart).locator("[aria-roledescription=bar]").hover()
    expect(lab.page.locator("#vg-tooltip-element")).to_contain_text(image)
    notes = lab.page.locator(".sm-Chart-note")
    expect(notes).to_contain_text([f"Not loaded: {image}.", f"Not loaded: {OUTSIDE}/rows.json."])
    lab.page.wait_for_timeout(500)
    assert lab.watch.outside == []


def test_the_watch_sees_a_page_that_does_reach_outside(chromium):
    context = chromium.new_context()
    watch = Watch()
    watch.over(context)
    page = context.new_page()
    with page.expect_event("requestfailed"):
        page.set_content(f"<img src='{OUTSIDE}/seen.png'><img src='data:image/png;base64,AA=='>")
    context.close()
    assert watch.outside == [f"{OUTSIDE}/seen.png"]


def test_a_chart_reads_a_file_beside_the_notebook(host):
    (host.server.root / "study").mkdir(exist_ok=True)
    (host.server.root / "study" / "rows.csv").write_text("name,size\nfrom a file,3\n")
    host.open_cells([show({**bars([]), "data": {"url": "rows.csv"}})], "study/tested.ipynb")
    host.run_all()
    expect(host.charts().first).to_contain_text("from a file")


def test_a_chart_that_cannot_be_drawn_says_so_in_one_line(lab):
    vega = {"$schema": "https://vega.github.io/schema/vega/v6.json", "marks": []}
    lab.open_cells([show({"mark": "nonsense", "data": {"values": []}}, vega, ONE_BAR)])
    lab.run_all()
    notes = lab.page.locator(".sm-Chart-note")
    expect(notes).to_have_count(2)
    expect(notes.nth(0)).to_contain_text("This chart is not valid Vega-Lite 6")
    expect(notes.nth(1)).to_have_text(
        "This chart cannot be drawn: this is a vega specification, not Vega-Lite"
    )
    expect(lab.charts()).to_have_count(1)


def test_drawing_leaves_the_output_as_it_was(lab):
    spec = {**bars([{"name": "genomics", "size": 3}]), "transform": [{"calculate": "1", "as": "n"}]}
    lab.open_cells([show(spec)])
    lab.run_all()
    expect(lab.charts()).to_have_count(1)
    [output] = lab.outputs_held()
    assert output["data"][MIME_TYPE] == spec


def test_a_chart_as_wide_as_its_place_follows_it(lab):
    lab.open_cells([show({**ONE_BAR, "width": "container"})])
    lab.run_all()
    chart = lab.charts().first
    expect(chart).to_be_visible()

    def fills_its_place() -> bool:
        place = lab.page.locator(".sm-Chart").bounding_box()
        drawn = chart.bounding_box()
        return place is not None and drawn is not None and abs(place["width"] - drawn["width"]) < 3

    for width in (1280, 900, 1400):
        lab.page.set_viewport_size({"width": width, "height": 900})
        lab.page.wait_for_timeout(300)
        assert fills_its_place(), width


def test_a_saved_picture_is_dark_on_white_in_the_dark_theme_too(lab, tmp_path):
    lab.open_cells([show(ONE_BAR)])
    lab.set_theme("dark")
    lab.run_all()
    lab.charts().first.hover()
    with lab.page.expect_download() as saved:
        lab.page.get_by_role("button", name="Save as PNG").click()
    assert saved.value.suggested_filename == "chart.png"
    saved.value.save_as(tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
        histogram = picture.convert("L").histogram()
    assert sum(histogram[:80]) > 0


def test_vega_is_fetched_with_the_first_chart_and_not_before(lab):
    def fetched() -> int:
        """Bytes of the extension that the page has taken."""
        total: int = lab.page.evaluate(
            """() => performance.getEntriesByType('resource')
              .filter((entry) => entry.name.includes('extensions/sciml-magics'))
              .reduce((total, entry) => total + entry.decodedBodySize, 0)"""
        )
        return total

    lab.open_cells([show(ONE_BAR)])
    before = fetched()
    # The panel at the side and the review, with all that they need.
    assert 0 < before < 220_000
    lab.run_all()
    expect(lab.charts()).to_have_count(1)
    assert fetched() > before + 400_000


def test_a_cleared_chart_leaves_nothing_behind(lab, stray_errors):
    spec = bars([{"name": "genomics", "size": 3}])
    spec["encoding"]["tooltip"] = {"field": "name"}
    lab.open_cells([show(spec)])
    lab.run_all()
    lab.charts().first.locator("[aria-roledescription=bar]").hover()
    expect(lab.page.locator("#vg-tooltip-element.visible")).to_have_count(1)
    lab.page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    expect(lab.charts()).to_have_count(0)
    expect(lab.page.locator("#vg-tooltip-element.visible")).to_have_count(0)
    lab.set_theme("dark")
    assert stray_errors == []

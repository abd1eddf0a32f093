from dataclasses import replace
from html.parser import HTMLParser

from sciml_magics.annotation.progress import Progress
from sciml_magics.panels.views import lines_html, progress_html, table_html

RUNNING = Progress(
    "running", "topic", "m@1", total=200, done=50, seconds=5, fraction=0.4, labels={"genes": 50}
)
HOSTILE = '"><script>alert(1)</script>'


class Tags(HTMLParser):
    """Collects tags and their attributes, and checks that every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_bar_tells_a_screen_reader_what_it_shows() -> None:
    (bar,) = [
        attributes
        for _, attributes in Tags(progress_html(RUNNING)).found
        if attributes.get("role") == "progressbar"
    ]
    assert bar["aria-label"] == "topic"
    assert (bar["aria-valuemin"], bar["aria-valuenow"], bar["aria-valuemax"]) == ("0", "40", "100")
    assert bar["aria-valuetext"] == "50 of 200 (40 %) · 10/s · 7.5 s left"


def test_names_are_shown_as_text() -> None:
    hostile = replace(RUNNING, task=HOSTILE, labels={HOSTILE: 1})
    for html in (
        progress_html(hostile),
        lines_html(HOSTILE, [HOSTILE], [HOSTILE]),
        table_html(HOSTILE, [(HOSTILE, HOSTILE)]),
    ):
        assert {tag for tag, _ in Tags(html).found} <= {
            "div", "span", "strong", "table", "caption", "tbody", "tr", "th", "td",
        }  # fmt: skip
        assert "&lt;script&gt;" in html


def test_colours_are_variables_of_the_theme_with_something_to_fall_back_on() -> None:
    for html in (progress_html(RUNNING), lines_html("a", ["b"]), table_html("a", [("b", "c")])):
        assert "var(--jp-ui-font-color1,inherit)" in html
        for _, attributes in Tags(html).found:
            style = attributes.get("style") or ""
            for rule in style.split(";"):
                name, _, value = rule.partition(":")
                if name in ("color", "background"):
                    assert value.startswith("var(--jp-"), rule
                    assert "," in value, rule

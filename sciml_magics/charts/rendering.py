"""How an Altair chart is sent to the notebook: drawn without asking the network for anything.

An Altair renderer named ``sciml_magics``. Where our JupyterLab extension draws Vega-Lite 6, the
chart travels as its specification with a picture beside it, for pages that show the saved notebook
without drawing (nbconvert, GitHub). Elsewhere it travels as HTML that carries Vega itself.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from sciml_magics.charts.hosts import draws_vegalite

if TYPE_CHECKING:
    from IPython.core.formatters import MimeBundleFormatter
    from IPython.core.interactiveshell import InteractiveShell

Spec = dict[str, Any]
Bundle = dict[str, Any]
How = Literal["auto", "vegalite", "html"]

RENDERER = "sciml_magics"
# Altair's own type ends in ".json". The notebook format takes JSON only under types that end in
# "+json", so nbclient and nbconvert refuse a notebook with an output of Altair's type.
VEGALITE_MIME = "application/vnd.vegalite.v6+json"
# Every Altair chart class inherits from this one; naming it does not import Altair.
_CHART_CLASS = ("altair.vegalite.v6.api", "TopLevelMixin")

# The picture takes 30-60 ms for a few hundred values and grows with them.
PICTURE_MOST_VALUES = 2_000
PICTURE_MOST_BYTES = 300_000

# The menu's "open in the Vega editor" would carry the data to another site.
_ACTIONS = {"export": True, "source": False, "compiled": False, "editor": False}

_HTML = """\
<div id="{id}" role="figure" aria-label="{label}"></div>
<script type="text/javascript">
(function (draw) {{
{bundle}
}})(async function (vegaEmbed) {{
  const place = document.getElementById("{id}");
  const ink = getComputedStyle(place).color;
  const line = {{ domainColor: ink, tickColor: ink, gridOpacity: 0.25 }};
  const words = {{ labelColor: ink, titleColor: ink }};
  const config = {{
    background: "transparent",
    axis: {{ ...line, ...words }},
    header: words,
    legend: words,
    title: {{ color: ink, subtitleColor: ink }},
    text: {{ color: ink }},
    rule: {{ color: ink }},
    view: {{ stroke: null }},
  }};
  try {{
    await vegaEmbed(place, {spec}, {{ config, actions: {actions} }});
  }} catch (error) {{
    place.textContent = String(error);
  }}
}});
</script>
"""


class Charts:
    """Shows Altair charts of one IPython shell; nothing is imported until there is a chart.

    Parameters
    ----------
    how
        Asked at every chart: ``"vegalite"``, ``"html"``, or ``"auto"`` to look at the host.
    """

    def __init__(self, how: Callable[[], How]) -> None:
        self._how = how
        self._restore: Callable[[], None] | None = None

    def install(self, shell: InteractiveShell) -> None:
        """Draw the charts of `shell` from now on, the user's own included."""
        self._formatter(shell).for_type_by_name(*_CHART_CLASS, self._show)

    def uninstall(self, shell: InteractiveShell) -> None:
        """Leave no trace: the formatter and the renderer are as they were."""
        formatter = self._formatter(shell)
        deferred: dict[Any, Any] = formatter.deferred_printers
        deferred.pop(_CHART_CLASS, None)
        printers: dict[Any, Any] = formatter.type_printers
        for cls in [cls for cls in printers if _name(cls) == _CHART_CLASS]:
            printers.pop(cls)
        if self._restore is not None:
            self._restore()
            self._restore = None

    def enable(self) -> None:
        """Register the renderer with Altair, and use it unless the user chose another one."""
        import altair as alt

        if self._restore is None:
            self._restore = self._register(alt.renderers)

    def _register(self, renderers: Any) -> Callable[[], None]:
        before = renderers.active
        renderers.register(RENDERER, self._render)
        if before == "default":
            renderers.enable(RENDERER)

        def restore() -> None:
            if renderers.active == RENDERER:
                renderers.enable(before)
            renderers.register(RENDERER, None)

        return restore

    def _show(self, chart: Any) -> Any:
        self.enable()
        return chart._repr_mimebundle_()

    def _render(self, spec: Spec, **_: Any) -> tuple[Bundle, Bundle]:
        return mime_bundle(spec, self._how())

    @staticmethod
    def _formatter(shell: InteractiveShell) -> MimeBundleFormatter:
        display: Any = shell.display_formatter
        formatter: MimeBundleFormatter = display.mimebundle_formatter
        return formatter


def _name(cls: type) -> tuple[str, str]:
    return cls.__module__, cls.__name__


def mime_bundle(spec: Spec, how: How = "auto") -> tuple[Bundle, Bundle]:
    """What is sent to the notebook for a chart.

    Parameters
    ----------
    spec
        A Vega-Lite 6 specification.
    how
        ``"vegalite"`` specification and picture, ``"html"`` HTML that needs no network, ``"auto"``
        the one that the host can draw.

    Returns
    -------
    tuple
        Data by mime type, always with ``text/plain``, the chart in words; and metadata by mime
        type, which gives the picture its alternative text.
    """
    if how == "auto":
        how = "vegalite" if draws_vegalite() else "html"
    words = _words(spec)
    if how == "html":
        return {"text/html": inline_html(spec, words), "text/plain": words}, {}
    bundle: Bundle = {VEGALITE_MIME: _with_embed_options(spec), "text/plain": words}
    if picture := _picture(spec):
        bundle["image/png"] = picture
    return bundle, {"image/png": {"alt": words}}


def inline_html(spec: Spec, words: str) -> str:
    """HTML with Vega inside (0.9 MB), which draws `spec` in the colours of the page around it."""
    name = f"sciml-chart-{uuid4().hex[:12]}"
    options = _with_embed_options(spec)["usermeta"]["embedOptions"]
    return _HTML.format(
        id=name,
        label=escape(words, quote=True),
        bundle=_vega(),
        spec=_in_script(spec),
        actions=_in_script(options["actions"]),
    )


def _with_embed_options(spec: Spec) -> Spec:
    meta = spec.get("usermeta") or {}
    options = {"actions": _ACTIONS, **(meta.get("embedOptions") or {})}
    return {**spec, "usermeta": {**meta, "embedOptions": options}}


def _words(spec: Spec) -> str:
    title = spec.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    if isinstance(text, list):
        text = " ".join(str(line) for line in text)
    return str(spec.get("description") or text or "Vega-Lite chart")


def _in_script(value: object) -> str:
    """JSON that cannot end the script it stands in, nor begin a comment there."""
    return json.dumps(value).replace("<", "\\u003c")


@cache
def _vega() -> str:
    import vl_convert

    bundle: str = vl_convert.javascript_bundle("draw(vegaEmbed);")
    return bundle


def _picture(spec: Spec) -> str:
    """The chart as a PNG in base64 on white; nothing where that is slow or not possible.

    Nothing is loaded for it: a chart whose data lie at a web address has no picture.
    """
    if _values(spec) > PICTURE_MOST_VALUES:
        return ""
    import vl_convert

    try:
        image: bytes = vl_convert.vegalite_to_png(
            json.dumps({**spec, "background": "white"}), allowed_base_urls=[]
        )
    except ValueError:
        return ""
    small = _with_palette(image)
    return base64.b64encode(small).decode("ascii") if len(small) <= PICTURE_MOST_BYTES else ""


def _with_palette(image: bytes) -> bytes:
    """The PNG in 64 colours, as many as a chart needs: a tenth of its size."""
    from PIL import Image

    small = BytesIO()
    picture = Image.open(BytesIO(image)).convert("RGB")
    picture.quantize(64).save(small, "PNG")
    return small.getvalue()


def _values(spec: object) -> int:
    """Data rows that a specification carries, at any depth."""
    if isinstance(spec, Mapping):
        here = spec.get("values")
        rows = len(here) if isinstance(here, list) else 0
        named = spec.get("datasets")
        if isinstance(named, Mapping):
            rows += sum(len(data) for data in named.values())
        return rows + sum(_values(part) for part in spec.values())
    if isinstance(spec, list):
        return sum(_values(part) for part in spec)
    return 0

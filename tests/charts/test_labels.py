import json
from typing import Any

import pytest

from sciml_magics.charts.labels import label_chart
from sciml_magics.tasks import Kind, Task
from tests.charts.frames_made import annotated, labelled, listed_labels, make_task, spans

HOSTILE = [
    "a.b",
    "x[0]",
    'say "hi"',
    "it's",
    "back\\slash",
    "</script><script>alert(1)</script>",
    "基因组学",
    "🧬",
    "a\x00b",
    "(abstained)",
]


def parts(node: object) -> list[dict[str, Any]]:
    """Every mapping in a specification."""
    if isinstance(node, dict):
        return [node, *(found for child in node.values() for found in parts(child))]
    if isinstance(node, list):
        return [found for child in node for found in parts(child)]
    return []


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


def test_the_specification_is_valid_and_small_for_a_large_frame() -> None:
    task = make_task(labels=[f"label {i}" for i in range(60)])
    spec = label_chart(labelled(task, 50_000), task).to_dict(validate=True)
    assert 100 < len(values(spec)) < 500
    assert len(json.dumps(spec)) < 80_000


def test_every_kind_has_its_chart() -> None:
    frames: dict[Kind, Any] = {
        "labels": listed_labels([["a"], None]),
        "spans": spans([[("a", 0.8)], None]),
        "text": ["an answer", None],
    }
    units: dict[Kind, list[str]] = {}
    for kind, column in frames.items():
        task = make_task(labels=() if kind == "text" else ["a"], kind=kind)
        frame = annotated(task, column, [0.9, None], ["suggested", "missing"])
        spec = label_chart(frame, task).to_dict(validate=True)
        units[kind] = [view.get("name") for view in spec["hconcat"]]
        assert spec["hconcat"][0]["encoding"]["x"]["title"] in ("labels", "spans", "rows")
    assert units["text"][:2] == ["answers", "lengths"]


def test_hostile_names_draw_and_stay_text() -> None:
    vl_convert = pytest.importorskip("vl_convert")
    task = make_task('<img src=x> t.a["b"] 题', HOSTILE)
    spec = label_chart(labelled(task, 300), task).to_dict(validate=True)
    drawn = vl_convert.vegalite_to_svg(json.dumps(spec))
    for shown in ("a.b", "x[0]", "基因组学", "&lt;/script&gt;", "((abstained))"):
        assert shown in drawn
    assert "<script" not in drawn
    assert "<img" not in drawn


def test_the_threshold_is_a_rule_and_none_is_drawn_where_it_is_zero() -> None:
    task = make_task(labels=["a", "b", "c", "d"])
    frame = labelled(task, 100)
    asked = label_chart(frame, task, threshold=0.42).to_dict()
    assert {"threshold": 0.42} in values(asked)
    assert {"threshold": 0.375} in values(label_chart(frame, task).to_dict())
    never = label_chart(frame, task, threshold=0.0).to_dict()
    assert not any("threshold" in row for row in values(never))


def test_a_click_on_a_bar_chooses_its_scores() -> None:
    task = make_task(labels=["a", "b"])
    spec = label_chart(labelled(task, 100), task).to_dict()
    (pick,) = spec["params"]
    assert pick["select"] == {"type": "point", "fields": ["answer"]}
    assert pick["views"] == ["answers"]
    assert any(part.get("filter") == {"param": "pick"} for part in parts(spec))
    assert [
        part["value"] for part in parts(spec) if part.get("param") == "pick" and "value" in part
    ]


def test_the_same_frame_gives_the_same_specification() -> None:
    task = make_task(labels=["a", "b"])
    frame = labelled(task, 100)
    assert label_chart(frame, task).to_dict() == label_chart(frame, task).to_dict()


def test_text_and_background_are_left_to_the_theme() -> None:
    task = make_task(labels=["a", "b"])
    spec = label_chart(labelled(task, 100), task).to_dict()
    coloured = {
        key
        for part in parts(spec)
        for key in part
        if key in ("labelColor", "titleColor", "subtitleColor", "fill", "stroke", "gridColor")
    }
    assert not coloured
    assert spec["background"] == "transparent"


def test_colours_are_seen_on_white_and_on_dark() -> None:
    from sciml_magics.charts import labels

    def light(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (labels.ANSWER_COLOUR, labels.MUTED_COLOUR, labels.RULE_COLOUR):
        assert 1.05 / (light(colour) + 0.05) >= 3
        assert (light(colour) + 0.05) / (light("#111111") + 0.05) >= 3


def test_the_description_says_what_is_drawn() -> None:
    task = make_task(labels=["a", "b"])
    description = label_chart(labelled(task, 100), task).to_dict()["description"]
    assert description.startswith("topic: 100 rows. Answers: ")
    assert "(missing) 10" in description


def test_scores_are_left_out_where_there_are_none() -> None:
    task = make_task(labels=["a"])
    frame = annotated(task, [None, None], [None, None], ["missing", "pending"])
    spec = label_chart(frame, task).to_dict(validate=True)
    assert [view.get("name") for view in spec["hconcat"]] == ["answers"]


def test_a_data_transformer_of_the_user_is_not_asked() -> None:
    import altair as alt

    task: Task = make_task(labels=["a"])
    with alt.data_transformers.enable("json"):
        spec = label_chart(labelled(task, 50), task).to_dict()
    assert not any("url" in part for part in parts(spec))

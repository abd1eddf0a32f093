"""Files as other tools write them, and what is wrong with some."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sciml_magics.errors import ExchangeError
from sciml_magics.exchange.example import Answer, Example, Wanted
from sciml_magics.exchange.formats import FORMATS, format_of, ways_of
from sciml_magics.exchange.labelstudio import labeling_config
from sciml_magics.tasks import Kind, Label, Span, Task
from tests.exchange.made import make_task


def task_of(kind: Kind) -> Task:
    return Task("topic", ("note",), kind=kind)


def read(
    format: str, path: Path, kind: Kind = "label", wanted: Wanted = "answers"
) -> list[Example]:
    return list(ways_of(format).read(task_of(kind), path, wanted))


def answers(found: list[Example]) -> list[tuple[str, str, Any, str]]:
    """Text, decision, value and annotator of each answer."""
    return [
        (one.text, answer.decision, answer.value, answer.annotator)
        for one in found
        for answer in one.answers
    ]


def lines(folder: Path, *given: Any, name: str = "f.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
    return path


def text_file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


EMOJI = "👩\u200d🔬 saw e\u0301 中文"


def test_prodigy_choices(tmp_path: Path):
    options = [{"id": 0, "text": "genes"}, {"id": 1, "text": "cells"}]
    path = lines(
        tmp_path,
        {
            "text": "a",
            "options": options,
            "accept": [1],
            "answer": "accept",
            "_session_id": "Ada",
        },
        {"text": "b", "options": options, "accept": [], "answer": "reject", "_annotator_id": "Bo"},
        {"text": "c", "accept": [], "answer": "ignore"},
        {"text": "d", "accept": ["genes"], "answer": "ignore", "flagged": True},
    )
    assert answers(read("prodigy", path)) == [
        ("a", "corrected", "cells", "Ada"),
        ("b", "rejected", None, "Bo"),
        ("c", "skipped", None, ""),
        ("d", "flagged", None, ""),
    ]


def test_prodigy_asks_of_one_label_at_a_time(tmp_path: Path):
    path = lines(
        tmp_path,
        {"text": "a", "label": "genes", "answer": "accept"},
        {"text": "b", "label": "genes", "answer": "reject"},
        {"text": "a", "label": "cells", "answer": "accept"},
        {"text": "a", "label": "stars", "answer": "reject"},
    )
    assert answers(read("prodigy", path, "labels")) == [
        ("a", "corrected", ("genes", "cells"), ""),
        ("b", "rejected", None, ""),
    ]
    assert answers(read("prodigy", path)) == [
        ("a", "corrected", "cells", ""),
        ("b", "rejected", None, ""),
    ]


def test_prodigy_spans_are_in_code_points(tmp_path: Path):
    spans = [{"start": 8, "end": 10, "label": "x", "token_start": 2, "token_end": 2}]
    path = lines(tmp_path, {"text": EMOJI, "tokens": [], "spans": spans, "answer": "accept"})
    assert EMOJI[8:10] == "e\u0301"
    assert answers(read("prodigy", path, "spans"))[0][2] == (Span(8, 10, "x", "e\u0301"),)


def test_prodigy_text(tmp_path: Path):
    path = lines(tmp_path, {"text": "a", "user_input": "summary", "answer": "accept"})
    assert answers(read("prodigy", path, "text")) == [("a", "corrected", "summary", "")]


def studio(folder: Path, *tasks: Any) -> Path:
    path = folder / "f.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def span_result(start: int, end: int, text: str, kind: str = "labels") -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text, kind: ["x"]}
    return {"id": "1", "from_name": "l", "to_name": "t", "type": kind, "value": value}


def test_label_studio_spans_in_code_points_or_units(tmp_path: Path):
    here = (Span(8, 10, "x", "e\u0301"),)
    for start, kind in ((8, "labels"), (10, "hypertextlabels")):
        result = [span_result(start, start + 2, "e\u0301", kind)]
        annotation = {"completed_by": {"id": 1, "email": "ada@x.org"}, "result": result}
        path = studio(tmp_path, {"data": {"text": EMOJI}, "annotations": [annotation]})
        assert answers(read("labelstudio", path, "spans")) == [
            (EMOJI, "corrected", here, "ada@x.org")
        ]
    path = studio(
        tmp_path, {"data": {"text": EMOJI}, "annotations": [{"result": [span_result(1, 3, "no")]}]}
    )
    with pytest.raises(ExchangeError, match="task 1: a span does not quote its text: 'no'"):
        read("labelstudio", path, "spans")


def test_label_studio_choices_cancelled_and_predicted(tmp_path: Path):
    choice = {"type": "choices", "value": {"choices": ["genes"]}}
    path = studio(
        tmp_path,
        {
            "id": 7,
            "data": {"note": "a"},
            "annotations": [
                {"completed_by": 3, "result": [choice], "lead_time": 4.5},
                {"completed_by": 4, "result": [choice], "was_cancelled": True},
            ],
            "predictions": [{"model_version": "m", "score": 0.5, "result": [choice]}],
        },
    )
    (found,) = read("labelstudio", path)
    assert answers([found]) == [
        ("a", "corrected", "genes", "user 3"),
        ("a", "skipped", None, "user 4"),
    ]
    assert found.answers[0].seconds == 4.5
    assert [(one.value, one.score, one.model) for one in found.predictions] == [("genes", 0.5, "m")]


def test_label_studio_config_names_what_is_written():
    task = Task("t", ('a"', "b"), kind="labels", labels=(Label("<x>"),))
    assert labeling_config(task) == (
        "<View>\n"
        '  <Text name="record" value=\'$a"\'/>\n'
        '  <Text name="record1" value="$b"/>\n'
        '  <Choices name="answer" toName="record" choice="multiple">\n'
        '    <Choice value="&lt;x&gt;"/>\n'
        "  </Choices>\n"
        "</View>"
    )


def test_doccano_counts_utf16_units(tmp_path: Path):
    path = lines(
        tmp_path,
        {"id": 1, "text": EMOJI, "label": [[10, 12, "x"]]},
        {"id": 2, "text": EMOJI, "label": []},
        {"id": 3, "text": "old", "entities": [{"start_offset": 0, "end_offset": 3, "label": "y"}]},
    )
    found = read("doccano", path, "spans")
    assert answers(found) == [
        (EMOJI, "corrected", (Span(8, 10, "x", "e\u0301"),), ""),
        ("old", "corrected", (Span(0, 3, "y", "old"),), ""),
    ]
    path = lines(tmp_path, {"text": EMOJI, "label": [[1, 3, "x"]]})
    with pytest.raises(ExchangeError, match="the span 1–3 does not lie between characters"):
        read("doccano", path, "spans")


def test_doccano_labels_may_be_predictions(tmp_path: Path):
    path = lines(tmp_path, {"text": "a", "label": ["genes"]}, {"text": "b", "label": []})
    found = read("doccano", path, wanted="predictions")
    assert [[one.value for one in example.predictions] for example in found] == [["genes"], []]


def test_conll_of_other_tools(tmp_path: Path):
    path = text_file(
        tmp_path,
        "f.conll",
        "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\r\n\n\n"
        "# sent_id = 2\nNew\tI-LOC\nYork\tI-LOC\nand\tO\nParis\tS-LOC\n",
    )
    found = read("conll", path, "spans")
    assert [(one.line, one.text) for one in found] == [
        (3, "EU rejects"), (8, "New York and Paris"),
    ]  # fmt: skip
    assert [one.answers[0].value for one in found] == [
        (Span(0, 2, "ORG", "EU"),),
        (Span(0, 8, "LOC", "New York"), Span(13, 18, "LOC", "Paris")),
    ]


def test_conll_refuses_what_tags_cannot_hold(tmp_path: Path):
    def written(text: str, *spans: Span) -> None:
        example = Example((("note", text),), (Answer("corrected", spans, "Ada"),))
        ways_of("conll").write(make_task("spans"), [example], tmp_path / "f.conll")

    with pytest.raises(ExchangeError, match="record 1: the spans 'two mice' and 'mice' overlap"):
        written("two mice", Span(0, 8, "gene", "two mice"), Span(4, 8, "gene", "mice"))
    with pytest.raises(ExchangeError, match="the span 1–2 is white space"):
        written("a b", Span(1, 2, "gene", " "))
    with pytest.raises(ExchangeError, match="cannot be a tag: rename it"):
        written("a b", Span(0, 1, "a\tb", "a"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ExchangeError, match="holds marked spans, but task 'topic' is of kind"):
        ways_of("conll").write(make_task("label"), [], tmp_path / "f.conll")


def test_conll_tags_that_were_changed_are_believed(tmp_path: Path):
    text = "a  gene\u2028and 中文"
    example = Example(
        (("note", text),), (Answer("accepted", (Span(3, 7, "gene", "gene"),), "Ada", key="k"),)
    )
    path = tmp_path / "f.conll"
    ways_of("conll").write(make_task("spans"), [example], path)
    changed = path.read_text(encoding="utf-8").replace("中文\tO", "中文\tB-gene")
    path.write_text(changed, encoding="utf-8")
    (found,) = ways_of("conll").read(make_task("spans"), path, "answers")
    (answer,) = found.answers
    assert found.text == text
    assert (answer.decision, answer.key, answer.annotator) == ("corrected", "", "Ada")
    assert answer.value == (Span(3, 7, "gene", "gene"), Span(12, 14, "gene", "中文"))


def test_csv_with_a_byte_order_mark_and_long_cells(tmp_path: Path):
    long = "x" * 1_000_000
    path = text_file(tmp_path, "f.csv", f'\ufeffnote,label\r\n"{long}\r\n",genes\r\n')
    assert answers(read("csv", path)) == [(f"{long}\r\n", "corrected", "genes", "")]


def test_parquet_of_pandas(tmp_path: Path):
    path = tmp_path / "f.parquet"
    pd.DataFrame({"note": ["a", "b"], "labels": [["x"], []]}).to_parquet(path)
    assert answers(read("parquet", path, "labels")) == [
        ("a", "corrected", ("x",), ""),
        ("b", "corrected", (), ""),
    ]


def test_datasets_with_splits_and_class_labels(tmp_path: Path):
    import datasets

    names = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])}
    )
    made = datasets.DatasetDict(
        train=datasets.Dataset.from_dict({"text": ["a"], "label": [1]}, features=names),
        test=datasets.Dataset.from_dict({"text": ["b"], "label": [0]}, features=names),
    )
    made.save_to_disk(str(tmp_path / "d"))
    assert answers(read("datasets", tmp_path / "d")) == [
        ("a", "corrected", "pos", ""),
        ("b", "corrected", "neg", ""),
    ]


def test_a_dataset_does_not_take_the_place_of_another_folder(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ExchangeError, match="is there and is no dataset: choose another place"):
        ways_of("datasets").write(task_of("label"), [], tmp_path / "mine")


BROKEN = [
    ("prodigy", "{", r"line 1: this is not JSON \(Expecting property name"),
    ("prodigy", "[1]", r"line 1: the line is \[1\], not a mapping"),
    ("prodigy", '{"answer": "accept"}', "line 1: there is no 'note' or 'text': task"),
    ("prodigy", '{"text": 7, "answer": "yes"}', "line 1: the answer is 'yes', not accept"),
    ("prodigy", '{"text": "a", "accept": ["x", "y"], "answer": "accept"}', "2 labels are accepted"),
    ("prodigy", '{"text": "a", "sciml_magics": {"record": "zz"}}', "is not as it was written"),
    ("csv", 'note,label,sciml_magics\na,b,"{""answers"": [{""decision"": ""undone""}]}"',
     "row 2: no decision 'undone', only accepted"),
    ("prodigy", '{"text": "a", "sciml_magics": 3}', "under 'sciml_magics' is 3, not a mapping"),
    ("labelstudio", "{}", "holds no list of tasks"),
    ("labelstudio", '[{"text": "a"}]', "task 1: it has no 'data': .* not as JSON-MIN"),
    ("labelstudio", "[" * 100_000, "nested too deeply"),
    ("doccano", '{"text": "a", "label": ["x", "y"]}', "2 answers are given"),
    ("doccano", '{"text": "a", "label": "x"}', "label are 'x', not a list"),
    ("csv", 'note,label\n"a', "this is not CSV"),
    ("csv", "other,label\na,b", "row 2: there is no 'note' or 'text'"),
    ("csv", "note,label,topic_score\na,b,c", "row 2: the score is 'c', not a number"),
    ("parquet", "text", "is not a Parquet file that can be read"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "text", "message"), BROKEN)
def test_what_does_not_fit_is_told_in_one_line(
    tmp_path: Path, format: str, text: str, message: str
):
    path = text_file(tmp_path, "f", text)
    with pytest.raises(ExchangeError, match=message) as caught:
        read(format, path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(path))


BROKEN_SPANS = [
    ("prodigy", '{"text": "a", "spans": [{"start": 0, "end": 9, "label": "x"}]}',
     "the span 0–9 does not lie in its text of 1 characters"),
    ("prodigy", '{"text": "a", "spans": [{"start": 0, "end": 1}], "answer": "accept"}',
     "the label of a span is None, not text"),
    ("doccano", '{"text": "a", "label": [[0, 1]]}', r"a span is \[0, 1\], not \[start, end"),
    ("conll", "a\n", "line 1: 'a' is a token without a tag"),
    ("conll", "a NN\n", "line 1: 'NN' is not a tag such as B-name"),
    ("conll", '# sciml_magics = {"content": "[[\\"note\\",\\"b\\"]]"}\na\tO\n',
     "does not stand in its text"),
]  # fmt: skip


@pytest.mark.parametrize(("format", "text", "message"), BROKEN_SPANS)
def test_spans_that_do_not_fit_are_told_in_one_line(
    tmp_path: Path, format: str, text: str, message: str
):
    with pytest.raises(ExchangeError, match=message):
        read(format, text_file(tmp_path, "f", text), "spans")


def test_bytes_that_are_no_text(tmp_path: Path):
    path = tmp_path / "f.jsonl"
    path.write_bytes(b'{"text": "\xff"}')
    for format in ("prodigy", "labelstudio", "doccano", "csv"):
        with pytest.raises(ExchangeError, match="is not UTF-8 text: save it as UTF-8"):
            read(format, path)


def test_files_that_cannot_be_read_or_written(tmp_path: Path):
    for format in FORMATS:
        kind: Kind = "spans" if format == "conll" else "label"
        with pytest.raises(ExchangeError, match="gone"):
            read(format, tmp_path / "gone", kind)
        with pytest.raises(ExchangeError, match=r"cannot be written \(No such file or directory\)"):
            ways_of(format).write(task_of(kind), [], tmp_path / "gone" / "f")


def test_a_file_that_fails_on_the_way_leaves_the_old_one(tmp_path: Path):
    path = text_file(tmp_path, "f.csv", "before")

    def broken():
        yield Example((("note", "a"),))
        raise KeyboardInterrupt

    for format in ("prodigy", "labelstudio", "doccano", "csv", "parquet"):
        with pytest.raises(KeyboardInterrupt):
            ways_of(format).write(task_of("label"), broken(), path)
        assert path.read_text(encoding="utf-8") == "before"
        assert list(tmp_path.iterdir()) == [path]


def test_the_table_refuses_columns_that_it_has_itself(tmp_path: Path):
    task = Task("topic", ("topic_time",))
    with pytest.raises(ExchangeError, match="reads a column 'topic_time', which the table needs"):
        ways_of("csv").write(task, [], tmp_path / "f.csv")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.jsonl", "prodigy"), ("a.doccano.jsonl", "doccano"), ("a.JSON", "labelstudio"),
        ("a.conll", "conll"), ("a.bio", "conll"), ("a.csv", "csv"), ("a.parquet", "parquet"),
        ("a", "datasets"),
    ],
)  # fmt: skip
def test_the_ending_tells_the_format(name: str, format: str):
    assert format_of(name) == format


def test_lines_of_json_tell_whose_they_are(tmp_path: Path):
    assert format_of(lines(tmp_path, {"text": "a", "label": []})) == "doccano"
    assert format_of(lines(tmp_path, {"text": "a", "label": "x", "answer": "accept"})) == "prodigy"
    assert format_of(lines(tmp_path)) == "prodigy"
    assert format_of(tmp_path) == "datasets"


def test_an_ending_that_says_nothing():
    with pytest.raises(ExchangeError, match=r"'.xml' does not say which format a.xml has: choose"):
        format_of("a.xml")
    with pytest.raises(ExchangeError, match="no format 'xml': choose one of prodigy, labelstudio"):
        ways_of("xml")
